// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import io.github.datahose.connect.text.Printable;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.security.auth.x500.X500Principal;

/**
 * Client certificate of a service account with its private key, from a PKCS#12 or JKS keystore.
 * Immutable; its text form shows the subject only.
 */
public final class ClientCertificate {

  private final KeyManager[] keyManagers;
  private final X509Certificate certificate;

  private ClientCertificate(KeyManager[] keyManagers, X509Certificate certificate) {
    this.keyManagers = keyManagers;
    this.certificate = certificate;
  }

  /**
   * Reads the certificate from a keystore.
   *
   * @param password password of both the keystore and the key in it, as in the vendor's SDK
   *     (symphony-bdk-java, {@code BdkCertificateConfig})
   * @throws KeyStores.WrongPasswordException if the password does not open the keystore
   * @throws IllegalArgumentException if it contains no certificate that is valid now; the message
   *     continues a sentence that starts with the option's name, and says what to do
   */
  public static ClientCertificate of(byte[] store, String password) {
    if (Pem.isPem(store)) {
      throw new IllegalArgumentException(
          "is PEM text, but must be a PKCS#12 or JKS keystore. Create one with openssl pkcs12 -export -in"
              + " <certificate> -inkey <key> -out <store> and use the result");
    }
    KeyStore opened = KeyStores.open(store, password);
    try {
      X509Certificate certificate = certificate(opened);
      KeyManager[] keyManagers = keyManagers(opened, password);
      checkKey(opened, password);
      return new ClientCertificate(keyManagers, certificate);
    } catch (UnrecoverableKeyException e) {
      throw new IllegalArgumentException(
          "contains a private key whose password differs from that of the keystore. Use one password for both");
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "contains a private key that this JVM cannot use. Create the keystore again with an RSA key");
    }
  }

  private static void checkKey(KeyStore store, String password) throws GeneralSecurityException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)
          && !RsaPrivateKeys.isInProportion(store.getKey(alias, password.toCharArray()))) {
        throw new GeneralSecurityException("A signature would take too long");
      }
    }
  }

  private static KeyManager[] keyManagers(KeyStore store, String password)
      throws GeneralSecurityException {
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, password.toCharArray());
      return factory.getKeyManagers();
    } catch (RuntimeException | StackOverflowError e) {
      // Without the cause: the JDK's message about a damaged key might quote it.
      throw new GeneralSecurityException("The key cannot be read");
    }
  }

  private static X509Certificate certificate(KeyStore store) throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "contains no private key. Put the certificate of the service account and its key into the keystore");
    }
    if (keys.size() > 1) {
      throw new IllegalArgumentException(
          "contains "
              + keys.size()
              + " private keys, but must contain only one. Remove all but the key of the service account");
    }
    if (!(store.getCertificate(keys.get(0)) instanceof X509Certificate certificate)) {
      throw new IllegalArgumentException(
          "contains a private key without its certificate. Put both into the keystore");
    }
    RsaPrivateKeys.checkLength(certificate.getPublicKey());
    checkTime(certificate);
    return certificate;
  }

  private static void checkTime(X509Certificate certificate) {
    String subject = "contains a certificate (subject " + subject(certificate) + ")";
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException e) {
      throw new IllegalArgumentException(
          subject
              + " that expired on "
              + certificate.getNotAfter().toInstant()
              + ". Replace it, and have the new one imported in the pod's admin portal");
    } catch (CertificateNotYetValidException e) {
      throw new IllegalArgumentException(
          subject
              + " that is not valid before "
              + certificate.getNotBefore().toInstant()
              + ". Check this worker's clock, or wait until then");
    }
  }

  /** Returns the certificate, which is not secret. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Returns the subject of the certificate, such as {@code CN=settlement-bot}. */
  public String subject() {
    return subject(certificate);
  }

  private static String subject(X509Certificate certificate) {
    return Printable.of(certificate.getSubjectX500Principal().getName());
  }

  /**
   * Returns the common names (CN) in the subject; the pod identifies the service account by one.
   */
  public List<String> commonNames() {
    return commonNames(certificate.getSubjectX500Principal());
  }

  /**
   * Returns all common names in a subject, including those that share a part of it with other
   * attributes. Parses the form of RFC 1779, in which Java also decodes text with two bytes for
   * each character. Ignores names that are not text, and subjects that Java cannot parse, because
   * no user name can equal them.
   */
  static List<String> commonNames(X500Principal subject) {
    List<String> names = new ArrayList<>();
    try {
      for (Rdn part : new LdapName(subject.getName(X500Principal.RFC1779)).getRdns()) {
        Attribute name = part.toAttributes().get("CN");
        for (Object value : name == null ? List.of() : Collections.list(name.getAll())) {
          if (value instanceof String text) {
            names.add(text);
          }
        }
      }
    } catch (NamingException | RuntimeException e) {
      return List.of();
    }
    return names;
  }

  public KeyManager[] keyManagers() {
    return keyManagers.clone();
  }

  @Override
  public String toString() {
    return "client certificate of " + subject();
  }
}
