// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.launch.Ports;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy.Trouble;
import java.util.List;

/**
 * Faults of the network between worker and Symphony. All are retried until the network recovers.
 */
final class NetworkFaults {
  private static final String METRIC = "read-failures-network-total";
  private static final String CONNECT = "`curl -sv $AGENT/agent/v3/health/extended` on the worker";
  private static final Authority UNKNOWN = new Authority("Unknown CA");

  private NetworkFaults() {}

  static List<FaultRow> healing() {
    Identity server = UNKNOWN.server();
    return List.of(
        FaultRow.retried(
            "reset",
            "FAILING: … connection lost",
            METRIC,
            "Connections are reset: the agent stopped, or a firewall closes them.",
            CONNECT + ". Contact the agent or firewall administrator.",
            FaultScript.of(connector -> connector.cutWire(), connector -> connector.wire().revive())
                .preparedBy(FaultyConnector::throughWire)),
        FaultRow.retried(
            "broken-off",
            "FAILING: … no complete response from a server",
            METRIC,
            "Responses are cut off.",
            CONNECT + ". Check the size and time limits of proxies.",
            FaultScript.answers(Fault.truncated(10))),
        FaultRow.retried(
                "no-answer",
                "timed out waiting for a response",
                METRIC,
                "The agent accepts the read and never responds: a half-open connection, or lost packets.",
                CONNECT + ". Check for a firewall that drops connections within a minute.",
                FaultScript.of(
                        connector -> connector.wire().add(Trouble.HALF_OPEN, 1000),
                        connector -> connector.wire().clear())
                    .preparedBy(FaultyConnector::throughWire))
            .with("symphony.read.timeout.ms", "45000"),
        FaultRow.retried(
            "nobody-listens",
            "FAILING: … cannot connect",
            METRIC,
            "No server listens there, or a firewall drops the connection.",
            CONNECT + ". Check `symphony.agent.url`, and that the agent is started.",
            elsewhere("http://127.0.0.1:" + Ports.free())),
        FaultRow.retried(
            "unknown-host",
            "FAILING: … cannot resolve the host name (DNS)",
            METRIC,
            "DNS does not know the host name, or is unavailable.",
            "`getent hosts <agent's host>` on the worker. Contact the DNS administrator, or correct the URL.",
            elsewhere("http://agent.invalid")),
        FaultRow.retried(
            "unknown-authority",
            "FAILING: … an untrusted certificate authority",
            METRIC,
            "The server's certificate is signed by a certificate authority (CA) that this worker does not trust: a new CA, or a proxy that inspects TLS.",
            "The log names the CA. Check that it is yours; then set `symphony.truststore.path` or `symphony.truststore.certificates`.",
            FaultScript.prepared(
                    connector -> {},
                    connector ->
                        connector.set("symphony.truststore.certificates", UNKNOWN.pem()).apply())
                .at(pod -> pod.https(server.key(), server.chain()))),
        FaultRow.retried(
                "",
                "FAILING: … exceeded its total time limit",
                METRIC,
                "A response takes more than five minutes.",
                CONNECT + ". Check for a slow proxy.",
                null)
            .notMade("it takes five minutes"));
  }

  private static FaultScript elsewhere(String agent) {
    return FaultScript.prepared(
        connector -> connector.set("symphony.agent.url", agent),
        connector -> connector.set("symphony.agent.url", connector.pod().url()).apply());
  }
}
