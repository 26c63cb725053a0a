// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.connect.reader.RetryPolicy.Backoff;
import io.github.datahose.connect.reader.RetryPolicy.NextStep;
import io.github.datahose.connect.reader.RetryPolicy.ReadHistory;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.SymphonyException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of what goes wrong and what then happens, row by row. */
class RetryPolicyTest {

  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final RecordFactoryFixture fixture = new RecordFactoryFixture();
  private final ManualClock clock = fixture.clock;
  private final ReadHistory history = new ReadHistory(false);

  /** Random numbers are always a half here, so each wait is half its upper bound. */
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), () -> Long.MIN_VALUE);

  private final AgentFailover agents =
      new AgentFailover(fixture.context, List.of(HttpUrl.get("https://agent.example.test")), 0);

  private final RetryPolicy policy = policy(history);

  private RetryPolicy policy(ReadHistory reads) {
    return new RetryPolicy(
        clock, backoff, agents, reads, "Check symphony.username and the private key.");
  }

  /**
   * What becomes of a task.
   *
   * @param endsNew words of the message when the failure lasts from the start; none: retried
   * @param ends the same after a successful read
   */
  private record Row(SymphonyException failure, List<String> endsNew, List<String> ends) {}

  private static Row heals(SymphonyException failure) {
    return new Row(failure, List.of(), List.of());
  }

  private static Row healsOnceATaskHasReadWell(SymphonyException failure, String... endsNew) {
    return new Row(failure, List.of(endsNew), List.of());
  }

  private static Row ends(SymphonyException failure, String... words) {
    return new Row(failure, List.of(words), List.of(words));
  }

  static List<Row> table() {
    return Stream.concat(
            rows(),
            EnumSet.range(FailureKind.TIMEOUT, FailureKind.NETWORK).stream()
                .map(kind -> heals(Failures.noAnswer(kind))))
        .toList();
  }

  private static Stream<Row> rows() {
    return Stream.of(
        heals(Failures.read(401)),
        heals(Failures.read(408)),
        heals(Failures.read(429)),
        heals(Failures.read(500)),
        heals(Failures.read(503)),
        heals(Failures.page(401)),
        heals(Failures.page(502)),
        heals(Failures.page(400)),
        heals(Failures.page(408)),
        heals(Failures.page(425)),
        heals(Failures.read(400, Duration.ofSeconds(1))),
        heals(Failures.network()),
        heals(Failures.readTimeout()),
        heals(Failures.hangingKey()),
        heals(Failures.login(404)),
        heals(Failures.login(429)),
        heals(Failures.login(500)),
        heals(Failures.loginPage(200)),
        heals(Failures.loginPage(302)),
        heals(Failures.loginPage(400)),
        heals(Failures.loginPage(401)),
        heals(Failures.loginPage(403)),
        heals(Failures.loginPage(404)),
        heals(Failures.loginPage(503)),
        healsOnceATaskHasReadWell(Failures.page(302), "symphony.agent.url"),
        healsOnceATaskHasReadWell(Failures.read(302), "symphony.agent.url"),
        healsOnceATaskHasReadWell(Failures.page(403), "can read from datahose feeds"),
        healsOnceATaskHasReadWell(Failures.page(404), "symphony.agent.url"),
        healsOnceATaskHasReadWell(Failures.page(405), "symphony.agent.url"),
        healsOnceATaskHasReadWell(Failures.login(400), "symphony.username"),
        healsOnceATaskHasReadWell(Failures.keyManager(400), "private key"),
        healsOnceATaskHasReadWell(Failures.keyManager(401), "private key"),
        healsOnceATaskHasReadWell(Failures.keyManager(403), "private key"),
        heals(Failures.keyManager(404)),
        heals(Failures.proxyRefusal(FailureKind.PROXY_UNAVAILABLE, 503)),
        healsOnceATaskHasReadWell(
            Failures.proxyRefusal(FailureKind.PROXY_REFUSED, 403), "symphony.proxy.exclude"),
        ends(Failures.read(400), "earlier than 22.7"),
        ends(
            Failures.read(403),
            "can create datahose feeds",
            "can read from datahose feeds",
            "add-on",
            "5 feeds"),
        ends(Failures.read(404), "symphony.agent.url", "context path", "22.7"),
        ends(Failures.read(405), "symphony.agent.url"),
        ends(Failures.login(401), "symphony.username"),
        ends(Failures.login(403), "private key"),
        ends(Failures.unreadableKey(), "The private key is no PEM"));
  }

  @ParameterizedTest
  @MethodSource("table")
  void retriesIndefinitelyOrFailsAfterTwoMinutesWithoutSuccessfulRead(Row row) {
    assertRetriedForEverOrEnds(row.failure(), row.endsNew());
  }

  @ParameterizedTest
  @MethodSource("table")
  void retriesIndefinitelyOrFailsAfterTwoMinutesWhenAnyReaderSucceeded(Row row) {
    policy(history).readSucceeded(true);
    assertRetriedForEverOrEnds(row.failure(), row.ends());
  }

  /** A page in place of an answer, at the start: counted, see {@link #malformedAnswers}. */
  @Test
  void retriesIndefinitelyAfterSuccessfulReadWhenAgentDidNotRespond() {
    policy(history).readSucceeded(true);
    assertRetriedForEverOrEnds(Failures.page(200), List.of());
  }

  private void assertRetriedForEverOrEnds(SymphonyException failure, List<String> words) {
    if (!words.isEmpty()) {
      refuseForAlmostTwoMinutes(failure);
      clock.advance(Duration.ofMillis(1));
      assertThat(after(failure).fatal()).startsWith(failure.getMessage()).contains(words);
      return;
    }
    for (int i = 0; i < 2000; i++) {
      NextStep step = after(failure);
      assertThat(step.fatal()).isNull();
      assertThat(step.delay()).isLessThanOrEqualTo(LONGEST_WAIT);
      clock.advance(Duration.ofSeconds(30));
    }
    assertThat(policy.failures()).isEqualTo(2000);
    assertThat(delayAfter(failure)).isEqualTo(LONGEST_WAIT);
  }

  @Test
  @Tag("invariant-13")
  void invariant13DoesNotCountOutageAsRejectionTime() {
    for (SymphonyException outage : List.of(Failures.network(), Failures.login(503))) {
      for (int i = 0; i < 27; i++) {
        assertThat(after(outage).fatal()).isNull();
        clock.advance(Duration.ofSeconds(5));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(after(Failures.read(404)).fatal()).isNull();
        clock.advance(Duration.ofSeconds(5));
      }
      policy.readSucceeded(true);
    }
  }

  @Test
  @Tag("invariant-13")
  void invariant13FailsTaskWhenRejectionsAndResetsAlternate() {
    history.readNow();
    NextStep step = after(Failures.read(403));
    for (int i = 0; i < 20 && step.fatal() == null; i++) {
      clock.advance(Duration.ofSeconds(20));
      step = after(i % 2 == 0 ? Failures.network() : Failures.read(403));
    }
    assertThat(step.fatal()).contains("can create datahose feeds");
  }

  @Test
  @Tag("invariant-13")
  void invariant13AddsAtMost30SecondsPerRejection() {
    after(Failures.read(403));
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMinutes(10));
      assertThat(after(Failures.read(403)).fatal()).isNull();
    }
    clock.advance(Duration.ofSeconds(30));
    assertThat(after(Failures.read(403)).fatal()).isNotNull();
  }

  @Test
  @Tag("invariant-13")
  void invariant13ResetsRejectionTimeAfterSuccessfulRead() {
    refuseForAlmostTwoMinutes(Failures.read(403));
    policy.readSucceeded(true);
    refuseForAlmostTwoMinutes(Failures.read(403));
  }

  @Test
  @Tag("invariant-13")
  void invariant13KeepsRejectionTimeAfterQuickEmptyRead() {
    refuseForAlmostTwoMinutes(Failures.login(401));
    policy.readSucceeded(false);
    clock.advance(Duration.ofMillis(1));
    assertThat(after(Failures.login(401)).fatal()).isNotNull();
  }

  /** It is a try like any other: only the time since then counts. */
  @Test
  @Tag("invariant-13")
  void invariant13AddsOnlyTimeSinceQuickEmptyRead() {
    for (int i = 0; i < 20; i++) {
      assertThat(after(Failures.read(403)).fatal()).isNull();
      clock.advance(Duration.ofSeconds(29));
      policy.readSucceeded(false);
      clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  @Tag("invariant-13")
  void invariant13RetriesIndefinitelyAfterRestartWithStoredRead() {
    RetryPolicy restarted = policy(new ReadHistory(true));
    for (SymphonyException failure : List.of(Failures.page(404), Failures.keyManager(401))) {
      for (int i = 0; i < 100; i++) {
        assertThat(restarted.after(failure, true).fatal()).isNull();
        clock.advance(Duration.ofSeconds(30));
      }
    }
  }

  /** Nobody else can fix a wrong password in the config of this task. */
  @Test
  @Tag("invariant-13")
  void invariant13FailsTaskWhenProxyRejectsLoginBeforeFirstRead() {
    RetryPolicy restarted = policy(new ReadHistory(true));
    for (int i = 0; i < 4; i++) {
      NextStep step = restarted.after(Failures.proxyLogin(Duration.ofMinutes(10)), true);
      assertThat(step.fatal()).isNull();
      assertThat(step.delay()).isEqualTo(Duration.ofSeconds(30));
      clock.advance(step.delay());
    }
    assertThat(restarted.after(Failures.proxyLogin(Duration.ofMinutes(10)), true).fatal())
        .contains("symphony.proxy.password");
    restarted.readSucceeded(true);
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofSeconds(30));
      assertThat(restarted.after(Failures.proxyLogin(null), true).fatal()).isNull();
    }
  }

  static List<SymphonyException> whatIsTriedAgainAtOnce() {
    return List.of(
        Failures.read(401), Failures.readTimeout(), Failures.loginTimeout().keepingSession());
  }

  @ParameterizedTest
  @MethodSource("whatIsTriedAgainAtOnce")
  void retriesAtOnceAfterFirst401OrTimeoutAndThenBacksOff(SymphonyException failure) {
    assertThat(delayAfter(failure)).isZero();
    assertThat(delayAfter(failure)).isEqualTo(FIRST_WAIT);
    assertThat(delayAfter(failure)).isEqualTo(FIRST_WAIT.multipliedBy(2));
    policy.readSucceeded(true);
    assertThat(delayAfter(failure)).isZero();
  }

  @Test
  void backsOffAfterFirstFailureOfOtherKinds() {
    for (SymphonyException failure :
        List.of(Failures.network(), Failures.read(503), Failures.login(500))) {
      assertThat(delayAfter(failure)).isEqualTo(FIRST_WAIT);
      policy.readSucceeded(true);
    }
  }

  @Test
  void waitsAsLongAsServerRequests() {
    for (int status : new int[] {400, 429, 503}) {
      SymphonyException failure = Failures.read(status, Duration.ofSeconds(90));
      assertThat(delayAfter(failure)).isEqualTo(Duration.ofSeconds(90));
    }
  }

  @Test
  @Tag("invariant-4")
  void invariant4RetriesOnceWithoutAckIdAfter400() {
    NextStep step = policy.after(Failures.read(400), false);
    assertThat(step.withoutAckId()).isTrue();
    assertThat(step.delay()).isZero();
    assertThat(after(Failures.read(400)).withoutAckId()).isFalse();
  }

  @Test
  @Tag("invariant-5")
  void invariant5KeepsAckIdAfterOtherFailures() {
    for (SymphonyException failure :
        List.of(
            Failures.page(400),
            Failures.read(400, Duration.ofSeconds(1)),
            Failures.read(401),
            Failures.read(403),
            Failures.read(404),
            Failures.read(500),
            Failures.read(200),
            Failures.tooLarge(),
            Failures.network(),
            Failures.login(400),
            Failures.keyManager(400))) {
      assertThat(policy.after(failure, false).withoutAckId()).as(failure.getMessage()).isFalse();
    }
  }

  static List<Arguments> malformedAnswers() {
    return List.of(
        Arguments.of(Failures.read(200), true, "symphony.agent.url"),
        Arguments.of(Failures.page(200), false, "symphony.agent.url"),
        Arguments.of(Failures.tooLarge(), true, "datahose.max.response.bytes"));
  }

  @ParameterizedTest
  @MethodSource("malformedAnswers")
  void failsAfterTenConsecutiveMalformedOrTooLargeResponses(
      SymphonyException failure, boolean hasReadWell, String advice) {
    if (hasReadWell) {
      history.readNow();
    }
    assertEndsAtTheTenth(failure, advice);
  }

  @Test
  void resetsCountOfMalformedResponsesAfterOtherResponse() {
    for (SymphonyException other : List.of(Failures.read(503), Failures.read(403))) {
      for (int i = 0; i < 9; i++) {
        after(Failures.read(200));
      }
      after(other);
    }
    assertEndsAtTheTenth(Failures.read(200), "symphony.agent.url");
  }

  @Test
  void resetsCountOfMalformedResponsesAfterQuickEmptyRead() {
    for (int i = 0; i < 9; i++) {
      after(Failures.read(200));
    }
    policy.readSucceeded(false);
    assertEndsAtTheTenth(Failures.read(200), "symphony.agent.url");
  }

  @Test
  @Tag("invariant-13")
  void invariant13FailsTaskWhenMalformedResponsesAndResetsAlternate() {
    for (int i = 0; i < 9; i++) {
      assertThat(after(Failures.read(200)).fatal()).isNull();
      assertThat(after(Failures.network()).fatal()).isNull();
    }
    assertThat(after(Failures.read(200)).fatal()).contains("symphony.agent.url");
  }

  @Test
  void doesNotCountLoginPagesAsMalformedResponses() {
    for (int i = 0; i < 9; i++) {
      after(Failures.loginPage(200));
    }
    assertThat(after(Failures.read(200)).fatal()).isNull();
  }

  @Test
  void doesNotCountPagesAsMalformedResponsesAfterSuccessfulRead() {
    history.readNow();
    for (int i = 0; i < 20; i++) {
      after(Failures.page(200));
    }
    assertThat(after(Failures.read(200)).fatal()).isNull();
  }

  private void refuseForAlmostTwoMinutes(SymphonyException failure) {
    assertThat(after(failure).fatal()).isNull();
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofSeconds(30).minusMillis(i == 0 ? 1 : 0));
      assertThat(after(failure).fatal()).isNull();
    }
  }

  private void assertEndsAtTheTenth(SymphonyException failure, String advice) {
    for (int i = 0; i < 9; i++) {
      assertThat(after(failure).fatal()).isNull();
    }
    assertThat(after(failure).fatal()).contains(advice);
  }

  private Duration delayAfter(SymphonyException failure) {
    return after(failure).delay();
  }

  private NextStep after(SymphonyException failure) {
    return policy.after(failure, true);
  }

  /** How long it waits before a retry. */
  @Nested
  class Delays {

    /** The lowest, a middle, and the highest random number. */
    private static final RandomGenerator LOWEST = () -> 0;

    private static final RandomGenerator MIDDLE = () -> Long.MIN_VALUE;
    private static final RandomGenerator HIGHEST = () -> -1;

    @ParameterizedTest
    @CsvSource({
      "1,500",
      "2,1000",
      "3,2000",
      "7,32000",
      "8,60000",
      "9,60000",
      "64,60000",
      "2000,60000",
      "2147483647,60000"
    })
    void doublesUpperBoundUpToMaximum(int attempt, long millis) {
      Duration bound = Duration.ofMillis(millis);
      assertThat(backoff(HIGHEST).delay(attempt, Duration.ZERO))
          .isBetween(bound.minusMillis(1), bound);
      assertThat(backoff(MIDDLE).delay(attempt, Duration.ZERO)).isEqualTo(bound.dividedBy(2));
      assertThat(backoff(LOWEST).delay(attempt, Duration.ZERO)).isZero();
    }

    @Test
    void spreadsOverWholeRange() {
      Backoff backoff = backoff(new SplittableRandom(20261124));
      int[] tenths = new int[10];
      for (int i = 0; i < 10_000; i++) {
        tenths[(int) (backoff.delay(8, Duration.ZERO).toMillis() / 6000)]++;
      }
      assertThat(IntStream.of(tenths).boxed()).allMatch(count -> count >= 850 && count <= 1150);
    }

    @Test
    void neverWaitsLessThanServerRequests() {
      assertThat(backoff(LOWEST).delay(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
      assertThat(backoff(HIGHEST).delay(1, Duration.ofMinutes(10)))
          .as("more than the longest of our own")
          .isEqualTo(Duration.ofMinutes(10));
      assertThat(backoff(MIDDLE).delay(8, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(30));
      assertThat(backoff(MIDDLE).delay(8, Duration.ZERO)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void usesLowerMaximumWhenGiven() {
      assertThat(backoff(MIDDLE).delay(100, Duration.ofSeconds(5), Duration.ZERO))
          .isEqualTo(Duration.ofMillis(2500));
      assertThat(backoff(MIDDLE).delay(100, Duration.ofHours(5), Duration.ZERO))
          .isEqualTo(Duration.ofSeconds(30));
    }

    private Backoff backoff(RandomGenerator random) {
      return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), random);
    }
  }
}
