// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final AtomicBoolean taskReadWell = new AtomicBoolean(true);
  private AgentRotation agents = new AgentRotation(context, List.of(A, B), 0);
  private Recovery recovery =
      new Recovery(
          new Retries(clock, backoff, agents),
          taskReadWell,
          "Check symphony.username and the private key.");

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
        Failures.keyManagerWanted(401),
        Failures.keyManagerWanted(429),
        Failures.keyManagerWanted(503));
  }

  @ParameterizedTest
  @MethodSource("whatAnotherAgentMayDoBetter")
  void goesToTheNextAgentAtOnceAndBacksOffAfterARound(SymphonyException failure) {
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

  static List<SymphonyException> whatEachAgentWouldAnswer() {
    return List.of(
        Failures.read(401),
        Failures.read(403),
        Failures.read(404),
        Failures.read(429),
        Failures.read(400, Duration.ofSeconds(7)),
        Failures.read(200),
        Failures.tooLarge(),
        Failures.login(500),
        Failures.loginPage(200),
        Failures.keyManager(503));
  }

  @ParameterizedTest
  @MethodSource("whatEachAgentWouldAnswer")
  void staysWithTheAgentWhenItIsNotItsFault(SymphonyException failure) {
    for (int i = 0; i < 3; i++) {
      recovery.after(failure, true);
    }
    assertThat(agents.current()).isEqualTo(A);
    assertThat(metrics.count(Counter.AGENT_CHANGES)).isZero();
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
  void anAgentsOwnRefusalStillEndsTheTaskAfterTheGraceAndNamesIt() {
    delayAfter(Failures.network());
    assertThat(recovery.after(Failures.read(404), true).fatal()).isNull();
    clock.advance(Retries.GRACE);
    assertThat(recovery.after(Failures.read(404), true).fatal()).contains("symphony.agent.url");
  }

  @Test
  void warnsOfAMoveWithBothHostsAndThenInGrowingIntervals() {
    try (CapturedLog log = new CapturedLog()) {
      delayAfter(Failures.network());
      assertThat(log.text())
          .contains("WARN", "Reader: " + Failures.network().getMessage())
          .contains("from the agent at a.example.test:443 to the one at b.example.test:8443");
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
    recovery =
        new Recovery(
            new Retries(clock, backoff, agents),
            taskReadWell,
            "Check symphony.username and the private key.");
  }

  private Duration delayAfter(SymphonyException failure) {
    NextStep step = recovery.after(failure, true);
    assertThat(step.fatal()).isNull();
    return step.delay();
  }
}
