// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * TLS sockets that resume no session, since each has a context of its own. In a resumed session
 * nobody shows a certificate: an authority that was taken out of the trust store would still be
 * trusted, and a client certificate that was replaced still be known. Connections are few and live
 * long, so their handshakes may be whole ones. Thread-safe.
 */
final class UnresumedTls extends SSLSocketFactory {

  private final KeyManager[] keys;
  private final TrustManager trust;

  /** Only for what all contexts of this JVM have in common. */
  private final SSLSocketFactory any;

  /**
   * Makes one.
   *
   * @param keys to log in with, or null
   */
  UnresumedTls(KeyManager[] keys, TrustManager trust) {
    this.keys = keys;
    this.trust = trust;
    this.any = sockets();
  }

  private SSLSocketFactory sockets() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {trust}, null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM has no TLS", e);
    }
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    return sockets().createSocket(socket, host, port, autoClose);
  }

  @Override
  public Socket createSocket() throws IOException {
    return sockets().createSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return sockets().createSocket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return sockets().createSocket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return sockets().createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return sockets().createSocket(address, port, localAddress, localPort);
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return any.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return any.getSupportedCipherSuites();
  }
}
