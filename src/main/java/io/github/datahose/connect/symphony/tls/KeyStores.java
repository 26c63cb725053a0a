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

/**
 * Reader of keystores in the two formats that Java and Symphony's SDK support, detected by content.
 */
public final class KeyStores {

  /** First four bytes of a JKS file. */
  private static final int JKS = 0xfeedfeed;

  /** First byte of an ASN.1 SEQUENCE, and so of each PKCS#12 file. */
  private static final int SEQUENCE = 0x30;

  /** One or two seconds of work; Java's own keystores have 30,000, those of Firefox 1,800,000. */
  private static final long MOST_ITERATIONS = 2_000_000;

  private KeyStores() {}

  /**
   * Opens a keystore.
   *
   * @param password null for none, which opens unencrypted entries only
   * @throws WrongPasswordException if the password does not open it
   * @throws IllegalArgumentException if it is neither; the message continues a sentence that starts
   *     with the option's name
   */
  static KeyStore open(byte[] store, String password) {
    if (store.length < 4 || (!isJks(store) && store[0] != SEQUENCE)) {
      throw new IllegalArgumentException(
          "is neither a PKCS#12 nor a JKS keystore, nor PEM text. Check that it is the right file");
    }
    if (!isJks(store) && KeyDerivations.iterations(store) > MOST_ITERATIONS) {
      throw new IllegalArgumentException(
          "requires more than "
              + MOST_ITERATIONS
              + " iterations to derive keys from its password. Create it again with fewer, as openssl"
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
      // The JDK's parsers throw various exceptions for damaged or hostile files.
      throw unreadable();
    }
  }

  private static boolean isJks(byte[] store) {
    return ByteBuffer.wrap(store).getInt() == JKS;
  }

  /**
   * Returns the error without a cause: the JDK's message about a damaged keystore might quote it.
   */
  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "starts like a PKCS#12 or JKS keystore, but is not readable. Check that the whole file was copied");
  }

  /** Wrong password of a keystore. The message contains neither the password nor the path. */
  public static final class WrongPasswordException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    WrongPasswordException() {
      super("does not open the keystore. Correct it");
    }
  }

  /**
   * Number of iterations that a PKCS#12 keystore requires to derive keys from its password. Java
   * accepts five million iterations for each part of a keystore, which takes seconds that nothing
   * can interrupt, and a keystore of one megabyte can have thousands of parts.
   *
   * <p>Adds each INTEGER that follows an OCTET STRING, as in the parameters of each derivation
   * (salt and iterations; RFC 7292, RFC 8018), and nowhere else in a keystore. Encrypted parts are
   * not counted; only one key in them is ever opened.
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
     * Returns the sum of all iterations. Never throws: opening a damaged keystore reports the
     * damage.
     */
    static long iterations(byte[] store) {
      KeyDerivations work = new KeyDerivations();
      work.look(ByteBuffer.wrap(store), 0);
      return work.iterations;
    }

    /**
     * Counts the iterations in elements, one after the other; those around damaged elements count,
     * too.
     */
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

    /** Adds a number of iterations. Java accepts none with more than four bytes. */
    private void count(ByteBuffer number) {
      if (number.hasRemaining() && number.remaining() <= Integer.BYTES) {
        byte[] bytes = new byte[number.remaining()];
        number.get(bytes);
        iterations += Math.max(0, new BigInteger(bytes).longValue());
      }
    }

    /** Reads a length and that many bytes, or up to the end of contents. */
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

    /** Joins the pieces of a constructed OCTET STRING. */
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
