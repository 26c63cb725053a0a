// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.monitor.HealthLog.State;
import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.reader.FailureTableTest;
import io.github.datahose.connect.reader.ManualClock;
import io.github.datahose.connect.reader.RunningReader;
import io.github.datahose.connect.symphony.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lines of a reader's life, word by word. Those of a task: {@link FailureTableTest}. */
@Timeout(60)
class HealthLogTest {

  private static final String NAME = "Reader 0 of feed all (tag symphony.all)";
  private static final Duration LONG_POLL = Duration.ofSeconds(30);
  private static final Duration NOW = Duration.ZERO;
  private static final Duration LATER = Duration.ofMillis(800);

  private final ManualClock clock = new ManualClock();
  private final FeedMetrics metrics = new FeedMetrics(clock);
  private final HealthLog health = new HealthLog(NAME, clock, metrics);
  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  void logsEachStateChangeOnOneLine() {
    metrics.agent("https://agent.example.test/");
    health.started(List.of("MESSAGESENT", "ROOMCREATED"), "bot", true);
    clock.advance(Duration.ofMillis(1200));
    good(12);
    clock.advance(LONG_POLL);
    metrics.failed(Counter.READ_FAILURES_UNAUTHORIZED, 1);
    health.failed("read returned HTTP 401", NOW);
    good(0);
    quiet(Duration.ofMinutes(5));
    good(1);
    for (int i = 0; i < 4; i++) {
      metrics.failed(Counter.READ_FAILURES_SERVER, i + 1);
      health.failed("read returned HTTP 503", LATER);
      clock.advance(LATER);
    }
    good(0);
    health.waiting(2, Duration.ofSeconds(30), List.of("events"));
    health.confirmed(2, Duration.ofSeconds(45));
    health.failedForGood(NAME + " cannot read the feed. Check the URL.");
    health.stopped();
    String numbers =
        " [reads=%d events=%d records=0 duplicates=0 failures=%d agent=https://agent.example.test/]";
    assertThat(lines())
        .containsExactly(
            "INFO STARTED: starts as account bot, with a stored offset, for [MESSAGESENT, ROOMCREATED]. Other"
                + " readers with this account and tag, in any cluster, share the feed and receive part of its events."
                + numbers.formatted(0, 0, 0),
            "INFO READING: First successful read after 1.2 s, with the stored ackId."
                + numbers.formatted(1, 12, 0),
            "INFO RETRYING: read returned HTTP 401. Retrying." + numbers.formatted(1, 12, 1),
            "INFO RETRYING: read returned HTTP 503. Retrying in 800 ms."
                + numbers.formatted(13, 13, 2),
            "WARN FAILING: read returned HTTP 503. 2 consecutive failed reads over 0.8 s. Retrying in 800 ms."
                + numbers.formatted(13, 13, 3),
            "INFO RECOVERED: Reads succeed again after 4 failed reads in 3.2 s."
                + numbers.formatted(14, 13, 5),
            "WARN WAITING: Kafka has not confirmed 2 records after 30 s. The reader fetches no other batch. Topics: [events]."
                + " Check that each topic exists or can be created (topic.creation.default.*). Check that the brokers are"
                + " healthy and the connector is not paused. Check that the worker was not suspended (SIGSTOP, a paused VM)."
                + numbers.formatted(14, 13, 5),
            "INFO CONFIRMED: Kafka confirmed the 2 records after 45 s."
                + numbers.formatted(14, 13, 5),
            "WARN FAILED: cannot read the feed. Check the URL. The reader stops and the task fails."
                + numbers.formatted(14, 13, 5),
            "INFO STOPPED: stopped after 334.4 s." + numbers.formatted(14, 13, 5));
  }

  @Test
  void logsNothingForSuccessfulReads() {
    good(1);
    for (int i = 0; i < 10_000; i++) {
      clock.advance(Duration.ofSeconds(1));
      good(i % 200 == 0 ? 0 : 500);
      health.confirmed(500, Duration.ofMillis(5));
    }
    quiet(Duration.ofHours(12));
    good(1);
    assertThat(lines()).singleElement().asString().startsWith("INFO READING");
  }

  @Test
  void logsRepeatedSingleFailuresInGrowingIntervals() {
    good(1);
    for (int i = 0; i < 24 * 60 * 2; i++) {
      clock.advance(LONG_POLL);
      health.failed("read failed: timeout", NOW);
      good(0);
    }
    assertThat(lines(State.RETRYING)).hasSizeBetween(40, 60);
    assertThat(lines(State.FAILING)).isEmpty();
  }

