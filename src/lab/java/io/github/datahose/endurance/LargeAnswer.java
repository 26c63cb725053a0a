// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * The heap that a large answer takes: the smallest with which a worker reads it, hands it on and
 * acknowledges it, less the smallest with which it does so with a small one, as a multiple of the
 * answer's bytes. A worker that succeeds with a heap never held more than that, so the multiple
 * bounds from above what is alive at the worst moment.
 */
final class LargeAnswer {
  private static final String NAME = "endurance-answer";
  private static final double MIB = 1 << 20;

  /** With so many MiB a worker does nothing but collect garbage. */
  private static final int TOO_LITTLE = 20;

  private static final int ENOUGH_FOR_A_SMALL_ONE = 68;

  /** MiB of a large answer; the least that it takes, and more than five times as much fails. */
  private static final int LARGE = 57;

  /** Above all targets, since ordinary events as structs do not meet theirs yet. */
  private static final double LIMIT = 4;

  /** How far off a result may be, in MiB: an eighth of a large answer. */
  private static final int STEP = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final String EIGHT_MIB = Integer.toString(8 << 20);

  private static final Map<String, String> JSON =
      Map.of(
          "record.value",
          "json",
          "value.converter",
          "org.apache.kafka.connect.storage.StringConverter");

  /** Lets the largest event through whole. */
  private static final Map<String, String> WHOLE =
      Map.of("producer.override.max.request.size", EIGHT_MIB);

  private final BrokerProcess broker;
  private final List<Row> rows = new ArrayList<>();
  private int workers;
  private long answerBytes;
  private RuntimeException lastFailure;

  private LargeAnswer(BrokerProcess broker) {
    this.broker = broker;
  }

  /**
   * What the agent answers one read with. The large answers have about 60 MB.
   *
   * @param title as the report has it
   * @param events how many it has
   * @param target the largest heap that is meant, by the answer's size
   * @param text of each of its messages; null for the mix of a pod
   */
  private record Given(String title, int events, double target, String text) {
    private static final String LARGEST_TEXT = "x".repeat(1_499_700);

    /** What any worker needs that reads at all. */
    static final Given SMALL = new Given("10 events of 1.5 kB", 10, 0, null);

    static final Given ORDINARY = new Given("60 MB of events of 1.5 kB", 41_500, 3, null);

    /** As large as Symphony lets an event be. */
    static final Given LARGEST = new Given("60 MB of events of 1.5 MB", 40, 3, LARGEST_TEXT);

    /** The same, with a character in each for which Java keeps two bytes for every character. */
    static final Given LARGEST_WITH_EMOJI =
        new Given(LARGEST.title + " with an emoji in each", 40, 4, LARGEST_TEXT + "👍");

    /** Has the pod answer the read that waits. */
    void give(Simulator pod) {
      if (text == null) {
        // For one feed, since only then do all of them come at once.
        FeedSnapshot feed = pod.ledger().totals().feeds().get(0);
        pod.produce(events, feed.eventTypes(), feed.tag());
      } else {
        pod.produceAll(IntStream.range(0, events).mapToObj(this::message).toList());
      }
    }

    private String message(int number) {
      return """
          {"id":"e%1$d","messageId":"message-%1$d","timestamp":1764000000000,"type":"MESSAGESENT",\
          "payload":{"messageSent":{"message":{"messageId":"message-%1$d","message":"%2$s",\
          "stream":{"streamId":"streamA","streamType":"ROOM"}}}}}"""
          .formatted(number, text);
    }
  }

  /** Measures; quick: ordinary events only. */
  static List<Row> rows(boolean quick) {
    try (ConnectCluster brokerAlone =
        ConnectCluster.named(NAME).jvm(Jvm.current()).workers(0).start()) {
      LargeAnswer all = new LargeAnswer(brokerAlone.broker());
      int small = all.heap(Given.SMALL, Map.of(), "", TOO_LITTLE, ENOUGH_FOR_A_SMALL_ONE);
      all.measure(small, Given.ORDINARY, Map.of(), "");
      all.measure(small, Given.ORDINARY, JSON, ", JSON");
      if (!quick) {
        Map<String, String> wholeJson = new HashMap<>(JSON);
        wholeJson.putAll(WHOLE);
        all.measure(small, Given.LARGEST, Map.of(), ", without their texts");
        for (Given largest : List.of(Given.LARGEST, Given.LARGEST_WITH_EMOJI)) {
          all.measure(small, largest, WHOLE, "");
          all.measure(small, largest, wholeJson, ", JSON");
        }
      }
      return all.rows;
    }
  }

  private void measure(int small, Given answer, Map<String, String> options, String how) {
    int heap = heap(answer, options, how, small + LARGE, small + 5 * LARGE);
    String name = "large answer: heap by its size, " + answer.title + how;
    add(new Row(name, null, (heap - small) * MIB / answerBytes, answer.target, LIMIT));
  }

  /** Halves down to the least MiB that suffice; the upper end is tried when nothing below does. */
  private int heap(
      Given answer, Map<String, String> options, String how, int tooLittle, int enough) {
    int low = tooLittle;
    int high = enough;
    while (high - low > STEP) {
      int middle = (low + high) / 2;
      if (succeeds(answer, options, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    if (high == enough && !succeeds(answer, options, enough)) {
      throw new IllegalStateException(
          "A heap of " + enough + " MiB is not enough either.", lastFailure);
    }
    add(Row.of("large answer: smallest heap, MiB, " + answer.title + how, high));
    return high;
  }

  private void add(Row row) {
    rows.add(row);
    System.out.println(row.cells());
  }

  private boolean succeeds(Given answer, Map<String, String> options, int mebibytes) {
    Map<String, String> all = new HashMap<>(options);
    all.put("topic.creation.default.partitions", "1");
    all.put("topic.creation.default.max.message.bytes", EIGHT_MIB);
    // A trial writes 60 MB, and there are dozens of them.
    all.put("topic.creation.default.segment.bytes", "134217728");
    all.put("topic.creation.default.retention.bytes", "268435456");
    // Ends at once when its heap is too small, so that a trial does not wait for it.
    Jvm strict =
        Jvm.current().with("-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-Xmx" + mebibytes + "m");
    try (Simulator pod =
            Simulator.start(
                SimulatorOptions.defaults()
                    .batchSize(answer.events)
                    .visibility(Duration.ofMinutes(30))
                    .recordedRequests(100));
        ConnectCluster cluster =
            Endurance.start(
                ConnectCluster.named(NAME + "-" + ++workers).on(broker).jvm(strict),
                NAME,
                pod.url(),
                all)) {
      awaitUnlessDead(cluster, () -> !pod.ledger().totals().feeds().isEmpty());
      answer.give(pod);
      awaitUnlessDead(cluster, () -> pod.ledger().totals().acknowledged() == answer.events);
      FeedSnapshot feed = pod.ledger().totals().feeds().get(0);
      if (feed.answers() != 1) {
        throw new IllegalStateException("The pod did not give one answer only: " + feed);
      }
      answerBytes =
          pod.requests().reads().list().stream()
              .mapToLong(read -> read.answerBody().length)
              .max()
              .orElseThrow();
      return true;
    } catch (RuntimeException e) {
      // A heap that is too small shows in many ways; only a larger heap shows that it was the heap.
      lastFailure = e;
      return false;
    }
  }

  private static void awaitUnlessDead(ConnectCluster cluster, BooleanSupplier condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> condition.getAsBoolean() || !cluster.worker().isAlive());
    if (!condition.getAsBoolean()) {
      throw new IllegalStateException("The worker ended: see " + cluster.worker().logFile());
    }
  }
}
