// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;

/** Opens key stores of the two kinds that Java and Symphony's SDK know, told by their content. */
public final class KeyStores {

  /** How a JKS file begins. */
  private static final int JKS = 0xfeedfeed;

  /** How ASN.1's SEQUENCE begins, and so each PKCS#12 file. */
  private static final int SEQUENCE = 0x30;

  /** A second's work or two; Java's own stores have 30,000, those of Firefox 1,800,000. */
  private static final long MOST_ITERATIONS = 2_000_000;

  private KeyStores() {}

  /**
   * Opens a store.
   *
   * @param password null for none, which opens what is not encrypted
   * @throws WrongPasswordException if the password does not open it
   * @throws IllegalArgumentException if it is no such store; the message is the rest of a sentence
   *     that begins with the option's name
   */
  static KeyStore open(byte[] store, String password) {
    if (store.length < 4 || (!isJks(store) && store[0] != SEQUENCE)) {
      throw new IllegalArgumentException(
          "is neither a PKCS#12 nor a JKS store, nor PEM text: check that it is the right file");
    }
    if (!isJks(store) && KeyDerivations.iterations(store) > MOST_ITERATIONS) {
      throw new IllegalArgumentException(
          "takes more than "
              + MOST_ITERATIONS
              + " iterations to derive keys from its password: create it again with fewer, as openssl"
              + " pkcs12 and keytool do by default");
    }
    try {
      KeyStore opened = KeyStore.getInstance(isJks(store) ? "JKS" : "PKCS12");
      opened.load(
          new ByteArrayInputStream(store), password == null ? null : password.toCharArray());
      return opened;
    } catch (IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        throw new WrongPasswordException();
      }
      throw unreadable();
    } catch (GeneralSecurityException | RuntimeException | StackOverflowError e) {
      // The JDK's parsers are not made for damaged or hostile files, and throw this and that.
      throw unreadable();
    }
  }

  private static boolean isJks(byte[] store) {
    return ByteBuffer.wrap(store).getInt() == JKS;
  }

  /** Without a cause: what the JDK says of a damaged store may quote it. */
  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "begins as a PKCS#12 or JKS store, but cannot be read as one: check that the whole file was"
            + " copied");
  }

  /** A key store that its password does not open. The message names neither. */
  public static final class WrongPasswordException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    WrongPasswordException() {
      super("does not open the store: correct it");
    }
  }

  /**
   * The work that a PKCS#12 store demands: how often a key is derived from its password. Java takes
   * five million iterations for each part of a store, seconds that nothing interrupts, and a store
   * of a megabyte has room for thousands of parts.
   *
   * <p>Sums up what follows an OCTET STRING as an INTEGER, as in the parameters of each derivation
   * (salt and iterations; RFC 7292, RFC 8018), and as nowhere else in a store. What is encrypted in
   * it cannot be seen; only one key in there is ever opened.
   */
  static final class KeyDerivations {

    private static final int OCTET_STRING = 0x04;
    private static final int INTEGER = 0x02;
    private static final int CONSTRUCTED = 0x20;
    private static final int DEEPEST = 48;
    private static final long BEYOND_MEASURE = Long.MAX_VALUE / 4;

    private long iterations;

    private KeyDerivations() {}

    /**
     * All iterations together. Never throws: what is damaged is told by whoever opens the store.
     */
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
}
