// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an operator does to a connector through REST: nothing of it loses an event. */
class LifecycleIT {
  private static final Set<String> MESSAGES = Set.of("MESSAGESENT");

  private final ConnectCluster cluster = ConnectCluster.shared();
  private final ConnectRest rest = cluster.rest();

  @Test
  void invariant1ABatchReadWhilePausedIsNotAcknowledgedAndComesWholeAfterResume() {
    try (LiveConnector connector = new LiveConnector(cluster, "paused").start()) {
      connector.simulator().produce(100, MESSAGES);
      connector.awaitAllAcknowledged();

      rest.pause("paused");
      rest.awaitState("paused", "PAUSED", 1);
      connector.simulator().produce(50, MESSAGES);
      eventually("the batch is read").until(() -> connector.totals().delivered() == 150);
      LiveConnector.awaitVisibilityTimeout();
      assertThat(connector.totals().acknowledged()).isEqualTo(100);
      assertThat(connector.records()).hasSize(100);

      rest.resume("paused");
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
    }
  }

  @Test
  void aBatchReadWhilePausedSurvivesAStop() {
    try (LiveConnector connector = new LiveConnector(cluster, "paused-stopped").start()) {
      rest.pause("paused-stopped");
      rest.awaitState("paused-stopped", "PAUSED", 1);
      connector.simulator().produce(50, MESSAGES);
      eventually("the batch is read").until(() -> connector.totals().delivered() == 50);
      rest.stop("paused-stopped");
      rest.awaitState("paused-stopped", "STOPPED", 0);
      assertThat(connector.totals().acknowledged()).isZero();

      rest.resume("paused-stopped");
      rest.awaitRunning("paused-stopped", 1);
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
    }
  }

  @Test
  void invariant3AStopInTheMiddleOfALongPollIsQuickAndLeavesNoReader() {
    try (LiveConnector connector =
        new LiveConnector(
                cluster,
                "stopped-in-poll",
                LiveConnector.shortTimes().longPoll(Duration.ofSeconds(25)))
            .start()) {
      eventually("a read waits for events").until(() -> reads(connector).waiting().count() == 1);
      WorkerThreads threads = new WorkerThreads(cluster.worker());
      assertThat(threads.readersOf("stopped-in-poll"))
          .containsExactly("datahose-stopped-in-poll-all-0");
      Instant before = Instant.now();
      rest.stop("stopped-in-poll");
      rest.awaitState("stopped-in-poll", "STOPPED", 0);
      assertThat(Duration.between(before, Instant.now()))
          .as("far less than the rest of the long poll")
          .isLessThan(Duration.ofSeconds(15));
      assertThat(cluster.worker().log().lines())
          .filteredOn(line -> line.contains("stopped-in-poll"))
          .noneMatch(
              line -> line.contains("Graceful stop") || line.contains("did not end in time"));
      eventually("the reader's thread ends")
          .atMost(Duration.ofSeconds(2))
          .until(() -> threads.readersOf("stopped-in-poll").isEmpty());
    }
  }

  @Test
  void stopResumeAndRestartsWithEventsFlowingLoseNothing() {
    try (LiveConnector connector = new LiveConnector(cluster, "restarted").start()) {
      CompletableFuture<Void> production =
          connector.simulator().produceAtRate(6_000, 500, List.of());
      connector.awaitMoreAcknowledged(200);

      rest.stop("restarted");
      rest.awaitState("restarted", "STOPPED", 0);
      rest.resume("restarted");
      rest.awaitRunning("restarted", 1);
      connector.awaitMoreAcknowledged(200);

      int logins = connector.simulator().logins().size();
      rest.request("POST", "/connectors/restarted/restart?includeTasks=false", null);
      rest.awaitRunning("restarted", 1);
      connector.awaitMoreAcknowledged(200);
      assertThat(connector.simulator().logins()).as("the task went on").hasSize(logins);

      connector.restart();
      connector.awaitMoreAcknowledged(200);

      production.join();
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.lost()).as("%s", audit).isZero();
      assertThat(audit.unknown()).as("%s", audit).isZero();
      assertThat(connector.totals().feeds()).hasSize(1);
    }
  }

  @Test
  void invariant4AConnectorCreatedAgainGoesOnFromTheStoredOffset() {
    try (LiveConnector connector = new LiveConnector(cluster, "created-again").start()) {
      connector.simulator().produce(250, MESSAGES);
      connector.awaitAllAcknowledged();
      String lastAckId = ackIdOfLastBatch(connector);
      rest.delete("created-again");
      rest.awaitGone("created-again");
      connector.simulator().produce(50, MESSAGES);
      int readsOfTheFirst = reads(connector).count();

      connector.apply(1);
      RecordedRequest next =
          eventually("the second reads")
              .until(() -> reads(connector).list(), reads -> reads.size() > readsOfTheFirst)
              .get(readsOfTheFirst);
      assertThat(next.json().path("ackId").asText()).isNotEmpty().isEqualTo(lastAckId);
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
      assertThat(audit.inKafka()).isEqualTo(300);
    }
  }

  private static Requests reads(LiveConnector connector) {
    return connector.simulator().requests().readsOf(connector.tag());
  }

  /** The ackId that came with the last answer that had events. */
  private static String ackIdOfLastBatch(LiveConnector connector) {
    return reads(connector).answered(200).list().stream()
        .map(read -> Topics.json(read.answerBody()))
        .filter(answer -> !answer.path("events").isEmpty())
        .map(answer -> answer.path("ackId").asText())
        .reduce("", (earlier, later) -> later);
  }
}
