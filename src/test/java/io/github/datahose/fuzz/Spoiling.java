// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes bytes at random places. Not thread-safe. */
final class Spoiling {

  /** What means something in JSON, in gzip or in HTTP. */
  private static final String TELLING = "{}[]\",:\\u0 nt-\r\n\0\u001f\u008b\u00ff";

  private final Random random;

  Spoiling(Random random) {
    this.random = random;
  }

  /** One to three bytes are others. */
  byte[] flipped(byte[] bytes) {
    byte[] spoiled = bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && spoiled.length > 0; i--) {
      spoiled[place(spoiled.length)] = anyByte();
    }
    return spoiled;
  }

  /** Bytes are put in between. */
  byte[] inserted(byte[] bytes) {
    byte[] more = new byte[1 + random.nextInt(4)];
    for (int i = 0; i < more.length; i++) {
      more[i] = anyByte();
    }
    return spliced(bytes, place(bytes.length + 1), 0, more);
  }

  /** A piece is missing. */
  byte[] deleted(byte[] bytes) {
    return spliced(bytes, place(bytes.length + 1), length(), new byte[0]);
  }

  /** A piece is there twice. */
  byte[] repeated(byte[] bytes) {
    int from = place(bytes.length + 1);
    int to = Math.min(bytes.length, from + length());
    return spliced(bytes, to, 0, Arrays.copyOfRange(bytes, from, to));
  }

  /** The end is missing. */
  byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, place(bytes.length + 1));
  }

  /** A number from 0 on, and less than this. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static byte[] spliced(byte[] bytes, int at, int without, byte[] with) {
    int rest = Math.min(bytes.length, at + without);
    byte[] spliced = new byte[at + with.length + bytes.length - rest];
    System.arraycopy(bytes, 0, spliced, 0, at);
    System.arraycopy(with, 0, spliced, at, with.length);
    System.arraycopy(bytes, rest, spliced, at + with.length, bytes.length - rest);
    return spliced;
  }

  /** Often near the ends, where the frame of an answer is. */
  private int place(int length) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(Math.min(length, 20) + (length == 0 ? 1 : 0));
      case 1 -> Math.max(0, length - 1 - random.nextInt(150));
      default -> random.nextInt(Math.max(1, length));
    };
  }

  private int length() {
    return random.nextBoolean() ? 1 + random.nextInt(3) : 1 + random.nextInt(5_000);
  }

  private byte anyByte() {
    return random.nextBoolean()
        ? (byte) random.nextInt()
        : (byte) TELLING.charAt(random.nextInt(TELLING.length()));
  }
}
