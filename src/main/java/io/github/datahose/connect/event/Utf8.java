// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Answers whether text survives the way into Kafka and back. Jackson is no judge of that: it reads
 * overlong forms and encoded surrogates without complaint, and lets lone surrogates through, which
 * become question marks when a converter encodes them.
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
   * Whether these bytes are UTF-8, strictly; eight at a time while they are ASCII. Java's decoder
   * goes byte by byte behind the first character that is none, and has to put them somewhere.
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

  /** The length of a character that is not ASCII; 0 when it is none (Unicode, table 3-7). */
  private static int lengthOfCharacter(byte[] bytes, int start, int end) {
    int first = bytes[start] & 0xFF;
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || end - start < length) {
      return 0;
    }
    // Neither longer than need be, nor a surrogate, nor above U+10FFFF.
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
   * Whether a JSON text may escape a surrogate: false is sure, true needs a look at the strings.
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
   * Where the next quotation mark or backslash is; eight bytes at a time.
   *
   * @return the length of the bytes, or more, when there is none from there on
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

  /** The high bit of each byte that is zero; above the lowest of them maybe of others, too. */
  private static long zeros(long eight) {
    return (eight - LOW_BITS) & ~eight & HIGH_BITS;
  }

  /** Whether each surrogate of a text has its partner. */
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
