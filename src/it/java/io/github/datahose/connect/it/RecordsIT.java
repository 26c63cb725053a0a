// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLockTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Unusual records: a transformation drops them, they are equal, Kafka rejects them, or they are
 * larger than Kafka's default limit.
 *
 * <p>A dropped record never reaches Kafka, but its batch must be acknowledged. A worker with
 * exactly-once delivery does not even report it if the whole transaction was dropped.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(
    value = RecordsIT.TIME,
    mode = ResourceAccessMode.READ,
    target = ResourceLockTarget.CHILDREN)
class RecordsIT {
  /** Who holds this alone holds something against a time, so no other test runs beside it. */
  static final String TIME = "time of this machine";

  private static final int BATCHES = 5;
  private static final int MESSAGES = 9;
  private static final int TIMES = 20;
  private static final String LARGEST = "x".repeat(1_500_000);
  private static final String EIGHT_MEBIBYTES = "8388608";

  @ParameterizedTest
  @EnumSource
  @ResourceLock(TIME)
  @Tag("invariant-1")
  void invariant1AcknowledgesBatchWhenAllRecordsAreDropped(Guarantee guarantee) {
    try (WorkerFixture connector = dropping(guarantee.connector("all-dropped")).start()) {
      for (int i = 0; i < BATCHES; i++) {
        connector.bring(10);
      }
      assertThat(connector.totals().acknowledged()).isEqualTo(10 * BATCHES);
      assertThat(connector.totals().redelivered()).isZero();
      assertThat(connector.counter("settled-without-metadata-total")).isEqualTo(10 * BATCHES);
      assertThat(connector.cluster().broker().topicNames()).doesNotContain(connector.name());
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("invariant-2")
  void invariant2AcknowledgesBatchOnceWhenLastRecordIsDropped(Guarantee guarantee) {
    String name = guarantee.name("last-dropped");
    try (WorkerFixture connector =
        dropping(guarantee.connector("last-dropped"))
            .set("topic", name + ".${type}")
            .set("transforms.drop.predicate", "joined")
            .set("predicates", "joined")
            .set(
                "predicates.joined.type",
                "org.apache.kafka.connect.transforms.predicates.TopicNameMatches")
            .set("predicates.joined.pattern", ".*userjoinedroom")
            .start()) {
      for (int i = 0; i < BATCHES; i++) {
        List<String> batch = new ArrayList<>(Events.messages(i * MESSAGES, (i + 1) * MESSAGES));
        batch.add(Events.userJoinedRoom(i));
        connector.bring(batch);
      }
      connector.restart();
      connector.bring(Events.messages(MESSAGES * BATCHES, MESSAGES * BATCHES + 1));
      assertThat(inKafka(connector, MESSAGES * BATCHES + 1, name + ".messagesent"))
          .extracting(TopicReader::messageId)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(0, MESSAGES * BATCHES).mapToObj(n -> "message-" + n).toList());
      assertThat(connector.cluster().broker().topicNames())
          .doesNotContain(name + ".userjoinedroom");
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("invariant-1")
  void invariant1DeliversAndAcknowledgesEqualEventsWithoutDeduplication(Guarantee guarantee) {
    try (WorkerFixture connector =
        guarantee
            .connector("equal")
            .set("datahose.dedup.window", "0")
            .set("record.key", "none")
            .start()) {
      bringEqualEventsTwice(connector);
      assertThat(inKafka(connector, 2 * TIMES))
          .hasSize(2 * TIMES)
          .allMatch(record -> record.key() == null);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("invariant-6")
  void invariant6DeliversEqualEventsOnceAndAcknowledgesAll(Guarantee guarantee) {
    try (WorkerFixture connector = guarantee.connector("same").start()) {
      bringEqualEventsTwice(connector);
      assertThat(inKafka(connector, 1)).hasSize(1);
    }
  }

  /**
   * With {@code errors.tolerance=all} the worker commits a record that the broker rejected, so it
   * is lost; the count of such records is the only trace.
   */
  @Test
  void countsRecordThatBrokerRejectsAndDeliversNeighbors() {
    try (WorkerFixture connector = tolerant(Guarantee.AT_LEAST_ONCE)) {
      connector.start();
      List<String> events = new ArrayList<>(Events.messages(0, 40));
      events.set(20, Events.message(20, "x".repeat(40_000), ""));
      connector.bring(events);
      assertThat(connector.messageIds())
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 40).filter(n -> n != 20).mapToObj(n -> "message-" + n).toList());
      assertThat(connector.counter("settled-without-metadata-total")).isEqualTo(1);
      connector.awaitRunning();
    }
  }

  /** The transaction has failed, whatever is tolerated. */
  @Test
  void failsTaskWhenBrokerRejectsRecordWithExactlyOnce() {
    try (WorkerFixture connector = tolerant(Guarantee.EXACTLY_ONCE)) {
      connector.start();
      // In the first batch, however many there are.
      List<String> events = new ArrayList<>(Events.messages(0, 40));
      events.set(0, Events.message(0, "x".repeat(40_000), ""));
      connector.simulator().produceAll(events);
      assertThat(connector.failure()).contains("RecordTooLargeException");
      assertThat(connector.totals().acknowledged()).isZero();
      assertThat(connector.records()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"AT_LEAST_ONCE, struct", "AT_LEAST_ONCE, json", "EXACTLY_ONCE, struct"})
  void deliversEnvelopesOfOversizeEventsAmongOthers(Guarantee guarantee, String value) {
    try (WorkerFixture connector =
        guarantee
            .connector("envelope-" + value)
            .set("record.value", value)
            .set("record.text", "true")) {
      if (value.equals("json")) {
        connector.set("value.converter", "org.apache.kafka.connect.storage.StringConverter");
      }
      connector.start();
      List<String> events = new ArrayList<>(Events.messages(0, 15));
      events.set(5, Events.message(5, LARGEST, ""));
      // Their JSON alone is small enough; what is made of it is not: escapes, and the original
      // text.
      events.set(10, Events.message(10, "👍".repeat(100_000), ""));
      events.set(11, Events.message(11, "x".repeat(400_000), ",\"new\":\"field\""));
      events.set(12, Events.message(12, "<p>Small enough</p>", ""));
      events.set(13, Events.message(13, "<p>" + "x".repeat(600_000) + "</p>", ""));
      connector.bring(events);
      connector.assertAllThereInOrder(15);
      Map<String, ConsumerRecord<String, String>> records =
          connector.records().stream()
              .collect(Collectors.toMap(TopicReader::messageId, Function.identity()));
      assertThat(records).hasSize(15);
      assertEnvelope(records.get("message-5"), events.get(5).length());
      boolean asStruct = value.equals("struct");
      if (asStruct) {
        assertThat(sizeOf(records.get("message-10"))).isGreaterThan(1_200_000);
        assertEnvelope(records.get("message-11"), 3L * events.get(11).length());
        assertThat(header(records.get("message-11"), "symphony.mapping.error")).isEqualTo("/new");
        assertThat(message(records.get("message-12"), "text")).isEqualTo("Small enough");
        assertThat(message(records.get("message-13"), "text")).as("null").isEqualTo("null");
      }
      assertThat(records.values())
          .filteredOn(record -> sizeOf(record) == 0)
          .hasSize(asStruct ? 12 : 14)
          .allSatisfy(
              record ->
                  assertThat(message(record, "message"))
                      .containsAnyOf("Text ", "Small", "xxx", "👍👍"));
      assertThat(connector.log(" WARN ", "more than record.max.bytes (1000000)"))
          .hasSize(asStruct ? 4 : 1)
          .noneMatch(line -> line.contains("xxx"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void deliversLargeEventWholeWhenKafkaAcceptsIt(Guarantee guarantee) throws Exception {
    String odd = Events.message(5, LARGEST, ",\"new\":\"field\"");
    try (WorkerFixture connector =
        guarantee.connector("oversize-fail").set("record.oversize", "FAIL").start()) {
      connector.bring(Events.messages(0, 3));
      connector
          .simulator()
          .produceAll(
              List.of(Events.message(3), Events.message(4, LARGEST, ""), odd, Events.message(6)));
      assertThat(connector.failure())
          .contains("Reader 0 of feed all")
          .contains("an event of type MESSAGESENT with messageId message-4 that has 15002")
          .contains("producer.override.max.request.size and the topic's max.message.bytes")
          .doesNotContain("xxx");
      assertThat(connector.records()).as("nothing of its batch").hasSize(3);

      allow(connector, EIGHT_MEBIBYTES);
      connector.set("producer.override.max.request.size", EIGHT_MEBIBYTES).apply();
      connector.awaitAllAcknowledged();
      connector.assertAllThereInOrder(7);
      assertThat(connector.records())
          .allSatisfy(record -> assertThat(sizeOf(record)).isZero())
          .filteredOn(record -> TopicReader.messageId(record).equals("message-5"))
          .singleElement()
          .satisfies(
              whole -> {
                assertThat(message(whole, "message")).isEqualTo(LARGEST);
                assertThat(TopicReader.value(whole).path(EventSchemas.RAW).asText()).isEqualTo(odd);
              });
    }
  }

  private static WorkerFixture dropping(WorkerFixture connector) {
    return connector
        .set("transforms", "drop")
        .set("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter");
  }

  private static void bringEqualEventsTwice(WorkerFixture connector) {
    connector.bring(Collections.nCopies(TIMES, Events.message(1)));
    connector.bring(Collections.nCopies(TIMES, Events.message(1)));
    assertThat(connector.totals().acknowledged()).isEqualTo(2 * TIMES);
  }

  private static WorkerFixture tolerant(Guarantee guarantee) {
    String name = guarantee.name("tolerated");
    guarantee.cluster().broker().createTopic(name, 1, Map.of("max.message.bytes", "20000"));
    return guarantee.connector("tolerated").set("errors.tolerance", "all");
  }

  /** The marker of the last transaction may be written only after all is acknowledged. */
  private static List<ConsumerRecord<String, String>> inKafka(
      WorkerFixture connector, int least, String... topics) {
    return eventually(least + " records of " + connector.name())
        .until(() -> connector.records(topics), records -> records.size() >= least);
  }

  private static void assertEnvelope(ConsumerRecord<String, String> record, long size) {
    assertThat(sizeOf(record)).isEqualTo(size);
    assertThat(record.value()).hasSizeLessThan(10_000);
    JsonNode message = TopicReader.value(record).at("/payload/messageSent/message");
    assertThat(message.path("message").isNull()).isTrue();
    assertThat(message.at("/stream/streamId").asText()).isEqualTo("streamA");
    assertThat(record.key()).contains("streamA");
  }

  private static String message(ConsumerRecord<String, String> record, String field) {
    return TopicReader.value(record).at("/payload/messageSent/message/" + field).asText();
  }

  /** What the header says; 0 when it is not there. */
  private static long sizeOf(ConsumerRecord<String, String> record) {
    String size = header(record, "symphony.oversize");
    return size == null ? 0 : Long.parseLong(size);
  }

  private static String header(ConsumerRecord<String, String> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static void allow(WorkerFixture connector, String bytes) throws Exception {
    ConfigEntry entry = new ConfigEntry("max.message.bytes", bytes);
    try (Admin admin = connector.cluster().broker().admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, connector.name()),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }
}
