// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static io.github.datahose.monitoring.FaultScript.answers;

import io.github.datahose.simulator.Fault;
import java.time.Duration;
import java.util.List;

/** What an agent, or something in its place, answers to a read. */
final class AgentFaults {
  private static final String HEALTH = "`curl -si $AGENT/agent/v3/health/extended`";
  private static final String WHOSE =
      "`curl -si -X POST $AGENT/agent/v5/events/read` shows who answers; call them.";
  private static final String PATIENCE =
      "It waits as long as it is asked to. Read less elsewhere with this account.";
  private static final String NO_LIST =
      "Check symphony.agent.url: something else than an agent seems to answer there";

  private AgentFaults() {}

  /** What ends the task, at once or after the grace of two minutes. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "forbidden",
            "FAILED: … was answered with 403",
            "read-failures-forbidden-total",
            "'can create datahose feeds' and 'can read from datahose feeds'",
            "The account may not read: an entitlement or the add-on is missing, or there are more than five feeds.",
            "Have the entitlements given ([symphony-setup.md](symphony-setup.md)); then restart. After a change of"
                + " event types wait for half an hour first: the old feed counts for that long.",
            answers(Fault.status(403))),
        FaultRow.failing(
            "bad-request",
            "FAILED: … was answered with 400",
            "read-failures-refused-total",
            "Check datahose.event.types and datahose.scopes",
            "The agent refuses the request: an unknown event type, or an agent before 22.7.",
            HEALTH
                + " tells the version. Set the options right, or have the agent upgraded; then restart.",
            answers(Fault.status(400))),
        FaultRow.failing(
            "not-found",
            "FAILED: … was answered with 404",
            "read-failures-refused-total",
            "Check symphony.agent.url, its context path too",
            "The URL is wrong, or the agent too old.",
            HEALTH + " must be JSON. Set `symphony.agent.url` right; that restarts the task.",
            answers(Fault.status(404))),
        FaultRow.failing(
            "not-a-list",
            "FAILED: … is no list of events",
            "read-failures-malformed-total",
            NO_LIST,
            "Answers with 200 that are JSON and no list of events, ten in a row.",
            HEALTH + ": is that the agent? What stands before it? Then restart.",
            answers(Fault.malformedJson())),
        FaultRow.failing(
            "no-ack-id",
            "FAILED: … no ackId to acknowledge them with",
            "read-failures-malformed-total",
            NO_LIST,
            "Events without an ackId, ten times in a row. They could never be acknowledged.",
            HEALTH
                + ": is that the agent? If so, ask Symphony's support, with the trace id of the line; then restart.",
            answers(Fault.status(200).body("{\"events\":[{\"type\":\"MESSAGESENT\"}]}"))),
        FaultRow.failing(
                "over-limit",
                "FAILED: … was answered with more than",
                "read-failures-malformed-total",
                "Raise datahose.max.response.bytes",
                "An answer over `datahose.max.response.bytes`, ten times in a row; `has too many events`"
                    + " says that their number counts (from the 10,001st on, each as at least 1,024"
                    + " bytes).",
                "Raise it, and the worker's heap with it; that restarts the task.",
                answers(Fault.status(200).body(new byte[1_000_001])))
            .with("datahose.max.response.bytes", "1000000"),
        FaultRow.failing(
            "redirect-at-start",
            "FAILED: … a redirect to the host",
            "read-failures-refused-total",
            "Check symphony.agent.url, and what stands between this worker and the agent",
            "From the first read on something redirects, to a login page for example. It is not followed.",
            HEALTH + " shows where to. Set `symphony.agent.url` to the agent itself.",
            answers(redirect()).fromTheBeginning()),
        FaultRow.failing(
            "page-at-start",
            "FAILED: … is no list of events",
            "read-failures-malformed-total",
            NO_LIST,
            "From the first read on a page of HTML answers.",
            HEALTH
                + " must be JSON. Set `symphony.agent.url` to the agent itself; that restarts the task.",
            answers(Fault.htmlPage()).fromTheBeginning()));
  }

  /** What heals by itself when the other side does. */
  static List<FaultRow> healing() {
    return List.of(
        FaultRow.retried(
            "unauthorized",
            "FAILING: … was answered with 401",
            "read-failures-unauthorized-total",
            "The agent takes no session, though the login works.",
            "Do agent and pod belong together? Call who runs the agent.",
            answers(Fault.status(401))),
        FaultRow.retried(
            "throttled",
            "FAILING: … was answered with 429",
            "read-failures-throttled-total",
            "Symphony asks for time.",
            PATIENCE,
            answers(Fault.status(429).header("Retry-After", "1"))),
        FaultRow.retried(
            "throttled-by-400",
            "FAILING: … was answered with 400",
            "read-failures-throttled-total",
            "400 with `Retry-After`: Symphony asks for time in another way.",
            PATIENCE,
            answers(Fault.status(400).header("Retry-After", "1"))),
        FaultRow.retried(
            "server-error",
            "FAILING: … was answered with 503",
            "read-failures-server-total",
            "The agent, or the balancer before it, answers 5xx.",
            HEALTH + "; call who runs the agent. Or set a second one in `symphony.agent.url`.",
            answers(Fault.status(503))),
        FaultRow.retried(
            "page",
            "FAILING: … a body that is not Symphony's JSON",
            "read-failures-refused-total",
            "Something else answers in the agent's place: a maintenance page, an ingress, a firewall.",
            WHOSE,
            answers(
                Fault.status(404).header("Content-Type", "text/html").body("<html>Sorry</html>"))),
        FaultRow.retried(
            "redirect",
            "FAILING: … a redirect to the host",
            "read-failures-refused-total",
            "Something redirects that did not before. It is not followed.",
            WHOSE,
            answers(redirect())),
        FaultRow.retried(
            "quick-and-empty",
            "FAILING: … did not take the time of a long poll",
            "read-failures-malformed-total",
            "200 or 204 without events within a second, again and again: a broken proxy.",
            WHOSE,
            FaultScript.of(
                connector -> connector.longPoll(Duration.ZERO),
                connector -> connector.longPoll(Duration.ofMillis(1500)))),
        FaultRow.running(
            "ack-refused",
            "The ackId might be stale",
            List.of("DatahoseAckRefused"),
            "ack-refusals-total",
            "The agent does not know an ackId (400).",
            "[Ack refused](#ack-refused).",
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
