// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A task with two agents of one pod, through their deaths and returns. The rules alone: {@link
 * AgentFailoverTest}; through a worker: SeveralFeedsIT.
 */
@Timeout(60)
class SeveralAgentsTest {

  private RunningTask task = RunningTask.clocked(SimulatorOptions.defaults());

  @AfterEach
  void stop() {
    task.close();
  }

  @Test
  void deliversEachEventOnceWhenAgentsStopAndRestart() throws Exception {
    try (FaultyProxy first = FaultyProxy.of(task.simulator);
        FaultyProxy second = FaultyProxy.of(task.simulator)) {
      agents(first.url(), second.url());
      task.startAndReadWell();
      first.die();
      task.workUntil(() -> task.metric("agent-changes-total").equals(1L));
      task.bringEvents();
      assertThat(task.metric("agent")).isEqualTo(second.url() + "/");
      first.revive();
      task.bringEvents();
      assertThat(task.metric("agent"))
          .as("stays with the healthy agent")
          .isEqualTo(second.url() + "/");
      assertThat(task.log()).doesNotContain("consecutive failed reads");
      first.die();
      second.die();
      task.workFor(task.elapsed().plusMinutes(10));
      assertThat((Long) task.metric("agent-changes-total"))
          .as("two in a round, and a round for each wait of five seconds or ten")
          .isBetween(60L, 300L);
      first.revive();
      task.bringEvents();
      assertThat(task.metric("agent")).isEqualTo(first.url() + "/");
      task.assertNothingIsLostOrTwice();
      assertThat(task.log()).contains("2 consecutive failed reads", "Reads succeed again after ");
    }
  }

  /** The repeated responses of one failing agent while the other is healthy. */
  static List<Fault> whatOneBadAgentAnswers() {
    return List.of(
        Fault.closed(),
        Fault.htmlPage(),
        Fault.redirect("http://sign-in.example.test/"),
        Fault.status(502).body("<html>"),
        Fault.status(429).body("<html>"),
        Fault.status(401).body("<html>"),
        Fault.status(401),
        Fault.status(429),
        Fault.status(204).body(""),
        Fault.status(200).body("{\"events\":[{\"type\":\"MESS"),
        Fault.status(200).body("{\"events\":[{\"type\":\"MESSAGESENT\"}]}"),
        Fault.status(400),
        Fault.status(404),
        Fault.status(403));
  }

  @ParameterizedTest
  @MethodSource("whatOneBadAgentAnswers")
  @Tag("invariant-13")
  void invariant13ReadsFromHealthyAgentWhateverOtherReturns(Fault fault) throws Exception {
    try (FurtherAgent bad = task.simulator.furtherAgent()) {
      bad.faults().add(always(fault));
      agents(bad.url(), task.simulator.url());
      task.startAndReadWell();
      task.bringEvents();
      task.assertNothingIsLostOrTwice();
      assertThat(task.metric("agent")).isEqualTo(task.simulator.url() + "/");
    }
  }

  @ParameterizedTest
  @MethodSource("whatOneBadAgentAnswers")
  @Tag("invariant-13")
  void invariant13ReturnsToFirstAgentWhenSecondRejectsAfterFailover(Fault fault) throws Exception {
    try (FaultyProxy first = FaultyProxy.of(task.simulator);
        FurtherAgent bad = task.simulator.furtherAgent()) {
      bad.faults().add(always(fault));
      agents(first.url(), bad.url());
      task.startAndReadWell();
      first.die();
      task.workUntil(() -> bad.requests().reads().count() > 12);
      first.revive();
      task.bringEvents();
      task.assertNothingIsLostOrTwice();
      assertThat(task.metric("agent")).isEqualTo(first.url() + "/");
    }
  }

  /** One that never answered ends no task that has read, whatever the other answers then. */
  @Test
  @Tag("invariant-13")
  void invariant13ReadsFromOtherAgentWhenNothingListensAtFirst() throws Exception {
    FurtherAgent closed = task.simulator.furtherAgent();
    closed.close();
    agents(closed.url(), task.simulator.url());
    task.startAndReadWell();
    task.bringEvents();
    assertThat(task.metric("agent")).isEqualTo(task.simulator.url() + "/");
    assertThat(task.log()).containsOnlyOnce("Failing over from agent ");
    task.simulator.faults().add(always(Fault.status(404)));
    task.endLongPoll();
    task.workFor(Duration.ofMinutes(10));
    task.simulator.faults().clear();
    task.awaitAllAcknowledged();
    task.assertNothingIsLostOrTwice();
  }

