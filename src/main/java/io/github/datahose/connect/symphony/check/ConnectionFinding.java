// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

/**
 * Something that the connection check could not do.
 *
 * @param subject what somebody would have to mend
 * @param permanent whether it stays so until somebody mends it; otherwise it may heal by itself
 * @param text what failed and what to do, without secrets and without a full stop at the end
 */
public record ConnectionFinding(Subject subject, boolean permanent, String text) {

  /** What can be at fault. */
  public enum Subject {
    POD_URL,
    /** Where the pod takes logins by certificate. */
    SESSION_AUTH_URL,
    KEY_MANAGER_URL,
    AGENT_URL,
    /** The service account. */
    USERNAME,
    /** What the service account logs in with. */
    KEY,
    /** The authorities that are trusted. */
    TRUST_STORE,
    PROXY_URL,
    /** User name and password at the proxy. */
    PROXY_LOGIN
  }

  /** The same with something added, and taken for what may heal. */
  ConnectionFinding healing(String addition) {
    return new ConnectionFinding(subject, false, text + addition);
  }
}
