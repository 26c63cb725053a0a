// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which agent a reader goes to after a failure, and when. */
class AgentRotationTest {

  private static final HttpUrl A = HttpUrl.get("https://a.example.test");
  private static final HttpUrl B = HttpUrl.get("https://b.example.test:8443/ctx");
  private static final HttpUrl C = HttpUrl.get("https://c.example.test");
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);

  private final ManualClock clock = new ManualClock();
  private final FeedMetrics metrics = new FeedMetrics(clock);
  private final ReaderContext context =
      new ReaderContext("Reader", clock, new ReaderSignal(clock), metrics);

  /** Random numbers are always a half here, so each wait is half its upper bound. */
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), () -> Long.MIN_VALUE);

  private ReadHistory history = new ReadHistory(true);
  private AgentRotation agents = new AgentRotation(context, List.of(A, B), 0);
  private Recovery recovery = recovery();

  static List<SymphonyException> whatAnotherAgentMayDoBetter() {
    return List.of(
        Failures.network(),
        Failures.readTimeout(),
        Failures.read(500),
        Failures.read(503),
        Failures.page(502),
        Failures.page(400),
        Failures.page(403),
        Failures.page(404),
        Failures.page(302),
        Failures.page(200),
        Failures.page(401),
        Failures.page(429),
        Failures.read(403),
        Failures.read(404),
        Failures.read(400),
        Failures.read(200),
        Failures.tooLarge(),
        Failures.readWithoutKeyManager());
  }

  @ParameterizedTest
  @MethodSource("whatAnotherAgentMayDoBetter")
  void invariant13FailsOverAtOnceAndBacksOffAfterARound(SymphonyException failure) {
    assertThat(delayAfter(failure)).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(failure)).isEqualTo(FIRST_WAIT);
    assertThat(agents.current()).isEqualTo(A);
    assertThat(delayAfter(failure)).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(failure)).isEqualTo(FIRST_WAIT.multipliedBy(2));
    assertThat(agents.current()).isEqualTo(A);
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isEqualTo(4);
  }

  static List<SymphonyException> whatNoAgentCanChange() {
    return List.of(
        Failures.login(401),
        Failures.login(500),
        Failures.loginPage(200),
        Failures.keyManager(503),
        Failures.proxyLogin(null));
  }

  @ParameterizedTest
  @MethodSource("whatNoAgentCanChange")
  void staysWithTheAgentWhenALoginFails(SymphonyException failure) {
    for (int i = 0; i < 3; i++) {
      recovery.after(failure, true);
    }
    assertThat(agents.current()).isEqualTo(A);
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isZero();
  }

  @Test
  void invariant13TriesTheSameAgentWithANewSessionAfterTheFirst401Only() {
    assertThat(delayAfter(Failures.read(401))).isZero();
    assertThat(agents.current()).isEqualTo(A);
    assertThat(delayAfter(Failures.read(401))).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(Failures.read(401))).isEqualTo(FIRST_WAIT);
    assertThat(agents.current()).isEqualTo(A);
  }

  @Test
  void invariant13WaitsAsAThrottlingAgentAsksAndThenFailsOver() {
    assertThat(delayAfter(Failures.read(429, Duration.ofSeconds(40))))
        .isEqualTo(Duration.ofSeconds(40));
    assertThat(agents.current()).isEqualTo(B);
    clock.advance(Duration.ofSeconds(40));
    assertThat(delayAfter(Failures.read(429))).isPositive();
    assertThat(agents.current()).isEqualTo(A);
  }

  @Test
  void invariant13TriesTheSameAgentWithoutTheAckIdBeforeItFailsOver() {
    assertThat(recovery.after(Failures.read(400), false).withoutAckId()).isTrue();
    assertThat(agents.current()).isEqualTo(A);
    assertThat(delayAfter(Failures.read(400))).isZero();
    assertThat(agents.current()).isEqualTo(B);
  }

  static List<SymphonyException> whatARefusingAgentAnswers() {
    return List.of(Failures.read(403), Failures.read(404), Failures.read(400), Failures.read(200));
  }

  @ParameterizedTest
  @MethodSource("whatARefusingAgentAnswers")
  void invariant13ADeadAgentAndARefusingOneDoNotEndATaskThatHasRead(SymphonyException refusal) {
    for (int i = 0; i < 200; i++) {
      delayAfter(Failures.network());
      clock.advance(Duration.ofSeconds(30));
      delayAfter(refusal);
    }
  }

  @ParameterizedTest
  @MethodSource("whatARefusingAgentAnswers")
  void invariant13ADeadAgentAndARefusingOneEndANewTask(SymphonyException refusal) {
    history = new ReadHistory(false);
    use(1, A, B);
    int rounds = 0;
    NextStep step = recovery.after(refusal, true);
    while (step.fatal() == null && rounds++ < 12) {
      clock.advance(Duration.ofSeconds(30));
      delayAfter(Failures.network());
      step = recovery.after(refusal, true);
    }
    assertThat(step.fatal()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("whatARefusingAgentAnswers")
  void invariant13TwoRefusingAgentsEndATaskThatHasRead(SymphonyException refusal) {
    recovery.goodRead(true);
    assertEndsWithin(12, Failures.read(403), refusal);
  }

  @Test
  void invariant13AnAgentWhoseLatestAnswerIsNoRefusalKeepsTheTask() {
    for (SymphonyException transientFailure : List.of(Failures.read(503), Failures.page(404))) {
      for (int i = 0; i < 50; i++) {
        clock.advance(Duration.ofSeconds(30));
        delayAfter(Failures.read(403));
        delayAfter(transientFailure);
      }
    }
    assertEndsWithin(12, Failures.read(403), Failures.read(403));
  }

  @Test
  void invariant13CountsMalformedAnswersForEachAgentByItself() {
    for (int i = 0; i < 9; i++) {
      delayAfter(Failures.read(200));
      delayAfter(Failures.read(200));
    }
    delayAfter(Failures.read(200));
    assertThat(recovery.after(Failures.read(200), true).fatal()).isNotNull();
  }

  @Test
  void invariant13ALoginThatIsRefusedEndsTheTaskWhateverTheAgentsAnswered() {
    delayAfter(Failures.read(503));
    assertEndsWithin(6, Failures.login(401), Failures.login(401));
  }

  /** Each agent is asked with the ackId first, as RetryingFeed does after a change of agents. */
  @Test
  void invariant13TwoAgentsThatRefuseWithAndWithoutTheAckIdEndTheTask() {
    for (int round = 0; round < 60; round++) {
      for (int agent = 0; agent < 2; agent++) {
        assertThat(recovery.after(Failures.read(400), false).withoutAckId()).isTrue();
        if (recovery.after(Failures.read(400), true).fatal() != null) {
          assertThat(round).isPositive();
          return;
        }
      }
      clock.advance(Duration.ofSeconds(30));
    }
    throw new AssertionError("the task goes on after half an hour of refusals");
  }

  @Test
  void invariant13ADeadAgentAndOneThatRefusesWithAndWithoutTheAckIdEndANewTask() {
    history = new ReadHistory(false);
    use(0, A, B);
    for (int round = 0; round < 60; round++) {
      assertThat(recovery.after(Failures.read(400), false).withoutAckId()).isTrue();
      if (recovery.after(Failures.read(400), true).fatal() != null) {
        return;
      }
      delayAfter(Failures.network());
      clock.advance(Duration.ofSeconds(30));
    }
    throw new AssertionError("the task goes on after half an hour of refusals");
  }

  /** The first answered a 404 while it started, weeks ago; now it is away for a while. */
  @Test
  void invariant13ARefusalFromBeforeTheLastSuccessfulReadDoesNotCountForADeadAgent() {
    delayAfter(Failures.read(404));
    recovery.goodRead(true);
    clock.advance(Duration.ofDays(20));
    recovery.goodRead(true);
    for (int i = 0; i < 60; i++) {
      assertThat(recovery.after(Failures.read(403), true).fatal()).as("try %d", i).isNull();
      assertThat(recovery.after(Failures.network(), true).fatal()).isNull();
      clock.advance(Duration.ofSeconds(30));
    }
  }

  /** The same for malformed answers: ten in a row of long ago. */
  @Test
  void invariant13MalformedAnswersFromBeforeTheLastSuccessfulReadDoNotCountForADeadAgent() {
    for (int i = 0; i < 10; i++) {
      delayAfter(Failures.read(200));
      delayAfter(Failures.network());
    }
    delayAfter(Failures.read(200));
    assertThat(agents.current()).isEqualTo(B);
    recovery.goodRead(true);
    clock.advance(Duration.ofDays(20));
    for (int i = 0; i < 60; i++) {
      assertThat(recovery.after(Failures.read(200), true).fatal()).as("try %d", i).isNull();
      assertThat(recovery.after(Failures.network(), true).fatal()).isNull();
      clock.advance(Duration.ofSeconds(30));
    }
  }

  /** The one that refuses uses up no patience for the other, which was away and now starts. */
  @Test
  void invariant13TheOutageOfOneAgentDoesNotUseUpThePatienceForItWhileAnotherRefuses() {
    recovery.goodRead(true);
    for (int i = 0; i < 6; i++) {
      delayAfter(Failures.read(404));
      delayAfter(Failures.network());
      clock.advance(Duration.ofSeconds(30));
    }
    delayAfter(Failures.read(404));
    assertThat(agents.current()).isEqualTo(B);
    assertThat(recovery.after(Failures.read(404), true).fatal())
        .as("the first answer of an agent that starts")
        .isNull();
  }

  /** The same for a login: a key file that is replaced in that moment, say. */
  @Test
  void invariant13AnAgentThatRefusesDoesNotUseUpThePatienceForLogins() {
    recovery.goodRead(true);
    for (int i = 0; i < 6; i++) {
      delayAfter(Failures.read(404));
      delayAfter(Failures.network());
      clock.advance(Duration.ofSeconds(30));
    }
    assertThat(recovery.after(Failures.unreadableKey(), true).fatal())
        .as("the first refusal of a login")
        .isNull();
  }

  private void assertEndsWithin(int rounds, SymphonyException... inTurn) {
    for (int i = 0; i < rounds; i++) {
      for (SymphonyException failure : inTurn) {
        clock.advance(Duration.ofSeconds(30));
        if (recovery.after(failure, true).fatal() != null) {
          assertThat(i).as("rounds").isPositive();
          return;
        }
      }
    }
    throw new AssertionError("the task goes on");
  }

  @Test
  void staysWithTheOneThatWorksUntilThatFailsToo() {
    delayAfter(Failures.network());
    recovery.goodRead(true);
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(Failures.read(503))).as("back to the first, at once").isZero();
    assertThat(agents.current()).isEqualTo(A);
  }

  @Test
  void triesEachOfThreeBeforeItBacksOff() {
    use(2, A, B, C);
    assertThat(agents.current()).isEqualTo(C);
    assertThat(delayAfter(Failures.network())).isZero();
    assertThat(delayAfter(Failures.network())).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(Failures.network())).isEqualTo(FIRST_WAIT);
    assertThat(agents.current()).isEqualTo(C);
  }

  @Test
  void readersBeginRoundAbout() {
    use(3, A, B);
    assertThat(agents.current()).isEqualTo(B);
    assertThat(MetricValues.of(metrics, "agent")).isEqualTo("https://b.example.test:8443/ctx");
  }

  @Test
  void leavesAnAgentAloneAsLongAsItWishesWhileAnotherWorks() {
    assertThat(delayAfter(Failures.read(503, Duration.ofSeconds(300)))).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(Failures.network())).as("A wishes to be left alone").isPositive();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(Failures.network())).isLessThan(Duration.ofSeconds(300));
    assertThat(agents.current()).isEqualTo(B);
    clock.advance(Duration.ofSeconds(300));
    assertThat(delayAfter(Failures.network())).isZero();
    assertThat(agents.current()).isEqualTo(A);
  }

  @Test
  void waitsForTheOneThatWishesTheLeastWhenAllWish() {
    delayAfter(Failures.read(503, Duration.ofSeconds(300)));
    assertThat(delayAfter(Failures.read(503, Duration.ofSeconds(20))))
        .isEqualTo(Duration.ofSeconds(20));
    assertThat(agents.current()).isEqualTo(B);
    clock.advance(Duration.ofSeconds(20));
    assertThat(delayAfter(Failures.read(503, Duration.ofSeconds(290))))
        .isEqualTo(Duration.ofSeconds(280));
    assertThat(agents.current()).isEqualTo(A);
  }

  @Test
  void warnsOfAMoveWithBothHostsAndThenInGrowingIntervals() {
    try (CapturedLog log = new CapturedLog()) {
      delayAfter(Failures.network());
      assertThat(log.text())
          .contains("WARN", "Reader: " + Failures.network().getMessage())
          .contains("Failing over from agent a.example.test:443 to b.example.test:8443");
      for (int second = 0; second < 3600; second++) {
        clock.advance(Duration.ofSeconds(1));
        delayAfter(Failures.network());
      }
      assertThat(log.text().lines()).hasSizeBetween(5, 10);
    }
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isEqualTo(3601);
  }

  @Test
  void aSingleAgentIsNeverLeft() {
    use(0, A);
    try (CapturedLog log = new CapturedLog()) {
      assertThat(delayAfter(Failures.read(503, Duration.ofSeconds(9)))).isGreaterThan(FIRST_WAIT);
      assertThat(delayAfter(Failures.readTimeout())).as("its own first retry").isZero();
      assertThat(log.text()).isEmpty();
    }
    assertThat(agents.current()).isEqualTo(A);
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isZero();
  }

  private void use(int first, HttpUrl... urls) {
    agents = new AgentRotation(context, List.of(urls), first);
    recovery = recovery();
  }

  private Recovery recovery() {
    return new Recovery(
        clock, backoff, agents, history, "Check symphony.username and the private key.");
  }

  private Duration delayAfter(SymphonyException failure) {
    NextStep step = recovery.after(failure, true);
    assertThat(step.fatal()).isNull();
    return step.delay();
  }
}
