// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.SymphonyException.Call;
import io.github.datahose.connect.symphony.SymphonyException.Kind;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
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
 * Retry-After: 0} (off since our bodies are one-shot, see {@link JsonBody}; in OkHttp 5.5 {@code
 * RetryAndFollowUpInterceptor} they do not depend on that switch). It also reads {@code
 * Retry-After} as an int there, and throws when the number is larger, so the header is put under
 * another name before.
 */
final class SymphonyHttp implements AutoCloseable {

  /** Where the value of {@code Retry-After} is. */
  static final String RETRY_AFTER = "Datahose-Retry-After";

  private static final int READERS_AT_MOST = 5;

  private final OkHttpClient client;
  private final ClientSettings settings;
  private final ErrorAnswers errors;
  private final Set<okhttp3.Call> calls = new HashSet<>();
  private boolean closed;

  SymphonyHttp(ClientSettings settings) {
    this.settings = settings;
    this.errors = new ErrorAnswers(settings.clock());
    this.client =
        new OkHttpClient.Builder()
            .connectTimeout(settings.connectTimeout())
            .readTimeout(settings.readTimeout())
            .callTimeout(settings.longestCall())
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(chain -> hideRetryAfter(chain.proceed(chain.request())))
            .connectionPool(new ConnectionPool(READERS_AT_MOST, 5, TimeUnit.MINUTES))
            .build();
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
      Call call, Request request, long maxBytes, String trace, Cancellation cancellation)
      throws SymphonyException {
    String where = call + " (" + request.url().host() + trace + ")";
    okhttp3.Call httpCall = client.newCall(request);
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
    } catch (IOException | RuntimeException e) {
      // OkHttp has no IOException for a status or a length below zero, and maybe for more.
      throw network(call, where, e, request.body() instanceof JsonBody body && body.isSent());
    } finally {
      end(httpCall);
    }
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

  private static byte[] body(Call call, String where, Response response, long maxBytes)
      throws IOException, SymphonyException {
    BufferedSource source = response.body().source();
    long announced = response.body().contentLength();
    if (announced > maxBytes || (announced < 0 && source.request(maxBytes + 1))) {
      throw SymphonyException.of(
              call,
              Kind.MALFORMED,
              where + " was answered with more than " + maxBytes + " bytes; it was cut off")
          .status(response.code())
          .tooLarge()
          .build();
    }
    return announced < 0 ? source.readByteArray() : source.readByteArray(announced);
  }

  private static SymphonyException network(Call call, String where, Exception e, boolean sent) {
    return SymphonyException.of(
            call, Kind.NETWORK, where + " failed: " + NetworkFailures.describe(e))
        .readTimeout(e instanceof SocketTimeoutException && sent)
        .cause(e)
        .build();
  }

  private void begin(okhttp3.Call httpCall, Call call, String where) throws SymphonyException {
    synchronized (calls) {
      if (closed) {
        throw SymphonyException.of(
                call, Kind.NETWORK, where + " was not sent: the task is stopping")
            .build();
      }
      calls.add(httpCall);
    }
  }

  private void end(okhttp3.Call httpCall) {
    synchronized (calls) {
      calls.remove(httpCall);
    }
  }

  /** Cancels the calls under way, which then fail at once, and refuses new ones. */
  @Override
  public void close() {
    synchronized (calls) {
      closed = true;
      calls.forEach(okhttp3.Call::cancel);
    }
    client.connectionPool().evictAll();
  }
}
