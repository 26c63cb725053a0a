// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.util.List;

/** What pod, key manager and the agent's own set-up do when the session ends. */
final class LoginFaults {
  private LoginFaults() {}

  /** What ends the task after the grace of two minutes. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "login-refused",
            "FAILED: … login at the pod … was answered with 401",
            "read-failures-unauthorized-total",
            "Check symphony.username and the private key",
            "The login is refused: account disabled or locked, key changed, clock wrong.",
            "`date -u` on the worker. Look at the account in the admin portal; set the key right; then restart.",
            afterTheSession(Fault.status(401).at(Requests.SESSION_LOGIN))),
        FaultRow.failing(
            "old-agent",
            "WARN … and the Datahose needs 22.7 or later",
            "read-failures-refused-total",
            "An agent before 22.7 answers so to every read",
            "The agent is too old.",
            "Have it upgraded; then restart.",
            FaultScript.prepared(
                    connector -> {},
                    connector ->
                        connector.pod().reconfigure(pod -> pod.agentVersion("25.8.1-1042")))
                .at(pod -> pod.agentVersion("22.6.0-1"))));
  }

  /** What heals by itself when the other side does. */
  static List<FaultRow> healing() {
    return List.of(
        FaultRow.retried(
            "login-down",
            "FAILING: … login at the pod … was answered with 503",
            "read-failures-server-total",
            "The session ended, and the pod is not well.",
            "`curl -si -X POST $POD/login/pubkey/authenticate`; call who runs the pod.",
            afterTheSession(Fault.status(503).at(Requests.SESSION_LOGIN))),
        FaultRow.retried(
            "login-page",
            "FAILING: … login at the pod",
            "read-failures-malformed-total",
            "The session ended, and a page answers in the pod's place.",
            "`curl -si -X POST $POD/login/pubkey/authenticate` shows whose page it is; call them.",
            afterTheSession(Fault.htmlPage().at(Requests.SESSION_LOGIN))),
        FaultRow.retried(
            "key-manager-refuses",
            "FAILING: … login at the key manager … was answered with 403",
            "read-failures-forbidden-total",
            "The session ended, and the key manager refuses what the pod takes.",
            "Does the key manager reach its pod? Call who runs it.",
            afterTheSession(Fault.status(403).at(Requests.KEY_MANAGER_LOGIN))),
        FaultRow.running(
            "no-key-manager",
            "Continuing without a key manager token",
            List.of(),
            "logins-total",
            "The key manager is away, but simplified key delivery does without.",
            "Nothing tonight, unless `FAILING: … (without a key manager token)` follows: that agent is earlier than"
                + " 24.12, so contact the key manager administrator now.",
            afterTheSession(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN))
                .at(pod -> pod.simplifiedKeyDelivery(true))),
        FaultRow.running(
            "no-content-export",
            "WARN … content export account (ceservice) is DOWN",
            List.of(),
            "",
            "The agent's content export account does not work: messages do not come, or come not decrypted.",
            "Call who runs the agent **now**: nothing else tells.",
            FaultScript.of(connector -> {}, connector -> {})
                .at(pod -> pod.contentExport(ContentExport.DOWN))));
  }

  private static FaultScript afterTheSession(Fault fault) {
    return FaultScript.of(
        connector -> {
          connector.pod().faults().add(fault.times(Integer.MAX_VALUE));
          connector.pod().expireTokens();
        },
        FaultyConnector::clearFaults);
  }
}
