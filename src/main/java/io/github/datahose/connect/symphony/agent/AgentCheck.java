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
 * Asks agents how they are, and tells the log what is in use, and what has to be mended there. A
 * hint, never a gate: these calls need no login, some networks block them, and what they answer may
 * be wrong for a while. Thread-safe.
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
   * Asks, unless somebody has before; takes five seconds at most, and never throws.
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
            failure -> LOG.info("{}. It is not asked again.", failure.getMessage()));
    LOG.info("{}", connected(AgentHealth.describe(agent, health)));
    if (health != null) {
      health.warnings(agent).forEach(LOG::warn);
      compare(agent, health.version());
    }
  }

  /** Whether the worker delivers exactly once no task can know, so all are warned. */
  private synchronized void compare(HttpUrl agent, String version) {
    versions.put(agent, version);
    if (!warnedOfVersions) {
      Optional<String> warning = AgentHealth.differingVersions(versions);
      warning.ifPresent(LOG::warn);
      warnedOfVersions = warning.isPresent();
    }
  }

  /**
   * What is connected with what, in one sentence for the log: hosts and ports only, and nothing
   * secret.
   *
   * @param agents as {@link AgentHealth#describe} says it
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
   * What the agent says of itself: {@code V3Health} of agent-api-public.yaml, also when something
   * is down, within 3 s; and {@code AgentInfo} within 2 s, where that does not tell the version.
   * Null when it answered neither.
   *
   * @param failures told why a question had no answer
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
      // Told below, without the parser's message, which quotes the body.
    }
    throw new SymphonyException(
        call,
        FailureKind.MALFORMED,
        answer.where() + " was answered with " + answer.status() + ", but not with Symphony's JSON",
        answer.status(),
        null);
  }
}
