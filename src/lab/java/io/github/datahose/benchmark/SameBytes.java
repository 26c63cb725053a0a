// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.launch.TopicReader;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Whether the connector and the loops by hand write the same: else their speed says nothing. */
final class SameBytes {

  private static final int EVENTS = 1_000;

  /** With the connector, those of them that take part. */
  static final Set<String> COMPARED =
      Set.of(
          Lineup.BY_HAND,
          Lineup.BY_HAND_TRANSACTIONAL,
          Lineup.TASK_BY_HAND,
          Lineup.CONNECTOR_EXACTLY_ONCE,
          Lineup.TASK_BY_HAND_EXACTLY_ONCE);

  private SameBytes() {}

  /**
   * Gives all the same events and compares keys, values, headers and timestamps.
   *
   * @throws IllegalStateException with the first record that differs
   */
  static void require(Runs runs, TopicReader topics, Lineup lineup) {
    runs.giveAll(lineup.all(), EVENTS, Contenders.TYPES);
    List<ConsumerRecord<String, String>> expected =
        topics.committed(lineup.get(Lineup.CONNECTOR).topic());
    for (Contender each : lineup.all().stream().filter(SameBytes::isCompared).toList()) {
      List<ConsumerRecord<String, String>> records = topics.committed(each.topic());
      if (records.size() != expected.size()) {
        throw new IllegalStateException(
            each + " wrote " + records.size() + " records, not " + expected.size());
      }
      IntStream.range(0, records.size())
          .filter(i -> !isSame(expected.get(i), records.get(i)))
          .findFirst()
          .ifPresent(
              i -> {
                throw new IllegalStateException(
                    each + " wrote\n" + records.get(i) + "\nand not\n" + expected.get(i));
              });
    }
  }

  private static boolean isCompared(Contender contender) {
    return COMPARED.contains(contender.name());
  }

  static boolean isSame(ConsumerRecord<String, String> one, ConsumerRecord<String, String> other) {
    return one.key().equals(other.key())
        && one.value().equals(other.value())
        && one.timestamp() == other.timestamp()
        && Arrays.equals(one.headers().toArray(), other.headers().toArray());
  }
}
