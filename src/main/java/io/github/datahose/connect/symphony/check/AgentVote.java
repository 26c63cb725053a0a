// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.agent.AgentCheck;
import io.github.datahose.connect.symphony.agent.AgentHealth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;

/**
 * What a pod's agents say to the connection check, and what follows from all of them together: one
 * that can be read is enough, since a reader goes on to it by itself.
 */
final class AgentVote {

  private final AgentCheck agents;
  private final FailureClassifier classifier;

  private final List<String> facts = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<HttpUrl, String> versions = new LinkedHashMap<>();
  private final List<ConnectionFinding> silent = new ArrayList<>();
  private boolean canBeRead;
  private boolean mayHeal;

  AgentVote(AgentCheck agents, FailureClassifier classifier) {
    this.agents = agents;
    this.classifier = classifier;
  }

  /** Counts an agent that is not asked, for what is known of its server. */
  void known(ConnectionFinding finding) {
    mayHeal |= !finding.permanent();
  }

  /**
   * Asks an agent.
   *
   * @param share limits all the questions together
   */
  void ask(HttpUrl agent, Cancellation share) {
    List<SymphonyException> failures = new ArrayList<>();
    AgentHealth health = agents.health(agent, share, failures::add);
    if (health == null) {
      ConnectionFinding finding = finding(agent, failures);
      silent.add(finding);
      known(finding);
      return;
    }
    facts.add(AgentHealth.describe(agent, health));
    warnings.addAll(health.warnings(agent));
    versions.put(agent, health.version());
    canBeRead = true;
  }

  /** Health alone may be kept from us, so it takes the refusal of both questions. */
  private ConnectionFinding finding(HttpUrl agent, List<SymphonyException> failures) {
    List<ConnectionFinding> verdicts =
        failures.stream().map(e -> classifier.classify(e, agent)).toList();
    return verdicts.stream().allMatch(ConnectionFinding::permanent)
        ? verdicts.get(0)
        : verdicts.get(0).healing("");
  }

  /** Whether one of the agents can be read. */
  boolean canBeRead() {
    return canBeRead;
  }

  /** What those say of themselves that answered. */
  List<String> facts() {
    return facts;
  }

  /** What has to be mended at agents that answered. */
  List<String> warnings() {
    List<String> all = new ArrayList<>(warnings);
    AgentHealth.differingVersions(versions).ifPresent(all::add);
    return all;
  }

  /** What is at fault with the agents that did not answer: for good only when all are so. */
  List<ConnectionFinding> findings() {
    if (canBeRead) {
      return healing(". Another agent answers, so the connector can go on with that");
    }
    return mayHeal || !facts.isEmpty() ? healing("") : silent;
  }

  private List<ConnectionFinding> healing(String addition) {
    return silent.stream().map(finding -> finding.healing(addition)).toList();
  }
}
