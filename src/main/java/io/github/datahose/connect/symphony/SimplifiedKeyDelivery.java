// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.Base64;
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
   * Whether it is so. Asks the agent for its version where that counts, which takes two seconds at
   * most; one that does not tell it does not count as new.
   *
   * @param agent base URL
   */
  boolean suffices(String sessionToken, HttpUrl agent, Cancellation cancellation) {
    return isAllowed(sessionToken) && (agent.equals(pod) || isNew(agent, cancellation));
  }

  private boolean isNew(HttpUrl agent, Cancellation cancellation) {
    try {
      return AgentHealth.of(MissingNode.getInstance(), agents.info(agent, cancellation))
          .isAtLeast(24, 12);
    } catch (SymphonyException unknown) {
      return false;
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
