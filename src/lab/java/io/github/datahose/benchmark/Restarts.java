// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.reader.RunningTask;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.SimulatorControl;
import io.github.datahose.simulator.FeedTimes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * How long the connector takes to start and to stop, in the worker and without one. It has a
 * connector that nothing else is measured with.
 */
final class Restarts {

  /** Events that wait for a start. */
  static final int EVENTS = 10;

  /** From the connector's start until a poll returned with records; two logins are in it. */
  static final String START = "ms from start to first record: ";

  /** From the wish to stop until stop returned; the poll that waits comes to its end before. */
  static final String STOP = "ms to stop under a long poll: ";

  private static final Contender CONNECTOR = Contender.STARTED_AND_STOPPED;
  private static final Cell CELL = new Cell(EVENTS, 0);

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
    rows.add(Row.of(START + "in the worker", start));
    rows.add(Row.of(STOP + "in the worker", stop));
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

  /**
   * Starts and stops the connector's task without a worker, to tell its time from that of Connect.
   * The task is called as a worker does it: poll and stop on one thread.
   */
  public static final class TaskAlone {

    private static final int WARM_UP = 3;

    private final SimulatorControl pod;
    private final Map<String, String> config;
    private final String tag;
    private final FakeOffsetStorage offsets = new FakeOffsetStorage();
    private final List<Double> start = new ArrayList<>();
    private final List<Double> stop = new ArrayList<>();
    private final List<Double> stopItself = new ArrayList<>();
    private int given;

    private TaskAlone(String url) {
      pod = new SimulatorControl(url);
      config = Contender.STARTED_AND_STOPPED.config(url);
      config.put("name", "task-alone");
      tag = Contender.tag("task-alone");
    }

    /**
     * Measures.
     *
     * @param words URL of the pod, and how often
     */
    public static void main(String[] words) throws Exception {
      OwnProcess.print(measured(words[0], Integer.parseInt(words[1])));
      System.exit(0);
    }

    /** What is printed: the lines of the report by their names. */
    static Map<String, List<Double>> measured(String url, int rounds) throws InterruptedException {
      TaskAlone alone = new TaskAlone(url);
      RunningTask first = RunningTask.started(alone.config, alone.offsets);
      alone.awaitFeed();
      first.close();
      for (int round = 0; round < WARM_UP; round++) {
        alone.restart(0.1);
      }
      List.of(alone.start, alone.stop, alone.stopItself).forEach(List::clear);
      for (int round = 0; round < rounds; round++) {
        alone.restart(phase(round, rounds));
      }
      Map<String, List<Double>> measured = new LinkedHashMap<>();
      measured.put(START + "task alone", alone.start);
      measured.put(STOP + "task alone", alone.stop);
      measured.put(STOP + "task alone, call of stop only", alone.stopItself);
      return measured;
    }

    /**
     * Starts a task that events wait for, and stops it.
     *
     * @param seconds between the last record and the wish to stop: by then it waits for events
     */
    private void restart(double seconds) throws InterruptedException {
      endAbandonedRead(pod, tag, EVENTS);
      pod.produce(EVENTS, Contender.TYPES, tag);
      given += EVENTS;
      long begin = System.nanoTime();
      RunningTask worker = RunningTask.started(config, offsets);
      worker.workUntil(() -> worker.topic().size() == EVENTS);
      start.add(millisSince(begin));
      awaitFeed();
      long wish = System.nanoTime() + (long) (seconds * 1e9);
      while (System.nanoTime() - wish < 0) {
        worker.poll();
      }
      long call = System.nanoTime();
      worker.close();
      stop.add(millisSince(wish));
      stopItself.add(millisSince(call));
    }

    private void awaitFeed() {
      await("the feed is there, and its events acknowledged")
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(2))
          .until(
              () ->
                  pod.totals().feeds().stream()
                      .anyMatch(feed -> feed.tag().equals(tag) && feed.acknowledged() == given));
    }

    private static double millisSince(long begin) {
      return (System.nanoTime() - begin) / 1e6;
    }
  }
}
