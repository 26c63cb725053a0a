// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.io.IOException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * The HTTP client of a task: one attempt a call, no redirects, answers up to a size, calls that end
 * at once when it is closed. Thread-safe.
 *
 * <p>Retries belong to the reader, which counts and logs them. OkHttp has three of its own: for a
 * stale connection (off by {@code retryOnConnectionFailure}), for 408 and for 503 with {@code
 * Retry-After: 0} (off since our bodies are one-shot, see {@link OneShotBody}; in OkHttp 5.5 {@code
 * RetryAndFollowUpInterceptor} they do not depend on that switch). It also reads {@code
 * Retry-After} as an int there, and throws when the number is larger, so the header is put under
 * another name before.
 */
final class SymphonyHttp implements AutoCloseable {

  /** Where the value of {@code Retry-After} is. */
  static final String RETRY_AFTER = "Datahose-Retry-After";

  private static final int READERS_AT_MOST = 5;

  private final ServerTrust trust;
  private final OkHttpClient direct;

  /** Null without a proxy. */
  private final OkHttpClient proxied;

  private final ClientSettings settings;
  private final ErrorAnswers errors;
  private final Set<Call> calls = new HashSet<>();
  private boolean closed;

  SymphonyHttp(ClientSettings settings) {
    this.settings = settings;
    this.errors = new ErrorAnswers(settings.clock());
    this.trust = new ServerTrust(settings.trustStore());
    this.direct =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .connectTimeout(settings.timeouts().connect())
            .readTimeout(settings.timeouts().read())
            .callTimeout(settings.timeouts().call())
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .sslSocketFactory(trust.socketFactory(null), trust)
            .addNetworkInterceptor(chain -> hideRetryAfter(chain.proceed(chain.request())))
            .connectionPool(new ConnectionPool(READERS_AT_MOST, 5, TimeUnit.MINUTES))
            .build();
    this.proxied = settings.proxy() == null ? null : ProxiedClient.of(direct, settings.proxy());
  }

  /**
   * Sends a request once and gives its answer, if the call takes its status and it is no larger
   * than {@code maxBytes}.
   *
   * @param call what the request is, for the failure's message
   * @param trace an addition to the failure's message, such as the trace id; may be empty
   * @param cancellation ends the call
   */
  ReadAnswer send(
      SymphonyCall call, Request request, long maxBytes, String trace, Cancellation cancellation)
      throws SymphonyException {
    return send(clientFor(request), call, request, maxBytes, trace, cancellation);
  }

  /**
   * The same on a connection of its own, on which the certificate is shown: none that was made with
   * another certificate, or with none, is used again, and neither is this one.
   */
  ReadAnswer sendWith(
      ClientCertificate certificate,
      SymphonyCall call,
      Request request,
      long maxBytes,
      String trace,
      Cancellation cancellation)
      throws SymphonyException {
    OkHttpClient showing =
        clientFor(request)
            .newBuilder()
            .sslSocketFactory(trust.socketFactory(certificate.keyManagers()), trust)
            .connectionPool(new ConnectionPool(0, 1, TimeUnit.MINUTES))
            .build();
    return send(showing, call, request, maxBytes, trace, cancellation);
  }

  private ReadAnswer send(
      OkHttpClient by,
      SymphonyCall call,
      Request request,
      long maxBytes,
      String trace,
      Cancellation cancellation)
      throws SymphonyException {
    String way = isProxied(request) ? ", through the proxy " + settings.proxy() : "";
    String where = call + " (" + request.url().host() + way + trace + ")";
    Call httpCall = by.newCall(request);
    if (call.atMost() != null) {
      httpCall.timeout().timeout(call.atMost().toNanos(), TimeUnit.NANOSECONDS);
    }
    begin(httpCall, call, where);
    cancellation.bind(httpCall);
    long sentAt = settings.nanoTime().getAsLong();
    try (Response response = httpCall.execute()) {
      long headersAt = settings.nanoTime().getAsLong();
      if (!call.takes(response.code())) {
        throw errors.failure(call, where, response);
      }
      byte[] body = body(call, where, response, maxBytes);
      String contentType = response.header("Content-Type", "");
      return new ReadAnswer(where, response.code(), body, contentType, sentAt, headersAt);
    } catch (IOException e) {
      ProxyRefusedException refused = ProxyRefusedException.in(e);
      if (refused != null) {
        throw byProxy(call, where, refused);
      }
      String reason =
          isProxied(request) && e instanceof UnknownHostException
              ? "the proxy's host name is not known here (DNS)"
              : NetworkFailures.describe(e);
      boolean sent = request.body() instanceof OneShotBody body && body.isSent();
      throw network(call, where + " failed: " + reason, e, sent);
    } finally {
      end(httpCall);
    }
  }

  private OkHttpClient clientFor(Request request) {
    return isProxied(request) ? proxied : direct;
  }

  private boolean isProxied(Request request) {
    return proxied != null && settings.proxy().isFor(request.url().host());
  }

  private static Response hideRetryAfter(Response response) {
    String wish = response.header("Retry-After");
    return wish == null
        ? response
        : response.newBuilder().removeHeader("Retry-After").header(RETRY_AFTER, wish).build();
  }

  private static byte[] body(SymphonyCall call, String where, Response response, long maxBytes)
      throws IOException, SymphonyException {
    BufferedSource source = response.body().source();
    long announced = response.body().contentLength();
    if (announced > maxBytes || (announced < 0 && source.request(maxBytes + 1))) {
      throw SymphonyException.of(
              call,
              FailureKind.MALFORMED,
              where + " was answered with more than " + maxBytes + " bytes; it was cut off")
          .status(response.code())
          .tooLarge()
          .build();
    }
    return announced < 0 ? source.readByteArray() : source.readByteArray(announced);
  }

  private static SymphonyException byProxy(
      SymphonyCall call, String where, ProxyRefusedException refused) {
    FailureKind kind = refused.status() >= 500 ? FailureKind.SERVER : FailureKind.REFUSED;
    return SymphonyException.of(call, kind, where + " failed: " + refused.getMessage())
        .status(refused.status())
        .fromProxy()
        .cause(refused)
        .build();
  }

  private static SymphonyException network(
      SymphonyCall call, String message, IOException e, boolean sent) {
    return SymphonyException.of(call, FailureKind.NETWORK, message)
        .readTimeout(e instanceof SocketTimeoutException && sent)
        .cause(e)
        .build();
  }

  private void begin(Call httpCall, SymphonyCall call, String where) throws SymphonyException {
    synchronized (calls) {
      if (closed) {
        throw SymphonyException.of(
                call, FailureKind.NETWORK, where + " was not sent: the task is stopping")
            .build();
      }
      calls.add(httpCall);
    }
  }

  private void end(Call httpCall) {
    synchronized (calls) {
      calls.remove(httpCall);
    }
  }

  /** Cancels the calls under way, which then fail at once, and refuses new ones. */
  @Override
  public void close() {
    synchronized (calls) {
      closed = true;
      calls.forEach(Call::cancel);
    }
    direct.connectionPool().evictAll();
  }
}
