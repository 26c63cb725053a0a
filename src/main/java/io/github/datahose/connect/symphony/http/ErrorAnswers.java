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
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Tells what kind of failure an answer other than 200 and 204 is. By status and by whether the body
 * is Symphony's own, never by text: the texts are not documented, and a proxy's body can be
 * anything.
 */
public final class ErrorAnswers {

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);
  private static final int LONGEST_RETRY_AFTER_DIGITS = 9;
  private static final Pattern SECONDS = Pattern.compile("-?\\d+");
  private static final int LARGEST_ERROR_BODY = 64 * 1024;
  private static final int LONGEST_QUOTE = 300;
  private static final int LONGEST_CONTENT_TYPE = 100;
  private static final ObjectReader JSON =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Clock clock;
  private final ResponseSanitizer sanitizer;

  ErrorAnswers(ClientSettings settings) {
    clock = settings.clock();
    sanitizer = new ResponseSanitizer(settings.proxy());
  }

  SymphonyException failure(SymphonyCall call, String where, Response response) {
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
    if (status >= 500) {
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
      case 408, 425 -> FailureKind.UNAVAILABLE;
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

  private static String locationHost(Response response) {
    String location = response.header("Location");
    if (location == null || response.code() < 300 || response.code() >= 400) {
      return null;
    }
    try {
      String host = response.request().url().uri().resolve(URI.create(location)).getHost();
      return host == null ? "(none)" : host;
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
}
