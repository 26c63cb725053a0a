// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import io.github.datahose.connect.text.Printable;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the servers whose certificates come from the JVM's authorities or the configured ones: the
 * JDK's own check (PKIX) with both as anchors. The configured ones are read anew for each new
 * connection, which there are few of, so that neither a login nor a restart has to come first; no
 * connection resumes the TLS session of another. Says more than the JDK about what it refuses. Host
 * names are checked besides, by OkHttp. Thread-safe.
 */
public final class ServerTrust extends X509ExtendedTrustManager {

  private final TrustStore store;
  private final X509ExtendedTrustManager jvm;

  public ServerTrust(TrustStore store) {
    this.store = store;
    try {
      jvm = anchoredIn(null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM's own trusted certificates cannot be read", e);
    }
  }

  /**
   * Makes sockets that trust so.
   *
   * @param keys to log in with, or null
   */
  public SSLSocketFactory socketFactory(KeyManager[] keys) {
    return new UnresumedTls(keys, this);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    X509ExtendedTrustManager now = now();
    try {
      now.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      throw UntrustedServerException.of(chain, e, store.option());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    X509ExtendedTrustManager now = now();
    try {
      now.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw UntrustedServerException.of(chain, e, store.option());
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    X509ExtendedTrustManager now = now();
    try {
      now.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      throw UntrustedServerException.of(chain, e, store.option());
    }
  }

  /** The check as of now. */
  private X509ExtendedTrustManager now() throws CertificateException {
    try {
      List<X509Certificate> own = store.certificates().get();
      if (own.isEmpty()) {
        return jvm;
      }
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      for (X509Certificate anchor : own) {
        anchors.setCertificateEntry("configured-" + anchors.size(), anchor);
      }
      for (X509Certificate anchor : jvm.getAcceptedIssuers()) {
        anchors.setCertificateEntry("jvm-" + anchors.size(), anchor);
      }
      return anchoredIn(anchors);
    } catch (IllegalArgumentException | GeneralSecurityException | IOException e) {
      throw new UntrustedServerException(
          "whom to trust cannot be told: " + Printable.of(e.getMessage()), true, e);
    }
  }

  /** The JDK's check; null stands for its own authorities. */
  private static X509ExtendedTrustManager anchoredIn(KeyStore anchors)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(anchors);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** Only for what OkHttp prepares and does not use here; no check goes by it. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return jvm.getAcceptedIssuers();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw noServer();
  }

  private static CertificateException noServer() {
    return new CertificateException("This is a client: nobody logs in here");
  }
}
