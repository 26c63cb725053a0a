// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.util.List;

/** Faults of pod, key manager, and agent setup, after the session ends. */
final class LoginFaults {
  private LoginFaults() {}

  /** Faults that end the task after the grace period of two minutes. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "login-refused",
            "FAILED: … login to the pod … returned HTTP 401",
            "read-failures-unauthorized-total",
            "Check symphony.username and the private key",
            "The pod rejects the login: the account is disabled or locked, its key changed, or a clock is wrong.",
            "Check `date -u` on the worker, and the account in the admin portal. Correct the key; then restart.",
            afterTheSession(Fault.status(401).at(Requests.SESSION_LOGIN))),
        FaultRow.failing(
            "old-agent",
            "WARN … Datahose requires 22.7 or later",
            "read-failures-refused-total",
            "Agents earlier than 22.7 reject every read with this status",
            "The agent is earlier than 22.7.",
            "Have the agent upgraded; then restart.",
            FaultScript.prepared(
                    connector -> {},
                    connector ->
                        connector.pod().reconfigure(pod -> pod.agentVersion("25.8.1-1042")))
                .at(pod -> pod.agentVersion("22.6.0-1"))));
  }

  /** Faults that are retried until the other side recovers. */
  static List<FaultRow> healing() {
    return List.of(
        FaultRow.retried(
            "login-down",
            "FAILING: … login to the pod … returned HTTP 503",
            "read-failures-server-total",
            "The session ended, and the pod is unhealthy.",
            "`curl -si -X POST $POD/login/pubkey/authenticate`. Contact the pod administrator.",
            afterTheSession(Fault.status(503).at(Requests.SESSION_LOGIN))),
        FaultRow.retried(
            "login-page",
            "FAILING: … login to the pod",
            "read-failures-malformed-total",
            "The session ended, and another server returns a page in place of the pod.",
            "`curl -si -X POST $POD/login/pubkey/authenticate` shows which server responds. Contact its administrator.",
            afterTheSession(Fault.htmlPage().at(Requests.SESSION_LOGIN))),
        FaultRow.retried(
            "key-manager-refuses",
            "FAILING: … login to the key manager … returned HTTP 403",
            "read-failures-forbidden-total",
            "The session ended, and the key manager rejects the login that the pod accepts.",
            "Check that the key manager reaches its pod. Contact the key manager administrator.",
            afterTheSession(Fault.status(403).at(Requests.KEY_MANAGER_LOGIN))),
        FaultRow.running(
            "no-key-manager",
            "Continuing without a key manager token",
            List.of(),
            "logins-total",
            "The key manager is unavailable. Simplified key delivery works without it.",
            "Not urgent, unless `FAILING: … (without a key manager token)` follows: that agent is earlier than"
                + " 24.12, so contact the key manager administrator now.",
            afterTheSession(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN))
                .at(pod -> pod.simplifiedKeyDelivery(true))),
        FaultRow.running(
            "no-content-export",
            "WARN … content export account (ceservice) is DOWN",
            List.of(),
            "",
            "The agent's content export account does not work: messages are missing or not decrypted.",
            "In the response of `curl -s $AGENT/agent/v3/health/extended`, `users.ceservice.status` must be `UP`. Contact the agent"
                + " administrator **now**. No alert fires, and the connector checks it only when a task starts: check it from your"
                + " monitoring, too.",
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
