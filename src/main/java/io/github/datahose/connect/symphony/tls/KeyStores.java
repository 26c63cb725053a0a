// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;

/** Opens key stores of the two kinds that Java and Symphony's SDK know, told by their content. */
final class KeyStores {

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
}