  @Test
  void logsFirstFailureWhenNextRetryIsDistant() {
    health.failed("read returned HTTP 429", Duration.ofMinutes(10));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("WARN FAILING", "1 consecutive failed reads over 0.0 s");
  }

  @Test
  @Tag("invariant-9")
  void invariant9LogsLastingFailureInGrowingIntervals() {
    good(1);
    fail(Duration.ofHours(24));
    assertThat(lines(State.FAILING)).hasSizeBetween(45, 60);
    good(1);
    assertThat(lines(State.RECOVERED)).hasSize(1);
  }

  @Test
  void logsIntermittentFailureInGrowingIntervals() {
    good(1);
    for (int i = 0; i < 24 * 60; i++) {
      fail(LONG_POLL);
      good(1);
      clock.advance(LONG_POLL);
    }
    assertThat(lines(State.FAILING)).hasSizeBetween(40, 60);
    assertThat(lines(State.RECOVERED)).hasSameSizeAs(lines(State.FAILING));
  }

  @Test
  @Tag("invariant-9")
  void invariant9LogsFailureOfOneMinuteAfterRecentRecovery() {
    good(1);
    fail(Duration.ofMinutes(155));
    good(1);
    int before = lines(State.FAILING).size();
    fail(Duration.ofSeconds(70));
    assertThat(lines(State.FAILING)).hasSize(before + 1);
  }

  @Test
  @Tag("invariant-9")
  void invariant9LogsFailureAtOnceAfterCalmPeriod() {
    good(1);
    fail(Duration.ofHours(3));
    good(1);
    clock.advance(HealthLog.CALM);
    int before = lines(State.FAILING).size();
    health.failed("read failed", LATER);
    health.failed("read failed", LATER);
    assertThat(lines(State.FAILING)).hasSize(before + 1);
  }

  @Test
  void logsEachStateOfReader() throws InterruptedException {
    try (RunningReader reader = RunningReader.start()) {
      reader.feed.answerNothing(LONG_POLL);
      List<SourceRecord> records = reader.handOver("a1", "m1");
      reader.pass(Duration.ofSeconds(30));
      await().until(() -> !lines(State.WAITING).isEmpty());
      RunningReader.settleAll(records);
      reader.feed.answerNothing(LONG_POLL);
      reader.feed.fail(Failures.read(401));
      reader.feed.fail(Failures.read(401));
      await().until(() -> !lines(State.FAILING).isEmpty());
      reader.pass(Duration.ofMinutes(1));
      reader.bring("a2", "m2");
    }
    assertThat(lines())
        .extracting(line -> line.split(":")[0])
        .containsExactly(
            "INFO READING",
            "WARN WAITING",
            "INFO CONFIRMED",
            "INFO RETRYING",
            "WARN FAILING",
            "INFO RECOVERED",
            "INFO STOPPED");
    assertThat(lines().get(0)).contains("First successful read after 30.0 s, without an ackId");
  }

  @ParameterizedTest
  @EnumSource
  void documentsEachState(State state) throws IOException {
    String begin = "| `%s` | ".formatted(state);
    assertThat(Files.readAllLines(Path.of("docs", "logging.md")))
        .filteredOn(row -> row.startsWith(begin))
        .singleElement()
        .asString()
        .startsWith(begin + (state.isWarning() ? "WARN" : "INFO") + " | ")
        .matches("\\|[^|]+\\|[^|]+\\| [^|]{20,} \\| [^|]{5,} \\|");
  }

  @Test
  void documentsNoOtherState() throws IOException {
    assertThat(Files.readAllLines(Path.of("docs", "logging.md")))
        .filteredOn(row -> row.matches("\\| `[A-Z]+` \\|.*"))
        .hasSameSizeAs(State.values());
  }

  /** A good read, after which so many events were counted. */
  private void good(int events) {
    metrics.goodRead(0);
    if (events > 0) {
      metrics.events(events, null);
    }
    health.readSucceeded(true);
  }

  private void quiet(Duration time) {
    for (long i = 0; i < time.dividedBy(LONG_POLL); i++) {
      clock.advance(LONG_POLL);
      good(0);
    }
  }

  private void fail(Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      health.failed("read failed", LATER);
      clock.advance(Duration.ofSeconds(1));
    }
  }

  private List<String> lines(State state) {
    return lines().stream().filter(each -> each.contains(" " + state + ": ")).toList();
  }

  /** Each line by its level, the state, and what follows. */
  private List<String> lines() {
    return log.text()
        .lines()
        .filter(line -> line.contains(HealthLog.class.getName()))
        .map(
            line ->
                line.replaceFirst(
                    "^\\[.*?] (INFO|WARN) \\S+ - (?:\\Q" + NAME + "\\E|Reader) ", "$1 "))
        .toList();
  }
}
