// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static io.github.datahose.monitoring.FaultScript.event;

import java.util.List;
import java.util.Map;

/** Events that do not fit. */
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

  /** What ends the task at once. */
  static List<FaultRow> ending() {
    return List.of(
        FaultRow.failing(
            "too-large",
            "FAILED: … more than record.max.bytes",
            "",
            "set record.oversize to ENVELOPE",
            "An event too large for a record, with `record.oversize=FAIL`.",
            "Do what the sentence says: larger limits, or `ENVELOPE` ([large-events.md](large-events.md)). Symphony"
                + " delivers the event again.",
            FaultScript.of(
                    connector -> connector.pod().produce(LARGE),
                    connector -> connector.set("record.oversize", "ENVELOPE").apply())
                .with("record.max.bytes", "20000")
                .with("record.oversize", "FAIL")));
  }

  /** What nobody waits for. */
  static List<FaultRow> running() {
    return List.of(
        FaultRow.running(
            "oversize",
            "more than record.max.bytes",
            List.of("DatahoseOversizeEvents"),
            "oversize-total",
            "An event too large for a record, without `quarantine.topic`. It is delivered to its topic without its large texts.",
            "In the morning: [Oversize events](#oversize-events).",
            event(LARGE).with("record.max.bytes", "20000").with("quarantine.topic", "")),
        FaultRow.running(
            "oversize-quarantined",
            "more than record.max.bytes",
            List.of("DatahoseQuarantineGrowing"),
            "oversize-total",
            "An event too large for a record, with `quarantine.topic`. It is delivered to that topic without its large texts.",
            "In the morning: [large-events.md](large-events.md).",
            event(LARGE).with("record.max.bytes", "20000")),
        FaultRow.running(
            "misfit",
            "which the schema cannot hold",
            List.of("DatahoseQuarantineGrowing"),
            "quarantined-total",
            "A known field has a type it should not have. The event is whole in the field `raw`.",
            "In the morning: [Quarantine growing](#quarantine-growing).",
            event(MISFIT)),
        FaultRow.running(
            "unknown-field",
            "which the schema cannot hold",
            List.of(),
            "unmapped-total",
            "A field or event type that this version does not know. The event is whole in the field `raw` (but with `record.raw=never`), in its topic.",
            "Nothing tonight. File an issue with the path, without the event's text.",
            event(UNKNOWN_FIELD)),
        FaultRow.running(
            "swallowed",
            "",
            List.of(),
            "settled-without-metadata-total",
            "Kafka refused a record (larger than the topic's `max.message.bytes`), and `errors.tolerance=all` swallowed it:"
                + " **lost**. Records that an SMT drops count, too. Not with exactly-once: there the task fails.",
            "Take `errors.tolerance` out, raise the topic's limit; set an alert on the metric ([monitoring.md](monitoring.md#what-they-cannot-see)).",
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
