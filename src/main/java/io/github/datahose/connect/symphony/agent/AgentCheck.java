// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import io.github.datahose.connect.text.Printable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health check of the agents, which logs their versions and what an administrator has to fix. It
 * never stops a reader: these requests need no login, some networks block them, and their responses
 * can be outdated. Thread-safe.
 */
public final class AgentCheck {

  private static final Logger LOG = LoggerFactory.getLogger(AgentCheck.class);

  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SymphonyHttp http;
  private final ClientSettings settings;
  private final Set<HttpUrl> asked = ConcurrentHashMap.newKeySet();
  private final Map<HttpUrl, String> versions = new LinkedHashMap<>();
  private boolean warnedOfVersions;

  public AgentCheck(SymphonyHttp http, ClientSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * Checks an agent, unless it was checked before. Takes five seconds at most, and never throws.
   *
   * @param agent base URL of the agent
   */
  void once(HttpUrl agent) {
    if (!asked.add(agent)) {
      return;
    }
    AgentHealth health =
        health(
            agent,
            new Cancellation(),
            failure ->
                LOG.info(
                    "{}. The reader continues without this information, and the task does not"
                        + " request it again.",
                    failure.getMessage()));
    LOG.info("{}", connected(AgentHealth.describe(agent, health)));
    if (health != null) {
      health.warnings(agent).forEach(LOG::warn);
      compare(agent, health.version());
    }
  }

  /** Warns in any case, because no task can know whether the worker delivers exactly once. */
  private synchronized void compare(HttpUrl agent, String version) {
    versions.put(agent, version);
    if (!warnedOfVersions) {
      Optional<String> warning = AgentHealth.differingVersions(versions);
      warning.ifPresent(LOG::warn);
      warnedOfVersions = warning.isPresent();
    }
  }

  /**
   * Describes the connections in one sentence for the log: hosts and ports only, and no secrets.
   *
   * @param agents as {@link AgentHealth#describe} returns them
   */
  public String connected(String agents) {
    return "Account "
        + Printable.of(settings.credentials().username())
        + (settings.credentials() instanceof Credentials.Certificate
            ? " with login by certificate at " + AgentHealth.at(settings.endpoints().sessionAuth())
            : " with login by RSA key")
        + ", pod "
        + AgentHealth.at(settings.endpoints().pod())
        + ", key manager "
        + AgentHealth.at(settings.endpoints().keyManager())
        + ", "
        + agents
        + (settings.proxy() == null ? "." : ", proxy " + settings.proxy() + ".");
  }

  /**
   * Requests the health of an agent: {@code V3Health} of agent-api-public.yaml, even if a component
   * is down, within 3 s; and {@code AgentInfo} within 2 s, if the first lacks the version. Returns
   * null if both requests fail.
   *
   * @param failures receives the failure of each request
   */
  public AgentHealth health(
      HttpUrl agent, Cancellation cancellation, Consumer<SymphonyException> failures) {
    JsonNode health =
        ask(SymphonyCall.AGENT_HEALTH, agent, "v3/health/extended", cancellation, failures);
    JsonNode info =
        health.has("version")
            ? MissingNode.getInstance()
            : ask(SymphonyCall.AGENT_INFO, agent, "v1/info", cancellation, failures);
    return health.isObject() || info.isObject() ? AgentHealth.of(health, info) : null;
  }

  private JsonNode ask(
      SymphonyCall call,
      HttpUrl agent,
      String path,
      Cancellation cancellation,
      Consumer<SymphonyException> failures) {
    Request request = http.request(agent, "agent/" + path).build();
    try {
      return json(call, http.send(call, request, LARGEST_ANSWER, "", cancellation));
    } catch (SymphonyException e) {
      failures.accept(e);
      return MissingNode.getInstance();
    }
  }

  private static JsonNode json(SymphonyCall call, ReadAnswer answer) throws SymphonyException {
    try {
      JsonNode json = JSON.readTree(answer.body());
      if (json.isObject()) {
        return json;
      }
    } catch (IOException notJson) {
      // Reported below, without the parser's message, which quotes the body.
    }
    throw new SymphonyException(
        call,
        FailureKind.MALFORMED,
        answer.where() + " returned HTTP " + answer.status() + " without Symphony's JSON",
        answer.status(),
        null);
  }
}
