// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key and its certificate.
 *
 * @param key the private key
 * @param certificate for that key
 */
public record Identity(PrivateKey key, X509Certificate certificate) {

  /** The certificate as servers and stores want it: as a chain. */
  public List<X509Certificate> chain() {
    return List.of(certificate);
  }

  /** A PKCS#12 store that holds it. */
  public byte[] pkcs12(String password) {
    return Stores.of("PKCS12", password, password, key, certificate);
  }

  /** A JKS store that holds it. */
  public byte[] jks(String password) {
    return Stores.of("JKS", password, password, key, certificate);
  }
}
