// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each agent once how it is, and tells the log what has to be mended there. A hint, never a
 * gate: some networks block these calls, and what they answer may be wrong for a while. They need
 * no login. Thread-safe.
 */
final class AgentCheck {

  private static final Logger LOG = LoggerFactory.getLogger(AgentCheck.class);

  private static final int LARGEST_ANSWER = 1024 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SymphonyHttp http;
  private final ClientSettings settings;
  private final Set<HttpUrl> asked = ConcurrentHashMap.newKeySet();

  AgentCheck(SymphonyHttp http, ClientSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * Asks, unless somebody has before; takes five seconds at most, and never throws.
   *
   * @param url base URL of the agent
   */
  void once(HttpUrl url) {
    if (!asked.add(url)) {
      return;
    }
    JsonNode health = answer(SymphonyCall.AGENT_HEALTH, url, "agent/v3/health/extended");
    JsonNode info =
        health.has("version")
            ? MissingNode.getInstance()
            : answer(SymphonyCall.AGENT_INFO, url, "agent/v1/info");
    tell(url.host() + ":" + url.port(), AgentHealth.of(health, info));
  }

  private static void tell(String host, AgentHealth agent) {
    List<String> warnings = agent.warnings();
    warnings.forEach(warning -> LOG.warn("The agent at {} {}", host, warning));
    if (agent.version().isEmpty()) {
      LOG.info(
          "The agent at {} does not tell its version; it must be 22.7 or later. Nothing else follows from that.",
          host);
    } else if (warnings.isEmpty()) {
      LOG.info(
          "The agent at {} is of version {}, its content export account (ceservice) is {}.",
          host,
          agent.version(),
          agent.contentExport().isEmpty() ? "not told of" : agent.contentExport());
    }
  }

  /** The answer as JSON; a missing node when there is none. */
  private JsonNode answer(SymphonyCall call, HttpUrl agent, String path) {
    Request request =
        new Request.Builder()
            .url(agent.newBuilder().addPathSegments(path).build())
            .header("Accept", "application/json")
            .header("User-Agent", settings.userAgent())
            .build();
    try {
      return JSON.readTree(http.send(call, request, LARGEST_ANSWER, "", new Cancellation()).body());
    } catch (SymphonyException e) {
      LOG.info("{}. It is not asked again.", e.getMessage());
    } catch (IOException notJson) {
      LOG.info("The {} was answered, but not with JSON. It is not asked again.", call);
    }
    return MissingNode.getInstance();
  }
}
