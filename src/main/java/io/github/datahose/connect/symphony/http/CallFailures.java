// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.proxy.ProxyRefusedException;
import io.github.datahose.connect.symphony.tls.UntrustedServerException;
import io.github.datahose.connect.text.Printable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Classification of failed requests. An unexpected response is classified by its status and by
 * whether its body is Symphony's own, never by text: the texts are not documented, and a proxy's
 * body can be anything. Without a complete response, the message says why in a few words, and what
 * to check if the configuration might be wrong. Thread-safe.
 */
public final class CallFailures {

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);
  private static final int LONGEST_RETRY_AFTER_DIGITS = 9;
  private static final Pattern SECONDS = Pattern.compile("-?\\d+");
  private static final int LARGEST_ERROR_BODY = 64 * 1024;
  private static final int LONGEST_QUOTE = 300;
  private static final int LONGEST_CONTENT_TYPE = 100;
  private static final int LONGEST_HOST = 253;
  private static final ObjectReader JSON =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Clock clock;
  private final ResponseSanitizer sanitizer;

  CallFailures(ClientSettings settings) {
    clock = settings.clock();
    sanitizer = new ResponseSanitizer(settings.proxy());
  }

  /** Returns the failure of a request whose response has an unexpected status. */
  SymphonyException ofAnswer(SymphonyCall call, String where, Response response) {
    int status = response.code();
    JsonNode error = json(response);
    boolean symphonyJson = isSymphonyError(call, error);
    Duration retryAfter = retryAfter(response.header(HttpClients.RETRY_AFTER));
    StringBuilder message = new StringBuilder(where).append(" returned HTTP ").append(status);
    if (symphonyJson && error.path("message").isTextual()) {
      message
          .append(": ")
          .append(
              sanitizer.sanitized(
                  error.path("message").textValue(), response.request(), LONGEST_QUOTE));
    } else if (!symphonyJson) {
      message.append(" and a body that is not Symphony's JSON");
    }
    String location = locationHost(response);
    if (location != null) {
      message
          .append(", a redirect to the host ")
          .append(location)
          .append(", which the connector does not follow");
    }
    return new SymphonyException(
        call, kind(status, symphonyJson, retryAfter), message.toString(), status, retryAfter);
  }

  /**
   * Returns the kind of failure of an unexpected response.
   *
   * @param symphonyJson whether its body is Symphony's own
   * @param retryAfter how long the server asks to wait, or null
   */
  public static FailureKind kind(int status, boolean symphonyJson, Duration retryAfter) {
    if (status >= 500 || status == 408 || status == 425) {
      return FailureKind.UNAVAILABLE;
    }
    if (status < 300) {
      return symphonyJson ? FailureKind.MALFORMED : FailureKind.PAGE;
    }
    if (status < 400) {
      return FailureKind.NOT_SYMPHONY;
    }
    return symphonyJson ? kindOfRefusal(status, retryAfter) : kindOfPage(status);
  }

  private static FailureKind kindOfRefusal(int status, Duration retryAfter) {
    return switch (status) {
      case 400 -> retryAfter == null ? FailureKind.BAD_REQUEST : FailureKind.THROTTLED;
      case 401 -> FailureKind.UNAUTHORIZED;
      case 403 -> FailureKind.FORBIDDEN;
      case 404 -> FailureKind.NOT_FOUND;
      case 429 -> FailureKind.THROTTLED;
      default -> FailureKind.REFUSED;
    };
  }

  private static FailureKind kindOfPage(int status) {
    return switch (status) {
      case 400, 401, 429 -> FailureKind.UNAVAILABLE;
      default -> FailureKind.NOT_SYMPHONY;
    };
  }

  /**
   * Returns whether an error body is Symphony's own. The agent's V2Error has both members
   * (agent-api-public.yaml), but health and info declare none. The logins' Error guarantees
   * neither, so an empty body might be Symphony's there; from an agent, it comes from an ingress
   * without a route for the path.
   */
  private static boolean isSymphonyError(SymphonyCall call, JsonNode error) {
    if (error == null) {
      return false;
    }
    return switch (call) {
      case READ -> error.path("code").isInt() && error.path("message").isTextual();
      case AGENT_HEALTH, AGENT_INFO -> error.isObject();
      case SESSION_LOGIN, KEY_MANAGER_LOGIN -> error.isObject() || error.isMissingNode();
    };
  }

  /**
   * Returns the body as JSON, or null if it is not JSON, is incomplete, or is longer than any of
   * Symphony's.
   */
  private static JsonNode json(Response response) {
    try {
      BufferedSource source = response.body().source();
      return source.request(LARGEST_ERROR_BODY + 1) ? null : JSON.readTree(source.readByteArray());
    } catch (IOException | RuntimeException e) {
      // OkHttp throws the latter for a negative length.
      return null;
    }
  }

  /** Returns the sanitized {@code Content-Type} of a response; empty without one. */
  String contentType(Response response) {
    return sanitizer.sanitized(
        response.header("Content-Type", ""), response.request(), LONGEST_CONTENT_TYPE);
  }

  private String locationHost(Response response) {
    String location = response.header("Location");
    if (location == null || response.code() < 300 || response.code() >= 400) {
      return null;
    }
    try {
      String host = response.request().url().uri().resolve(URI.create(location)).getHost();
      return host == null ? "(none)" : sanitizer.sanitized(host, response.request(), LONGEST_HOST);
    } catch (IllegalArgumentException e) {
      return "(unreadable)";
    }
  }

  /**
   * Parses seconds or a date (RFC 9110, 10.2.3), capped; anything else counts as no specific time.
   */
  private Duration retryAfter(String header) {
    if (header == null) {
      return null;
    }
    String wish = header.strip();
    if (SECONDS.matcher(wish).matches()) {
      return wish.length() > LONGEST_RETRY_AFTER_DIGITS
          ? wish.startsWith("-") ? Duration.ZERO : LONGEST_RETRY_AFTER
          : capped(Duration.ofSeconds(Long.parseLong(wish)));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(wish, DateTimeFormatter.RFC_1123_DATE_TIME);
      return capped(Duration.between(clock.instant(), date));
    } catch (DateTimeException | ArithmeticException notDate) {
      return Duration.ZERO;
    }
  }

  private static Duration capped(Duration wish) {
    if (wish.isNegative()) {
      return Duration.ZERO;
    }
    return wish.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wish;
  }

  /**
   * Returns the failure of a request without a complete response.
   *
   * @param where request, host, and trace id
   * @param thrown exception of OkHttp
   * @param proxied whether it went through the proxy
   */
  static SymphonyException ofNoAnswer(
      SymphonyCall call, String where, Request request, IOException thrown, boolean proxied) {
    ProxyRefusedException refused = ProxyRefusedException.in(thrown);
    if (refused != null) {
      return byProxy(call, where, refused);
    }
    boolean sent = request.body() instanceof SymphonyHttp.OneShotBody body && body.isSent();
    Reason reason = reason(thrown, sent, proxied);
    return new SymphonyException(call, reason.kind(), where + " failed: " + reason.text(), thrown);
  }

  private static SymphonyException byProxy(
      SymphonyCall call, String where, ProxyRefusedException refused) {
    FailureKind kind =
        switch (refused.status()) {
          case ProxyRefusedException.LOGIN_WANTED -> FailureKind.PROXY_LOGIN;
          case 408, 425, 429 -> FailureKind.PROXY_UNAVAILABLE;
          default ->
              refused.status() >= 500 ? FailureKind.PROXY_UNAVAILABLE : FailureKind.PROXY_REFUSED;
        };
    return new SymphonyException(
        call,
        kind,
        where + " failed: " + refused.getMessage(),
        refused.status(),
        refused.notBefore());
  }

  /** Reason for an incomplete response, as a kind and in words. */
  private record Reason(FailureKind kind, String text) {}

  private static Reason reason(IOException e, boolean sent, boolean proxied) {
    if (e instanceof UnknownHostException unknown) {
      return new Reason(
          isNobodyThereToAsk(unknown) ? FailureKind.NO_NAME_SERVER : FailureKind.UNKNOWN_HOST,
          proxied
              ? "cannot resolve the proxy's host name (DNS)"
              : "cannot resolve the host name (DNS)");
    }
    if (e instanceof SSLPeerUnverifiedException) {
      return new Reason(
          FailureKind.WRONG_HOST_NAME,
          "the server's certificate is for another host name ("
              + namesIn(e)
              + "). Check the URL. Host name verification cannot be turned off");
    }
    UntrustedServerException untrusted = UntrustedServerException.in(e);
    if (untrusted != null) {
      return new Reason(
          untrusted.isFixedByTrustStore()
              ? FailureKind.UNTRUSTED_CERTIFICATE
              : FailureKind.INVALID_CERTIFICATE,
          untrusted.getMessage());
    }
    if (e instanceof SSLException) {
      return new Reason(FailureKind.TLS, "TLS handshake failed (" + firstLine(e) + ")");
    }
    if (e instanceof SocketTimeoutException) {
      return new Reason(
          sent ? FailureKind.TIMEOUT : FailureKind.NETWORK,
          "timed out waiting for a response (" + firstLine(e) + ")");
    }
    if (e instanceof InterruptedIOException) {
      return new Reason(
          FailureKind.NETWORK, "the request exceeded its total time limit and was cancelled");
    }
    if (e instanceof ConnectException) {
      return new Reason(FailureKind.UNREACHABLE, "cannot connect (" + firstLine(e) + ")");
    }
    if (e instanceof SocketException) {
      // Not its subclasses: for example, no route to a host is not a lost connection.
      return new Reason(
          e.getClass() == SocketException.class ? FailureKind.CONNECTION_LOST : FailureKind.NETWORK,
          "connection lost (" + firstLine(e) + ")");
    }
    boolean hungUp = e.getClass() == IOException.class && e.getCause() instanceof EOFException;
    // No other message is quoted: those about a malformed response contain a part of it, which
    // might be an event's text (Okio writes up to 32 bytes in hexadecimal digits).
    return new Reason(
        hungUp ? FailureKind.CONNECTION_LOST : FailureKind.NETWORK,
        "no complete response from a server: it was cut off, was not HTTP, or was a proxy's 407 ("
            + e.getClass().getSimpleName()
            + ")");
  }

  /**
   * Returns whether the name server is unavailable. Java reports this only by the text of EAI_AGAIN
   * in the C library (glibc, musl); with any other text, the host counts as unknown.
   */
  private static boolean isNobodyThereToAsk(UnknownHostException unknown) {
    String text = String.valueOf(unknown.getMessage());
    return text.endsWith(": Temporary failure in name resolution") || text.endsWith(": Try again");
  }

  /** Returns the lines of OkHttp's message that name the certificate's subject and its hosts. */
  private static String namesIn(IOException e) {
    return Printable.of(
        String.valueOf(e.getMessage())
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("DN: ") || line.startsWith("subjectAltNames: "))
            .collect(Collectors.joining(", ")));
  }

  /**
   * Returns the first line of a message: OkHttp lists the chain of a rejected certificate after it.
   */
  private static String firstLine(IOException e) {
    return e.getMessage() == null ? "no details" : e.getMessage().lines().findFirst().orElse("");
  }
}
