// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.text.StackOnly;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import okio.BufferedSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP client of a task: it makes one attempt for a request, limits the size of responses, and
 * cancels the requests in progress when it is closed. Thread-safe.
 */
public final class SymphonyHttp implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SymphonyHttp.class);

  private final HttpClients clients;
  private final ClientSettings settings;
  private final CallFailures failures;
  private final Set<Call> calls = new HashSet<>();
  private boolean closed;

  /** Places of unexpected exceptions, each of which is logged once. */
  private final Set<String> unexpectedAt = ConcurrentHashMap.newKeySet();

  public SymphonyHttp(ClientSettings settings) {
    this(settings, EventListener.NONE);
  }

  /**
   * Creates a client with a listener for the details of connections.
   *
   * @param listener receives the events of each connection, on the thread that opens it
   */
  public SymphonyHttp(ClientSettings settings, EventListener listener) {
    this.settings = settings;
    this.failures = new CallFailures(settings);
    this.clients = new HttpClients(settings, listener);
  }

  /**
   * Returns a builder for a request with the headers {@code Accept} and {@code User-Agent}.
   *
   * @param base base URL of the server, with its context path
   * @param path path below it, without a leading slash
   */
  public Request.Builder request(HttpUrl base, String path) {
    return new Request.Builder()
        .url(base.newBuilder().addPathSegments(path).build())
        .header("Accept", "application/json")
        .header("User-Agent", settings.userAgent());
  }

  /** Returns a JSON body in UTF-8 that is sent once only. */
  public static RequestBody json(byte[] json) {
    return new OneShotBody(OneShotBody.JSON, json);
  }

  /**
   * Returns an empty body without Content-Type, and with a Content-Length of 0, that is sent once
   * only.
   */
  public static RequestBody emptyBody() {
    return new OneShotBody(null, new byte[0]);
  }

  /**
   * Sends a request once and returns its response, if the call accepts its status and it has at
   * most {@code maxBytes}.
   *
   * @param call kind of request, for the failure's message
   * @param trace an addition to the failure's message, such as the trace id; may be empty
   * @param cancellation cancels the request
   */
  public ReadAnswer send(
      SymphonyCall call, Request request, long maxBytes, String trace, Cancellation cancellation)
      throws SymphonyException {
    return send(null, call, request, maxBytes, trace, cancellation);
  }

  /**
   * Sends a request as above, and presents a certificate to the server.
   *
   * @param certificate null for none
   */
  public ReadAnswer send(
      ClientCertificate certificate,
      SymphonyCall call,
      Request request,
      long maxBytes,
      String trace,
      Cancellation cancellation)
      throws SymphonyException {
    String host = request.url().host();
    boolean proxied = clients.areProxied(host);
    String way = proxied ? ", through the proxy " + settings.proxy() : "";
    String where = call + " (" + host + way + trace + ")";
    Call httpCall = clients.to(host, certificate).newCall(request);
    if (call.atMost() != null) {
      httpCall.timeout().timeout(call.atMost().toNanos(), TimeUnit.NANOSECONDS);
    }
    begin(httpCall, call, where);
    cancellation.bind(httpCall);
    Moment sentAt = settings.now().get();
    clients.sockets().begin(maxBytes);
    try (Response response = httpCall.execute()) {
      Moment headersAt = settings.now().get();
      if (!call.takes(response.code())) {
        throw failures.ofAnswer(call, where, response);
      }
      byte[] body = body(call, where, response, maxBytes);
      return new ReadAnswer(
          where,
          response.code(),
          body,
          failures.contentType(response),
          sentAt,
          headersAt,
          maxBytes);
    } catch (RuntimeException e) {
      throw unexpected(call, where, e);
    } catch (IOException e) {
      throw CallFailures.ofNoAnswer(call, where, request, e, proxied);
    } finally {
      clients.sockets().end();
      end(httpCall);
    }
  }

  private static byte[] body(SymphonyCall call, String where, Response response, long maxBytes)
      throws IOException, SymphonyException {
    BufferedSource source = response.body().source();
    long announced = response.body().contentLength();
    if (announced > maxBytes || (announced < 0 && source.request(maxBytes + 1))) {
      throw new SymphonyException(
          call,
          FailureKind.TOO_LARGE,
          where + " returned more than " + maxBytes + " bytes, and was cut off",
          response.code(),
          null);
    }
    return announced < 0 ? source.readByteArray() : readFully(source, (int) announced);
  }

  /**
   * Reads without Okio's own method, which would buffer the whole body before it creates the array.
   */
  private static byte[] readFully(BufferedSource source, int length) throws IOException {
    byte[] body = new byte[length];
    for (int have = 0; have < length; ) {
      int came = source.read(body, have, length - have);
      if (came < 0) {
        throw new EOFException("the body ended after " + have + " of " + length + " bytes");
      }
      have += came;
    }
    return body;
  }

  /**
   * Handles a bug in the connector, or a response for which OkHttp throws no IOException, such as
   * one with a negative status or length. A feed must not stop for either, because that can lose
   * events. Logs each place once, so that such a server does not flood the log, and without the
   * messages, which might quote the response.
   */
  private SymphonyException unexpected(SymphonyCall call, String where, RuntimeException e) {
    StackOnly stack = StackOnly.of(e);
    if (unexpectedAt.add(stack.place())) {
      LOG.error(
          "{} failed unexpectedly. The reader retries a read or a login, as after any network failure, and does"
              + " not log this error again. Check that the server returns valid HTTP. If it does, this is a bug"
              + " in the connector: report it with the stack trace below.",
          where,
          stack);
    }
    return new SymphonyException(
        call,
        FailureKind.NETWORK,
        where
            + " failed unexpectedly ("
            + stack.place()
            + "): the response is not valid HTTP, or the connector has a bug. See the first ERROR line, which"
            + " has the stack trace",
        stack);
  }

  private void begin(Call httpCall, SymphonyCall call, String where) throws SymphonyException {
    synchronized (calls) {
      if (closed) {
        throw new SymphonyException(
            call, FailureKind.NETWORK, where + " was not sent: the task is stopping", null);
      }
      calls.add(httpCall);
    }
  }

  private void end(Call httpCall) {
    synchronized (calls) {
      calls.remove(httpCall);
    }
  }

  /** Cancels the requests in progress, which then fail, and rejects new ones. */
  @Override
  public void close() {
    synchronized (calls) {
      closed = true;
      calls.forEach(Call::cancel);
    }
    clients.closeIdle();
  }

  /** Request body that OkHttp can send once only, so that it never retries a request on its own. */
  static final class OneShotBody extends RequestBody {

    /** No charset: the pinned request has none, and RFC 8259 allows only UTF-8. */
    private static final MediaType JSON = MediaType.get("application/json");

    private final MediaType type;
    private final byte[] bytes;
    private volatile boolean sent;

    private OneShotBody(MediaType type, byte[] bytes) {
      this.type = type;
      this.bytes = bytes;
    }

    @Override
    public MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    /**
     * Returns whether the body was written to a connection: a timeout before that is not one of a
     * read.
     */
    boolean isSent() {
      return sent;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(bytes);
      sent = true;
    }
  }
}
