// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Tells whether an agent does without the key manager's token: the pod must allow it to the account
 * by a claim in the session token, and the agent must be of version 24.12 or later, or be the pod's
 * own (symphony-bdk-java, {@code AuthSessionImpl} and {@code openspec/specs/bdk-auth}; change log
 * of agent 24.12). Thread-safe.
 */
final class SimplifiedKeyDelivery {

  private static final String CLAIM = "canUseSimplifiedKeyDelivery";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AgentRequests agents;
  private final HttpUrl pod;

  SimplifiedKeyDelivery(AgentRequests agents, HttpUrl pod) {
    this.agents = agents;
    this.pod = pod;
  }

  /**
   * Returns when a read of this agent may go without a token of the key manager. Asks the agent for
   * its version where that counts, which takes two seconds at most.
   *
   * @param keyManager why the key manager gave no token
   * @param agent base URL
   * @throws SymphonyException if it may not: what the key manager failed with, or the agent, when
   *     that is not well either
   */
  void insteadOf(
      SymphonyException keyManager, String sessionToken, HttpUrl agent, Cancellation cancellation)
      throws SymphonyException {
    if (!isAllowed(sessionToken)) {
      throw keyManager;
    }
    Objection objection = objection(agent, cancellation).orElse(null);
    if (objection != null) {
      // An agent that is not well is tried again for ever, whatever the key manager says.
      SymphonyException failure = objection.isNotWell() ? objection.untold() : keyManager;
      throw failure.otherAgentMayDo(
          keyManager.getMessage()
              + ". Simplified key delivery allows this account to do without, but "
              + objection.text());
    }
  }

  /**
   * Why an agent cannot be read without a token of the key manager.
   *
   * @param text names the agent
   * @param untold why the agent did not answer, or null when it did
   */
  record Objection(String text, SymphonyException untold) {

    private boolean isNotWell() {
      return untold != null
          && (untold.kind() == FailureKind.NETWORK || untold.kind() == FailureKind.SERVER);
    }
  }

  /** Asks an agent; empty when it can be read without. */
  Optional<Objection> objection(HttpUrl agent, Cancellation cancellation) {
    if (agent.equals(pod)) {
      return Optional.empty();
    }
    String name = "the agent at " + agent.host() + ":" + agent.port();
    try {
      AgentHealth told =
          AgentHealth.of(MissingNode.getInstance(), agents.info(agent, cancellation));
      String version = told.version();
      return told.isAtLeast(24, 12)
          ? Optional.empty()
          : Optional.of(
              new Objection(
                  name
                      + (version.isEmpty()
                          ? " does not tell its version"
                          : " is of version " + version)
                      + ", and only those from 24.12 on do",
                  null));
    } catch (SymphonyException untold) {
      return Optional.of(
          new Objection(name + " cannot be asked for its version: " + untold.getMessage(), untold));
    }
  }

  /** Base64url, as JWTs have it: the vendor's SDK takes plain base64, and misses some claims. */
  static boolean isAllowed(String sessionToken) {
    String[] parts = sessionToken.split("\\.", -1);
    try {
      return parts.length == 3
          && JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path(CLAIM).asBoolean();
    } catch (IOException | IllegalArgumentException otherToken) {
      return false;
    }
  }
}
