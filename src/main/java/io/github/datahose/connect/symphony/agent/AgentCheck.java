// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each agent once how it is, and tells the log what is in use, and what has to be mended
 * there. A hint, never a gate: some networks block these calls, and what they answer may be wrong
 * for a while. Thread-safe.
 */
final class AgentCheck {

  private static final Logger LOG = LoggerFactory.getLogger(AgentCheck.class);

  private final AgentRequests agents;
  private final ClientSettings settings;
  private final Set<HttpUrl> asked = ConcurrentHashMap.newKeySet();
  private final Map<HttpUrl, String> versions = new LinkedHashMap<>();
  private boolean warnedOfVersions;

  AgentCheck(AgentRequests agents, ClientSettings settings) {
    this.agents = agents;
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
        agents.healthOrInfo(
            agent,
            new Cancellation(),
            failure -> LOG.info("{}. It is not asked again.", failure.getMessage()));
    ConnectionFacts facts = new ConnectionFacts(settings);
    LOG.info("{}", facts.sentence(ConnectionFacts.agent(agent, health)));
    if (health != null) {
      ConnectionFacts.warnings(agent, health).forEach(LOG::warn);
      compare(agent, health.version());
    }
  }

  /** Whether the worker delivers exactly once no task can know, so all are warned. */
  private synchronized void compare(HttpUrl agent, String version) {
    versions.put(agent, version);
    if (!warnedOfVersions) {
      Optional<String> warning = ConnectionFacts.differingVersions(versions);
      warning.ifPresent(LOG::warn);
      warnedOfVersions = warning.isPresent();
    }
  }
}
