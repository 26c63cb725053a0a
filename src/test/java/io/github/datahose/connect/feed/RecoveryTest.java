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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of what goes wrong and what then happens, row by row. */
class RecoveryTest {

  private static final Duration FIRST_WAIT = Duration.ofMillis(250);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final ManualClock clock = new ManualClock();
  private final ReadHistory history = new ReadHistory(false);

  /** Random numbers are always a half here, so each wait is half its upper bound. */
  private final Backoff backoff =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60), () -> Long.MIN_VALUE);

  private final AgentRotation agents =
      new AgentRotation(
          new ReaderContext("Reader", clock, new ReaderSignal(clock), new FeedMetrics(clock)),
          List.of(HttpUrl.get("https://agent.example.test")),
          0);

  private final Recovery recovery = recovery(history);

  private Recovery recovery(ReadHistory reads) {
    return new Recovery(
        clock, backoff, agents, reads, "Check symphony.username and the private key.");
  }

  static List<SymphonyException> whatHealsFromTheBeginning() {
    return List.of(
        Failures.read(401),
        Failures.read(408),
        Failures.read(429),
        Failures.read(500),
        Failures.read(503),
        Failures.page(401),
        Failures.page(502),
        Failures.page(400),
        Failures.read(400, Duration.ofSeconds(1)),
        Failures.network(),
        Failures.readTimeout(),
        Failures.hangingKey(),
        Failures.login(404),
        Failures.login(429),
        Failures.login(500),
        Failures.loginPage(200),
        Failures.loginPage(302),
        Failures.loginPage(400),
        Failures.loginPage(401),
        Failures.loginPage(403),
        Failures.loginPage(404),
        Failures.loginPage(503));
  }

  @ParameterizedTest
  @MethodSource("whatHealsFromTheBeginning")
  void retriesForEverWhatCanHeal(SymphonyException failure) {
    assertRetriedForEver(failure);
  }

  static List<SymphonyException> whatHealsOnceATaskHasReadWell() {
    return List.of(
        Failures.page(200),
        Failures.page(302),
        Failures.read(302),
        Failures.page(403),
        Failures.page(404),
        Failures.page(405),
        Failures.login(400),
        Failures.keyManager(400),
        Failures.keyManager(401),
        Failures.keyManager(403),
        Failures.keyManager(404));
  }

  @ParameterizedTest
  @MethodSource("whatHealsOnceATaskHasReadWell")
  void retriesForEverAfterAnyReaderOfTheTaskReadWell(SymphonyException failure) {
    recovery(history).goodRead(true);
    assertRetriedForEver(failure);
  }

  static List<Arguments> whatDoesNotHeal() {
    return List.of(
        Arguments.of(Failures.read(400), "before 22.7"),
        Arguments.of(Failures.read(403), "can create datahose feeds"),
        Arguments.of(Failures.read(403), "can read from datahose feeds"),
        Arguments.of(Failures.read(403), "add-on"),
        Arguments.of(Failures.read(403), "5 feeds"),
        Arguments.of(Failures.read(404), "symphony.agent.url"),
        Arguments.of(Failures.read(404), "context path"),
        Arguments.of(Failures.read(404), "22.7"),
        Arguments.of(Failures.read(405), "symphony.agent.url"),
        Arguments.of(Failures.login(401), "symphony.username"),
        Arguments.of(Failures.login(403), "private key"),
        Arguments.of(Failures.unreadableKey(), "The private key is no PEM"));
  }

  @ParameterizedTest
  @MethodSource("whatDoesNotHeal")
  void endsTheTaskAfterTwoMinutesWithWhatToDo(SymphonyException failure, String advice) {
    history.readNow();
    assertEndsAfterGrace(failure, advice);
  }

  static List<Arguments> whatDoesNotHealBeforeTheFirstGoodRead() {
    return List.of(
        Arguments.of(Failures.page(302), "symphony.agent.url"),
        Arguments.of(Failures.read(302), "symphony.agent.url"),
        Arguments.of(Failures.page(403), "can read from datahose feeds"),
        Arguments.of(Failures.page(404), "symphony.agent.url"),
        Arguments.of(Failures.page(405), "symphony.agent.url"),
        Arguments.of(Failures.login(400), "symphony.username"),
        Arguments.of(Failures.keyManager(400), "private key"),
        Arguments.of(Failures.keyManager(401), "private key"));
  }

  @ParameterizedTest
  @MethodSource("whatDoesNotHealBeforeTheFirstGoodRead")
  void endsATaskThatNeverReadWellAfterTwoMinutes(SymphonyException failure, String advice) {
    assertEndsAfterGrace(failure, advice);
  }

  @Test
  void invariant13AnOutageDoesNotUseUpThePatienceForTheRefusalsThatFollow() {
    for (SymphonyException outage : List.of(Failures.network(), Failures.login(503))) {
      for (int i = 0; i < 27; i++) {
        assertThat(after(outage).fatal()).isNull();
        clock.advance(Duration.ofSeconds(5));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(after(Failures.read(404)).fatal()).isNull();
        clock.advance(Duration.ofSeconds(5));
      }
      recovery.goodRead(true);
    }
  }

  @Test
  void invariant13RefusalsAndResetsInTurnEndTheTask() {
    history.readNow();
    NextStep step = after(Failures.read(403));
    for (int i = 0; i < 20 && step.fatal() == null; i++) {
      clock.advance(Duration.ofSeconds(20));
      step = after(i % 2 == 0 ? Failures.network() : Failures.read(403));
    }
    assertThat(step.fatal()).contains("can create datahose feeds");
  }

  @Test
  void invariant13AddsAtMost30SecondsForARefusal() {
    after(Failures.read(403));
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofMinutes(10));
      assertThat(after(Failures.read(403)).fatal()).isNull();
    }
    clock.advance(Duration.ofSeconds(30));
    assertThat(after(Failures.read(403)).fatal()).isNotNull();
  }

  @Test
  void invariant13ASuccessfulReadResetsTheRefusedTime() {
    refuseForAlmostTwoMinutes(Failures.read(403));
    recovery.goodRead(true);
    refuseForAlmostTwoMinutes(Failures.read(403));
  }

  @Test
  void invariant13AQuickEmptyReadDoesNotResetTheRefusedTime() {
    refuseForAlmostTwoMinutes(Failures.login(401));
    recovery.goodRead(false);
    clock.advance(Duration.ofMillis(1));
    assertThat(after(Failures.login(401)).fatal()).isNotNull();
  }

  @Test
  void invariant13ARestartIsAsPatientAsTheTaskBeforeIt() {
    Recovery restarted = recovery(new ReadHistory(true));
    for (SymphonyException failure : List.of(Failures.page(404), Failures.keyManager(401))) {
      for (int i = 0; i < 100; i++) {
        assertThat(restarted.after(failure, true).fatal()).isNull();
        clock.advance(Duration.ofSeconds(30));
      }
    }
  }

  /** Nobody else can fix a wrong password in the config of this task. */
  @Test
  void invariant13AProxyThatRefusesTheLoginEndsATaskThatHasNotReadSinceItsStart() {
    Recovery restarted = recovery(new ReadHistory(true));
    for (int i = 0; i < 4; i++) {
      NextStep step = restarted.after(Failures.proxyLogin(Duration.ofMinutes(10)), true);
      assertThat(step.fatal()).isNull();
      assertThat(step.delay()).isEqualTo(Duration.ofSeconds(30));
      clock.advance(step.delay());
    }
    assertThat(restarted.after(Failures.proxyLogin(Duration.ofMinutes(10)), true).fatal())
        .contains("symphony.proxy.password");
    restarted.goodRead(true);
    for (int i = 0; i < 20; i++) {
      clock.advance(Duration.ofSeconds(30));
      assertThat(restarted.after(Failures.proxyLogin(null), true).fatal()).isNull();
    }
  }

  @Test
  void triesAgainAtOnceAfterTheFirst401AndBacksOffAfterTheSecond() {
    assertThat(delayAfter(Failures.read(401))).isZero();
    assertThat(delayAfter(Failures.read(401))).isEqualTo(FIRST_WAIT);
    assertThat(delayAfter(Failures.read(401))).isEqualTo(FIRST_WAIT.multipliedBy(2));
    recovery.goodRead(true);
    assertThat(delayAfter(Failures.read(401))).isZero();
  }

  @Test
  void triesAgainAtOnceAfterTheFirstReadTimeoutAndBacksOffAfterTheSecond() {
    assertThat(delayAfter(Failures.readTimeout())).isZero();
    assertThat(delayAfter(Failures.readTimeout())).isEqualTo(FIRST_WAIT);
    recovery.goodRead(true);
    assertThat(delayAfter(Failures.readTimeout())).isZero();
  }

  @Test
  void backsOffFromTheFirstFailureOfOtherKinds() {
    for (SymphonyException failure :
        List.of(Failures.network(), Failures.read(503), Failures.login(500))) {
      assertThat(delayAfter(failure)).isEqualTo(FIRST_WAIT);
      recovery.goodRead(true);
    }
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    for (int status : new int[] {400, 429, 503}) {
      SymphonyException failure = Failures.read(status, Duration.ofSeconds(90));
      assertThat(delayAfter(failure)).isEqualTo(Duration.ofSeconds(90));
    }
  }

  @Test
  void invariant4TriesOnceWithoutTheAckIdThatA400MayBeAbout() {
    NextStep step = recovery.after(Failures.read(400), false);
    assertThat(step.withoutAckId()).isTrue();
    assertThat(step.delay()).isZero();
    assertThat(after(Failures.read(400)).withoutAckId()).isFalse();
  }

  @Test
  void invariant5KeepsTheAckIdAfterEveryOtherFailure() {
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
      assertThat(recovery.after(failure, false).withoutAckId()).as(failure.getMessage()).isFalse();
    }
  }

  @Test
  void endsAfterTenAnswersInARowThatAreNoEventLists() {
    history.readNow();
    assertEndsAtTheTenth(Failures.read(200), "symphony.agent.url");
  }

  @Test
  void endsAfterTenPagesInARowInATaskThatNeverReadWell() {
    assertEndsAtTheTenth(Failures.page(200), "symphony.agent.url");
  }

  @Test
  void endsAfterTenAnswersInARowThatAreTooLargeAndNamesTheOption() {
    history.readNow();
    assertEndsAtTheTenth(Failures.tooLarge(), "datahose.max.response.bytes");
  }

  @Test
  void countsMalformedAnswersAgainAfterAnyOtherAnswer() {
    for (SymphonyException other : List.of(Failures.read(503), Failures.read(403))) {
      for (int i = 0; i < 9; i++) {
        after(Failures.read(200));
      }
      after(other);
    }
    assertEndsAtTheTenth(Failures.read(200), "symphony.agent.url");
  }

  @Test
  void invariant13MalformedAnswersAndResetsInTurnEndTheTask() {
    for (int i = 0; i < 9; i++) {
      assertThat(after(Failures.read(200)).fatal()).isNull();
      assertThat(after(Failures.network()).fatal()).isNull();
    }
    assertThat(after(Failures.read(200)).fatal()).contains("symphony.agent.url");
  }

  @Test
  void doesNotCountPagesInPlaceOfALoginAsMalformedAnswersToAReader() {
    for (int i = 0; i < 9; i++) {
      after(Failures.loginPage(200));
    }
    assertThat(after(Failures.read(200)).fatal()).isNull();
  }

  @Test
  void doesNotCountPagesAfterAGoodReadAsMalformedAnswersOfTheAgent() {
    history.readNow();
    for (int i = 0; i < 20; i++) {
      after(Failures.page(200));
    }
    assertThat(after(Failures.read(200)).fatal()).isNull();
  }

  private void assertRetriedForEver(SymphonyException failure) {
    for (int i = 0; i < 2000; i++) {
      NextStep step = after(failure);
      assertThat(step.fatal()).isNull();
      assertThat(step.delay()).isLessThanOrEqualTo(LONGEST_WAIT);
      clock.advance(Duration.ofSeconds(30));
    }
    assertThat(recovery.failures()).isEqualTo(2000);
    assertThat(delayAfter(failure)).isEqualTo(LONGEST_WAIT);
  }

  private void assertEndsAfterGrace(SymphonyException failure, String advice) {
    refuseForAlmostTwoMinutes(failure);
    clock.advance(Duration.ofMillis(1));
    assertThat(after(failure).fatal()).startsWith(failure.getMessage()).contains(advice);
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
    return recovery.after(failure, true);
  }
}
