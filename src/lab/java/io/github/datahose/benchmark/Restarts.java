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
import java.util.concurrent.CompletableFuture;

/**
 * How long the connector takes to start and to stop, in the worker and without one. It has a
 * connector that nothing else is measured with.
 */
final class Restarts {

  private static final Contender CONNECTOR = Contender.STARTED_AND_STOPPED;
  private static final Cell CELL = new Cell(TaskAlone.EVENTS, 0);

  private final Runs runs;
  private final ConnectCluster cluster;

  Restarts(Runs runs, ConnectCluster cluster) {
    this.runs = runs;
    this.cluster = cluster;
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

  /**
   * Ends the long poll of a task that was stopped: the pod does not know that nobody waits for its
   * answer. It gets a batch that nobody acknowledges and that stays hidden, so that what comes
   * afterwards is for who reads next.
   */
  static void endAbandonedRead(SimulatorControl pod, String tag, int batch) {
    int before = delivered(pod, tag);
    pod.produce(batch, Contender.TYPES, tag);
    await("the read that nobody waits for has its answer")
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> delivered(pod, tag) == before + batch);
  }

  private static int delivered(SimulatorControl pod, String tag) {
    return pod.totals().feeds().stream()
        .filter(feed -> feed.live() && feed.tag().equals(tag))
        .mapToInt(feed -> feed.delivered())
        .sum();
  }

  /** Measures, and gives the lines of the report, each a median of so many. */
  List<Row> rows(int times, String podUrl) throws InterruptedException {
    SimulatorControl pod = new SimulatorControl(podUrl);
    List<Double> start = new ArrayList<>();
    List<Double> stop = new ArrayList<>();
    runs.begin(CONNECTOR, CELL);
    for (int round = 0; round < times; round++) {
      Thread.sleep((long) (phase(round, times) * 1e3));
      stop.add(stop());
      endAbandonedRead(pod, Contender.tag(CONNECTOR.topic()), CELL.batch());
      start.add(start(round * CELL.batch()));
    }
    List<Row> rows = new ArrayList<>();
    rows.add(Row.of(TaskAlone.START + "in the worker", start));
    rows.add(Row.of(TaskAlone.STOP + "in the worker", stop));
    List<String> words = List.of(podUrl, String.valueOf(times));
    OwnProcess.measure(cluster.directory(), TaskAlone.class, words)
        .forEach((name, millis) -> rows.add(Row.of(name, millis)));
    return rows;
  }

  /** From the request to stop it until the worker says that no task is left. */
  private double stop() {
    long begin = System.nanoTime();
    cluster.rest().stop(CONNECTOR.topic());
    await(CONNECTOR + " is stopped")
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              JsonNode status = cluster.rest().status(CONNECTOR.topic());
              return status.at("/connector/state").asText().equals("STOPPED")
                  && status.path("tasks").isEmpty();
            });
    return (System.nanoTime() - begin) / 1e6;
  }

  /** From the request to resume it until a consumer has the first record. */
  private double start(int before) {
    runs.give(CONNECTOR, CELL.batch());
    CompletableFuture<long[]> arrivedAt =
        Arrivals.after(cluster.bootstrapServers(), CONNECTOR.topic(), CELL.batch());
    long begin = FeedTimes.epochNanos();
    cluster.rest().resume(CONNECTOR.topic());
    double millis = (arrivedAt.join()[0] - begin) / 1e6;
    runs.settle(CONNECTOR, CELL.batch(), before);
    return millis;
  }
}
