// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.MetricValues;
import io.github.datahose.connect.reader.RetryPolicy.Backoff;
import io.github.datahose.connect.reader.RetryPolicy.NextStep;
import io.github.datahose.connect.reader.RetryPolicy.ReadHistory;
import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which agent a reader goes to after a failure, and when. */
class AgentFailoverTest {

  private static final HttpUrl A = HttpUrl.get("https://a.example.test");
  private static final HttpUrl B = HttpUrl.get("https://b.example.test:8443/ctx");
  private static final HttpUrl C = HttpUrl.get("https://c.example.test");
  private static final Duration FIRST_WAIT = Duration.ofMillis(250);

  private final RecordFactoryFixture fixture = new RecordFactoryFixture();
  private final ManualClock clock = fixture.clock;
  private final FeedMetrics metrics = fixture.metrics;
  private final ReaderContext context = fixture.context;

  /** Random numbers are always a half here, so each wait is half its upper bound. */
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), () -> Long.MIN_VALUE);

  private ReadHistory history = new ReadHistory(true);
  private AgentFailover agents = new AgentFailover(context, List.of(A, B), 0);
  private RetryPolicy policy = policy();

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
  @Tag("invariant-13")
  void invariant13FailsOverAtOnceAndBacksOffAfterFullRound(SymphonyException failure) {
    assertNext(B, Duration.ZERO, failure);
    assertNext(A, FIRST_WAIT, failure);
    assertNext(B, Duration.ZERO, failure);
    assertNext(A, FIRST_WAIT.multipliedBy(2), failure);
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
  void staysWithAgentWhenLoginFails(SymphonyException failure) {
    for (int i = 0; i < 3; i++) {
      policy.after(failure, true);
    }
    assertThat(agents.current()).isEqualTo(A);
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isZero();
  }

  @Test
  @Tag("invariant-13")
  void invariant13RetriesSameAgentWithNewSessionAfterFirst401() {
    assertNext(A, Duration.ZERO, Failures.read(401));
    assertNext(B, Duration.ZERO, Failures.read(401));
    assertNext(A, FIRST_WAIT, Failures.read(401));
  }

  @Test
  @Tag("invariant-13")
  void invariant13WaitsAsThrottlingAgentRequestsAndFailsOver() {
    assertNext(B, Duration.ofSeconds(40), Failures.read(429, Duration.ofSeconds(40)));
    clock.advance(Duration.ofSeconds(40));
    assertThat(delayAfter(Failures.read(429))).isPositive();
    assertThat(agents.current()).isEqualTo(A);
  }

  @Test
  @Tag("invariant-13")
  void invariant13WaitsAsThrottlingAgentRequestsAfterFullRound() {
    assertNext(B, Duration.ZERO, Failures.network());
    assertNext(A, Duration.ofSeconds(40), Failures.read(429, Duration.ofSeconds(40)));
  }

  @Test
  @Tag("invariant-13")
  void invariant13RetriesSameAgentWithoutAckIdBeforeFailover() {
    assertThat(policy.after(Failures.read(400), false).withoutAckId()).isTrue();
    assertThat(agents.current()).isEqualTo(A);
    assertNext(B, Duration.ZERO, Failures.read(400));
  }

  static List<SymphonyException> whatARefusingAgentAnswers() {
    return List.of(Failures.read(403), Failures.read(404), Failures.read(400), Failures.read(200));
  }

  @ParameterizedTest
  @MethodSource("whatARefusingAgentAnswers")
  @Tag("invariant-13")
  void invariant13ContinuesAfterReadWhenOneAgentIsUnreachableAndOtherRejects(
      SymphonyException refusal) {
    delayAfter(Failures.network());
    assertGoesOn(200, refusal, Failures.network());
  }

  @ParameterizedTest
  @MethodSource("whatARefusingAgentAnswers")
  @Tag("invariant-13")
  void invariant13FailsNewTaskWhenOneAgentIsUnreachableAndOtherRejects(SymphonyException refusal) {
    history = new ReadHistory(false);
    use(1, A, B);
    int rounds = 0;
    NextStep step = policy.after(refusal, true);
    while (step.fatal() == null && rounds++ < 12) {
      clock.advance(Duration.ofSeconds(30));
      delayAfter(Failures.network());
      step = policy.after(refusal, true);
    }
    assertThat(step.fatal()).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("whatARefusingAgentAnswers")
  @Tag("invariant-13")
  void invariant13FailsTaskAfterReadWhenBothAgentsReject(SymphonyException refusal) {
    policy.readSucceeded(true);
    assertEndsWithin(12, Failures.read(403), refusal);
  }

  @Test
  @Tag("invariant-13")
  void invariant13ContinuesWhenLatestResponseOfOneAgentIsTransient() {
    for (SymphonyException transientFailure : List.of(Failures.read(503), Failures.page(404))) {
      assertGoesOn(50, Failures.read(403), transientFailure);
    }
    assertEndsWithin(12, Failures.read(403), Failures.read(403));
  }

  /** Also if it rejected reads for longer than the grace before. */
  @Test
  @Tag("invariant-13")
  void invariant13ContinuesWhenTransientResponseFollowsManyRejections() {
    assertGoesOn(12, Failures.network(), Failures.read(403));
    assertGoesOn(50, Failures.read(403), Failures.read(503));
  }

  @Test
  @Tag("invariant-13")
  void invariant13CountsMalformedResponsesOfEachAgentSeparately() {
    for (int i = 0; i < 9; i++) {
      delayAfter(Failures.read(200));
      delayAfter(Failures.read(200));
    }
    delayAfter(Failures.read(200));
    assertThat(policy.after(Failures.read(200), true).fatal()).isNotNull();
  }

  @Test
  @Tag("invariant-13")
  void invariant13FailsTaskWhenLoginIsRejectedAfterTransientReadFailure() {
    delayAfter(Failures.read(503));
    assertEndsWithin(6, Failures.login(401), Failures.login(401));
  }

  /** Each agent is asked with the ackId first, as RetryingFeed does after a change of agents. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("invariant-13")
  void invariant13FailsTaskWhenTwoAgentsRejectWithAndWithoutAckId(boolean aDeadOneAndANewTask) {
    if (aDeadOneAndANewTask) {
      history = new ReadHistory(false);
      use(0, A, B);
    }
    for (int round = 0; round < 60; round++) {
      for (int agent = 0; agent < 2; agent++) {
        if (aDeadOneAndANewTask && agent == 1) {
          delayAfter(Failures.network());
          continue;
        }
        assertThat(policy.after(Failures.read(400), false).withoutAckId()).isTrue();
        if (policy.after(Failures.read(400), true).fatal() != null) {
          assertThat(round).isPositive();
          return;
        }
      }
      clock.advance(Duration.ofSeconds(30));
    }
    throw new AssertionError("the task goes on after half an hour of refusals");
  }

  /**
   * The first returned HTTP 404 while it started, weeks ago; now it is unreachable for some time.
   */
  @Test
  @Tag("invariant-13")
  void invariant13IgnoresRejectionBeforeLastSuccessfulReadWhenAgentIsUnreachable() {
    delayAfter(Failures.read(404));
    policy.readSucceeded(true);
    clock.advance(Duration.ofDays(20));
    policy.readSucceeded(true);
    assertGoesOn(60, Failures.read(403), Failures.network());
  }

  /** The same for malformed answers: ten in a row of long ago. */
  @Test
  @Tag("invariant-13")
  void invariant13IgnoresMalformedResponsesBeforeLastSuccessfulReadWhenAgentIsUnreachable() {
    for (int i = 0; i < 10; i++) {
      delayAfter(Failures.read(200));
      delayAfter(Failures.network());
    }
    delayAfter(Failures.read(200));
    assertThat(agents.current()).isEqualTo(B);
    policy.readSucceeded(true);
    clock.advance(Duration.ofDays(20));
    assertGoesOn(60, Failures.read(200), Failures.network());
  }

  /**
   * Rejections of one agent add no rejection time to the other, which was unreachable and now
   * starts.
   */
  @Test
  @Tag("invariant-13")
  void invariant13DoesNotCountOutageAsRejectionTimeWhenOtherAgentRejects() {
    policy.readSucceeded(true);
    assertGoesOn(6, Failures.read(404), Failures.network());
    delayAfter(Failures.read(404));
    assertThat(agents.current()).isEqualTo(B);
    assertThat(policy.after(Failures.read(404), true).fatal())
        .as("the first answer of an agent that starts")
        .isNull();
  }

  /** The same for a login: a key file that is replaced in that moment, say. */
  @Test
  @Tag("invariant-13")
  void invariant13DoesNotCountRejectedReadsAsRejectedLogins() {
    policy.readSucceeded(true);
    assertGoesOn(6, Failures.read(404), Failures.network());
    assertThat(policy.after(Failures.unreadableKey(), true).fatal())
        .as("the first rejection of a login")
        .isNull();
  }

  /** That nothing ends the task in rounds of half a minute in which the agents fail in turn. */
  private void assertGoesOn(int rounds, SymphonyException... inTurn) {
    for (int i = 0; i < rounds; i++) {
      for (SymphonyException failure : inTurn) {
        assertThat(policy.after(failure, true).fatal()).as("round %d", i).isNull();
      }
      clock.advance(Duration.ofSeconds(30));
    }
  }

  private void assertEndsWithin(int rounds, SymphonyException... inTurn) {
    for (int i = 0; i < rounds; i++) {
      for (SymphonyException failure : inTurn) {
        clock.advance(Duration.ofSeconds(30));
        if (policy.after(failure, true).fatal() != null) {
          assertThat(i).as("rounds").isPositive();
          return;
        }
      }
    }
    throw new AssertionError("the task goes on");
  }

  @Test
  void staysWithWorkingAgentUntilItFails() {
    delayAfter(Failures.network());
    policy.readSucceeded(true);
    assertThat(agents.current()).isEqualTo(B);
    assertNext(A, Duration.ZERO, Failures.read(503));
  }

  @Test
  void triesEachAgentBeforeBackoff() {
    use(2, A, B, C);
    assertThat(agents.current()).isEqualTo(C);
    assertThat(delayAfter(Failures.network())).isZero();
    assertNext(B, Duration.ZERO, Failures.network());
    assertNext(C, FIRST_WAIT, Failures.network());
  }

  @Test
  void startsEachReaderWithAnotherAgent() {
    use(3, A, B);
    assertThat(agents.current()).isEqualTo(B);
    assertThat(MetricValues.of(metrics, "agent")).isEqualTo("https://b.example.test:8443/ctx");
  }

  @Test
  void avoidsThrottlingAgentForRequestedTimeWhenAnotherWorks() {
    assertNext(B, Duration.ZERO, Failures.read(503, Duration.ofSeconds(300)));
    assertThat(delayAfter(Failures.network())).as("A wishes to be left alone").isPositive();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(delayAfter(Failures.network())).isLessThan(Duration.ofSeconds(300));
    assertThat(agents.current()).isEqualTo(B);
    clock.advance(Duration.ofSeconds(300));
    assertNext(A, Duration.ZERO, Failures.network());
  }

  @Test
  void waitsForShortestRequestedTimeWhenAllAgentsThrottle() {
    delayAfter(Failures.read(503, Duration.ofSeconds(300)));
    assertNext(B, Duration.ofSeconds(20), Failures.read(503, Duration.ofSeconds(20)));
    clock.advance(Duration.ofSeconds(20));
    assertNext(A, Duration.ofSeconds(280), Failures.read(503, Duration.ofSeconds(290)));
  }

  @Test
  void warnsOfFailoverWithBothHostsInGrowingIntervals() {
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
  void neverLeavesSingleAgent() {
    use(0, A);
    try (CapturedLog log = new CapturedLog()) {
      assertThat(delayAfter(Failures.read(503, Duration.ofSeconds(9)))).isGreaterThan(FIRST_WAIT);
      assertThat(delayAfter(Failures.readTimeout())).as("its own first retry").isZero();
      assertThat(log.text()).isEmpty();
    }
    assertThat(agents.current()).isEqualTo(A);
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isZero();
  }

  /** They count for nothing, so not as the first 401 of a read for events either. */
  @Test
  @Tag("invariant-13")
  void invariant13RenewsSessionBeforeFailoverInKeepAliveRead() {
    Duration pause = Duration.ofSeconds(30);
    assertThat(policy.afterKeepAliveRead(Failures.read(401), 1, pause)).isEqualTo(pause);
    assertThat(agents.current()).isEqualTo(A);
    assertThat(policy.afterKeepAliveRead(Failures.read(401), 2, pause)).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(policy.failures()).isZero();
    assertNext(B, Duration.ZERO, Failures.read(401));
  }

  @Test
  @Tag("invariant-13")
  void invariant13WaitsAsThrottlingAgentRequestsAfterRoundOfKeepAliveReads() {
    Duration pause = Duration.ofSeconds(30);
    assertThat(policy.afterKeepAliveRead(Failures.page(401), 1, pause)).isZero();
    assertThat(agents.current()).isEqualTo(B);
    assertThat(policy.afterKeepAliveRead(Failures.network(), 2, pause)).isEqualTo(pause);
    policy.keepAliveReadSucceeded();
    assertThat(policy.afterKeepAliveRead(Failures.read(429, Duration.ofSeconds(90)), 1, pause))
        .isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  @Tag("invariant-13")
  void invariant13StartsNewRoundAfterSuccessfulKeepAliveRead() {
    Duration pause = Duration.ofSeconds(30);
    assertThat(policy.afterKeepAliveRead(Failures.network(), 1, pause)).isZero();
    assertThat(agents.current()).isEqualTo(B);
    policy.keepAliveReadSucceeded();
    assertThat(policy.afterKeepAliveRead(Failures.network(), 1, pause)).isZero();
    assertThat(agents.current()).isEqualTo(A);
  }

  /** Whatever its reads to keep the feed alive met: those are not the ones that end a task. */
  @Test
  @Tag("invariant-13")
  void invariant13NeverFailsTaskInKeepAliveRead() {
    use(0, A);
    for (int i = 1; i < 60; i++) {
      policy.afterKeepAliveRead(Failures.read(403), i, Duration.ofSeconds(30));
      clock.advance(Duration.ofSeconds(30));
    }
    assertThat(policy.after(Failures.read(403), true).fatal()).isNull();
  }

  private void use(int first, HttpUrl... urls) {
    agents = new AgentFailover(context, List.of(urls), first);
    policy = policy();
  }

  private RetryPolicy policy() {
    return new RetryPolicy(
        clock, backoff, agents, history, "Check symphony.username and the private key.");
  }

  /** That after the failure this agent is next, after so much time. */
  private void assertNext(HttpUrl agent, Duration delay, SymphonyException failure) {
    assertThat(delayAfter(failure)).isEqualTo(delay);
    assertThat(agents.current()).isEqualTo(agent);
  }

  private Duration delayAfter(SymphonyException failure) {
    NextStep step = policy.after(failure, true);
    assertThat(step.fatal()).isNull();
    return step.delay();
  }
}
