// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.ProxySettings;
import io.github.datahose.connect.symphony.proxy.ProxiedClient;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.ServerTrust;
import java.net.Proxy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HostnameVerifier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * The ways to Symphony's servers: direct or through the proxy, with a client certificate or without
 * one, and whom to trust. One attempt a call and no redirects on all of them. Thread-safe.
 *
 * <p>Retries belong to the reader, which counts and logs them. OkHttp has three of its own: for a
 * stale connection (off by {@code retryOnConnectionFailure}), for 408 and for 503 with {@code
 * Retry-After: 0} (off since our bodies are one-shot, see {@link SymphonyHttp}; in OkHttp 5.5
 * {@code RetryAndFollowUpInterceptor} they do not depend on that switch). It also reads {@code
 * Retry-After} as an int there, and throws when the number is larger, so the header is put under
 * another name before.
 *
 * <p>The choice between proxy and none is made here: OkHttp asks a {@code ProxySelector} about no
 * host with an underscore, since {@code java.net.URI} knows no host in such a URL, and goes
 * directly. A server that closes a connection without saying so costs the next request: OkHttp
 * looks before it reuses a connection, but might look too early.
 *
 * <p>Java keeps a TLS session for later connections before OkHttp judges the host name. In TLS 1.2
 * who resumes one is shown no certificate, and would judge that of the first again, however long
 * ago it was replaced. So a session whose certificate is for another host is thrown away.
 *
 * <p>HTTP/1.1 only: OkHttp's limit on the headers of HTTP/2 does not count empty ones, so a peer
 * that sends them without end would fill the heap.
 */
final class HttpClients {

  /** Where the value of {@code Retry-After} is. */
  static final String RETRY_AFTER = "Datahose-Retry-After";

  private static final int READERS_AT_MOST = 5;

  private final BoundedSockets sockets = new BoundedSockets();
  private final ServerTrust trust;
  private final ProxySettings proxy;
  private final OkHttpClient direct;

  /** Null without a proxy. */
  private final OkHttpClient proxied;

  /**
   * Makes them; opens no connection.
   *
   * @param listener told how each connection comes about
   */
  HttpClients(ClientSettings settings, EventListener listener) {
    this.trust = new ServerTrust(settings.trustStore());
    this.proxy = settings.proxy();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .protocols(List.of(Protocol.HTTP_1_1))
            .socketFactory(sockets)
            .eventListener(listener)
            .connectTimeout(settings.timeouts().connect())
            .readTimeout(settings.timeouts().read())
            .callTimeout(settings.timeouts().call())
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionSpecs(List.of(ConnectionSpec.RESTRICTED_TLS, ConnectionSpec.CLEARTEXT))
            .sslSocketFactory(trust.socketFactory(null), trust)
            .addNetworkInterceptor(chain -> hideRetryAfter(chain.proceed(chain.request())))
            .connectionPool(new ConnectionPool(READERS_AT_MOST, 5, TimeUnit.MINUTES))
            .build();
    this.direct =
        client
            .newBuilder()
            .hostnameVerifier(resumingNoneRefusedBy(client.hostnameVerifier()))
            .build();
    this.proxied = proxy == null ? null : ProxiedClient.of(direct, proxy, settings.now());
  }

  /** Bounds what a call may bring. */
  BoundedSockets sockets() {
    return sockets;
  }

  /** Whether a server is reached through the proxy. */
  boolean areProxied(String host) {
    return proxied != null && proxy.isFor(host);
  }

  /**
   * The one for a server.
   *
   * @param certificate shown to it, on a connection of its own: none that was made with another
   *     certificate, or with none, is used again, and neither is this one. Null for none
   */
  OkHttpClient to(String host, ClientCertificate certificate) {
    OkHttpClient client = areProxied(host) ? proxied : direct;
    return certificate == null
        ? client
        : client
            .newBuilder()
            .sslSocketFactory(trust.socketFactory(certificate.keyManagers()), trust)
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.MINUTES))
            .build();
  }

  /** Judges as OkHttp does, but lets nobody resume a session that it refused. */
  private static HostnameVerifier resumingNoneRefusedBy(HostnameVerifier judge) {
    return (host, session) -> {
      boolean isForHost = judge.verify(host, session);
      if (!isForHost) {
        session.invalidate();
      }
      return isForHost;
    };
  }

  /** Whatever characters it holds: OkHttp lets answers bring some that it refuses to set. */
  private static Response hideRetryAfter(Response response) {
    String wish = response.header("Retry-After");
    if (wish == null) {
      return response;
    }
    Headers renamed =
        response
            .headers()
            .newBuilder()
            .removeAll("Retry-After")
            .addUnsafeNonAscii(RETRY_AFTER, wish)
            .build();
    return response.newBuilder().headers(renamed).build();
  }

  /** Closes the connections that nobody uses. */
  void closeIdle() {
    direct.connectionPool().evictAll();
  }
}
