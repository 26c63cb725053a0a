// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.simulator.Audit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Events larger than what Kafka takes by default, in the middle of others. */
class OversizeIT {
  private static final String LARGEST = "x".repeat(1_500_000);
  private static final String EIGHT_MEBIBYTES = "8388608";

  @ParameterizedTest
  @CsvSource({"AT_LEAST_ONCE, struct", "AT_LEAST_ONCE, json", "EXACTLY_ONCE, struct"})
  void theEnvelopesOfLargeEventsArriveAmongTheOthers(Guarantee guarantee, String value) {
    String name = guarantee.name("envelope-" + value);
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), name)
            .set("record.value", value)
            .set("record.text", "true")) {
      if (value.equals("json")) {
        connector.set("value.converter", "org.apache.kafka.connect.storage.StringConverter");
      }
      connector.start();
      List<String> events = new ArrayList<>(Events.messages(0, 5));
      events.add(message(5, LARGEST, ""));
      events.addAll(Events.messages(6, 10));
      // Their JSON alone is small enough; what is made of it is not: escapes, and the original
      // text.
      events.add(message(10, "👍".repeat(100_000), ""));
      events.add(message(11, "x".repeat(400_000), ",\"new\":\"field\""));
      events.add(message(12, "<p>Small enough</p>", ""));
      events.add(message(13, "<p>" + "x".repeat(600_000) + "</p>", ""));
      events.addAll(Events.messages(14, 15));
      connector.simulator().produceAll(events);
      connector.awaitAllAcknowledged();

      assertThat(connector.audit()).matches(Audit::ok);
      Map<String, ConsumerRecord<String, String>> records =
          connector.records().stream()
              .collect(Collectors.toMap(Topics::messageId, Function.identity()));
      assertThat(records).hasSize(15);
      assertEnvelope(records.get("message-5"), events.get(5).length());
      boolean asStruct = value.equals("struct");
      if (asStruct) {
        assertThat(sizeOf(records.get("message-10"))).isGreaterThan(1_200_000);
        assertEnvelope(records.get("message-11"), 3L * events.get(11).length());
        assertThat(header(records.get("message-11"), "symphony.mapping.error")).isEqualTo("/new");
        assertThat(plainText(records.get("message-12"))).isEqualTo("Small enough");
        assertThat(plainText(records.get("message-13"))).as("null").isEqualTo("null");
      }
      assertThat(records.values())
          .filteredOn(record -> sizeOf(record) == 0)
          .hasSize(asStruct ? 12 : 14)
          .allSatisfy(
              record -> assertThat(text(record)).containsAnyOf("Text ", "Small", "xxx", "👍👍"));
      assertThat(warnings(guarantee, name))
          .hasSize(asStruct ? 4 : 1)
          .noneMatch(line -> line.contains("xxx"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLargeEventFailsTheTaskAndArrivesWholeOnceKafkaTakesIt(Guarantee guarantee)
      throws Exception {
    String name = guarantee.name("oversize-fail");
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), name).set("record.oversize", "FAIL").start()) {
      connector.simulator().produceAll(Events.messages(0, 3));
      connector.awaitAllAcknowledged();
      connector
          .simulator()
          .produceAll(
              List.of(
                  Events.message(3),
                  message(4, LARGEST, ""),
                  message(5, LARGEST, ",\"new\":\"field\""),
                  Events.message(6)));
      assertThat(guarantee.cluster().rest().awaitFailedTask(name))
          .contains("Reader 0 of feed all")
          .contains("an event of type MESSAGESENT with messageId message-4 that takes 15002")
          .contains("producer.override.max.request.size and the topic's max.message.bytes")
          .doesNotContain("xxx");
      assertThat(connector.records()).as("nothing of its batch").hasSize(3);

      allow(connector, EIGHT_MEBIBYTES);
      connector.set("producer.override.max.request.size", EIGHT_MEBIBYTES).apply(1);
      connector.awaitAllAcknowledged();
      assertThat(connector.audit()).matches(Audit::ok);
      assertThat(connector.records())
          .hasSize(7)
          .allSatisfy(record -> assertThat(sizeOf(record)).isZero());
      ConsumerRecord<String, String> whole =
          connector.records().stream()
              .filter(record -> Topics.messageId(record).equals("message-5"))
              .findFirst()
              .orElseThrow();
      assertThat(text(whole)).isEqualTo(LARGEST);
      assertThat(Topics.value(whole).path(EventSchemas.RAW).asText())
          .isEqualTo(message(5, LARGEST, ",\"new\":\"field\""));
    }
  }

  private static void assertEnvelope(ConsumerRecord<String, String> record, long size) {
    assertThat(sizeOf(record)).isEqualTo(size);
    assertThat(record.value()).hasSizeLessThan(10_000);
    JsonNode message = Topics.value(record).at("/payload/messageSent/message");
    assertThat(message.path("message").isNull()).isTrue();
    assertThat(message.at("/stream/streamId").asText()).isEqualTo("streamA");
    assertThat(record.key()).contains("streamA");
  }

  private static String message(int number, String text, String more) {
    return """
        {"id":"e%1$d","messageId":"message-%1$d","timestamp":1764000000000,"type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"message-%1$d","message":"%2$s",\
        "stream":{"streamId":"streamA","streamType":"ROOM"}}}}%3$s}"""
        .formatted(number, text, more);
  }

  private static String text(ConsumerRecord<String, String> record) {
    return Topics.value(record).at("/payload/messageSent/message/message").asText();
  }

  private static String plainText(ConsumerRecord<String, String> record) {
    return Topics.value(record).at("/payload/messageSent/message/text").asText();
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

  private static List<String> warnings(Guarantee guarantee, String name) {
    return guarantee
        .cluster()
        .worker()
        .log()
        .lines()
        .filter(line -> line.contains(" WARN [" + name + "|task-0]"))
        .filter(line -> line.contains("more than record.max.bytes (1000000)"))
        .toList();
  }

  private static void allow(LiveConnector connector, String bytes) throws Exception {
    try (Admin admin = connector.topics().cluster().broker().admin()) {
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, connector.name());
      AlterConfigOp operation =
          new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET);
      admin
          .incrementalAlterConfigs(Map.of(topic, List.of(operation)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }
}
