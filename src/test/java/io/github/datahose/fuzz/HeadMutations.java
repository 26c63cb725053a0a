// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import io.github.datahose.fuzz.AnswerMutation.Kind;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Spoils status and headers. No {@code Retry-After} asks for a wait: how long ones are honoured is
 * another test's.
 */
final class HeadMutations {

  private static final String ERROR = "{\"code\":%s,\"message\":\"Made up\"}";
  private static final List<String> REFUSALS =
      List.of(ERROR, ERROR, "", "<!DOCTYPE html><html><body>Sign in</body></html>");

  private final Spoiling spoiling;
  private final List<String> statuses = Oddities.of("statuses");
  private final List<String> statusLines = Oddities.of("status lines");
  private final List<String> headers = Oddities.of("headers");

  HeadMutations(Spoiling spoiling) {
    this.spoiling = spoiling;
  }

  Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("status", this::status);
    kinds.put("status and body", this::refusal);
    kinds.put("status line", this::statusLine);
    kinds.put("Retry-After", this::retryAfter);
    kinds.put("redirect", this::redirect);
    kinds.put("Content-Type", answer -> header(answer, "Content-Type"));
    kinds.put("Content-Encoding", answer -> header(answer, "Content-Encoding"));
    kinds.put("Content-Length", this::contentLength);
    kinds.put("Transfer-Encoding", this::transferEncoding);
    kinds.put("odd header", this::oddHeader);
    return kinds;
  }

  private void status(WireAnswer answer) {
    answer.statusLine = "HTTP/1.1 " + spoiling.pick(statuses) + " Made up";
    answer.closes = true;
  }

  private void refusal(WireAnswer answer) {
    String status = spoiling.pick(statuses);
    answer.statusLine = "HTTP/1.1 " + status + " Made up";
    answer.body = spoiling.pick(REFUSALS).formatted(status).getBytes(StandardCharsets.US_ASCII);
    answer.closes |= status.startsWith("1") || status.equals("204") || status.equals("304");
  }

  private void statusLine(WireAnswer answer) {
    answer.statusLine = spoiling.pick(statusLines);
    answer.closes = true;
  }

  private void retryAfter(WireAnswer answer) {
    answer.statusLine = "HTTP/1.1 " + spoiling.pick(List.of(200, 301, 400, 401, 429, 503)) + " X";
    header(answer, "Retry-After");
  }

  private void redirect(WireAnswer answer) {
    answer.statusLine = "HTTP/1.1 " + spoiling.pick(List.of(301, 302, 303, 307, 308)) + " Moved";
    header(answer, "Location");
  }

  private void contentLength(WireAnswer answer) {
    answer.framing = WireAnswer.Framing.NONE;
    header(answer, "Content-Length");
    answer.closes = true;
  }

  private void transferEncoding(WireAnswer answer) {
    header(answer, "Transfer-Encoding");
    answer.closes = true;
  }

  private void oddHeader(WireAnswer answer) {
    answer.headers.add(spoiling.below(answer.headers.size() + 1), spoiling.pick(headers));
    answer.closes = true;
  }

  private void header(WireAnswer answer, String name) {
    answer.headers.removeIf(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    answer.headers.add(name + ": " + spoiling.pick(Oddities.of(name)));
  }
}
