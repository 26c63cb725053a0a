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
 * Tells what failed with a call. An answer that is none to it is judged by its status and by
 * whether the body is Symphony's own, never by text: the texts are not documented, and a proxy's
 * body can be anything. Where no whole answer came, this says why not, in a few words, and for a
 * failure of the set-up what to look at. Thread-safe.
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

  /** The failure of a call that was answered with a status that it does not take. */
  SymphonyException ofAnswer(SymphonyCall call, String where, Response response) {
    int status = response.code();
    JsonNode error = json(response);
    boolean symphonyJson = isSymphonyError(call, error);
    Duration retryAfter = retryAfter(response.header(HttpClients.RETRY_AFTER));
    StringBuilder message = new StringBuilder(where).append(" was answered with ").append(status);
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
          .append(", which is not followed");
    }
    return new SymphonyException(
        call, kind(status, symphonyJson, retryAfter), message.toString(), status, retryAfter);
  }

  /**
   * The kind of an answer that is none to the call.
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
   * The agent's V2Error has both members (agent-api-public.yaml), but health and info declare none;
   * the logins' Error promises neither, so there an empty body may be Symphony's, too. From an
   * agent it is an ingress's that has no route for this.
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

  /** The body as JSON, or null when it is none, broke off, or is longer than any of Symphony's. */
  private static JsonNode json(Response response) {
    try {
      BufferedSource source = response.body().source();
      return source.request(LARGEST_ERROR_BODY + 1) ? null : JSON.readTree(source.readByteArray());
    } catch (IOException | RuntimeException e) {
      // The latter is OkHttp's own, over a length below zero.
      return null;
    }
  }

  /** The answer's {@code Content-Type} as it may be told; empty without one. */
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

  /** Seconds or a date (RFC 9110, 10.2.3), capped; what is neither asks for no certain time. */
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
   * The failure of a call without a whole answer.
   *
   * @param where the call, its host and its trace id
   * @param thrown by OkHttp in its place
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

  /** Why no whole answer came: as a kind, and in words. */
  private record Reason(FailureKind kind, String text) {}

  private static Reason reason(IOException e, boolean sent, boolean proxied) {
    if (e instanceof UnknownHostException unknown) {
      return new Reason(
          isNobodyThereToAsk(unknown) ? FailureKind.NO_NAME_SERVER : FailureKind.UNKNOWN_HOST,
          proxied
              ? "the proxy's host name is not known here (DNS)"
              : "the host name is not known here (DNS)");
    }
    if (e instanceof SSLPeerUnverifiedException) {
      return new Reason(
          FailureKind.WRONG_HOST_NAME,
          "the server's certificate is for another host name ("
              + namesIn(e)
              + "): check the URL; this check cannot be switched off");
    }
    UntrustedServerException untrusted = UntrustedServerException.in(e);
    if (untrusted != null) {
      return new Reason(
          untrusted.isMendedByTrustStore()
              ? FailureKind.UNTRUSTED_CERTIFICATE
              : FailureKind.INVALID_CERTIFICATE,
          untrusted.getMessage());
    }
    if (e instanceof SSLException) {
      return new Reason(FailureKind.TLS, "TLS could not be agreed (" + firstLine(e) + ")");
    }
    if (e instanceof SocketTimeoutException) {
      return new Reason(
          sent ? FailureKind.TIMEOUT : FailureKind.NETWORK,
          "no answer in time (" + firstLine(e) + ")");
    }
    if (e instanceof InterruptedIOException) {
      return new Reason(FailureKind.NETWORK, "it took too long as a whole, and was cut off");
    }
    if (e instanceof ConnectException) {
      return new Reason(FailureKind.UNREACHABLE, "no connection (" + firstLine(e) + ")");
    }
    if (e instanceof SocketException) {
      // Not its other subclasses: no route to a host, say, is no connection that was lost.
      return new Reason(
          e.getClass() == SocketException.class ? FailureKind.CONNECTION_LOST : FailureKind.NETWORK,
          "the connection broke (" + firstLine(e) + ")");
    }
    boolean hungUp = e.getClass() == IOException.class && e.getCause() instanceof EOFException;
    // No other message is quoted: those of a broken answer hold a piece of it, which may be an
    // event's text (Okio writes up to 32 bytes in hexadecimal digits).
    return new Reason(
        hungUp ? FailureKind.CONNECTION_LOST : FailureKind.NETWORK,
        "no whole answer of a server came: it broke off, was no HTTP, or a proxy's 407 ("
            + e.getClass().getSimpleName()
            + ")");
  }

  /**
   * Whether the name server is away. Java tells that only by the text of EAI_AGAIN, which it takes
   * from the C library (glibc's, musl's); in other words it counts as an unknown name.
   */
  private static boolean isNobodyThereToAsk(UnknownHostException unknown) {
    String text = String.valueOf(unknown.getMessage());
    return text.endsWith(": Temporary failure in name resolution") || text.endsWith(": Try again");
  }

  /** The lines of OkHttp's message that name the certificate's subject and its hosts. */
  private static String namesIn(IOException e) {
    return Printable.of(
        String.valueOf(e.getMessage())
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("DN: ") || line.startsWith("subjectAltNames: "))
            .collect(Collectors.joining(", ")));
  }

  /** OkHttp lists the chain of a certificate it refuses over many lines; the first says it all. */
  private static String firstLine(IOException e) {
    return e.getMessage() == null
        ? "no further word"
        : e.getMessage().lines().findFirst().orElse("");
  }
}
