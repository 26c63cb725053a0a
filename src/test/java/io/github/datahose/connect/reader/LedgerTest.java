// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static io.github.datahose.connect.delivery.RecordFactoryFixture.headers;
import static io.github.datahose.connect.reader.RunningReader.offset;
import static io.github.datahose.connect.reader.RunningReader.settle;
import static io.github.datahose.connect.reader.RunningReader.settleAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.simulator.SimulatorOptions;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The windows of a reader's ledger. What crashes leave of them: {@link LedgerCrashTest}. */
@Timeout(120)
class LedgerTest {

  private static final Duration LONG_POLL = Duration.ofSeconds(30);
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final String[] LEDGER = {
    "ledger.topic", "ledger", "exactly.once.support", "required"
  };

  private RunningReader reader = RunningReader.start(LEDGER);
  private final long began = reader.clock.epochMillis();

  @AfterEach
  void stop() throws InterruptedException {
    reader.close();
  }

  private void use(String... options) throws InterruptedException {
    reader.close();
    reader = RunningReader.start(with(options));
  }

  private static String[] with(String... options) {
    List<String> all = new ArrayList<>(List.of(LEDGER));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  private void restart(SourceRecord stored, String... options) throws InterruptedException {
    reader = reader.restart(stored, with(options));
  }

  /** Has a long poll end, and the window with it; the ledger record. */
  private Struct close() throws InterruptedException {
    return (Struct) closing().value();
  }

  private SourceRecord closing() throws InterruptedException {
    reader.feed.answerNothing(INTERVAL);
    List<SourceRecord> records = reader.poll();
    assertThat(records).extracting(SourceRecord::topic).containsExactly("ledger");
    settleAll(records);
    return records.get(0);
  }

  /** The running window, as the offset of a record stores it. */
  private static JsonNode window(SourceRecord record) throws Exception {
    return new ObjectMapper().readTree((String) record.sourceOffset().get("window"));
  }

  @Test
  void countsEventsHandedOverBetweenTwoReads() throws Exception {
    List<SourceRecord> batch = reader.handOver("a1", "m1", "m2", "m1");
    settleAll(batch);
    SourceRecord record = closing();
    assertThat(record.key()).isEqualTo("pod/bot/tag/0");
    assertThat(record.sourcePartition()).isEqualTo(RunningReader.PARTITION);
    Struct window = (Struct) record.value();
    assertThat(window.schema().name()).isEqualTo("io.github.datahose.connect.Window");
    window.validate();
    assertThat(window.getString("reader")).isEqualTo("pod/bot/tag/0");
    assertThat(window.getInt64("sequence")).isOne();
    assertThat(window.getInt64("from")).isEqualTo(began);
    assertThat(window.getInt64("to")).isEqualTo(began + INTERVAL.toMillis());
    assertThat(window.getInt64("reads")).isEqualTo(2);
    assertThat(window.getInt64("events")).isEqualTo(2);
    assertThat(window.getInt64("duplicates")).isOne();
    assertThat(window.getMap("records")).isEqualTo(Map.of("events", 2L));
    assertThat(window.getMap("types")).isEqualTo(Map.of("MESSAGESENT", 2L));
    for (String none : List.of("quarantined", "oversize", "unmapped", "dropped")) {
      assertThat(window.getInt64(none)).as(none).isZero();
    }
    assertThat(window.getString("digest")).isEqualTo(digest(batch));
    assertThat(window.get("gapFrom")).isNull();
    assertThat(window.get("gapTo")).isNull();
    assertThat(window.getString("version")).isEqualTo("test");
  }

  private static String digest(List<SourceRecord> records) {
    BigInteger sum = BigInteger.ZERO;
    for (SourceRecord record : records) {
      sum = sum.add(new BigInteger((String) headers(record).get("symphony.identity"), 16));
    }
    return "%032x".formatted(sum.mod(BigInteger.ONE.shiftLeft(128)));
  }

  @Test
  void writesJsonTextWhenEventsAreJsonText() throws Exception {
    use("record.value", "json");
    reader.bring("a1", "m1");
    SourceRecord record = closing();
    assertThat(record.valueSchema().type().getName()).isEqualTo("string");
    JsonNode window = new ObjectMapper().readTree((String) record.value());
    assertThat(window.properties().stream().map(Map.Entry::getKey))
        .containsExactly(
            "reader",
            "sequence",
            "from",
            "to",
            "reads",
            "events",
            "duplicates",
            "records",
            "types",
            "quarantined",
            "oversize",
            "unmapped",
            "dropped",
            "digest",
            "version");
    assertThat(window.path("records")).hasToString("{\"events\":1}");
  }

  @Test
  void addsWindowAndIdentityHeadersWhateverOtherHeadersAre() throws Exception {
    use("record.headers", "false");
    List<SourceRecord> batch = reader.handOver("a1", "m1", "m2");
    assertThat(batch)
        .allSatisfy(
            record ->
                assertThat(headers(record))
                    .hasSize(2)
                    .containsEntry("symphony.window", "pod/bot/tag/0#1")
                    .hasEntrySatisfying(
                        "symphony.identity",
                        hex -> assertThat((String) hex).matches("[0-9a-f]{32}")));
    settleAll(batch);
    close();
    assertThat(headers(reader.handOver("a2", "m3").get(0)))
        .containsEntry("symphony.window", "pod/bot/tag/0#2");
  }

  @Test
  void countsQuarantinedOversizeAndUnmappedEvents() throws Exception {
    use("quarantine.topic", "odd", "record.max.bytes", "2000");
    reader.feed.answer(
        "a1",
        RunningReader.message("m1"),
        "{\"type\":\"SURPRISE\"}",
        "{\"type\":\"ROOMCREATED\",\"id\":7}",
        "7",
        "{\"type\":\"MESSAGESENT\",\"messageId\":\"m2\",\"payload\":{\"messageSent\":{\"message\":{\"message\":\"%s\"}}}}"
            .formatted("z".repeat(3000)));
    settleAll(reader.poll());
    Struct window = close();
    assertThat(window.getMap("records")).isEqualTo(Map.of("events", 2L, "odd", 3L));
    assertThat(window.getMap("types"))
        .isEqualTo(Map.of("MESSAGESENT", 2L, "ROOMCREATED", 1L, "unknown", 2L));
    assertThat(window.getInt64("quarantined"))
        .isEqualTo(reader.counter("quarantined-total"))
        .isEqualTo(3);
    assertThat(window.getInt64("oversize")).isEqualTo(reader.counter("oversize-total")).isOne();
    assertThat(window.getInt64("unmapped"))
        .isEqualTo(reader.counter("unmapped-total"))
        .isEqualTo(3);
  }

  @Test
  void countsRedeliveredAndDroppedEventsWithoutRecord() throws Exception {
    List<SourceRecord> batch = reader.handOver("a1", "m1", "m2", "m3");
    settle(batch.get(0), true);
    settle(batch.get(1), false);
    settle(batch.get(2), false);
    reader.answer("a2", "m1", "m3");
    reader.awaitReads("", "a1", "a2");
    Struct window = close();
    assertThat(window.getInt64("events")).isEqualTo(3);
    assertThat(window.getMap("records")).as("dropped ones too").isEqualTo(Map.of("events", 3L));
    assertThat(window.getInt64("duplicates")).isEqualTo(2);
    assertThat(window.getInt64("dropped")).isEqualTo(2);
    assertThat(window.getInt64("reads")).isEqualTo(3);
  }

  @Test
  void countsDroppedTransactionWhenWorkerOnlyCommits() throws Exception {
    reader.handOver("a1", "m1", "m2");
    reader.queue.commit();
    reader.feed.answerNothing(INTERVAL);
    Struct window = (Struct) reader.poll().get(0).value();
    assertThat(window.getInt64("dropped")).isEqualTo(2);
    assertThat(window.getInt64("events")).isEqualTo(2);
  }

  @Test
  void writesWindowWithoutEvents() throws Exception {
    reader.feed.answerNothing(LONG_POLL);
    Struct window = close();
    assertThat(window.getInt64("events")).isZero();
    assertThat(window.getMap("records")).isEmpty();
    assertThat(window.getInt64("reads")).isEqualTo(2);
    assertThat(window.getString("digest")).isEqualTo("0".repeat(32));
    Struct next = close();
    assertThat(next.getInt64("sequence")).isEqualTo(2);
    assertThat(next.getInt64("from")).as("windows touch").isEqualTo(window.getInt64("to"));
  }

  @Test
  void endsNoWindowBeforeEndOfInterval() throws Exception {
    reader.feed.answerNothing(INTERVAL.minusMillis(1));
    List<SourceRecord> batch = reader.handOver("a1", "m1");
    assertThat(batch).extracting(SourceRecord::topic).containsExactly("events");
    reader.clock.advance(Duration.ofMillis(1));
    settleAll(batch);
    Struct window = (Struct) reader.poll().get(0).value();
    assertThat(window.getInt64("events")).as("ends between two batches").isOne();
    assertThat(window.getInt64("to")).as("not when Kafka had it").isEqualTo(began + 59_999);
  }

  @Test
  void showsTimeSinceLastConfirmedLedgerRecord() throws Exception {
    String metric = "seconds-since-ledger-record";
    reader.clock.advance(Duration.ofSeconds(7));
    assertThat(reader.gauge(metric)).as("since the start").isEqualTo(7.0);
    reader.feed.answerNothing(INTERVAL);
    SourceRecord record = reader.poll().get(0);
    assertThat(reader.gauge(metric)).as("not confirmed yet").isEqualTo(67.0);
    settle(record, true);
    assertThat(reader.gauge(metric)).isEqualTo(0.0);
    reader.feed.answerNothing(INTERVAL);
    settle(reader.poll().get(0), false);
    assertThat(reader.gauge(metric)).as("dropped by an SMT").isEqualTo(60.0);
    reader.feed.answerNothing(INTERVAL);
    reader.poll();
    reader.queue.commit();
    reader.queue.poll(Duration.ZERO);
    assertThat(reader.gauge(metric)).as("dropped as a whole transaction").isEqualTo(120.0);
    reader.close();
    reader = RunningReader.start();
    assertThat(reader.gauge(metric)).as("no ledger").isEqualTo(-1.0);
  }

  @Test
  void keepsOneWindowRecordWhenNobodyPolls() throws Exception {
    for (int i = 0; i < 10; i++) {
      reader.feed.answerNothing(INTERVAL);
    }
    await().until(() -> reader.feed.ackIds().size() == 11);
    List<SourceRecord> records = reader.poll();
    assertThat(records).hasSize(1);
    assertThat(((Struct) records.get(0).value()).getInt64("reads")).isOne();
    settleAll(records);
    Struct next = close();
    assertThat(next.getInt64("sequence")).isEqualTo(2);
    assertThat(next.getInt64("reads")).isEqualTo(10);
  }

  @Test
  void storesNextWindowInOffsetOfLedgerRecord() throws Exception {
    List<SourceRecord> batch = reader.handOver("a1", "m1", "m2");
    assertThat(window(batch.get(0)).path("events").asInt()).isOne();
    assertThat(window(batch.get(1)).path("events").asInt()).isEqualTo(2);
    settleAll(batch);
    SourceRecord record = closing();
    assertThat(offset(record).ackId()).isEqualTo("a1");
    assertThat(offset(record).identities()).isEqualTo(offset(batch.get(1)).identities());
    assertThat(offset(record).readAt()).isEqualTo(began + INTERVAL.toMillis());
    JsonNode next = window(record);
    assertThat(next.path("sequence").asInt()).isEqualTo(2);
    assertThat(next.path("from").asLong()).isEqualTo(next.path("to").asLong());
    assertThat(next.path("reads").asInt()).isZero();
    assertThat(next.path("records")).isEmpty();
    assertThat(window(reader.handOver("a2", "m3").get(0)).path("sequence").asInt()).isEqualTo(2);
  }

  @Test
  void storesOpenWindowInHeartbeatsAndKeepsTheirOrder() throws Exception {
    use("heartbeat.topic", "beats");
    settleAll(reader.handOver("a1", "m1"));
    SourceRecord beat = reader.poll().get(0);
    assertThat(window(beat).path("events").asInt()).isOne();
    reader.feed.answerNothing(INTERVAL);
    reader.feed.answerNothing(INTERVAL);
    await().until(() -> reader.feed.ackIds().size() == 4);
    List<SourceRecord> records = reader.poll();
    assertThat(records).extracting(SourceRecord::topic).containsExactly("ledger", "beats");
    assertThat(window(records.get(0)).path("reads").asInt()).as("of the next window").isZero();
    assertThat(window(records.get(1)).path("sequence").asInt()).isEqualTo(2);
    assertThat(window(records.get(1)).path("reads").asInt()).isOne();
    assertThat(offset(records.get(1)).readAt()).isGreaterThan(offset(records.get(0)).readAt());
  }

  @Test
  void continuesStoredWindowAfterRestart() throws Exception {
    List<SourceRecord> batch = reader.handOver("a1", "m1", "m2", "m3");
    restart(batch.get(1));
    List<SourceRecord> again = reader.handOver("a1", "m1", "m2", "m3");
    assertThat(again).hasSize(1);
    assertThat(headers(again.get(0))).containsEntry("symphony.window", "pod/bot/tag/0#1");
    settleAll(again);
    Struct window = close();
    assertThat(window.getInt64("sequence")).isOne();
    assertThat(window.getInt64("events")).isEqualTo(3);
    assertThat(window.getInt64("duplicates")).isEqualTo(2);
    assertThat(window.getString("digest")).isEqualTo(digest(batch));
  }

  @Test
  void keepsWindowOpenDuringStop() throws Exception {
    SourceRecord stored = reader.handOver("a1", "m1").get(0);
    reader = reader.restartAfter(INTERVAL.minusSeconds(1), stored, LEDGER);
    reader.feed.answerNothing(Duration.ofSeconds(2));
    Struct window = (Struct) reader.poll().get(0).value();
    assertThat(window.getInt64("sequence")).isOne();
    assertThat(window.getInt64("from")).isEqualTo(began);
    assertThat(window.getInt64("to")).isEqualTo(began + 61_000);
    assertThat(window.getInt64("events")).isOne();
  }

  @Test
  void beginsFirstWindowAtReadTimeOfOffsetWithoutWindow() throws Exception {
    reader.close();
    reader = RunningReader.start();
    SourceRecord stored = reader.handOver("a1", "m1").get(0);
    assertThat(stored.sourceOffset()).doesNotContainKey("window");
    assertThat(headers(stored)).doesNotContainKeys("symphony.window", "symphony.identity");
    restart(stored);
    Struct window = close();
    assertThat(window.getInt64("sequence")).isOne();
    assertThat(window.getInt64("from")).isEqualTo(offset(stored).readAt());
  }

  @Test
  void dropsStoredWindowWhenLedgerIsDisabled() throws Exception {
    SourceRecord stored = reader.handOver("a1", "m1").get(0);
    reader = reader.restart(stored, "heartbeat.topic", "beats");
    reader.feed.answerNothing(LONG_POLL);
    SourceRecord beat = reader.poll().get(0);
    assertThat(beat.sourceOffset()).doesNotContainKey("window");
    assertThat(offset(beat).ackId()).isEqualTo("a1");
    settle(beat, true);
    assertThat(reader.handOver("a2", "m2").get(0).sourceOffset()).doesNotContainKey("window");
  }

  @Test
  @Tag("invariant-11")
  void invariant11ClosesOpenWindowBeforeGapAndReportsGapInNext() throws Exception {
    reader.bring("a1", "m1");
    long lastRead = reader.clock.epochMillis();
    reader.feed.answerNothing(Duration.ofMinutes(31));
    List<SourceRecord> closed = reader.poll();
    Struct window = (Struct) closed.get(0).value();
    assertThat(window.getInt64("to")).as("without the read after the gap").isEqualTo(lastRead);
    assertThat(window.getInt64("reads")).isOne();
    assertThat(window.get("gapFrom")).isNull();
    assertThat(window(closed.get(0)).path("gapFrom").asLong())
        .as("the offset has a new time, and so the gap")
        .isEqualTo(lastRead);
    settleAll(closed);
    Struct next = close();
    assertThat(next.getInt64("sequence")).isEqualTo(2);
    assertThat(next.getInt64("from")).isEqualTo(lastRead);
    assertThat(next.getInt64("gapFrom")).isEqualTo(lastRead);
    assertThat(next.getInt64("gapTo")).isEqualTo(lastRead + Duration.ofMinutes(31).toMillis());
    assertThat(close().get("gapFrom")).as("once").isNull();
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsGapInNextWindowWhenBatchWaitedForKafka() throws Exception {
    use("datahose.keepalive.ms", "0");
    List<SourceRecord> waiting = reader.handOver("a1", "m1");
    long lastRead = reader.clock.epochMillis();
    reader.pass(Duration.ofMinutes(40));
    settleAll(waiting);
    Struct first = (Struct) reader.poll().get(0).value();
    assertThat(first.getInt64("events")).isOne();
    assertThat(first.get("gapFrom")).isNull();
    List<SourceRecord> next = reader.handOver("a2", "m2");
    assertThat(window(next.get(0)).path("gapFrom").asLong()).isEqualTo(lastRead);
    assertThat(headers(next.get(0))).containsEntry("symphony.window", "pod/bot/tag/0#2");
  }

  @Test
  @Tag("invariant-11")
  void invariant11ReportsGapFoundByKeepAliveReadWithoutCountingIt() throws Exception {
    List<SourceRecord> waiting = reader.handOver("a1", "m1");
    long lastRead = reader.clock.epochMillis();
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(Duration.ofMinutes(31));
    await().until(() -> reader.counter("keepalive-reads-total") == 1);
    settleAll(waiting);
    Struct first = (Struct) reader.poll().get(0).value();
    assertThat(first.getInt64("reads")).isOne();
    List<SourceRecord> next = reader.handOver("a2", "m2");
    assertThat(window(next.get(0)).path("gapFrom").asLong()).isEqualTo(lastRead);
    assertThat(window(next.get(0)).path("reads").asInt()).isOne();
  }

  @Test
  @Tag("invariant-11")
  void invariant11StoresTimeOfReadOnlyWithItsGap() throws Exception {
    use("heartbeat.topic", "beats", "heartbeat.interval.ms", "1000");
    reader.feed.answerNothing(LONG_POLL);
    settleAll(reader.poll());
    List<SourceRecord> waiting = reader.handOver("a1", "m1");
    reader.feed.answerNothing(LONG_POLL);
    reader.pass(Duration.ofMinutes(31));
    await().until(() -> reader.counter("keepalive-reads-total") == 1);
    settleAll(waiting);
    List<SourceRecord> statuses = new ArrayList<>();
    await()
        .until(
            () -> {
              statuses.addAll(reader.poll());
              return statuses.stream().anyMatch(status -> status.topic().equals("beats"));
            });
    assertThat(statuses)
        .allSatisfy(status -> assertThat(window(status).path("gapFrom").isNumber()).isTrue());
  }

  @Test
  @Tag("invariant-11")
  void invariant11EndsGapBeforeStartAtFirstSuccessfulRead() throws Exception {
    SourceRecord stored = reader.handOver("a1", "m1").get(0);
    reader = reader.restartAfter(Duration.ofMinutes(31), stored, LEDGER);
    ReaderContext context = new ReaderContext("Reader", reader.clock);
    reader.shared.activity().reportStart(context, reader.shared.stored(), true);
    reader.feed.answerNothing(LONG_POLL);
    SourceRecord closed = reader.poll().get(0);
    assertThat(((Struct) closed.value()).getInt64("events")).isOne();
    assertThat(((Struct) closed.value()).get("gapFrom")).isNull();
    assertThat(window(closed).path("gapFrom").asLong()).isEqualTo(began);
    assertThat(window(closed).path("gapTo").asLong())
        .isEqualTo(began + Duration.ofMinutes(31).plus(LONG_POLL).toMillis());
  }

  @Test
  void doesNotCountQuickEmptyResponseInLedger() throws Exception {
    reader.feed.answerNothing(Duration.ZERO);
    assertThat(close().getInt64("reads")).isOne();
  }

  @Test
  void writesLedgerForEachReader() throws Exception {
    try (RunningReader second = reader.another()) {
      reader.bring("a1", "m1");
      SourceRecord record = second.handOver("b1", "m2").get(0);
      assertThat(headers(record)).containsEntry("symphony.window", "pod/bot/tag/1#1");
      settle(record, true);
      second.feed.answerNothing(INTERVAL);
      SourceRecord ofSecond = second.poll().get(0);
      assertThat(ofSecond.key()).isEqualTo("pod/bot/tag/1");
      assertThat(((Struct) ofSecond.value()).getInt64("events")).isOne();
      assertThat(close().getInt64("events")).isOne();
    }
  }

  @Test
  @Tag("invariant-9")
  void invariant9WarnsOfUnconfirmedLedgerRecord() throws Exception {
    try (CapturedLog log = new CapturedLog()) {
      reader.feed.answerNothing(INTERVAL);
      reader.poll();
      for (int i = 0; i < 4; i++) {
        reader.feed.answerNothing(LONG_POLL);
      }
      await().until(() -> log.text().contains("not confirmed a ledger record in topic ledger"));
      reader.answer("a1", "m1");
      await().until(() -> reader.counter("records-total") == 1);
      reader.pass(Duration.ofSeconds(31));
      await().until(() -> log.text().contains("Topics: [events, ledger]"));
    }
  }

  @Test
  void doesNotCountLedgerRecordsAsEventRecords() throws Exception {
    reader.feed.answerNothing(INTERVAL);
    settle(reader.poll().get(0), false);
    assertThat(close().getInt64("dropped")).isZero();
    assertThat(reader.counter("records-total")).isZero();
    assertThat(reader.counter("settled-without-metadata-total")).isZero();
  }

  @Test
  void matchesTopicsAcrossRestart() throws Exception {
    SimulatorOptions quiet = SimulatorOptions.defaults().longPoll(Duration.ofMillis(1_200));
    try (RunningTask task = RunningTask.of(quiet)) {
      task.properties.put("topic", "events.${type}");
      task.properties.put("ledger.topic", "ledger");
      task.properties.put("ledger.interval.ms", "1000");
      task.properties.put("exactly.once.support", "required");
      task.startAndReadWell();
      task.restart();
      task.bringEvents();
      long produced = task.simulator.ledger().totals().expected();
      task.workUntil(() -> ledger(task).stream().mapToLong(LedgerTest::events).sum() == produced);

      List<Struct> ledger = ledger(task);
      for (int i = 0; i < ledger.size(); i++) {
        Struct window = ledger.get(i);
        String name = window.getString("reader") + "#" + (i + 1);
        List<SourceRecord> records =
            task.topic().stream()
                .filter(record -> name.equals(headers(record).get("symphony.window")))
                .toList();
        assertThat(window.getInt64("sequence")).isEqualTo(i + 1);
        assertThat(window.getString("version")).isEqualTo(task.task().version());
        assertThat(window.getString("digest")).isEqualTo(digest(records));
        Map<String, Long> byTopic = new TreeMap<>();
        records.forEach(record -> byTopic.merge(record.topic(), 1L, Long::sum));
        assertThat(window.getMap("records")).isEqualTo(byTopic);
      }
    }
  }

  private static long events(Struct window) {
    return window.getInt64("events");
  }

  private static List<Struct> ledger(RunningTask task) {
    return task.topic().stream()
        .filter(record -> record.topic().equals("ledger"))
        .map(record -> (Struct) record.value())
        .toList();
  }
}
