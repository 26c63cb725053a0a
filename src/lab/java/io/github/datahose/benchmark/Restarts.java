// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.SimulatorControl;
import io.github.datahose.simulator.FeedTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long the connector takes to start and to stop, in the worker and without one. */
final class Restarts {

  private static final Cell CELL = new Cell(TaskAlone.EVENTS, 0);

  private final Runs runs;
  private final ConnectCluster cluster;
  private final Contender connector;

  /**
   * Of a connector.
   *
   * @param connector that nothing else is measured with, and that runs
   */
  Restarts(Runs runs, ConnectCluster cluster, Contender connector) {
    this.runs = runs;
    this.cluster = cluster;
    this.connector = connector;
  }

  /**
   * When a stop is wanted: at another moment of the second for each, since a poll waits for up to
   * one, and the worker waits for the poll.
   *
   * @return seconds after the last record
   */
  static double phase(int round, int rounds) {
    return (round + 0.5) / rounds;
  }

  /** Measures, and gives the lines of the report, each a median of so many. */
  List<Row> rows(int times, String podUrl) {
    SimulatorControl pod = new SimulatorControl(podUrl);
    List<Double> start = new ArrayList<>();
    List<Double> stop = new ArrayList<>();
    runs.begin(connector, CELL);
    int before = 0;
    for (int round = 0; round < times; round++) {
      pause(phase(round, times));
      stop.add(stop());
      AbandonedRead.end(pod, connector.feeds().get(0).tag(), CELL.batch());
      start.add(start(before));
      before += CELL.batch();
    }
    Map<String, Spread> alone = alone(times, podUrl);
    return List.of(
        row("ms from start to first record: in the worker", Spread.of(start)),
        row("ms from start to first record: task alone", alone.get(TaskAlone.START)),
        row("ms to stop under a long poll: in the worker", Spread.of(stop)),
        row("ms to stop under a long poll: task alone", alone.get(TaskAlone.STOP)),
        row(
            "ms to stop under a long poll: task alone, call of stop only",
            alone.get(TaskAlone.STOP_ITSELF)));
  }

  /** From the request to stop it until the worker says that no task is left. */
  private double stop() {
    long begin = System.nanoTime();
    cluster.rest().stop(connector.topic());
    await(connector + " is stopped")
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              JsonNode status = cluster.rest().status(connector.topic());
              return status.at("/connector/state").asText().equals("STOPPED")
                  && status.path("tasks").isEmpty();
            });
    return (System.nanoTime() - begin) / 1e6;
  }

  /** From the request to resume it until a consumer has the first record. */
  private double start(int before) {
    runs.give(connector, CELL.batch());
    Arrivals arrivals = Arrivals.after(cluster.bootstrapServers(), connector.topic(), CELL.batch());
    long begin = FeedTimes.epochNanos();
    cluster.rest().resume(connector.topic());
    double millis = (arrivals.await()[0] - begin) / 1e6;
    runs.settle(connector, CELL.batch(), before);
    return millis;
  }

  private Map<String, Spread> alone(int times, String podUrl) {
    String name = "task-alone";
    List<String> words = List.of(podUrl, name, String.valueOf(times));
    return Parts.parse(OwnProcess.run(cluster.directory(), name, TaskAlone.class, words))
        .of(TaskAlone.EVENTS);
  }

  private static Row row(String name, Spread spread) {
    return new Row(name, spread, null);
  }

  private static void pause(double seconds) {
    try {
      TimeUnit.MILLISECONDS.sleep((long) (seconds * 1e3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted between two restarts", e);
    }
  }
}
