// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;

/** The calls that are made to Symphony, each by whom it goes to. */
public enum SymphonyCall {
  /** The pod's login. */
  SESSION_LOGIN("login at the pod"),
  /** The key manager's login. */
  KEY_MANAGER_LOGIN("login at the key manager"),
  /** {@code POST /agent/v5/events/read}. */
  READ("read of the Datahose feed"),
  /** {@code GET /agent/v3/health/extended}, where 503 is an answer like 200. */
  AGENT_HEALTH("health of the agent", Duration.ofSeconds(3)),
  /** {@code GET /agent/v1/info}. */
  AGENT_INFO("version of the agent", Duration.ofSeconds(2));

  private final String text;
  private final Duration atMost;

  SymphonyCall(String text) {
    this(text, null);
  }

  SymphonyCall(String text, Duration atMost) {
    this.text = text;
    this.atMost = atMost;
  }

  /** Longest time for it as a whole, or null for that of all calls. */
  public Duration atMost() {
    return atMost;
  }

  public boolean takes(int status) {
    return status == 200 || status == 204 || (this == AGENT_HEALTH && status == 503);
  }

  @Override
  public String toString() {
    return text;
  }
}