  /** A downgrade to agents before 22.7, say: all answer 400, whatever the ackId is. */
  @Test
  @Tag("invariant-13")
  void invariant13FailsTaskWhenAllAgentsReturn400() throws Exception {
    try (FurtherAgent second = task.simulator.furtherAgent()) {
      agents(task.simulator.url(), second.url());
      task.startAndReadWell();
      second.faults().add(always(Fault.status(400)));
      task.simulator.faults().add(always(Fault.status(400)));
      task.endLongPoll();
      task.workUntilFailed();
    }
  }

  @Test
  @Tag("invariant-9")
  void invariant9WarnsOfRejectedAckIdInGrowingIntervals() throws Exception {
    try (FaultyProxy first = FaultyProxy.of(task.simulator);
        FurtherAgent bad = task.simulator.furtherAgent()) {
      bad.faults().add(always(Fault.status(400)));
      agents(first.url(), bad.url());
      task.startAndReadWell();
      first.die();
      task.workFor(Duration.ofHours(1));
      assertThat(task.log().lines().filter(line -> line.contains("may be stale")).count())
          .as("warnings within an hour")
          .isLessThan(15);
    }
  }

  @Test
  void checksHealthOfEachAgentOnceAfterFirstSuccessfulRead() throws Exception {
    String health = "/agent/v3/health/extended";
    try (FurtherAgent first = task.simulator.furtherAgent()) {
      agents(task.simulator.url(), first.url());
      task.startAndReadWell();
      assertThat(task.simulator.requests().to(health).count()).isOne();
      assertThat(first.requests().count()).isZero();
      task.simulator.faults().add(Fault.status(500));
      task.endLongPoll();
      // Its first read has acknowledged all there was, and waits for more.
      task.workUntil(() -> first.requests().reads().waiting().count() == 1);
      task.endLongPoll();
      task.workUntil(() -> first.requests().to(health).count() == 1);
      task.awaitAllAcknowledged();
      first.faults().add(Fault.status(500));
      task.endLongPoll();
      task.awaitAllAcknowledged();
      assertThat(task.metric("agent-changes-total")).isEqualTo(2L);
      assertThat(task.simulator.requests().to(health).count()).isOne();
      assertThat(first.requests().to(health).count()).isOne();
    }
  }

  @Test
  void spreadsReadersOverAgents() throws Exception {
    task.properties.put("datahose.feeds", "messages,rooms");
    task.properties.put("datahose.feed.messages.event.types", "MESSAGESENT");
    task.properties.put("datahose.feed.rooms.event.types", "ROOMCREATED");
    task.properties.put("datahose.feed.messages.readers", "2");
    try (FurtherAgent second = task.simulator.furtherAgent();
        FurtherAgent third = task.simulator.furtherAgent()) {
      agents(task.simulator.url(), second.url(), third.url());
      task.start();
      task.workUntil(
          () ->
              task.simulator.requests().readsOf("played.messages").count() == 1
                  && second.requests().readsOf("played.messages").count() == 1
                  && third.requests().readsOf("played.rooms").count() == 1);
      assertThat(task.simulator.requests().reads().count()).isOne();
    }
  }

  /**
   * A pod that allows simplified key delivery, while the key manager gives no token: only agents
   * from 24.12 on can be read then.
   */
  @Nested
  class WithoutKeyManager {

    private FurtherAgent old;
    private FurtherAgent current;

    @BeforeEach
    void theKeyManagerIsAway() {
      task.close();
      task = RunningTask.clocked(SimulatorOptions.defaults().simplifiedKeyDelivery(true));
      old = task.simulator.furtherAgent(options -> options.agentVersion("24.10.1-815"));
      current = task.simulator.furtherAgent(options -> options.agentVersion("24.12.4-913"));
      task.simulator.faults().add(always(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN)));
    }

    @AfterEach
    void close() {
      old.close();
      current.close();
    }

