// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FurtherAgent;
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

  private final FailureBench bench = new FailureBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  @Test
  void readsFromTheOneThatLivesWhenTheOtherIsDead() throws Exception {
    try (FurtherAgent dead = bench.simulator.furtherAgent()) {
      dead.close();
      agents(dead.url(), bench.simulator.url());
      bench.startAndReadWell();
      bench.bringEvents();
      bench.assertNothingIsLostOrTwice();
      assertThat(bench.metric("agent-changes-total")).isEqualTo(1L);
      assertThat(bench.metric("agent")).isEqualTo(bench.simulator.url() + "/");
      assertThat(bench.log())
          .containsOnlyOnce("Failing over from agent " + dead.url().substring(7) + " to ")
          .doesNotContain("Failed reads in a row");
    }
  }

  @Test
  void losesNothingAndDuplicatesNothingWhenAgentsDieAndComeBack() throws Exception {
    try (FaultyProxy first = FaultyProxy.of(bench.simulator);
        FaultyProxy second = FaultyProxy.of(bench.simulator)) {
      agents(first.url(), second.url());
      bench.startAndReadWell();
      first.die();
      bench.workUntil(() -> bench.metric("agent-changes-total").equals(1L));
      bench.bringEvents();
      assertThat(bench.metric("agent")).isEqualTo(second.url() + "/");
      first.revive();
      bench.bringEvents();
      assertThat(bench.metric("agent")).as("stays where it is well").isEqualTo(second.url() + "/");
      assertThat(bench.log()).doesNotContain("Failed reads in a row");
      first.die();
      second.die();
      long before = bench.elapsed().toMinutes();
      bench.workUntil(() -> bench.elapsed().toMinutes() > before + 10);
      assertThat((Long) bench.metric("agent-changes-total"))
          .as("two in a round, and a round for each wait of five seconds or ten")
          .isBetween(60L, 300L);
      first.revive();
      bench.bringEvents();
      assertThat(bench.metric("agent")).isEqualTo(first.url() + "/");
      bench.assertNothingIsLostOrTwice();
      assertThat(bench.log()).contains("Failed reads in a row: 2", "is read again, after ");
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
    try (FurtherAgent bad = bench.simulator.furtherAgent()) {
      bad.faults().add(fault.times(Integer.MAX_VALUE));
      agents(bad.url(), bench.simulator.url());
      bench.startAndReadWell();
      bench.bringEvents();
      bench.assertNothingIsLostOrTwice();
      assertThat(bench.metric("agent")).isEqualTo(bench.simulator.url() + "/");
    }
  }

  @ParameterizedTest
  @MethodSource("whatOneBadAgentAnswers")
  void invariant13ReturnsToTheFirstAgentWhenTheSecondRefusesAfterAFailover(Fault fault)
      throws Exception {
    try (FaultyProxy first = FaultyProxy.of(bench.simulator);
        FurtherAgent bad = bench.simulator.furtherAgent()) {
      bad.faults().add(fault.times(Integer.MAX_VALUE));
      agents(first.url(), bad.url());
      bench.startAndReadWell();
      first.die();
      bench.workUntil(() -> bad.requests().reads().count() > 12);
      first.revive();
      bench.bringEvents();
      bench.assertNothingIsLostOrTwice();
      assertThat(bench.metric("agent")).isEqualTo(first.url() + "/");
    }
  }

  @Test
  void invariant13EndsANewTaskWhoseOnlyAgentThatAnswersRefuses() throws Exception {
    try (FurtherAgent dead = bench.simulator.furtherAgent()) {
      dead.close();
      bench.simulator.faults().add(Fault.status(403).times(Integer.MAX_VALUE));
      agents(dead.url(), bench.simulator.url());
      bench.start();
      assertThat(bench.workUntilFailed()).hasMessageContaining("can create datahose feeds");
    }
  }

  /** A downgrade to agents before 22.7, say: all answer 400, whatever the ackId is. */
  @Test
  void invariant13EndsATaskWhenAllItsAgentsAnswer400() throws Exception {
    try (FurtherAgent second = bench.simulator.furtherAgent()) {
      agents(bench.simulator.url(), second.url());
      bench.startAndReadWell();
      second.faults().add(Fault.status(400).times(Integer.MAX_VALUE));
      bench.simulator.faults().add(Fault.status(400).times(Integer.MAX_VALUE));
      bench.endLongPoll();
      bench.workUntilFailed();
    }
  }

  @Test
  void invariant9WarnsOfARefusedAckIdInGrowingIntervals() throws Exception {
    try (FaultyProxy first = FaultyProxy.of(bench.simulator);
        FurtherAgent bad = bench.simulator.furtherAgent()) {
      bad.faults().add(Fault.status(400).times(Integer.MAX_VALUE));
      agents(first.url(), bad.url());
      bench.startAndReadWell();
      first.die();
      bench.workUntil(() -> bench.elapsed().toMinutes() >= 60);
      assertThat(bench.log().lines().filter(line -> line.contains("may be stale")).count())
          .as("warnings within an hour")
          .isLessThan(15);
    }
  }

  @Test
  void asksEachAgentForItsHealthOnceAfterItsFirstGoodRead() throws Exception {
    String health = "/agent/v3/health/extended";
    try (FurtherAgent first = bench.simulator.furtherAgent()) {
      agents(bench.simulator.url(), first.url());
      bench.startAndReadWell();
      assertThat(bench.simulator.requests().to(health).count()).isOne();
      assertThat(first.requests().count()).isZero();
      bench.simulator.faults().add(Fault.status(500));
      bench.endLongPoll();
      // Its first read has acknowledged all there was, and waits for more.
      bench.workUntil(() -> first.requests().reads().waiting().count() == 1);
      bench.endLongPoll();
      bench.workUntil(() -> first.requests().to(health).count() == 1);
      bench.awaitAllAcknowledged();
      first.faults().add(Fault.status(500));
      bench.endLongPoll();
      bench.awaitAllAcknowledged();
      assertThat(bench.metric("agent-changes-total")).isEqualTo(2L);
      assertThat(bench.simulator.requests().to(health).count()).isOne();
      assertThat(first.requests().to(health).count()).isOne();
    }
  }

  @Test
  void spreadsTheReadersOverTheAgents() throws Exception {
    bench.properties.put("datahose.feeds", "messages,rooms");
    bench.properties.put("datahose.feed.messages.event.types", "MESSAGESENT");
    bench.properties.put("datahose.feed.rooms.event.types", "ROOMCREATED");
    bench.properties.put("datahose.feed.messages.readers", "2");
    try (FurtherAgent second = bench.simulator.furtherAgent();
        FurtherAgent third = bench.simulator.furtherAgent()) {
      agents(bench.simulator.url(), second.url(), third.url());
      bench.start();
      bench.workUntil(
          () ->
              bench.simulator.requests().readsOf("played.messages").count() == 1
                  && second.requests().readsOf("played.messages").count() == 1
                  && third.requests().readsOf("played.rooms").count() == 1);
      assertThat(bench.simulator.requests().reads().count()).isOne();
    }
  }

  private void agents(String... urls) {
    bench.properties.put("symphony.agent.url", String.join(",", urls));
  }
}
