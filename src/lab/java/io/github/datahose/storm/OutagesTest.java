// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class OutagesTest {
  private static final TopicPartition ONE = new TopicPartition("topic", 0);
  private static final TopicPartition TWO = new TopicPartition("topic", 1);
  private static final long MILLI = 1_000_000;

  private final Outages outages = new Outages();

  @Test
  void anOutageLastsUntilARecordBeyondWhatTheDeadWrote() {
    outages.killed(10 * MILLI, Map.of(ONE, 5L, TWO, 7L));
    outages.seen(20 * MILLI, ONE, 4);
    outages.seen(30 * MILLI, TWO, 6);
    assertThat(outages.isOver()).isFalse();
    assertThat(outages.recoveries()).isEmpty();
    outages.seen(40 * MILLI, ONE, 5);
    assertThat(outages.isOver()).isTrue();
    assertThat(outages.recoveries()).containsExactly(30L);
  }

  @Test
  void aKillBeforeTheRecoveryLengthensTheOutage() {
    outages.killed(10 * MILLI, Map.of(ONE, 5L));
    outages.killed(50 * MILLI, Map.of(ONE, 5L));
    outages.seen(90 * MILLI, ONE, 5);
    assertThat(outages.isOver()).isTrue();
    assertThat(outages.recoveries()).containsExactly(80L);
  }

  @Test
  void aRecordFromBetweenTwoKillsEndsTheFirstOutageAlone() {
    outages.killed(10 * MILLI, Map.of(ONE, 5L));
    outages.killed(50 * MILLI, Map.of(ONE, 6L));
    outages.seen(60 * MILLI, ONE, 5);
    assertThat(outages.isOver()).isFalse();
    outages.seen(90 * MILLI, ONE, 6);
    assertThat(outages.recoveries()).containsExactly(50L, 40L);
  }
}
