// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The default account of each simulator, and its test key. */
public final class SimulatorKeys {

  /** The name of the service account. */
  public static final String USERNAME = "settlement-bot";

  private SimulatorKeys() {}

  /** Returns the private key as PEM text, PKCS#8. */
  public static String privateKey() {
    return text("test-only.pkcs8.pem");
  }

  /** Returns the same private key as PEM text, PKCS#1. */
  public static String privateKeyPkcs1() {
    return text("test-only.pkcs1.pem");
  }

  /** Returns a new private key as PEM text, unknown to all simulators. */
  public static String anotherPrivateKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      String base64 =
          Base64.getMimeEncoder()
              .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
      return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the public key. */
  public static PublicKey publicKey() {
    return publicKey(text("test-only.pub.pem"));
  }

  /**
   * Reads a public RSA key.
   *
   * @param pem PEM text that begins with {@code BEGIN PUBLIC KEY}
   * @throws IllegalArgumentException if the text is invalid
   */
  public static PublicKey publicKey(String pem) {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("Give a public RSA key as PEM (BEGIN PUBLIC KEY)", e);
    }
  }

  private static String text(String name) {
    try (InputStream in = SimulatorKeys.class.getResourceAsStream("/simulator/keys/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
