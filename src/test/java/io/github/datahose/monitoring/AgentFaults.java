// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static io.github.datahose.monitoring.FaultScript.answers;

import io.github.datahose.simulator.Fault;
import java.util.List;

/** What an agent, or something in its place, answers to a read. */
final class AgentFaults {
  private AgentFaults() {}

  static List<FaultRow> rows() {
    return List.of(
        FaultRow.failing(
            "forbidden",
            "was answered with 403",
            "read-failures-forbidden-total",
            "'can create datahose feeds' and 'can read datahose feeds'",
            "the account may not read: an entitlement is missing, or there are more than five feeds",
            "[symphony-setup.md](symphony-setup.md); then restart",
            answers(Fault.status(403))),
        FaultRow.failing(
            "not-a-list",
            "is no list of events",
            "read-failures-malformed-total",
            "Check symphony.agent.url: something else than an agent seems to answer there",
            "answers with 200 that are JSON, but no list of events, ten in a row",
            "`curl -si $AGENT/agent/v3/health/extended`: is that the agent? Then restart",
            answers(Fault.malformedJson())),
        FaultRow.retried(
            "server-error",
            "was answered with 503",
            "read-failures-server-total",
            "the agent, or the balancer in front of it, answers 5xx",
            "call who runs the agent; nothing to restart here",
            answers(Fault.status(503))),
        FaultRow.running(
            "ack-refused",
            "The ackId may be stale",
            List.of("DatahoseAckRefused"),
            "ack-refusals-total",
            "the agent does not know an ackId (400)",
            "[Ack refused](#ack-refused)",
            FaultScript.of(
                connector -> {
                  connector.pod().faults().add(Fault.status(400));
                  connector.produce();
                },
                connector -> {})));
  }
}
