// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.DatahoseSourceTask;
import io.github.datahose.connect.PlayedWorker;
import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.launch.SimulatorControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts and stops the connector's task without a worker, to tell its time from that of Connect.
 * The task is called as a worker does it: poll and stop on one thread.
 */
public final class TaskAlone {

  /** Events that wait for a start. */
  static final int EVENTS = 10;

  /** From the connector's start until a poll returned with records; two logins are in it. */
  static final String START = "ms from start to first record: ";

  /** From the wish to stop until stop returned; the poll that waits comes to its end before. */
  static final String STOP = "ms to stop under a long poll: ";

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
    PlayedWorker first =
        PlayedWorker.started(new DatahoseSourceTask(), alone.config, alone.offsets);
    alone.awaitFeed();
    first.close();
    for (int round = 0; round < WARM_UP; round++) {
      alone.restart(0.1);
    }
    List.of(alone.start, alone.stop, alone.stopItself).forEach(List::clear);
    for (int round = 0; round < rounds; round++) {
      alone.restart(Restarts.phase(round, rounds));
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
    Restarts.endAbandonedRead(pod, tag, EVENTS);
    pod.produce(EVENTS, Contender.TYPES, tag);
    given += EVENTS;
    long begin = System.nanoTime();
    PlayedWorker worker = PlayedWorker.started(new DatahoseSourceTask(), config, offsets);
    worker.workUntil(() -> worker.records().size() == EVENTS);
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
