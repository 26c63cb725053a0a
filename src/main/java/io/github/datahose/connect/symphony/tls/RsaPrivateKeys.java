// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * Parser of RSA private keys in PEM text, as PKCS#1 ({@code BEGIN RSA PRIVATE KEY}) or PKCS#8
 * ({@code BEGIN PRIVATE KEY}), the two formats that the vendor's SDK accepts (symphony-bdk-java,
 * {@code JwtHelper}).
 */
public final class RsaPrivateKeys {

  /** Header of a PKCS#1 key that OpenSSL encrypted (RFC 1421, 4.6.1.1). */
  private static final String ENCRYPTED_PKCS1 = "Proc-Type: 4,ENCRYPTED";

  /**
   * Version 0 and the algorithm identifier rsaEncryption with NULL: the bytes of PKCS#8 before a
   * PKCS#1 key.
   */
  private static final byte[] PKCS8_PREFIX = {
    0x02,
    0x01,
    0x00,
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** Shorter keys can be broken (NIST SP 800-131A). */
  private static final int LEAST_BITS = 2048;

  private static final int MOST_BITS_WITHOUT_PRIMES = 4096;

  /** A prime may have this many bits more than half of the modulus. */
  private static final int UNEVEN_BITS = 64;

  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private RsaPrivateKeys() {}

  /**
   * Parses a key; see {@link Pem#blocks}.
   *
   * @throws IllegalArgumentException if the text is not such a key; the message says what to do,
   *     and never contains key material
   */
  public static PrivateKey parse(String pem) {
    List<Pem.Block> blocks = Pem.blocks(pem);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException(
          "is not PEM text. It must contain a block from -----BEGIN PRIVATE KEY----- to -----END"
              + " PRIVATE KEY-----");
    }
    // OpenSSL puts certificates and parameters before a key.
    Pem.Block block =
        blocks.stream()
            .filter(each -> each.name().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElse(blocks.get(0));
    if (block.text().contains(ENCRYPTED_PKCS1)) {
      throw encrypted();
    }
    return switch (block.name()) {
      case "PRIVATE KEY" -> fromPkcs8(decode(block));
      case "RSA PRIVATE KEY" -> fromPkcs8(wrap(decode(block)));
      case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
      default ->
          throw new IllegalArgumentException(
              "is PEM text of another type. An RSA private key starts with -----BEGIN PRIVATE"
                  + " KEY----- or -----BEGIN RSA PRIVATE KEY-----");
    };
  }

  private static IllegalArgumentException encrypted() {
    return new IllegalArgumentException(
        "is encrypted, which is not supported. Decrypt it with openssl pkey -in <encrypted> -out"
            + " <decrypted> and use the result");
  }

  private static byte[] decode(Pem.Block block) {
    try {
      return block.bytes();
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
  }

  private static PrivateKey fromPkcs8(byte[] der) {
    PrivateKey key;
    try {
      key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException | RuntimeException | StackOverflowError e) {
      throw unreadable();
    }
    checkLength(key);
    if (!isInProportion(key)) {
      throw unreadable();
    }
    return key;
  }

  /**
   * Returns whether a signature takes no longer than with a regular key of that length. The length
   * of these numbers determines the time, and Java limits only the modulus. Without primes, a
   * signature takes several times as long. Returns true for other algorithms.
   */
  static boolean isInProportion(Key any) {
    if (!(any instanceof RSAPrivateKey key)) {
      return true;
    }
    int bits = key.getModulus().bitLength();
    if (key.getPrivateExponent().bitLength() > bits) {
      return false;
    }
    if (!(key instanceof RSAPrivateCrtKey full)) {
      return bits <= MOST_BITS_WITHOUT_PRIMES;
    }
    return full.getPublicExponent().bitLength() <= bits
        && Stream.of(
                full.getPrimeP(),
                full.getPrimeQ(),
                full.getPrimeExponentP(),
                full.getPrimeExponentQ(),
                full.getCrtCoefficient())
            .allMatch(number -> number.bitLength() <= bits / 2 + UNEVEN_BITS);
  }

  /**
   * Checks the length of a key of either kind, private or public; accepts other algorithms.
   *
   * @throws IllegalArgumentException if it is an RSA key that is too short
   */
  static void checkLength(Key key) {
    if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < LEAST_BITS) {
      throw new IllegalArgumentException(
          "contains an RSA key of "
              + rsa.getModulus().bitLength()
              + " bits, but at least "
              + LEAST_BITS
              + " are required. Create a new key, and have its public key set for the service"
              + " account");
    }
  }

  /** Returns the error without a cause: the JDK's messages might quote what it could not read. */
  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "is PEM text, but contains no readable RSA private key. Check that the whole file was copied");
  }

  private static byte[] wrap(byte[] pkcs1) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(PKCS8_PREFIX);
    content.writeBytes(element(OCTET_STRING, pkcs1));
    return element(SEQUENCE, content.toByteArray());
  }

  /** Encodes an element with a length of two bytes, which every key of sufficient length has. */
  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    element.write(0x82);
    element.write(content.length >> 8);
    element.write(content.length);
    element.writeBytes(content);
    return element.toByteArray();
  }
}
