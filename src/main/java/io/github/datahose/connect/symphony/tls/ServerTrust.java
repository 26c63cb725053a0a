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
 * Trust manager for servers whose certificates are signed by the JVM's certificate authorities or
 * the configured ones: the JDK's own check (PKIX) with both as anchors. It reads the configured
 * ones at the first check, and again after a failed one, so that an added authority needs no
 * restart; a removed one might stay trusted for the lifetime of the client. Its errors say more
 * than those of the JDK. OkHttp verifies host names. Thread-safe.
 *
 * <p>A resumed TLS session exchanges no certificates. Sessions are resumed within one TLS context,
 * for an hour: for that time, a server stays trusted after its authority was removed. Each login by
 * certificate has a context of its own.
 */
public final class ServerTrust extends X509ExtendedTrustManager {

  private static final int SESSIONS_AT_MOST = 20;
  private static final int SESSION_SECONDS = 3600;

  private final TrustStore store;
  private final X509ExtendedTrustManager jvm;

  /** The check with the configured authorities as last read; null before the first check. */
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
   * Returns a factory of sockets that use this trust manager.
   *
   * @param keys keys to log in with, or null. Sockets of another factory resume no TLS session of
   *     this one, which would exchange no certificate
   */
  public SSLSocketFactory socketFactory(KeyManager[] keys) {
    return context(keys).getSocketFactory();
  }

  /** Returns the TLS context of {@link #socketFactory}. */
  SSLContext context(KeyManager[] keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {this}, null);
      // A server's certificate is not checked again while its session can be resumed. Java would
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
    // An authority might have been added: the current trust store decides.
    X509ExtendedTrustManager asOfNow;
    try {
      asOfNow = read();
    } catch (UntrustedServerException unreadable) {
      throw first == null || first.isFixedByTrustStore() ? unreadable : first;
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
          "cannot read the trusted certificates: " + Printable.of(e.getMessage()), true, e);
    }
  }

  /** Returns the JDK's check; null means its own authorities. */
  private static X509ExtendedTrustManager anchoredIn(KeyStore anchors)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(anchors);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /**
   * Returns the JVM's authorities. OkHttp requires them, but does not use them here; no check
   * depends on them.
   */
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
    return new CertificateException("This is a client, which accepts no client certificates");
  }
}
