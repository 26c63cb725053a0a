// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check must report each problem: here are some. */
class PassageCheckTest {
  private static final String TOPIC = "json.userjoinedroom";
  private static final Passage JSON =
      Passage.all().stream().filter(each -> each.name().equals("json")).findFirst().orElseThrow();

  private static final SampleEvent EVENT =
      SampleEvent.all().stream()
          .filter(each -> each.json().contains(SampleEvent.LARGE_USER_ID))
          .findFirst()
          .orElseThrow();

  private final PassageCheck check = new PassageCheck(JSON, List.of(EVENT));

  @Test
  void acceptsRecordThatMatchesSentEvent() throws Exception {
    check.records(List.of(record(TOPIC, EVENT.key(), "", "", "1")));

    assertThat(check.complaints()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    TOPIC + ", /initiator/user, userId, 9007199254740992, userId = 9007199254740992",
    TOPIC + ", '', timestamp, '\"1\"', of the wrong type",
    TOPIC + ", '', more, 1, more is not in the schema",
    "json.unknown, '', '', 1, topic json.unknown"
  })
  void findsMissingAndUnexpectedRecords(
      String topic, String place, String field, String value, String complaint) throws Exception {
    check.records(List.of(record(topic, EVENT.key(), place, field, value)));

    assertThat(check.complaints()).hasSize(2);
    assertThat(check.complaints().get(0)).contains("missing", "userId = 9007199254740993");
    assertThat(check.complaints().get(1)).contains("unexpected", complaint);
  }

  @Test
  void findsWrongKeyMissingRecordAndDuplicate() throws Exception {
    check.records(List.of(record(TOPIC, "another", "", "", "1")));
    assertThat(check.complaints()).hasSize(2);
    check.records(List.of());
    assertThat(check.complaints()).hasSize(3);
    RecordReader.Decoded record = record(TOPIC, EVENT.key(), "", "", "1");
    check.records(List.of(record, record));
    assertThat(check.complaints()).hasSize(4);
  }

  @Test
  void findsUnacknowledgedEvent() {
    check.ledger(new LedgerSnapshot(1, 0, List.of()));

    assertThat(check.complaints()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "1, " + TOPIC + ", 1, 0",
    "2, " + TOPIC + ", 1, 1",
    "1, another, 1, 1",
    "1, " + TOPIC + ", 2, 2"
  })
  void findsMissingAndDifferentWindows(int sequence, String topic, int events, int complaints)
      throws Exception {
    String window =
        """
        {"reader": "reader", "sequence": %d, "events": %d, "records": {"%s": %d}}
        """
            .formatted(sequence, events, topic, events);
    check.windows(
        List.of(
            new RecordReader.Decoded("", "reader", new ObjectMapper().readTree(window), 0, null)));

    assertThat(check.complaints()).hasSize(complaints);
  }

  private static RecordReader.Decoded record(
      String topic, String key, String place, String field, String value) throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode event = (ObjectNode) json.readTree(EVENT.json());
    if (!field.isEmpty()) {
      ((ObjectNode) event.at(place)).set(field, json.readTree(value));
    }
    return new RecordReader.Decoded(topic, key, event, 0, null);
  }
}
