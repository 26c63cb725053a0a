// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.connect.DatahoseSourceTask;
import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.launch.SimulatorControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Starts and stops the connector's task without a worker, to tell its time from that of Connect.
 * The task is called as a worker does it: poll and stop on one thread. Prints a line for each of
 * {@link #START}, {@link #STOP} and {@link #STOP_ITSELF}: see {@link Parts}.
 */
public final class TaskAlone {

  /** Events that wait for a start. */
  static final int EVENTS = 10;

  /** From the call of start until a poll returned with records; two logins are in it. */
  static final String START = "start";

  /** From the wish to stop until stop returned; the poll that waits comes to its end before. */
  static final String STOP = "stop";

  /** The call of stop. */
  static final String STOP_ITSELF = "stop-itself";

  private static final int WARM_UP = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final RecordMetadata METADATA =
      new RecordMetadata(new TopicPartition("events", 0), 0, 0, 0, 0, 0);

  private final SimulatorControl pod;
  private final String tag;
  private final Map<String, String> properties;
  private final FakeOffsetStorage offsets = new FakeOffsetStorage();
  private final List<Double> start = new ArrayList<>();
  private final List<Double> stop = new ArrayList<>();
  private final List<Double> stopItself = new ArrayList<>();
  private int given;

  private TaskAlone(String url, String name) {
    pod = new SimulatorControl(url);
    tag = name + ".all";
    Map<String, String> config = new HashMap<>(Contenders.config(url, name));
    config.putAll(Lineup.TUNED_TEXT);
    config.put("name", name);
    DatahoseSourceConnector connector = new DatahoseSourceConnector();
    connector.start(config);
    properties = connector.taskConfigs(1).get(0);
  }

  /**
   * Measures.
   *
   * @param words URL of the pod, name of the connector, and how often
   */
  public static void main(String[] words) throws InterruptedException {
    lines(words[0], words[1], Integer.parseInt(words[2])).forEach(System.out::println);
    System.exit(0);
  }

  /** What is printed, see {@link #main}. */
  static List<String> lines(String url, String name, int rounds) throws InterruptedException {
    TaskAlone alone = new TaskAlone(url, name);
    alone.run(rounds);
    return List.of(
        Parts.line(EVENTS, START, alone.start),
        Parts.line(EVENTS, STOP, alone.stop),
        Parts.line(EVENTS, STOP_ITSELF, alone.stopItself));
  }

  /** What a worker gives a task. */
  private record Context(OffsetStorageReader offsetStorageReader) implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return Map.of();
    }
  }

  private void run(int rounds) throws InterruptedException {
    SourceTask first = new DatahoseSourceTask();
    first.initialize(new Context(offsets));
    first.start(properties);
    awaitFeed(0);
    first.stop();
    for (int round = 0; round < WARM_UP; round++) {
      restart(0.1);
    }
    start.clear();
    stop.clear();
    stopItself.clear();
    for (int round = 0; round < rounds; round++) {
      restart(Restarts.phase(round, rounds));
    }
  }

  /**
   * Starts a task that events wait for, and stops it.
   *
   * @param seconds between the last record and the wish to stop: by then it waits for events
   */
  private void restart(double seconds) throws InterruptedException {
    AbandonedRead.end(pod, tag, EVENTS);
    pod.produce(EVENTS, Contenders.TYPES, tag);
    given += EVENTS;
    SourceTask task = new DatahoseSourceTask();
    task.initialize(new Context(offsets));
    long begin = System.nanoTime();
    task.start(properties);
    List<SourceRecord> records = null;
    while (records == null) {
      records = task.poll();
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new IllegalStateException("no records within " + PATIENCE.toSeconds() + " s");
      }
    }
    start.add(millisSince(begin));
    for (SourceRecord each : records) {
      offsets.put(each.sourcePartition(), each.sourceOffset());
      task.commitRecord(each, METADATA);
    }
    awaitFeed(given);
    long wish = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    while (System.nanoTime() - wish < 0) {
      task.poll();
    }
    long call = System.nanoTime();
    task.stop();
    stop.add(millisSince(wish));
    stopItself.add(millisSince(call));
  }

  private void awaitFeed(int acknowledged) {
    await("the feed is there, and its events acknowledged")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(
            () ->
                pod.totals().feeds().stream()
                    .anyMatch(
                        feed -> feed.tag().equals(tag) && feed.acknowledged() == acknowledged));
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }
}
