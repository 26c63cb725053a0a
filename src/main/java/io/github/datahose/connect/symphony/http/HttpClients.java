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
 * HTTP clients for Symphony's servers: direct or through the proxy, with or without a client
 * certificate, and with the trusted certificate authorities. All make one attempt for a request,
 * and follow no redirects. Thread-safe.
 *
 * <p>The reader retries, because it counts and logs retries. OkHttp has three retries of its own:
 * for a stale connection (off by {@code retryOnConnectionFailure}), for 408, and for 503 with
 * {@code Retry-After: 0} (off because the bodies are one-shot, see {@link SymphonyHttp}; in OkHttp
 * 5.5 {@code RetryAndFollowUpInterceptor} they do not depend on that switch). There it also parses
 * {@code Retry-After} as an int, and throws if the number is larger, so the header is renamed
 * before.
 *
 * <p>This class decides whether to use the proxy: for a host with an underscore, OkHttp does not
 * call a {@code ProxySelector}, because {@code java.net.URI} finds no host in such a URL, and
 * connects directly. A server that closes a connection silently makes the next request fail: OkHttp
 * checks a connection before it reuses it, but might check too early.
 *
 * <p>Java keeps a TLS session for later connections before OkHttp verifies the host name. In TLS
 * 1.2, a client that resumes a session receives no certificate, and would verify that of the first
 * connection again, even long after it was replaced. So a session whose certificate is for another
 * host is discarded.
 *
 * <p>HTTP/1.1 only: OkHttp's limit on the headers of HTTP/2 does not count empty ones, so a peer
 * that sends them endlessly would fill the heap.
 */
final class HttpClients {

  /** Header with the value of {@code Retry-After}. */
  static final String RETRY_AFTER = "Datahose-Retry-After";

  private static final int READERS_AT_MOST = 5;

  private final BoundedSockets sockets = new BoundedSockets();
  private final ServerTrust trust;
  private final ProxySettings proxy;
  private final OkHttpClient direct;

  /** Null without a proxy. */
  private final OkHttpClient proxied;

  /**
   * Creates the clients without opening a connection.
   *
   * @param listener receives the events of each connection
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

  /** Returns the sockets, which limit what a request receives. */
  BoundedSockets sockets() {
    return sockets;
  }

  /** Returns whether a server is reached through the proxy. */
  boolean areProxied(String host) {
    return proxied != null && proxy.isFor(host);
  }

  /**
   * Returns the client for a server.
   *
   * @param certificate presented to the server, on a connection of its own: no connection with
   *     another certificate, or without one, is reused, and neither is this one; null for none
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

  /**
   * Verifies as OkHttp does, and invalidates a session that it rejects, so that nothing resumes it.
   */
  private static HostnameVerifier resumingNoneRefusedBy(HostnameVerifier judge) {
    return (host, session) -> {
      boolean isForHost = judge.verify(host, session);
      if (!isForHost) {
        session.invalidate();
      }
      return isForHost;
    };
  }

  /**
   * Renames the header, whatever characters its value has: OkHttp accepts some in responses that it
   * cannot set.
   */
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

  /** Closes the idle connections. */
  void closeIdle() {
    direct.connectionPool().evictAll();
  }
}
