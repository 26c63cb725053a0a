// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HashedMessageIdTest {
  private static final Schema EVENT =
      SchemaBuilder.struct().field("messageId", Schema.STRING_SCHEMA).build();
  private static final Schema HEARTBEAT =
      SchemaBuilder.struct().field("reader", Schema.STRING_SCHEMA).build();

  @Test
  void notesEachEventThatItHoldsForBeforeItIsClosed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("dropped.txt");
    List<String> dropped = new ArrayList<>();
    for (String instance : List.of("a", "b")) {
      try (HashedMessageId<SourceRecord> predicate = new HashedMessageId<>()) {
        predicate.configure(Map.of(HashedMessageId.FILE, file.toString()));
        for (int i = 0; i < 100; i++) {
          String messageId = instance + i;
          boolean holds = predicate.test(record(new Struct(EVENT).put("messageId", messageId)));
          assertThat(holds).isEqualTo(HashedMessageId.holds(messageId));
          if (holds) {
            dropped.add(messageId);
          }
          assertThat(Files.readAllLines(file)).isEqualTo(dropped);
        }
      }
    }
    assertThat(dropped).hasSizeBetween(50, 150);
  }

  @Test
  void holdsForNoHeartbeat(@TempDir Path directory) {
    try (HashedMessageId<SourceRecord> predicate = new HashedMessageId<>()) {
      predicate.configure(
          Map.of(HashedMessageId.FILE, directory.resolve("dropped.txt").toString()));
      assertThat(predicate.test(record(new Struct(HEARTBEAT).put("reader", "a")))).isFalse();
    }
  }

  private static SourceRecord record(Struct value) {
    return new SourceRecord(Map.of(), Map.of(), "topic", value.schema(), value);
  }
}
