// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Asks an agent how it is: {@code GET /agent/v3/health/extended}, and {@code GET /agent/v1/info}
 * where that does not tell the version. Neither needs a login, and neither touches a feed.
 * Thread-safe.
 */
final class AgentProbe {

  private static final int LARGEST_ANSWER = 1024 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SymphonyHttp http;
  private final ClientSettings settings;

  AgentProbe(SymphonyHttp http, ClientSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * What the agent says of itself, or null when it answered neither question as an agent does.
   * Takes five seconds at most.
   *
   * @param agent base URL
   * @param failures told why a question had no answer
   */
  AgentHealth ask(HttpUrl agent, Cancellation cancellation, Consumer<SymphonyException> failures) {
    JsonNode health =
        answer(
            SymphonyCall.AGENT_HEALTH, agent, "agent/v3/health/extended", cancellation, failures);
    JsonNode info =
        health.has("version")
            ? MissingNode.getInstance()
            : answer(SymphonyCall.AGENT_INFO, agent, "agent/v1/info", cancellation, failures);
    return health.isObject() || info.isObject() ? AgentHealth.of(health, info) : null;
  }

  /** The answer as JSON; a missing node when there is none. */
  private JsonNode answer(
      SymphonyCall call,
      HttpUrl agent,
      String path,
      Cancellation cancellation,
      Consumer<SymphonyException> failures) {
    Request request =
        new Request.Builder()
            .url(agent.newBuilder().addPathSegments(path).build())
            .header("Accept", "application/json")
            .header("User-Agent", settings.userAgent())
            .build();
    try {
      ReadAnswer answer = http.send(call, request, LARGEST_ANSWER, "", cancellation);
      JsonNode json = json(answer.body());
      if (json.isObject()) {
        return json;
      }
      failures.accept(
          SymphonyException.of(
                  call,
                  FailureKind.MALFORMED,
                  answer.where()
                      + " was answered with "
                      + answer.status()
                      + ", but not with Symphony's JSON")
              .status(answer.status())
              .build());
    } catch (SymphonyException e) {
      failures.accept(e);
    }
    return MissingNode.getInstance();
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }
}
