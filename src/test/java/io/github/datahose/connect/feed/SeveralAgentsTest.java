// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.SimulatorOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A task with two agents of one pod, through their deaths and returns. The rules alone: {@link
 * AgentRotationTest}; through a worker: TwoAgentsIT.
 */
@Timeout(60)
class SeveralAgentsTest {

  private final RunningTask task = RunningTask.clocked(SimulatorOptions.defaults());

  @AfterEach
  void stop() {
    task.close();
  }

  @Test
  void readsFromTheOneThatLivesWhenTheOtherIsDead() throws Exception {
    try (FurtherAgent dead = task.simulator.furtherAgent()) {
      dead.close();
      agents(dead.url(), task.simulator.url());
      task.startAndReadWell();
      task.bringEvents();
      task.assertNothingIsLostOrTwice();
      assertThat(task.metric("agent-changes-total")).isEqualTo(1L);
      assertThat(task.metric("agent")).isEqualTo(task.simulator.url() + "/");
      assertThat(task.log())
          .containsOnlyOnce("Failing over from agent " + dead.url().substring(7) + " to ")
          .doesNotContain("Failed reads in a row");
    }
  }

  @Test
  void losesNothingAndDuplicatesNothingWhenAgentsDieAndComeBack() throws Exception {
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
      assertThat(task.metric("agent")).as("stays where it is well").isEqualTo(second.url() + "/");
      assertThat(task.log()).doesNotContain("Failed reads in a row");
      first.die();
      second.die();
      long before = task.elapsed().toMinutes();
      task.workUntil(() -> task.elapsed().toMinutes() > before + 10);
      assertThat((Long) task.metric("agent-changes-total"))
          .as("two in a round, and a round for each wait of five seconds or ten")
          .isBetween(60L, 300L);
      first.revive();
      task.bringEvents();
      assertThat(task.metric("agent")).isEqualTo(first.url() + "/");
      task.assertNothingIsLostOrTwice();
      assertThat(task.log()).contains("Failed reads in a row: 2", "is read again, after ");
    }
  }

  /** What one bad agent answers, again and again, while the other is well. */
  static List<Fault> whatOneBadAgentAnswers() {
    return List.of(
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
  void invariant13ReadsFromTheHealthyAgentWhateverTheOtherAnswers(Fault fault) throws Exception {
    try (FurtherAgent bad = task.simulator.furtherAgent()) {
      bad.faults().add(fault.times(Integer.MAX_VALUE));
      agents(bad.url(), task.simulator.url());
      task.startAndReadWell();
      task.bringEvents();
      task.assertNothingIsLostOrTwice();
      assertThat(task.metric("agent")).isEqualTo(task.simulator.url() + "/");
    }
  }

  @ParameterizedTest
  @MethodSource("whatOneBadAgentAnswers")
  void invariant13ReturnsToTheFirstAgentWhenTheSecondRefusesAfterAFailover(Fault fault)
      throws Exception {
    try (FaultyProxy first = FaultyProxy.of(task.simulator);
        FurtherAgent bad = task.simulator.furtherAgent()) {
      bad.faults().add(fault.times(Integer.MAX_VALUE));
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

  @Test
  void invariant13EndsANewTaskWhoseOnlyAgentThatAnswersRefuses() throws Exception {
    try (FurtherAgent dead = task.simulator.furtherAgent()) {
      dead.close();
      task.simulator.faults().add(Fault.status(403).times(Integer.MAX_VALUE));
      agents(dead.url(), task.simulator.url());
      task.start();
      assertThat(task.workUntilFailed()).hasMessageContaining("can create datahose feeds");
    }
  }

  /** A downgrade to agents before 22.7, say: all answer 400, whatever the ackId is. */
  @Test
  void invariant13EndsATaskWhenAllItsAgentsAnswer400() throws Exception {
    try (FurtherAgent second = task.simulator.furtherAgent()) {
      agents(task.simulator.url(), second.url());
      task.startAndReadWell();
      second.faults().add(Fault.status(400).times(Integer.MAX_VALUE));
      task.simulator.faults().add(Fault.status(400).times(Integer.MAX_VALUE));
      task.endLongPoll();
      task.workUntilFailed();
    }
  }

  @Test
  void invariant9WarnsOfARefusedAckIdInGrowingIntervals() throws Exception {
    try (FaultyProxy first = FaultyProxy.of(task.simulator);
        FurtherAgent bad = task.simulator.furtherAgent()) {
      bad.faults().add(Fault.status(400).times(Integer.MAX_VALUE));
      agents(first.url(), bad.url());
      task.startAndReadWell();
      first.die();
      task.workUntil(() -> task.elapsed().toMinutes() >= 60);
      assertThat(task.log().lines().filter(line -> line.contains("may be stale")).count())
          .as("warnings within an hour")
          .isLessThan(15);
    }
  }

  @Test
  void asksEachAgentForItsHealthOnceAfterItsFirstGoodRead() throws Exception {
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
  void spreadsTheReadersOverTheAgents() throws Exception {
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

  private void agents(String... urls) {
    task.properties.put("symphony.agent.url", String.join(",", urls));
  }
}
