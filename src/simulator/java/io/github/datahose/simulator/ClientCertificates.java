// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.X509TrustManager;

/**
 * A trust manager for client certificates that an administrator has imported, and for those that an
 * imported certificate has signed. It sends no list of authorities to the client, because single
 * certificates can be imported, too.
 */
final class ClientCertificates implements X509TrustManager {

  private final Supplier<SimulatorOptions> options;

  ClientCertificates(Supplier<SimulatorOptions> options) {
    this.options = options;
  }

  /**
   * Returns the account of the certificate's common name. Rejects the request with HTTP 403 if
   * there is none.
   */
  static String account(X509Certificate certificate, SimulatorOptions options) throws Refusal {
    String name = certificate == null ? "" : commonName(certificate);
    if (!options.accounts.containsKey(name) || !isImported(certificate, options)) {
      throw new Refusal(403, "Certificate authentication is not allowed for the requested user");
    }
    return name;
  }

  private static String commonName(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(part -> part.getValue().toString())
              .findFirst()
              .orElse("");
    } catch (InvalidNameException e) {
      return "";
    }
  }

  private static boolean isImported(X509Certificate certificate, SimulatorOptions options) {
    Set<X509Certificate> imported = options.importedCertificates;
    return imported.contains(certificate)
        || imported.stream().anyMatch(signer -> isSigned(certificate, signer));
  }

  private static boolean isSigned(X509Certificate certificate, X509Certificate signer) {
    try {
      certificate.verify(signer.getPublicKey());
      return true;
    } catch (GeneralSecurityException otherSigner) {
      return false;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    SimulatorOptions current = options.get();
    chain[0].checkValidity(Date.from(current.clock.instant()));
    if (!isImported(chain[0], current)) {
      throw new CertificateException("Not imported");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException("The simulator is a server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