    @Test
    void failsOverFromTooOldAgent() throws Exception {
      startWith(old, current);
      bringEventsFrom(current);
      task.assertNothingIsLostOrTwice();
      assertThat(task.metric("agent")).isEqualTo(current.url() + "/");
      assertThat(old.requests().reads().count()).as("refused").isOne();
      assertThat(task.simulator.logins()).as("of the pod").hasSize(1);
      assertThat(task.log())
          .containsPattern(
              "WARN .*\\(without a key manager token\\). Failing over from agent "
                  + old.url().substring(7));
    }

    @Test
    @Tag("invariant-13")
    void invariant13ReturnsFromAgentThatRequiresTokenWithSameSession() throws Exception {
      startWith(current, old);
      bringEventsFrom(current);
      current.faults().add(Fault.status(503).times(3));
      task.simulator.produce(10);
      task.workUntil(() -> !current.faults().pending());
      bringEventsFrom(current);
      task.assertNothingIsLostOrTwice();
      assertThat(old.requests().reads().count()).isPositive();
      assertThat(task.simulator.logins()).as("of the pod").hasSize(1);
      assertThat((Long) task.metric("agent-changes-total")).isPositive().isEven();
      assertThat(task.metric("agent")).isEqualTo(current.url() + "/");
    }

    @Test
    void continuesWithTokenAtOlderAgentWhenKeyManagerRecovers() throws Exception {
      startWith(current, old);
      bringEventsFrom(current);
      task.simulator.faults().clear();
      current.close();
      bringEventsFrom(old);
      task.assertNothingIsLostOrTwice();
      assertThat(task.simulator.logins())
          .as("a token of the key manager for the session that there was")
          .hasSize(2);
      assertThat(task.metric("logins-total")).isEqualTo(2L);
    }

    @Test
    @Tag("invariant-13")
    void invariant13RetriesWhenAllAgentsAreTooOldUntilKeyManagerRecovers() throws Exception {
      FurtherAgent older =
          task.simulator.furtherAgent(options -> options.agentVersion("24.3.2-778"));
      agents(old.url(), older.url());
      task.start();
      task.workFor(Duration.ofMinutes(9));
      assertThat(task.simulator.logins()).as("of the pod").hasSize(1);
      assertThat(task.log().lines().filter(line -> line.contains("WARN")).count())
          .as("warnings in nine minutes")
          .isLessThan(15);
      task.simulator.faults().clear();
      task.workUntil(() -> !task.simulator.ledger().totals().feeds().isEmpty());
      FurtherAgent used = old.requests().reads().waiting().count() > 0 ? old : older;
      awaitLongPollAt(used);
      bringEventsFrom(used);
      task.assertNothingIsLostOrTwice();
      older.close();
    }

    @Test
    void recoversWhenAgentIsUpgradedWhileKeyManagerIsUnavailable() throws Exception {
      agents(old.url());
      task.start();
      task.workFor(Duration.ofMinutes(4));
      old.reconfigure(options -> options.agentVersion("25.3.1-11"));
      awaitLongPollAt(old);
      bringEventsFrom(old);
      task.assertNothingIsLostOrTwice();
    }

    @Test
    void staysWithAgentWhenSessionExpires() throws Exception {
      startWith(current, old);
      for (int i = 0; i < 3; i++) {
        task.simulator.expireTokens();
        bringEventsFrom(current);
      }
      task.assertNothingIsLostOrTwice();
      assertThat(task.metric("agent-changes-total")).isEqualTo(0L);
      assertThat(task.simulator.logins()).as("of the pod").hasSize(4);
    }

    private void startWith(FurtherAgent first, FurtherAgent second) throws Exception {
      agents(first.url(), second.url());
      task.start();
      awaitLongPollAt(current);
    }

    private void bringEventsFrom(FurtherAgent agent) throws Exception {
      int before = agent.requests().reads().count();
      task.bringEvents();
      assertThat(agent.requests().reads().count()).isGreaterThan(before);
    }

    private void awaitLongPollAt(FurtherAgent agent) throws Exception {
      task.workUntil(
          () ->
              agent.requests().reads().waiting().count() == 1
                  && !task.simulator.ledger().totals().feeds().isEmpty());
    }
  }

  private static Fault always(Fault fault) {
    return fault.times(Integer.MAX_VALUE);
  }

  private void agents(String... urls) {
    task.properties.put("symphony.agent.url", String.join(",", urls));
  }
}
