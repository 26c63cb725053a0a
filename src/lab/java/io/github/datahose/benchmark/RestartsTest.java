// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestartsTest {

  @Test
  void stopsAreSpreadEvenlyOverTheSecondThatAPollMayWait() {
    assertThat(IntStream.range(0, 4).mapToDouble(round -> Restarts.phase(round, 4)))
        .containsExactly(0.125, 0.375, 0.625, 0.875);
  }

  @Test
  void theTaskAloneIsGivenItsEventsThoughAReadOfTheStoppedOneStillWaits() throws Exception {
    SimulatorOptions options =
        SimulatorOptions.defaults()
            .batchSize(Restarts.EVENTS)
            .longPoll(Duration.ofMinutes(1))
            .visibility(Duration.ofMinutes(5));
    try (Simulator simulator = Simulator.start(options)) {
      Map<String, List<Double>> measured = Restarts.TaskAlone.measured(simulator.url(), 1);
      double stop = measured.get("ms to stop under a long poll: task alone").get(0);
      assertThat(measured.get("ms to stop under a long poll: task alone, call of stop only"))
          .allMatch(call -> call <= stop);
      FeedSnapshot feed = simulator.ledger().totals().feeds().get(0);
      // Each start has its events acknowledged, and as many went to the read before it.
      assertThat(feed.acknowledged()).isPositive().isEqualTo(feed.delivered() / 2);
    }
  }
}
