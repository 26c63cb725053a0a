// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.documents.MadeParts;
import io.github.datahose.registry.AvroRecords;
import io.github.datahose.registry.ShippedSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordsDocsTest {

  static List<String> types() {
    return EventSchemas.EVENT_TYPES;
  }

  @Test
  void matchesRecordsPage() {
    MadeParts.check(Path.of("docs", "records.md"), RecordsPage.parts(), getClass());
  }

  @ParameterizedTest
  @MethodSource("types")
  void matchesStructToSampleOfType(String type) {
    SourceRecord record = RecordsPage.sample(type);
    assertThat(((Struct) record.value()).getString("type")).isEqualTo(type);
    assertThat(record.headers().lastWithName("symphony.mapping.error")).isNull();
    assertThat(Path.of("docs", "records.md")).content().contains("\n- `" + type + "`: ");
  }

  @ParameterizedTest
  @MethodSource("types")
  void readsSampleOfTypeWithShippedSchema(String type) {
    assertReadable(RecordsPage.sample(type), ShippedSchema.EVENT);
  }

  @Test
  void readsHeartbeatWithShippedSchema() {
    assertReadable(RecordsPage.heartbeat(), ShippedSchema.HEARTBEAT);
  }

  @Test
  void readsLedgerRecordWithShippedSchema() {
    assertReadable(RecordsPage.ledger(), ShippedSchema.WINDOW);
  }

  @Test
  void documentsEachRecordHeader() {
    List<String> ofSamples =
        Stream.concat(
                types().stream().map(RecordsPage::sample),
                Stream.of(
                    RecordsPage.record("unknown-type"),
                    RecordsPage.record("messagesent.long-10k", "record.max.bytes", "2000")))
            .flatMap(record -> StreamSupport.stream(record.headers().spliterator(), false))
            .map(Header::key)
            .distinct()
            .toList();
    assertThat(ofSamples).hasSize(5);
    assertThat(Path.of("docs", "records.md"))
        .content()
        .contains(ofSamples.stream().map(header -> "| `" + header + "` |").toList())
        .as("with a ledger")
        .contains("| `symphony.window` |", "| `symphony.identity` |");
  }

  private static void assertReadable(SourceRecord record, ShippedSchema shipped) {
    Schema schema = shipped.schema();
    GenericRecord value = AvroRecords.of((Struct) record.value(), schema);
    assertThat(AvroRecords.read(AvroRecords.json(value), schema)).hasToString(value.toString());
  }
}
