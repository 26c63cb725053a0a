// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorOptions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A task with several agents of one pod that allows simplified key delivery, while the key manager
 * gives no token: only agents from 24.12 on can be read then.
 */
@Timeout(60)
class AgentsWithoutKeyManagerTest {

  private final RunningTask task =
      RunningTask.clocked(SimulatorOptions.defaults().simplifiedKeyDelivery(true));
  private final FurtherAgent old =
      task.simulator.furtherAgent(options -> options.agentVersion("24.10.1-815"));
  private final FurtherAgent current =
      task.simulator.furtherAgent(options -> options.agentVersion("24.12.4-913"));

  @BeforeEach
  void theKeyManagerIsAway() {
    task.simulator
        .faults()
        .add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN).times(Integer.MAX_VALUE));
  }

  @AfterEach
  void stop() {
    task.close();
    old.close();
    current.close();
  }

  @Test
  void goesOnFromAnAgentThatIsTooOldToTheOneThatIsNot() throws Exception {
    startWith(old, current);
    bringEventsFrom(current);
    task.assertNothingIsLostOrTwice();
    assertThat(task.metric("agent")).isEqualTo(current.url() + "/");
    assertThat(old.requests().reads().count()).as("refused").isOne();
    assertThat(task.simulator.logins()).as("of the pod").hasSize(1);
    assertThat(task.log())
        .containsPattern(
            "WARN .*\\(without a key manager token\\). Failing over from agent " + at(old));
  }

  @Test
  void invariant13ReturnsFromAnAgentThatNeedsTheTokenWithTheSameSession() throws Exception {
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
  void goesOnWithATokenAtTheOlderAgentWhenTheKeyManagerIsBack() throws Exception {
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
  void invariant13RetriesWhileAllAgentsAreTooOldAndRecoversWithTheKeyManager() throws Exception {
    FurtherAgent older = task.simulator.furtherAgent(options -> options.agentVersion("24.3.2-778"));
    start(old, older);
    task.workUntil(() -> task.elapsed().toMinutes() > 9);
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
  void recoversWhenAnAgentIsUpgradedWhileTheKeyManagerIsUnavailable() throws Exception {
    start(old);
    task.workUntil(() -> task.elapsed().toMinutes() > 3);
    old.reconfigure(options -> options.agentVersion("25.3.1-11"));
    awaitLongPollAt(old);
    bringEventsFrom(old);
    task.assertNothingIsLostOrTwice();
  }

  @Test
  void leavesNoAgentForASessionThatHasExpired() throws Exception {
    startWith(current, old);
    for (int i = 0; i < 3; i++) {
      task.simulator.expireTokens();
      bringEventsFrom(current);
    }
    task.assertNothingIsLostOrTwice();
    assertThat(task.metric("agent-changes-total")).isEqualTo(0L);
    assertThat(task.simulator.logins()).as("of the pod").hasSize(4);
  }

  private void start(FurtherAgent... agents) {
    task.properties.put(
        "symphony.agent.url", String.join(",", Stream.of(agents).map(FurtherAgent::url).toList()));
    task.start();
  }

  private void startWith(FurtherAgent first, FurtherAgent second) throws Exception {
    start(first, second);
    awaitLongPollAt(current);
  }

  private void awaitLongPollAt(FurtherAgent agent) throws Exception {
    task.workUntil(
        () ->
            agent.requests().reads().waiting().count() == 1
                && !task.simulator.ledger().totals().feeds().isEmpty());
  }

  private void bringEventsFrom(FurtherAgent agent) throws Exception {
    int before = agent.requests().reads().count();
    task.bringEvents();
    assertThat(agent.requests().reads().count()).isGreaterThan(before);
  }

  private static String at(FurtherAgent agent) {
    return agent.url().substring("http://".length());
  }
}
