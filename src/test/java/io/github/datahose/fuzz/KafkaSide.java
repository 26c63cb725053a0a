// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;

/** What a worker makes of records: bytes, by Kafka's own converters. Not thread-safe. */
final class KafkaSide {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final StringConverter keys = new StringConverter();
  private final JsonConverter values = new JsonConverter();
  private final SimpleHeaderConverter headers = new SimpleHeaderConverter();

  KafkaSide() {
    keys.configure(Map.of(), true);
    values.configure(Map.of("schemas.enable", "false"), false);
  }

  /** The original text of an event's record, as it stands in the bytes of its value. */
  String originalText(SourceRecord record) {
    try {
      JsonNode value = JSON.readTree(bytes(record));
      return value.isTextual() ? value.textValue() : value.path("raw").textValue();
    } catch (IOException e) {
      throw new UncheckedIOException("No JSON came out of the converter", e);
    }
  }

  /** The value's bytes, after key and headers were converted, too. */
  byte[] bytes(SourceRecord record) {
    keys.fromConnectData(record.topic(), record.keySchema(), record.key());
    for (Header header : record.headers()) {
      headers.fromConnectHeader(record.topic(), header.key(), header.schema(), header.value());
    }
    return values.fromConnectData(record.topic(), record.valueSchema(), record.value());
  }
}
