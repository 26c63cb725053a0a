// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.launch.Ports;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy.Trouble;
import java.util.List;

/** Trouble on the way to Symphony: all of it heals when the other side does. */
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
            "FAILING: … the connection broke",
            METRIC,
            "Connections are reset: the agent died, or a firewall cuts them.",
            CONNECT + "; call who runs agent or firewall.",
            FaultScript.of(connector -> connector.cutWire(), connector -> connector.wire().revive())
                .preparedBy(FaultyConnector::throughWire)),
        FaultRow.retried(
            "broken-off",
            "FAILING: … no whole answer of a server came",
            METRIC,
            "Answers break off in the middle.",
            CONNECT + "; look for a proxy's limit of size or time.",
            FaultScript.answers(Fault.truncated(10))),
        FaultRow.retried(
                "no-answer",
                "no answer in time",
                METRIC,
                "The agent takes the read and never answers: half-open connection, lost packets.",
                CONNECT + "; a firewall that forgets connections within a minute looks so.",
                FaultScript.of(
                        connector -> connector.wire().add(Trouble.HALF_OPEN, 1000),
                        connector -> connector.wire().clear())
                    .preparedBy(FaultyConnector::throughWire))
            .with("symphony.read.timeout.ms", "45000"),
        FaultRow.retried(
            "nobody-listens",
            "FAILING: … no connection",
            METRIC,
            "Nobody listens there, or a firewall drops it.",
            CONNECT + "; is `symphony.agent.url` right, is the agent started?",
            elsewhere("http://127.0.0.1:" + Ports.free())),
        FaultRow.retried(
            "unknown-host",
            "FAILING: … the host name is not known here (DNS)",
            METRIC,
            "DNS does not know the host, or is away.",
            "`getent hosts <agent's host>` on the worker; call who runs DNS, or set the URL right.",
            elsewhere("http://agent.invalid")),
        FaultRow.retried(
            "unknown-authority",
            "FAILING: … an authority that is not trusted here",
            METRIC,
            "The server's certificate is signed by an authority that this worker does not know: a new one, or a proxy that looks in.",
            "The line names it. Ask whether it is yours; then set `symphony.truststore.path` or `symphony.truststore.certificates`.",
            FaultScript.prepared(
                    connector -> {},
                    connector ->
                        connector.set("symphony.truststore.certificates", UNKNOWN.pem()).apply())
                .at(pod -> pod.https(server.key(), server.chain()))),
        FaultRow.retried(
                "",
                "FAILING: … it took too long as a whole",
                METRIC,
                "An answer drips in for more than five minutes.",
                CONNECT + "; look for a slow proxy.",
                null)
            .notMade("it takes five minutes; `FailureTableTest` has it"));
  }

  private static FaultScript elsewhere(String agent) {
    return FaultScript.prepared(
        connector -> connector.set("symphony.agent.url", agent),
        connector -> connector.set("symphony.agent.url", connector.pod().url()).apply());
  }
}
