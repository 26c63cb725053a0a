// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import io.github.datahose.connect.symphony.http.SymphonyRequest;
import java.io.IOException;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * What an agent answers about itself. These calls need no login, and some networks block them.
 * Thread-safe.
 */
public final class AgentRequests {

  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SymphonyHttp http;
  private final String userAgent;

  public AgentRequests(SymphonyHttp http, String userAgent) {
    this.http = http;
    this.userAgent = userAgent;
  }

  /** {@code V3Health} of agent-api-public.yaml, also when something is down; 3 s at most. */
  JsonNode health(HttpUrl agent, Cancellation cancellation) throws SymphonyException {
    return ask(SymphonyCall.AGENT_HEALTH, agent, "agent/v3/health/extended", cancellation);
  }

  /** {@code AgentInfo} of agent-api-public.yaml; 2 s at most. */
  JsonNode info(HttpUrl agent, Cancellation cancellation) throws SymphonyException {
    return ask(SymphonyCall.AGENT_INFO, agent, "agent/v1/info", cancellation);
  }

  /**
   * What the agent says of itself: by its health, and by its info where that does not tell the
   * version. Null when it answered neither.
   *
   * @param failures told why a question had no answer
   */
  public AgentHealth healthOrInfo(
      HttpUrl agent, Cancellation cancellation, Consumer<SymphonyException> failures) {
    JsonNode health = orMissing(this::health, agent, cancellation, failures);
    JsonNode info =
        health.has("version")
            ? MissingNode.getInstance()
            : orMissing(this::info, agent, cancellation, failures);
    return health.isObject() || info.isObject() ? AgentHealth.of(health, info) : null;
  }

  private interface Question {
    JsonNode ask(HttpUrl agent, Cancellation cancellation) throws SymphonyException;
  }

  private static JsonNode orMissing(
      Question question,
      HttpUrl agent,
      Cancellation cancellation,
      Consumer<SymphonyException> failures) {
    try {
      return question.ask(agent, cancellation);
    } catch (SymphonyException e) {
      failures.accept(e);
      return MissingNode.getInstance();
    }
  }

  private JsonNode ask(SymphonyCall call, HttpUrl agent, String path, Cancellation cancellation)
      throws SymphonyException {
    Request request = SymphonyRequest.to(agent, path, userAgent).build();
    ReadAnswer answer = http.send(call, request, LARGEST_ANSWER, "", cancellation);
    JsonNode json = json(answer.body());
    if (json.isObject()) {
      return json;
    }
    throw SymphonyException.of(
            call,
            FailureKind.MALFORMED,
            answer.where()
                + " was answered with "
                + answer.status()
                + ", but not with Symphony's JSON")
        .status(answer.status())
        .build();
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }
}
