// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The work that a PKCS#12 store demands: how often a key is derived from its password. Java takes
 * five million iterations for each part of a store, seconds that nothing interrupts, and a store of
 * a megabyte has room for thousands of parts.
 *
 * <p>Sums up what follows an OCTET STRING as an INTEGER, as in the parameters of each derivation
 * (salt and iterations; RFC 7292, RFC 8018), and as nowhere else in a store. What is encrypted in
 * it cannot be seen; only one key in there is ever opened.
 */
final class KeyDerivations {

  private static final int OCTET_STRING = 0x04;
  private static final int INTEGER = 0x02;
  private static final int SEQUENCE = 0x30;
  private static final int CONSTRUCTED = 0x20;
  private static final int DEEPEST = 48;
  private static final long BEYOND_MEASURE = Long.MAX_VALUE / 4;

  private long iterations;

  private KeyDerivations() {}

  /** All iterations together. Never throws: what is damaged is told by whoever opens the store. */
  static long iterations(byte[] store) {
    KeyDerivations work = new KeyDerivations();
    work.look(ByteBuffer.wrap(store), 0);
    return work.iterations;
  }

  /** Looks at elements one after the other; what is around damaged ones counts all the same. */
  private void look(ByteBuffer elements, int depth) {
    if (depth > DEEPEST) {
      iterations = BEYOND_MEASURE;
      return;
    }
    boolean afterSalt = false;
    try {
      while (elements.hasRemaining() && iterations < BEYOND_MEASURE) {
        int tag = elements.get() & 0xff;
        ByteBuffer content = content(elements, depth);
        if ((tag & ~CONSTRUCTED) == OCTET_STRING) {
          ByteBuffer octets = tag == OCTET_STRING ? content : joined(content, depth);
          if (octets.hasRemaining() && octets.get(octets.position()) == SEQUENCE) {
            look(octets, depth + 1);
          }
        } else if ((tag & CONSTRUCTED) != 0) {
          look(content, depth + 1);
        } else if (tag == INTEGER && afterSalt) {
          count(content);
        }
        afterSalt = (tag & ~CONSTRUCTED) == OCTET_STRING;
      }
    } catch (BufferUnderflowException e) {
      // No more elements here.
    }
  }

  /** Java takes none of more than four bytes. */
  private void count(ByteBuffer number) {
    if (number.hasRemaining() && number.remaining() <= Integer.BYTES) {
      byte[] bytes = new byte[number.remaining()];
      number.get(bytes);
      iterations += Math.max(0, new BigInteger(bytes).longValue());
    }
  }

  /** Reads a length and so much, or up to the end of contents. */
  private static ByteBuffer content(ByteBuffer in, int depth) {
    int length = in.get() & 0xff;
    if (length == 0x80) {
      ByteBuffer content = in.slice();
      skipToEnd(in, depth);
      return content.limit(content.limit() - in.remaining());
    }
    if (length > 0x80) {
      int bytes = length & 0x7f;
      length = 0;
      for (int i = 0; i < bytes; i++) {
        if (length > in.limit()) {
          throw new BufferUnderflowException();
        }
        length = (length << 8) | (in.get() & 0xff);
      }
    }
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer content = in.slice().limit(length);
    in.position(in.position() + length);
    return content;
  }

  private static void skipToEnd(ByteBuffer in, int depth) {
    if (depth > DEEPEST) {
      throw new BufferUnderflowException();
    }
    while (true) {
      int tag = in.get();
      ByteBuffer content = content(in, depth + 1);
      if (tag == 0 && !content.hasRemaining()) {
        return;
      }
    }
  }

  /** The pieces of a constructed OCTET STRING. */
  private static ByteBuffer joined(ByteBuffer pieces, int depth) {
    if (depth > DEEPEST) {
      throw new BufferUnderflowException();
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    while (pieces.hasRemaining()) {
      int tag = pieces.get() & 0xff;
      ByteBuffer content = content(pieces, depth + 1);
      ByteBuffer octets = (tag & CONSTRUCTED) == 0 ? content : joined(content, depth + 1);
      joined.write(octets.array(), octets.arrayOffset() + octets.position(), octets.remaining());
    }
    return ByteBuffer.wrap(joined.toByteArray());
  }
}
