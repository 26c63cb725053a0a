// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.nio.ByteBuffer;
import java.util.Base64;

/** Generates identifiers in the formats of the pod, from a random number. */
final class Identifiers {

  private static final byte[] ALPHANUMERIC =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".getBytes();

  private Identifiers() {}

  /** Returns 16 random bytes, a decreasing time, and the marker of messages, in base64. */
  static byte[] message(long random, long timestamp) {
    return identifier(random, timestamp, 'm');
  }

  /** Returns the same for a stream. */
  static byte[] stream(long random, long timestamp) {
    return identifier(random, timestamp, 't');
  }

  /** Returns six letters and digits, not unique, like the id of the envelope. */
  static byte[] event(long random) {
    byte[] id = new byte[6];
    long rest = mix(random + 1) >>> 1;
    for (int i = 0; i < id.length; i++) {
      id[i] = ALPHANUMERIC[(int) (rest % ALPHANUMERIC.length)];
      rest /= ALPHANUMERIC.length;
    }
    return id;
  }

  /** Maps numbers one to one to other numbers (the finisher of splitmix64). */
  static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }

  private static byte[] identifier(long random, long timestamp, char marker) {
    ByteBuffer bytes =
        ByteBuffer.allocate(25)
            .putLong(random)
            .putLong(mix(random + 3))
            .putLong(Long.MAX_VALUE - timestamp)
            .put((byte) marker);
    return Base64.getUrlEncoder().withoutPadding().encode(bytes.array());
  }
}
