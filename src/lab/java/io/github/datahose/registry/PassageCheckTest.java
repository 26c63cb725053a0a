// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the lane says is well has to be well: here it is not. */
class PassageCheckTest {
  private static final Passage JSON =
      Passage.all().stream().filter(each -> each.name().equals("json")).findFirst().orElseThrow();

  private static final SampleEvent EVENT =
      SampleEvent.all().stream()
          .filter(each -> each.json().contains(SampleEvent.LARGE_USER_ID))
          .findFirst()
          .orElseThrow();

  private final PassageCheck check = new PassageCheck(JSON, List.of(EVENT));

  @Test
  void aRecordThatSaysWhatWasSentIsWell() throws Exception {
    check.records(List.of(record("json.userjoinedroom", EVENT.key(), value())));

    assertThat(check.complaints()).isEmpty();
  }

  @Test
  void aFieldWithAnotherValueIsFound() throws Exception {
    ObjectNode value = value();
    ((ObjectNode) value.at("/initiator/user")).put("userId", 9007199254740992L);
    check.records(List.of(record("json.userjoinedroom", EVENT.key(), value)));

    assertThat(check.complaints()).hasSize(2);
    assertThat(check.complaints().get(0)).contains("missing", "userId = 9007199254740993");
    assertThat(check.complaints().get(1)).contains("unexpected", "userId = 9007199254740992");
  }

  @Test
  void aFieldOfAnotherTypeIsFound() throws Exception {
    check.records(
        List.of(record("json.userjoinedroom", EVENT.key(), value().put("timestamp", "1"))));

    assertThat(check.complaints()).hasSize(2);
  }

  @Test
  void aFieldThatIsNotInTheSchemaIsFound() throws Exception {
    check.records(List.of(record("json.userjoinedroom", EVENT.key(), value().put("more", 1))));

    assertThat(check.complaints()).hasSize(2);
    assertThat(check.complaints().get(1)).contains("more is not in the schema");
  }

  @Test
  void anotherTopicOrAnotherKeyIsFound() throws Exception {
    check.records(List.of(record("json.unknown", EVENT.key(), value())));
    check.records(List.of(record("json.userjoinedroom", "another", value())));

    assertThat(check.complaints()).hasSize(4);
  }

  @Test
  void aRecordThatIsMissingAndOneThatIsThereTwiceAreFound() throws Exception {
    DecodedRecord record = record("json.userjoinedroom", EVENT.key(), value());
    check.records(List.of());
    check.records(List.of(record, record));

    assertThat(check.complaints()).hasSize(2);
  }

  @Test
  void anEventThatIsNotAcknowledgedIsFound() {
    check.ledger(new LedgerSnapshot(1, 0, List.of()));

    assertThat(check.complaints()).hasSize(2);
  }

  private static ObjectNode value() throws Exception {
    return (ObjectNode) new ObjectMapper().readTree(EVENT.json());
  }

  private static DecodedRecord record(String topic, String key, JsonNode value) {
    return new DecodedRecord(topic, key, value, 0, null);
  }
}
