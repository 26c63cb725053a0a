// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static io.github.datahose.monitoring.FaultScript.event;

import java.util.List;
import java.util.Map;

/** Events that do not fit a record or the schema. */
final class EventFaults {
  private static final String MISFIT = "{\"id\":\"2\",\"type\":\"MESSAGESENT\",\"payload\":7}";
  private static final String UNKNOWN_FIELD =
      "{\"id\":\"3\",\"type\":\"MESSAGESENT\",\"novelty\":{\"a\":1}}";
  private static final String LARGE =
      """
      {"id":"4","messageId":"large","type":"MESSAGESENT",\
      "payload":{"messageSent":{"message":{"messageId":"large","message":"<div>%s</div>"}}}}"""
          .formatted("x".repeat(40_000));

  private EventFaults() {}

  /** Faults that end the task immediately. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "too-large",
            "FAILED: … more than record.max.bytes",
            "",
            "set record.oversize to ENVELOPE",
            "An event is too large for a record, and `record.oversize=FAIL` is set.",
            "Increase the limits, or set `ENVELOPE` ([large-events.md](large-events.md)); then restart. Symphony"
                + " redelivers the event.",
            FaultScript.of(
                    connector -> connector.pod().produce(LARGE),
                    connector -> connector.set("record.oversize", "ENVELOPE").apply())
                .with("record.max.bytes", "20000")
                .with("record.oversize", "FAIL")));
  }

  /** Faults that stop no reads. */
  static List<FaultRow> running() {
    return List.of(
        FaultRow.running(
            "oversize",
            "more than record.max.bytes",
            List.of("DatahoseOversizeEvents"),
            "oversize-total",
            "An event is too large for a record. Without `quarantine.topic`, it is delivered to its topic without its large texts.",
            "Not urgent. See [Oversize events](#oversize-events).",
            event(LARGE).with("record.max.bytes", "20000").with("quarantine.topic", "")),
        FaultRow.running(
            "oversize-quarantined",
            "more than record.max.bytes",
            List.of("DatahoseQuarantineGrowing"),
            "oversize-total",
            "An event is too large for a record. With `quarantine.topic`, it is delivered to that topic without its large texts.",
            "Not urgent. See [large-events.md](large-events.md).",
            event(LARGE).with("record.max.bytes", "20000")),
        FaultRow.running(
            "misfit",
            "which the schema cannot represent",
            List.of("DatahoseQuarantineGrowing"),
            "quarantined-total",
            "A known field has an unexpected type. The field `raw` has the whole event.",
            "Not urgent. See [Quarantine growing](#quarantine-growing).",
            event(MISFIT)),
        FaultRow.running(
            "unknown-field",
            "which the schema cannot represent",
            List.of(),
            "unmapped-total",
            "This version does not know a field or an event type. The event is in its topic, and whole in the field `raw` unless `record.raw=never`.",
            "Not urgent. File an issue with the path, without the text of the event.",
            event(UNKNOWN_FIELD)),
        FaultRow.running(
            "swallowed",
            "",
            List.of(),
            "settled-without-metadata-total",
            "Kafka rejected a record (larger than the topic's `max.message.bytes`), and `errors.tolerance=all` dropped it:"
                + " **data loss**. Records that an SMT drops count too. With exactly-once delivery, the task fails instead.",
            "Remove `errors.tolerance`, increase the topic's limit, and add an alert on the metric ([monitoring.md](monitoring.md#what-they-cannot-see)).",
            event(LARGE)
                .with("errors.tolerance", "all")
                .preparedBy(
                    connector ->
                        connector
                            .cluster()
                            .broker()
                            .createTopic(
                                connector.name(), 1, Map.of("max.message.bytes", "20000")))));
  }
}
