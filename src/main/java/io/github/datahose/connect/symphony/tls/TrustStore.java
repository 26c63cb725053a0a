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
 * The certificates that are trusted besides the JVM's own. In a PKCS#12 store that OpenSSL made of
 * certificates alone Java finds none: each lacks the mark of trust that Java looks for.
 *
 * @param option the option they come from, for messages; the one to set where they come from none
 * @param certificates reads them; asked with a client's first connection, and again when a server's
 *     certificate fails the check. Gives none where none are configured; may throw {@link
 *     IllegalArgumentException} with a message that says what to do
 */
public record TrustStore(String option, Supplier<List<X509Certificate>> certificates) {

  /**
   * Reads a PKCS#12 or JKS store, or PEM text: the kind of a file is told by its content.
   *
   * @param password null for none; PEM needs none
   * @throws KeyStores.WrongPasswordException if the password does not open the store
   * @throws IllegalArgumentException if there are none; the message is the rest of a sentence that
   *     begins with the option's name, and says what to do
   */
  public static List<X509Certificate> read(byte[] file, String password) {
    return Pem.isPem(file)
        ? readPem(new String(file, StandardCharsets.UTF_8))
        : readStore(KeyStores.open(file, password), password);
  }

  /**
   * Reads PEM text; what it holds besides certificates is passed over.
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
      // The JDK descends into nested structures, however deep. Without the cause, which may quote
      // what it could not read.
      throw new IllegalArgumentException(
          "has a block that is no certificate, number "
              + (certificates.size() + 1)
              + ": check that it was copied whole");
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException(
          "holds no certificate: each is a block from -----BEGIN CERTIFICATE----- to -----END"
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
          "holds no certificate that Java trusts: "
              + (password == null
                  ? "set symphony.truststore.password, without which a PKCS#12 store does not show"
                      + " what is in it"
                  : "put the CA's certificate in with keytool -importcert (openssl makes PKCS#12"
                      + " stores that Java finds no trust in), or give PEM text"));
    }
    return certificates;
  }
}
