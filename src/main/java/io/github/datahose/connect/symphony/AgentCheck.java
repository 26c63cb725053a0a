// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each agent once how it is, and tells the log what has to be mended there. A hint, never a
 * gate: some networks block these calls, and what they answer may be wrong for a while.
 * Thread-safe.
 */
final class AgentCheck {

  private static final Logger LOG = LoggerFactory.getLogger(AgentCheck.class);

  private final AgentRequests agents;
  private final Set<HttpUrl> asked = ConcurrentHashMap.newKeySet();

  AgentCheck(AgentRequests agents) {
    this.agents = agents;
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
    JsonNode health = orMissing(agents::health, url);
    JsonNode info =
        health.has("version") ? MissingNode.getInstance() : orMissing(agents::info, url);
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

  /** A missing node when there is no answer. */
  private static JsonNode orMissing(Question question, HttpUrl agent) {
    try {
      return question.ask(agent, new Cancellation());
    } catch (SymphonyException e) {
      LOG.info("{}. It is not asked again.", e.getMessage());
      return MissingNode.getInstance();
    }
  }

  private interface Question {
    JsonNode ask(HttpUrl agent, Cancellation cancellation) throws SymphonyException;
  }
}
