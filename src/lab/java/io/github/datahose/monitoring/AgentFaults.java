// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static io.github.datahose.monitoring.FaultScript.answers;

import io.github.datahose.simulator.Fault;
import java.time.Duration;
import java.util.List;

/** Responses to reads, of an agent or of another server in its place. */
final class AgentFaults {
  private static final String HEALTH = "`curl -si $AGENT/agent/v3/health/extended`";
  private static final String WHOSE =
      "`curl -si -X POST $AGENT/agent/v5/events/read` shows which server responds. Contact its administrator.";
  private static final String PATIENCE =
      "The reader waits as long as the server asks. Reduce other reads with this account.";
  private static final String NO_LIST = "The server does not appear to be a Symphony agent";

  private AgentFaults() {}

  /** Faults that end the task, immediately or after the grace period of two minutes. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "forbidden",
            "FAILED: … returned HTTP 403",
            "read-failures-forbidden-total",
            "'can create datahose feeds' and 'can read from datahose feeds'",
            "The account has no permission to read: an entitlement or the add-on is missing, or there are more than five feeds.",
            "Have the entitlements granted ([symphony-setup.md](symphony-setup.md)); then restart. After a change of the"
                + " tag or the event types, undo the change now, which restarts the task: until 30 minutes after its last read,"
                + " the old feed still has its events. If that is not possible, wait for those 30 minutes, because the old feed"
                + " counts until then; its events are lost.",
            answers(Fault.status(403))),
        FaultRow.failing(
            "bad-request",
            "FAILED: … returned HTTP 400",
            "read-failures-refused-total",
            "Check datahose.event.types and datahose.scopes",
            "The agent rejects the request: an unknown event type or scope, or an agent earlier than 22.7. Scopes need 25.8,"
                + " `GENERICSYSTEMEVENT` needs 26.3.1.",
            HEALTH
                + " shows the version. Correct the options, or have the agent upgraded; then restart.",
            answers(Fault.status(400))),
        FaultRow.failing(
            "not-found",
            "FAILED: … returned HTTP 404",
            "read-failures-refused-total",
            "Check symphony.agent.url, including its context path",
            "The URL or its context path is wrong, or the agent is earlier than 22.6.",
            HEALTH + " must return JSON. Correct `symphony.agent.url`; that restarts the task.",
            answers(Fault.status(404))),
        FaultRow.failing(
            "not-a-list",
            "FAILED: … is not an event list",
            "read-failures-malformed-total",
            NO_LIST,
            "Ten consecutive responses with HTTP 200 whose JSON is not a list of events.",
            HEALTH
                + " shows whether the agent responds. Check the servers in front of it; then restart.",
            answers(Fault.malformedJson())),
        FaultRow.failing(
            "no-ack-id",
            "FAILED: … no ackId to acknowledge them with",
            "read-failures-malformed-total",
            NO_LIST,
            "Ten consecutive responses with events and without an `ackId`. Their events cannot be acknowledged.",
            HEALTH
                + " shows whether the agent responds. If it does, contact Symphony support with the trace ID of the log line; then restart.",
            answers(Fault.status(200).body("{\"events\":[{\"type\":\"MESSAGESENT\"}]}"))),
        FaultRow.failing(
                "over-limit",
                "FAILED: … returned more than",
                "read-failures-malformed-total",
                "Raise datahose.max.response.bytes",
                "Ten consecutive responses above `datahose.max.response.bytes`. If the log says `has too many events`, their"
                    + " number is the reason: from the 10,001st on, each counts as at least 1,024 bytes.",
                "Increase the option and the worker's heap; that restarts the task.",
                answers(Fault.status(200).body(new byte[1_000_001])))
            .with("datahose.max.response.bytes", "1000000"),
        FaultRow.failing(
            "redirect-at-start",
            "FAILED: … a redirect to the host",
            "read-failures-refused-total",
            "Check symphony.agent.url, and each proxy",
            "Since the first read, a server redirects, for example to a login page. The connector does not follow redirects.",
            HEALTH + " shows the target. Set `symphony.agent.url` to the agent itself.",
            answers(redirect()).fromTheBeginning()),
        FaultRow.failing(
            "page-at-start",
            "FAILED: … is not an event list",
            "read-failures-malformed-total",
            NO_LIST,
            "Since the first read, a server returns an HTML page.",
            HEALTH
                + " must return JSON. Set `symphony.agent.url` to the agent itself; that restarts the task.",
            answers(Fault.htmlPage()).fromTheBeginning()));
  }

  /** Faults that are retried until the other side recovers. */
  static List<FaultRow> healing() {
    return List.of(
        FaultRow.retried(
            "unauthorized",
            "FAILING: … returned HTTP 401",
            "read-failures-unauthorized-total",
            "The agent accepts no session, although the login succeeds.",
            "Check that the agent belongs to this pod. Contact the agent administrator.",
            answers(Fault.status(401))),
        FaultRow.retried(
            "throttled",
            "FAILING: … returned HTTP 429",
            "read-failures-throttled-total",
            "Symphony throttles reads.",
            PATIENCE,
            answers(Fault.status(429).header("Retry-After", "1"))),
        FaultRow.retried(
            "throttled-by-400",
            "FAILING: … returned HTTP 400",
            "read-failures-throttled-total",
            "Symphony throttles reads, by HTTP 400 with `Retry-After`.",
            PATIENCE,
            answers(Fault.status(400).header("Retry-After", "1"))),
        FaultRow.retried(
            "server-error",
            "FAILING: … returned HTTP 503",
            "read-failures-server-total",
            "The agent, or the load balancer in front of it, returns HTTP 5xx.",
            HEALTH
                + ". Contact the agent administrator, or add a second agent to `symphony.agent.url`.",
            answers(Fault.status(503))),
        FaultRow.retried(
            "page",
            "FAILING: … a body that is not Symphony's JSON",
            "read-failures-refused-total",
            "Another server responds in place of the agent: a maintenance page, an ingress, a firewall.",
            WHOSE,
            answers(
                Fault.status(404).header("Content-Type", "text/html").body("<html>Sorry</html>"))),
        FaultRow.retried(
            "redirect",
            "FAILING: … a redirect to the host",
            "read-failures-refused-total",
            "A server redirects, and did not before. The connector does not follow redirects.",
            WHOSE,
            answers(redirect())),
        FaultRow.retried(
            "quick-and-empty",
            "FAILING: … without the delay of a long poll",
            "read-failures-malformed-total",
            "Repeated responses with HTTP 200 or 204, without events, within a second: a broken proxy.",
            WHOSE,
            FaultScript.of(
                connector -> connector.longPoll(Duration.ZERO),
                connector -> connector.longPoll(Duration.ofMillis(1500)))),
        FaultRow.running(
            "ack-refused",
            "The ackId might be stale",
            List.of("DatahoseAckRefused"),
            "ack-refusals-total",
            "The agent does not know an `ackId` (HTTP 400).",
            "See [Ack refused](#ack-refused).",
            FaultScript.of(
                connector -> {
                  connector.pod().faults().add(Fault.status(400));
                  connector.produce();
                },
                connector -> {})));
  }

  private static Fault redirect() {
    return Fault.redirect("http://sign-in.example.test/?next=1");
  }
}
