// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.time.Duration;

/** The requests that the connector sends to Symphony. */
public enum SymphonyCall {
  /** The pod's login. */
  SESSION_LOGIN("login to the pod"),
  /** The key manager's login. */
  KEY_MANAGER_LOGIN("login to the key manager"),
  /** {@code POST /agent/v5/events/read}. */
  READ("read of the Datahose feed"),
  /** {@code GET /agent/v3/health/extended}, for which 503 is a valid response, like 200. */
  AGENT_HEALTH("health check of the agent", Duration.ofSeconds(3)),
  /** {@code GET /agent/v1/info}. */
  AGENT_INFO("version check of the agent", Duration.ofSeconds(2));

  private final String text;
  private final Duration atMost;

  SymphonyCall(String text) {
    this(text, null);
  }

  SymphonyCall(String text, Duration atMost) {
    this.text = text;
    this.atMost = atMost;
  }

  /** Returns the maximum time of the whole request, or null for the general limit. */
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
