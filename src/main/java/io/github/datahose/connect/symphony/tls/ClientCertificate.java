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
 * The certificate of a service account with its private key, out of a PKCS#12 or JKS store.
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
   * Takes it out of a store.
   *
   * @param password of the store and of the key in it: one, as the vendor's SDK has it
   *     (symphony-bdk-java, {@code BdkCertificateConfig})
   * @throws KeyStores.WrongPasswordException if the password does not open the store
   * @throws IllegalArgumentException if there is none in it that is valid now; the message is the
   *     rest of a sentence that begins with the option's name, and says what to do
   */
  public static ClientCertificate of(byte[] store, String password) {
    if (Pem.isPem(store)) {
      throw new IllegalArgumentException(
          "is PEM text, not a PKCS#12 or JKS store: make one with openssl pkcs12 -export -in"
              + " <certificate> -inkey <key> -out <store>");
    }
    KeyStore opened = KeyStores.open(store, password);
    try {
      X509Certificate certificate = certificate(opened);
      KeyManager[] keyManagers = keyManagers(opened, password);
      checkKey(opened, password);
      return new ClientCertificate(keyManagers, certificate);
    } catch (UnrecoverableKeyException e) {
      throw new IllegalArgumentException(
          "holds a private key whose password is not that of the store: give both the same");
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "holds a private key that this JVM cannot use: make the store anew, with an RSA key");
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
      // Without the cause: what the JDK says of a damaged key may quote it.
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
          "holds no private key: put the certificate of the service account together with its key"
              + " into the store");
    }
    if (keys.size() > 1) {
      throw new IllegalArgumentException(
          "holds "
              + keys.size()
              + " private keys, and nothing tells which one is meant: leave only the service"
              + " account's in it");
    }
    if (!(store.getCertificate(keys.get(0)) instanceof X509Certificate certificate)) {
      throw new IllegalArgumentException(
          "holds a private key without its certificate: put both into the store");
    }
    RsaPrivateKeys.checkLength(certificate.getPublicKey());
    checkTime(certificate);
    return certificate;
  }

  private static void checkTime(X509Certificate certificate) {
    String subject = "holds a certificate (subject " + subject(certificate) + ")";
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException e) {
      throw new IllegalArgumentException(
          subject
              + " that expired on "
              + certificate.getNotAfter().toInstant()
              + ": put a new one in its place, and have it imported in the pod's admin portal");
    } catch (CertificateNotYetValidException e) {
      throw new IllegalArgumentException(
          subject
              + " that is not valid before "
              + certificate.getNotBefore().toInstant()
              + ": check this worker's clock, or wait");
    }
  }

  /** The certificate itself, which is no secret. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** The name in it, as in {@code CN=settlement-bot}. */
  public String subject() {
    return subject(certificate);
  }

  private static String subject(X509Certificate certificate) {
    return Printable.of(certificate.getSubjectX500Principal().getName());
  }

  /** The common names (CN) in the subject; the pod knows the service account by one. */
  public List<String> commonNames() {
    return commonNames(certificate.getSubjectX500Principal());
  }

  /**
   * All common names in a subject, also those that share a part of it with other attributes. Out of
   * the form of RFC 1779, in which Java decodes text of two bytes a character, too. A name in
   * another form than text, or in a subject that Java cannot read, is none that anybody could give
   * as a user name.
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
