// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

  /** The first and the last of each range that means something in UTF-8. */
  private static final int[] EDGES = {
    0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED,
    0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
  };

  @Test
  void isAsStrictAsDecoderOfJava() {
    for (int first : EDGES) {
      for (int second : EDGES) {
        for (int third : EDGES) {
          for (int fourth : EDGES) {
            byte[] bytes = {(byte) first, (byte) second, (byte) third, (byte) fourth};
            for (int length = 1; length <= 4; length++) {
              assertLikeTheDecoder(bytes, 0, length);
            }
          }
        }
      }
    }
  }

  @Test
  void acceptsEachCompleteCharacterAndNoTruncatedOne() {
    for (int character = 0x80; character <= Character.MAX_CODE_POINT; character++) {
      byte[] bytes = Character.toString(character).getBytes(StandardCharsets.UTF_8);
      boolean surrogate =
          character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
      if (!surrogate) {
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
        assertThat(Utf8.isValid(bytes, 0, bytes.length - 1)).isFalse();
      }
    }
  }

  /** The steps of eight bytes end anywhere. */
  @Test
  void validatesCharactersBetweenAscii() {
    Random random = new Random(1);
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      Arrays.fill(bytes, (byte) 'a');
      for (int i = random.nextInt(3); i > 0 && bytes.length > 4; i--) {
        byte[] other =
            Character.toString(0x80 + random.nextInt(0xD000)).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(other, 0, bytes, random.nextInt(bytes.length - 3), other.length);
      }
      int offset = random.nextInt(bytes.length + 1);
      assertLikeTheDecoder(bytes, offset, random.nextInt(bytes.length - offset + 1));
    }
  }

  /** They may begin anywhere in a step of eight bytes, behind other backslashes, too. */
  @Test
  void findsEscapedSurrogateAtAnyPosition() {
    Random random = new Random(1);
    String letters = "\\\\\\uUdDc8";
    for (int round = 0; round < 100_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
      int offset = random.nextInt(bytes.length + 1);
      int length = random.nextInt(bytes.length - offset + 1);
      String part = text.substring(offset, offset + length);
      assertThat(Utf8.mayEscapeSurrogate(bytes, offset, length))
          .isEqualTo(part.contains("\\ud") || part.contains("\\uD"));
    }
  }

  private static void assertLikeTheDecoder(byte[] bytes, int offset, int length) {
    if (Utf8.isValid(bytes, offset, length) != decodes(bytes, offset, length)) {
      assertThat(Utf8.isValid(bytes, offset, length))
          .as("%s from %d, %d bytes", Arrays.toString(bytes), offset, length)
          .isEqualTo(decodes(bytes, offset, length));
    }
  }

  private static boolean decodes(byte[] bytes, int offset, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException invalid) {
      return false;
    }
  }
}
