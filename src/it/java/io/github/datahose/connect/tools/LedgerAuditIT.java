// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.tools.LedgerScene.Event;
import io.github.datahose.launch.BrokerProcess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the audit reads of a real broker: transactions of all kinds, and topics that are cut off.
 */
class LedgerAuditIT {

  private static BrokerProcess broker;
  private static int topics;

  private final ObjectMapper json = new ObjectMapper();
  private final LedgerScene scene = LedgerScene.ofThreeWindows();
  private String ledger;

  @BeforeAll
  static void startBroker() {
    broker = BrokerProcess.start("ledger-audit", Map.of());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void writeWindows() {
    topics++;
    ledger = "ledger" + topics;
    broker.createTopic(ledger, 1, Map.of());
    broker.createTopic("events" + topics, 2, Map.of());
    scene.events.forEach(event -> event.topic = "events" + topics);
    scene.ledger.forEach(window -> window.put("records", Map.of("events" + topics, 10)));
    try (KafkaProducer<byte[], byte[]> producer = producer("windows")) {
      for (int window = 0; window < 3; window++) {
        producer.beginTransaction();
        scene.events.subList(10 * window, 10 * window + 5).forEach(event -> send(producer, event));
        producer.flush();
        producer.abortTransaction();
        producer.beginTransaction();
        scene.events.subList(10 * window, 10 * window + 10).forEach(event -> send(producer, event));
        producer.send(new ProducerRecord<>(ledger, LedgerScene.json(scene.ledger.get(window))));
        producer.commitTransaction();
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String name) {
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", name),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, Event event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(event.topic, event.partition, null, event.value);
    record.headers().add("symphony.window", event.window.getBytes(UTF_8));
    record.headers().add("symphony.identity", event.identity.getBytes(UTF_8));
    producer.send(record);
  }

  private int audit(StringBuilder printed, String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> args =
        new ArrayList<>(
            List.of("--bootstrap-server", broker.bootstrapServers(), "--ledger-topic", ledger));
    args.addAll(List.of(options));
    int status =
        Audit.run(
            args.toArray(new String[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    assertThat(err.toString(UTF_8)).isEmpty();
    printed.append(out.toString(UTF_8));
    return status;
  }

  @Test
  void countsCommittedRecordsOnly() throws Exception {
    StringBuilder printed = new StringBuilder();
    assertThat(audit(printed, "--json")).isZero();
    JsonNode report = json.readTree(printed.toString());
    assertThat(report.get("records").asInt()).isEqualTo(30);
    assertThat(report.get("twice").asInt()).isZero();
    assertThat(report.get("identitiesRecomputed").asInt()).isEqualTo(30);
  }

  @Test
  void findsCommittedLossAndDuplicate() {
    try (KafkaProducer<byte[], byte[]> producer = producer("damage")) {
      producer.beginTransaction();
      send(producer, scene.events.get(7));
      producer.send(
          new ProducerRecord<>(
              ledger,
              LedgerScene.json(
                  LedgerScene.window(LedgerScene.READER, 4, scene.events.subList(30, 33)))));
      producer.commitTransaction();
    }
    StringBuilder printed = new StringBuilder();
    assertThat(audit(printed)).isEqualTo(1);
    assertThat(printed).contains("Wrong: missing 3, twice 1.");
  }

  @Test
  void reportsRecordsHiddenByOpenTransaction() {
    try (KafkaProducer<byte[], byte[]> producer = producer("open")) {
      producer.beginTransaction();
      send(producer, scene.events.get(30));
      producer.flush();
      StringBuilder printed = new StringBuilder();
      assertThat(audit(printed, "--timeout-ms", "2000")).isEqualTo(3);
      assertThat(printed).contains("timed out reading ", "a transaction is open");
      producer.abortTransaction();
    }
  }

  @Test
  void reportsWhatRetentionMightHaveDeleted() throws Exception {
    try (Admin admin = broker.admin()) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition("events" + topics, 0), RecordsToDelete.beforeOffset(5)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    StringBuilder printed = new StringBuilder();
    assertThat(audit(printed)).isEqualTo(3);
    assertThat(printed).contains("UNSEEN", "starts at offset 5");
  }

  @Test
  void reportsCompactedTopic() {
    String compacted = "compacted" + topics;
    broker.createTopic(compacted, 1, Map.of("cleanup.policy", "compact,delete"));
    try (KafkaProducer<byte[], byte[]> producer = producer("compacted")) {
      producer.beginTransaction();
      producer.send(
          new ProducerRecord<>(
              ledger,
              LedgerScene.json(LedgerScene.window(LedgerScene.READER, 4, lostIn(compacted)))));
      producer.commitTransaction();
    }
    StringBuilder printed = new StringBuilder();
    assertThat(audit(printed)).isEqualTo(3);
    assertThat(printed).contains("topic " + compacted + " is compacted");
  }

  private List<Event> lostIn(String topic) {
    Event lost = scene.events.get(30).copy();
    lost.topic = topic;
    return List.of(lost);
  }
}
