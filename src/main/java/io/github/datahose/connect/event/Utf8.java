// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks whether text reaches Kafka unchanged. Jackson does not check this: it accepts overlong
 * forms and encoded surrogates, and lone surrogates, which become question marks when a converter
 * encodes them.
 */
final class Utf8 {

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long BACKSLASHES = LOW_BITS * '\\';
  private static final long QUOTES = LOW_BITS * '"';

  private Utf8() {}

  /**
   * Returns whether bytes are strictly valid UTF-8; checks eight at a time while they are ASCII.
   * Java's decoder checks single bytes after the first other character, and needs memory for its
   * output.
   */
  static boolean isValid(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int position = offset;
    while (position < end) {
      if (position + Long.BYTES <= end
          && ((long) EIGHT_BYTES.get(bytes, position) & HIGH_BITS) == 0) {
        position += Long.BYTES;
      } else if (bytes[position] >= 0) {
        position++;
      } else {
        int character = lengthOfCharacter(bytes, position, end);
        if (character == 0) {
          return false;
        }
        position += character;
      }
    }
    return true;
  }

  /**
   * Returns the length of a character that is not ASCII; 0 if it is not valid (Unicode, table 3-7).
   */
  private static int lengthOfCharacter(byte[] bytes, int start, int end) {
    int first = bytes[start] & 0xFF;
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || end - start < length) {
      return 0;
    }
    // Neither overlong, nor a surrogate, nor above U+10FFFF.
    int second = bytes[start + 1] & 0xFF;
    boolean valid =
        second >= (first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80)
            && second <= (first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF);
    for (int i = start + 2; i < start + length; i++) {
      valid &= (bytes[i] & 0xC0) == 0x80;
    }
    return valid ? length : 0;
  }

  /**
   * Returns whether a JSON text might escape a surrogate: false is certain, true requires a check
   * of the strings.
   */
  static boolean mayEscapeSurrogate(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int position = offset;
    while (position < end - 2) {
      if (position + Long.BYTES <= end) {
        long found = zeros((long) EIGHT_BYTES.get(bytes, position) ^ BACKSLASHES);
        if (found == 0) {
          position += Long.BYTES;
          continue;
        }
        position += Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
      if (position < end - 2
          && bytes[position] == '\\'
          && bytes[position + 1] == 'u'
          && (bytes[position + 2] | 0x20) == 'd') {
        return true;
      }
      position++;
    }
    return false;
  }

  /**
   * Returns the position of the next quotation mark or backslash; checks eight bytes at a time.
   *
   * @return the length of the bytes, or more, if there is none
   */
  static int quoteOrBackslash(byte[] bytes, int from) {
    int position = from;
    for (; position + Long.BYTES <= bytes.length; position += Long.BYTES) {
      long eight = (long) EIGHT_BYTES.get(bytes, position);
      long found = zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES);
      if (found != 0) {
        return position + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    while (position < bytes.length && bytes[position] != '"' && bytes[position] != '\\') {
      position++;
    }
    return position;
  }

  /**
   * Returns the high bit of each byte that is zero; above the lowest such byte possibly also of
   * others.
   */
  private static long zeros(long eight) {
    return (eight - LOW_BITS) & ~eight & HIGH_BITS;
  }

  /** Returns whether each surrogate of a text has its partner. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char current = text.charAt(i);
      if (Character.isSurrogate(current)) {
        boolean pair =
            i + 1 < text.length() && Character.isSurrogatePair(current, text.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
