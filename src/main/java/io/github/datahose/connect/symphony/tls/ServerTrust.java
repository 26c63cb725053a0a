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
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the servers whose certificates come from the JVM's authorities or the configured ones: the
 * JDK's own check (PKIX) with both as anchors. The configured ones are read with the first check,
 * and again after a failed one, so that an authority that was added needs no restart; one that was
 * taken out might stay trusted for the life of the client. Says more than the JDK about what it
 * refuses. Host names are checked besides, by OkHttp. Thread-safe.
 *
 * <p>In a TLS session that is resumed nobody shows a certificate. Sessions are resumed within one
 * TLS context, for an hour: so long a server may go on whose authority is trusted no more. Each
 * login by certificate has a context of its own.
 */
public final class ServerTrust extends X509ExtendedTrustManager {

  private static final int SESSIONS_AT_MOST = 20;
  private static final int SESSION_SECONDS = 3600;

  private final TrustStore store;
  private final X509ExtendedTrustManager jvm;

  /** With the configured authorities as they were read last; null before the first check. */
  private volatile X509ExtendedTrustManager lastRead;

  /** One of the JDK's three ways to check a chain. */
  private interface Check {
    void by(X509ExtendedTrustManager anchored) throws CertificateException;
  }

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
   * @param keys to log in with, or null. Sockets of another factory resume no TLS session of this
   *     one, in which nobody would show a certificate
   */
  public SSLSocketFactory socketFactory(KeyManager[] keys) {
    return context(keys).getSocketFactory();
  }

  /** The TLS context behind {@link #socketFactory}. */
  SSLContext context(KeyManager[] keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {this}, null);
      // A server's certificate is not judged again while its session can be resumed. Java would
      // keep 20,480 of them, each for a day; a task has a few servers.
      SSLSessionContext sessions = context.getClientSessionContext();
      sessions.setSessionCacheSize(SESSIONS_AT_MOST);
      sessions.setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM has no TLS", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, anchored -> anchored.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, anchored -> anchored.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, anchored -> anchored.checkServerTrusted(chain, authType));
  }

  private void check(X509Certificate[] chain, Check check) throws CertificateException {
    X509ExtendedTrustManager known = lastRead;
    UntrustedServerException first = known == null ? null : refusal(chain, check, known);
    if (known != null && first == null) {
      return;
    }
    // Perhaps an authority was added: the store as it is now decides.
    X509ExtendedTrustManager asOfNow;
    try {
      asOfNow = read();
    } catch (UntrustedServerException unreadable) {
      throw first == null || first.isMendedByTrustStore() ? unreadable : first;
    }
    lastRead = asOfNow;
    UntrustedServerException refusal = refusal(chain, check, asOfNow);
    if (refusal != null) {
      throw refusal;
    }
  }

  /** Returns why a chain is not trusted, or null when it is. */
  private UntrustedServerException refusal(
      X509Certificate[] chain, Check check, X509ExtendedTrustManager anchored) {
    try {
      check.by(anchored);
      return null;
    } catch (CertificateException e) {
      return UntrustedServerException.of(chain, e, store.option());
    }
  }

  private X509ExtendedTrustManager read() throws UntrustedServerException {
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
