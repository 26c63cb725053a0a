// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * Certificates that are trusted in addition to the JVM's own. In a PKCS#12 keystore that OpenSSL
 * created from certificates alone, Java finds none: they lack the trust attribute that Java
 * requires.
 *
 * @param option option that they come from, for messages; without one, the option to set
 * @param certificates reads them, at a client's first connection, and again when a server's
 *     certificate fails the check. Returns none if none are configured; can throw {@link
 *     IllegalArgumentException} with a message that says what to do
 */
public record TrustStore(String option, Supplier<List<X509Certificate>> certificates) {

  /**
   * Reads a PKCS#12 or JKS keystore, or PEM text; detects the format by content.
   *
   * @param password null for none; PEM needs none
   * @throws KeyStores.WrongPasswordException if the password does not open the keystore
   * @throws IllegalArgumentException if there are none; the message continues a sentence that
   *     starts with the option's name, and says what to do
   */
  public static List<X509Certificate> read(byte[] file, String password) {
    return Pem.isPem(file)
        ? readPem(new String(file, StandardCharsets.UTF_8))
        : readStore(KeyStores.open(file, password), password);
  }

  /**
   * Reads PEM text, and ignores everything but certificates.
   *
   * @throws IllegalArgumentException as {@link #read}
   */
  public static List<X509Certificate> readPem(String pem) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (Pem.Block block : Pem.blocks(pem)) {
        if (block.name().equals("CERTIFICATE")) {
          certificates.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
        }
      }
    } catch (CertificateException | RuntimeException | StackOverflowError e) {
      // The JDK recurses into nested structures of any depth. Without the cause, which might quote
      // what it could not read.
      throw new IllegalArgumentException(
          "contains a block that is not a certificate, number "
              + (certificates.size() + 1)
              + ". Check that the whole block was copied");
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          "contains no certificate. Each one is a block from -----BEGIN CERTIFICATE----- to -----END"
              + " CERTIFICATE-----");
    }
    return certificates;
  }

  private static List<X509Certificate> readStore(KeyStore store, String password) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (String alias : Collections.list(store.aliases())) {
        if (store.isCertificateEntry(alias)
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          certificates.add(certificate);
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A store that was just opened is not open", e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          "contains no certificate that Java trusts. "
              + (password == null
                  ? "Set symphony.truststore.password, without which the certificates in a PKCS#12 keystore are"
                      + " hidden"
                  : "Add the CA certificate with keytool -importcert (Java trusts no certificate in a PKCS#12"
                      + " keystore from openssl), or use PEM text"));
    }
    return certificates;
  }
}
