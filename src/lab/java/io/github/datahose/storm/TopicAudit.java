// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.storm.Scenario.Trait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The topics of a scenario held against the pod's ledger.
 *
 * @param audit of all topics together; an event that the transformation dropped counts as if it
 *     were there once
 * @param dropped how many those are
 * @param redelivered times that the feed gave an event again
 * @param inFlight times that an event was in flight when a task ended, and came to another one
 * @param complaints what is wrong besides the numbers of the audit
 */
record TopicAudit(
    Audit audit, long dropped, long redelivered, long inFlight, List<String> complaints) {

  private static final int SAMPLES = 5;

  /** For a scenario of which there is nothing to audit. */
  static final TopicAudit NOTHING =
      new TopicAudit(new Audit(0, 0, 0, 0, 0, 0, 0, List.of()), 0, 0, 0, List.of());

  /**
   * Holds one against the other.
   *
   * @param ledger complete
   * @param inFlight by messageId, how often an event came to another task
   * @param topics the records of each destination
   * @param dropped the messageIds that the transformation noted
   * @param unwanted number of events of types that the connector did not subscribe to
   */
  static TopicAudit of(
      Scenario scenario,
      LedgerSnapshot ledger,
      Map<String, Integer> inFlight,
      Map<Destination, List<Seen>> topics,
      Set<String> dropped,
      long unwanted) {
    List<Seen> records = topics.values().stream().flatMap(List::stream).toList();
    Stream<Audit.Entry> entries =
        Stream.concat(
            records.stream().map(seen -> new Audit.Entry(seen.key(), seen.messageId())),
            dropped.stream().map(messageId -> new Audit.Entry(null, messageId)));
    List<String> complaints = new ArrayList<>();
    topics.forEach(
        (destination, seen) ->
            complain(
                complaints,
                "that do not belong into " + destination.topic(),
                seen.stream()
                    // The audit counts those that nobody produced.
                    .filter(each -> each.messageId() != null)
                    .filter(each -> !destination.belongs().test(each))
                    .map(Seen::messageId)));
    if (scenario.has(Trait.DROPS)) {
      complain(
          complaints,
          "that the transformation should have dropped",
          records.stream()
              .map(Seen::messageId)
              .filter(messageId -> messageId != null && HashedMessageId.holds(messageId)));
    }
    complain(
        complaints,
        "in topics more often than they came to another task",
        beyond(records, inFlight).stream());
    if (ledger.feeds().size() != 1) {
      complaints.add("one feed was to be used, not " + ledger.feeds().size());
    }
    if (ledger.withoutFeed() != unwanted) {
      complaints.add(
          ledger.withoutFeed() + " events went into no feed, and should have been " + unwanted);
    }
    return new TopicAudit(
        Audit.of(ledger, entries.toList()),
        dropped.size(),
        ledger.redelivered(),
        inFlight.values().stream().mapToLong(Integer::longValue).sum(),
        List.copyOf(complaints));
  }

  /** The messageIds that are there more often than tasks that may have written them explain. */
  private static List<String> beyond(List<Seen> records, Map<String, Integer> inFlight) {
    Map<String, Integer> counts = new HashMap<>();
    records.forEach(seen -> counts.merge(String.valueOf(seen.messageId()), 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(each -> each.getValue() - 1 > inFlight.getOrDefault(each.getKey(), 0))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void complain(List<String> complaints, String what, Stream<String> messageIds) {
    List<String> all = messageIds.toList();
    if (!all.isEmpty()) {
      complaints.add(
          all.size()
              + " events "
              + what
              + ", for example "
              + all.subList(0, Math.min(SAMPLES, all.size())));
    }
  }
}
