// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * What the simulator shows of itself in TLS.
 *
 * @param key of the certificate
 * @param chain the certificate and those that it is signed by, but the root
 */
record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {

  private static final char[] NO_PASSWORD = {};

  /** Takes client certificates as the options say at the time of the handshake. */
  SSLContext context(Supplier<SimulatorOptions> options) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager clients = new ClientCertificates(options);
      context.init(keys.getKeyManagers(), new TrustManager[] {clients}, null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("This is no key with its certificate", e);
    }
  }
}
