// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes wrong and what then happens, through a task: the table of docs/architecture.md, where
 * an answer came. Without an answer: {@link NetworkFailuresTest}. The rules alone, each with its
 * times: {@link RecoveryTest}; through a worker up to REST: FailureRowsIT, WrongKeyIT, HealingIT;
 * Kafka's own: MissingTopicIT, PausedConnectorIT, {@link FeedKeptAliveTest}, {@link OversizeTest};
 * what an event is like: EventMapperTest, EventRecordsTest.
 */
@Timeout(120)
class FailureTableTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int LIMIT = 60_000;
  private static final String POD = Requests.SESSION_LOGIN;
  private static final String KEY_MANAGER = Requests.KEY_MANAGER_LOGIN;

  /** Whether a read of the task has worked before the trouble begins. */
  private enum When {
    AT_START,
    AFTER_A_GOOD_READ
  }

  /** A trouble that lasts, and for one that ends the task the words of its sentence. */
  private record Row(String trouble, When when, Fault fault, String... words) {
    @Override
    public String toString() {
      return trouble + " " + when;
    }
  }

  private final FailureBench bench = new FailureBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  static Stream<Row> whatHeals() {
    return Stream.of(
            always("401 on each read", Fault.status(401)),
            always("400 with Retry-After", Fault.status(400).header("Retry-After", "20")),
            always("400 that is not JSON", page(400)),
            always("429", Fault.status(429)),
            always("500", Fault.status(500)),
            always("503 with Retry-After", Fault.status(503).header("Retry-After", "20")),
            always("a balancer's 502", page(502)),
            always("408", Fault.status(408)),
            always("login answered with HTML", Fault.htmlPage().at(POD)),
            always("login answered with 404", Fault.status(404).at(POD)),
            always("login answered with 404 and HTML", page(404).at(POD)),
            always("login answered with 403 and HTML", page(403).at(POD)),
            always("login answered with 429", Fault.status(429).at(POD)),
            always("login answered with 500", Fault.status(500).at(POD)),
            always("login at the key manager with HTML", Fault.htmlPage().at(KEY_MANAGER)),
            always("login at the key manager with 503", Fault.status(503).at(KEY_MANAGER)),
            laterOn("key manager refuses with 400", Fault.status(400).at(KEY_MANAGER)),
            laterOn("key manager refuses with 401", Fault.status(401).at(KEY_MANAGER)),
            laterOn("key manager refuses with 403", Fault.status(403).at(KEY_MANAGER)),
            laterOn("login answered with 400", Fault.status(400).at(POD)),
            laterOn("200 and HTML", Fault.htmlPage()),
            laterOn("403 and HTML", page(403)),
            laterOn("404 and HTML", page(404)),
            laterOn("redirect", Fault.redirect("http://sign-in.example.test/?next=1")))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("whatHeals")
  void invariant9IsRetriedForEverAndHeals(Row row) throws InterruptedException {
    begin(row);
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0 && struck() > 10);
    bench.simulator.faults().clear();
    bench.awaitLongPoll();
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
    assertThat(bench.log()).contains("Failed reads in a row: 2", "is read again, after ");
  }

  static Stream<Row> whatEndsTheTaskAfterTheGrace() {
    return Stream.of(
            always("401 to the login", Fault.status(401).at(POD), "symphony.username", "clocks"),
            always("403 to the login", Fault.status(403).at(POD), "private key"),
            always(
                "403",
                Fault.status(403),
                "can create datahose feeds",
                "can read from datahose feeds",
                "add-on",
                "at most 5 feeds"),
            always("400", Fault.status(400), "Simulated fault", "before 22.7"),
            always("404", Fault.status(404), "symphony.agent.url", "context path", "22.7"),
            always("405", Fault.status(405), "symphony.agent.url"),
            atStart("key manager refuses", Fault.status(401).at(KEY_MANAGER), "private key"),
            atStart("login answered with 400", Fault.status(400).at(POD), "symphony.username"),
            atStart("403 and HTML", page(403), "can read from datahose feeds"),
            atStart("404 and HTML", page(404), "symphony.agent.url"),
            atStart(
                "redirect",
                Fault.redirect("http://sign-in.example.test/?next=1"),
                "sign-in.example.test",
                "symphony.agent.url"))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("whatEndsTheTaskAfterTheGrace")
  void invariant9EndsTheTaskAfterTwoMinutesWithWhatToDo(Row row) throws InterruptedException {
    begin(row);
    assertFailsWith(row.words());
    assertThat(bench.elapsed())
        .isBetween(Recovery.REFUSED_AT_MOST, Recovery.REFUSED_AT_MOST.plusSeconds(40));
    assertHealsByARestart();
  }

  @Test
  void invariant13ARestartDuringAnOutageIsAsPatientAsTheTaskBeforeIt() throws InterruptedException {
    bench.startAndReadWell();
    bench.simulator.faults().add(page(404).times(Integer.MAX_VALUE));
    bench.restartInAnOutage();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    bench.simulator.faults().clear();
    bench.awaitLongPoll();
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
  }

  @Test
  void invariant13AnOutageDoesNotUseUpThePatienceForWhatFollowsIt() throws InterruptedException {
    bench.startAndReadWell();
    bench.simulator.faults().add(Fault.closed().times(Integer.MAX_VALUE));
    bench.endLongPoll();
    bench.workUntil(() -> bench.elapsed().compareTo(Duration.ofSeconds(135)) > 0);
    bench.simulator.faults().clear();
    bench.simulator.faults().add(Fault.status(404).times(3));
    bench.workUntil(() -> !bench.simulator.faults().pending());
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
  }

  static Stream<Row> whatEndsTheTaskAtTheTenthTime() {
    return Stream.of(
            always("JSON that is no event list", answer("{\"events\":7}"), "symphony.agent.url"),
            always("JSON that breaks off", Fault.malformedJson(), "content type", "bytes"),
            always(
                "events without an ackId",
                answer("{\"events\":[{\"type\":\"MESSAGESENT\"}]}"),
                "no ackId",
                "symphony.agent.url"),
            always(
                "body over the limit",
                answer(" ".repeat(LIMIT + 1)),
                "more than " + LIMIT + " bytes",
                "datahose.max.response.bytes"),
            always(
                "more events than the limit counts",
                answer(
                    "{\"events\":[" + "1,".repeat(10_000 + LIMIT / 1_024) + "1],\"ackId\":\"a\"}"),
                "too many events",
                "datahose.max.response.bytes"),
            always(
                "an ackId without end",
                answer("{\"events\":[1],\"ackId\":\"" + "a".repeat(8_193) + "\"}"),
                "ackId is longer than 8192 characters",
                "symphony.agent.url"),
            always("body that inflates", inflating(), "datahose.max.response.bytes"),
            atStart("200 and HTML", Fault.htmlPage(), "symphony.agent.url"))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("whatEndsTheTaskAtTheTenthTime")
  void invariant9EndsTheTaskAtTheTenthInARowWithWhatToDo(Row row) throws InterruptedException {
    bench.properties.put("datahose.max.response.bytes", Integer.toString(LIMIT));
    begin(row);
    assertFailsWith(row.words());
    assertThat(struck()).isEqualTo(10);
    assertHealsByARestart();
  }

  @Test
  void triesAgainAtOnceAfterA401AndBacksOffFromTheSecondOn() throws InterruptedException {
    bench.startAndReadWell();
    bench.simulator.expireTokens();
    bench.endLongPoll();
    bench.awaitAllAcknowledged();
    assertThat(bench.simulator.logins()).hasSize(4);
    assertThat(bench.log()).contains("Trying again.").doesNotContain("Failed reads in a row");
    bench.simulator.faults().add(Fault.status(401).times(2));
    bench.endLongPoll();
    bench.awaitAllAcknowledged();
    assertThat(bench.simulator.logins()).hasSize(8);
    assertThat(bench.log()).contains("Failed reads in a row: 2");
  }

  @Test
  void invariant4ReadsOnceWithoutTheAckIdThatWasRefused() throws InterruptedException {
    bench.startAndReadWell();
    bench.simulator.faults().add(Fault.status(400));
    bench.endLongPoll();
    bench.workUntil(() -> struck() == 1);
    bench.awaitLongPoll();
    List<RecordedRequest> reads = bench.simulator.requests().reads().list();
    int refused = reads.indexOf(bench.simulator.requests().answered(400).first());
    assertThat(reads.get(refused).ackId()).isNotEmpty();
    assertThat(reads.get(refused + 1).ackId()).isEmpty();
    bench.awaitAllAcknowledged();
    bench.assertNothingIsLostOrTwice();
  }

  static Stream<Row> wishesToWait() {
    return Stream.of(
        new Row("seconds", null, Fault.status(429).header("Retry-After", "300"), "300"),
        new Row("400", null, Fault.status(400).header("Retry-After", "300"), "300"),
        new Row("a day", null, Fault.status(503).header("Retry-After", "86400"), "600"));
  }

  @ParameterizedTest
  @MethodSource("wishesToWait")
  void waitsAsLongAsTheServerAsksButTenMinutesAtMost(Row row) throws InterruptedException {
    bench.startAndReadWell();
    assertWaits(row.fault(), Duration.ofSeconds(Long.parseLong(row.words()[0])));
  }

  /** Real time passes on the way to the answer: so the wait may be shorter than it was then. */
  @Test
  void waitsUntilTheDateThatTheServerNames() throws InterruptedException {
    bench.startAndReadWell();
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(330));
    assertWaits(Fault.status(503).header("Retry-After", date), Duration.ofSeconds(270));
  }

  private void assertWaits(Fault fault, Duration asked) throws InterruptedException {
    bench.simulator.faults().add(fault);
    bench.endLongPoll();
    bench.awaitAllAcknowledged();
    assertThat(bench.elapsed()).isBetween(asked, asked.plusSeconds(70));
  }

  @ParameterizedTest
  @EnumSource
  void backsOffFromQuickEmptyAnswersAndDoesNotTakeThemForGoodReads(EmptyAnswer empty)
      throws InterruptedException {
    bench.simulator.reconfigure(options -> options.longPoll(Duration.ZERO).emptyAnswer(empty));
    bench.start();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    assertThat(bench.simulator.requests().reads().count()).isBetween(60, 600);
    assertThat(bench.log()).contains("has no events, but did not take the time of a long poll");
    bench.simulator.faults().add(page(404).times(Integer.MAX_VALUE));
    assertFailsWith("symphony.agent.url");
    bench.simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(20)));
    assertHealsByARestart();
  }

  @ParameterizedTest
  @EnumSource
  void invariant12SendsNothingToTheHostOfARedirect(When when) throws InterruptedException {
    try (Simulator other = Simulator.start()) {
      String elsewhere = "http://localhost:" + other.port() + Requests.READ;
      begin(new Row("", when, Fault.redirect(elsewhere)));
      bench.workUntil(() -> struck() > 5);
      bench.simulator.faults().add(Fault.redirect(elsewhere).times(1000).at(POD));
      bench.simulator.faults().add(Fault.redirect(elsewhere).times(1000).at(KEY_MANAGER));
      bench.simulator.faults().add(Fault.status(401));
      bench.workUntil(() -> struck() > 8);
      assertThat(other.requests().count()).isZero();
      assertThat(bench.log()).contains("a redirect to the host localhost, which is not followed");
    }
  }

  @Test
  void invariant12DeliversAnEventOfEndlessDepthRawAndItsNeighboursWell()
      throws InterruptedException {
    String deep =
        "{\"type\":\"MESSAGESENT\",\"messageId\":\"deep\",\"payload\":"
            + "[".repeat(LIMIT)
            + "]".repeat(LIMIT)
            + "}";
    bench.start();
    bench.awaitLongPoll();
    for (String event : List.of(message("before"), deep, message("after"))) {
      bench.simulator.produceUnfiltered(event.getBytes(StandardCharsets.UTF_8));
    }
    bench.awaitAllAcknowledged();
    List<String> messageIds = new ArrayList<>();
    for (SourceRecord record : bench.worker().records()) {
      messageIds.add(((Struct) record.value()).getString("messageId"));
    }
    assertThat(messageIds).containsExactly("before", null, "after");
    SourceRecord raw = bench.worker().records().get(1);
    assertThat(((Struct) raw.value()).getString("raw")).isEqualTo(deep);
    assertThat(raw.headers().lastWithName("symphony.mapping.error").value()).isEqualTo("/");
  }

  /** Starts a task that meets the trouble, which lasts until it is cleared. */
  private void begin(Row row) throws InterruptedException {
    Fault fault = row.fault().times(Integer.MAX_VALUE);
    if (row.when() == When.AT_START) {
      bench.simulator.faults().add(fault);
      bench.start();
      return;
    }
    bench.startAndReadWell();
    if (!fault.path().equals(Requests.READ)) {
      bench.simulator.expireTokens();
    }
    bench.simulator.faults().add(fault);
    bench.endLongPoll();
  }

  private int struck() {
    return bench.simulator.requests().where(RecordedRequest::faulted).count();
  }

  private void assertFailsWith(String... words) {
    assertThat(bench.workUntilFailed())
        .hasMessageStartingWith("Reader 0 of feed all (tag played.all) cannot be read. ")
        .hasMessageContainingAll(words);
  }

  private void assertHealsByARestart() throws InterruptedException {
    bench.simulator.faults().clear();
    bench.restart();
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
  }

  private static Stream<Row> always(String trouble, Fault fault, String... words) {
    return Stream.concat(atStart(trouble, fault, words), laterOn(trouble, fault, words));
  }

  private static Stream<Row> atStart(String trouble, Fault fault, String... words) {
    return Stream.of(new Row(trouble, When.AT_START, fault, words));
  }

  private static Stream<Row> laterOn(String trouble, Fault fault, String... words) {
    return Stream.of(new Row(trouble, When.AFTER_A_GOOD_READ, fault, words));
  }

  private static Fault page(int status) {
    return Fault.status(status).header("Content-Type", "text/html").body("<html>Sorry</html>");
  }

  private static Fault answer(String body) {
    return Fault.status(200).body(body);
  }

  private static String message(String messageId) {
    return ReaderUnderTest.message(messageId);
  }

  /** 50 MB in some 50 kB. */
  private static Fault inflating() {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(new byte[50_000_000]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Fault.status(200).header("Content-Encoding", "gzip").body(compressed.toByteArray());
  }
}
