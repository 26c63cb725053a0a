// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator.openapi;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.SimpleRequest;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import com.atlassian.oai.validator.report.ValidationReport.Message;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.RecordedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Holds what went over the wire against the specification that the vendor publishes. What differs
 * in the real thing too is listed in {@code known-deviations.json}. Thread-safe.
 */
public final class OpenApiCheck {

  private static final Map<String, OpenApiInteractionValidator> VALIDATORS =
      Map.of(
          "/agent", validator("agent-api.yaml", "/agent"),
          "/login", validator("login-api.yaml", "/login"),
          "/relay", validator("login-api.yaml", "/relay"),
          "/sessionauth", validator("authenticator-api.yaml", "/sessionauth"),
          "/keyauth", validator("authenticator-api.yaml", "/keyauth"));

  private static final List<KnownDeviation> KNOWN = known();

  /**
   * Something in which the real thing differs from its own specification.
   *
   * @param key the validator's name for what it finds
   * @param statuses answers with these only; empty for requests and answers of any status
   * @param faultsOnly whether it is excused only where a fault was asked for
   * @param why what is known about it
   */
  private record KnownDeviation(
      String key, List<Integer> statuses, boolean faultsOnly, String why) {

    boolean excuses(String found, int status, boolean faulted) {
      return found.startsWith(key)
          && (statuses.isEmpty() || statuses.contains(status))
          && (faulted || !faultsOnly);
    }
  }

  private OpenApiCheck() {}

  /**
   * Fails unless all requests, and their answers as far as there are any, are as specified.
   *
   * @throws AssertionError that names each request and what is wrong with it
   */
  public static void assertConforms(Iterable<RecordedRequest> requests) {
    assertNone(requests, OpenApiCheck::findings);
  }

  /**
   * The same for the requests alone: where events were produced that are odd on purpose.
   *
   * @throws AssertionError that names each request and what is wrong with it
   */
  public static void assertRequestsConform(Iterable<RecordedRequest> requests) {
    assertNone(requests, OpenApiCheck::requestFindings);
  }

  private static void assertNone(
      Iterable<RecordedRequest> requests, Function<RecordedRequest, List<String>> check) {
    List<String> findings = new ArrayList<>();
    for (RecordedRequest request : requests) {
      for (String finding : check.apply(request)) {
        findings.add(request + ": " + finding);
      }
    }
    if (!findings.isEmpty()) {
      throw new AssertionError(
          "Not as the vendor's OpenAPI specification says:\n" + String.join("\n", findings));
    }
  }

  /**
   * Returns the violations of the specification; empty if there are none or no specification
   * applies.
   */
  public static List<String> findings(RecordedRequest request) {
    OpenApiInteractionValidator validator = validator(request);
    if (validator == null || request.status() <= 0) {
      return requestFindings(request);
    }
    return unknown(validator.validate(request(request), response(request)), request);
  }

  /** What is against the specification in the request itself. */
  public static List<String> requestFindings(RecordedRequest request) {
    OpenApiInteractionValidator validator = validator(request);
    return validator == null
        ? List.of()
        : unknown(validator.validateRequest(request(request)), request);
  }

  private static OpenApiInteractionValidator validator(RecordedRequest request) {
    int secondSlash = request.path().indexOf('/', 1);
    return VALIDATORS.get(secondSlash < 0 ? "" : request.path().substring(0, secondSlash));
  }

  private static List<String> unknown(ValidationReport report, RecordedRequest request) {
    return report.getMessages().stream()
        .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
        .filter(message -> !known(message, request))
        .map(message -> message.getKey() + ": " + message.getMessage())
        .toList();
  }

  private static boolean known(Message message, RecordedRequest request) {
    return KNOWN.stream()
        .anyMatch(
            deviation -> deviation.excuses(message.getKey(), request.status(), request.faulted()));
  }

  private static SimpleRequest request(RecordedRequest request) {
    SimpleRequest.Builder builder = new SimpleRequest.Builder(request.method(), request.path());
    request.headers().forEach(builder::withHeader);
    return request.body().length == 0 ? builder.build() : builder.withBody(request.body()).build();
  }

  private static SimpleResponse response(RecordedRequest request) {
    SimpleResponse.Builder builder = SimpleResponse.Builder.status(request.status());
    request.answerHeaders().forEach(builder::withHeader);
    byte[] body = request.answerBody();
    return body.length == 0 ? builder.build() : builder.withBody(body).build();
  }

  private static OpenApiInteractionValidator validator(String file, String basePath) {
    return OpenApiInteractionValidator.createForSpecificationUrl("/simulator/openapi/" + file)
        .withBasePathOverride(basePath)
        .build();
  }

  private static List<KnownDeviation> known() {
    String file = "/simulator/openapi/known-deviations.json";
    try (InputStream in = OpenApiCheck.class.getResourceAsStream(file)) {
      return new ObjectMapper().readValue(in, new TypeReference<List<KnownDeviation>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
