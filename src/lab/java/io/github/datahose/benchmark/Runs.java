// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import io.github.datahose.benchmark.Results.Measure;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.FeedTimes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All measurements, one contender at a time while the others wait at empty feeds: cell by cell, and
 * in a cell round by round over all contenders, so that what disturbs the machine disturbs all. Not
 * thread-safe.
 */
final class Runs {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration OFTEN = Duration.ofMillis(2);

  /** While it is measured: asking takes from the machine, too. */
  private static final Duration SELDOM = Duration.ofMillis(25);

  /** Before the part that counts: connections, buffers and the machine's clock get going. */
  private static final double LEAD_SECONDS = 0.15;

  private final SimulatorProcess pod;
  private final Runnable requireAlive;
  private final Results results = new Results();
  private final Map<Contender, Long> acknowledged = new EnumMap<>(Contender.class);
  private final Map<Contender, Long> answers = new EnumMap<>(Contender.class);

  /**
   * Of contenders at a pod.
   *
   * @param requireAlive fails when one of them has ended
   */
  Runs(SimulatorProcess pod, Runnable requireAlive) {
    this.pod = pod;
    this.requireAlive = requireAlive;
  }

  /** What came out so far. */
  Results results() {
    return results;
  }

  /** All that a contender acknowledged so far. */
  long acknowledged(Contender contender) {
    return acknowledged.getOrDefault(contender, 0L);
  }

  /** The answers with events that a contender acknowledged so far. */
  long answers(Contender contender) {
    return answers.getOrDefault(contender, 0L);
  }

  /**
   * Waits until all readers of a contender wait for events. After feeds that were deleted while
   * they waited, which looks like a broken proxy, some might back off for seconds.
   */
  void awaitReading(Contender contender) {
    await(contender + " reads " + contender.feeds().keySet())
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(OFTEN)
        .until(
            () ->
                pod.totals().feeds().stream()
                    .filter(feed -> feed.live() && feed.waitingReads() == contender.readers())
                    .map(FeedSnapshot::tag)
                    .toList()
                    .containsAll(contender.feeds().keySet()));
  }

  /** Gives all contenders the same events, so that what they write can be compared. */
  void giveAll(List<Contender> contenders, int count) {
    pod.configure(100, Duration.ZERO);
    pod.forgetFeeds();
    contenders.forEach(this::awaitReading);
    pod.produce(count, Contender.TYPES);
    // Each type is in one feed of a contender, so it has as many events however many feeds it has.
    contenders.forEach(each -> settle(each, count, 0));
  }

  /**
   * Has a contender do more and more until it did it for some time.
   *
   * @param seconds how long the last of them takes at least
   * @return what it does in a second
   */
  double warmUp(Contender contender, Cell cell, double seconds) {
    int perFeed = 2 * cell.batch();
    while (true) {
      begin(contender, cell);
      double rate = handle(contender, perFeed, 0).eventsPerSecond();
      if (perFeed * contender.feeds().size() / rate >= seconds) {
        return rate;
      }
      perFeed = Math.max(2 * perFeed, wholeBatches(contender, cell, rate, seconds * 0.6));
    }
  }

  /**
   * Measures contenders that always have more to read.
   *
   * @param seconds that each run is to take
   */
  void saturated(List<Contender> contenders, Cell cell, int rounds, double seconds) {
    Map<Contender, Double> rates = new EnumMap<>(Contender.class);
    contenders.forEach(each -> rates.put(each, warmUp(each, cell, seconds / 3)));
    for (int round = 0; round < rounds; round++) {
      for (Contender each : contenders) {
        begin(each, cell);
        int lead = wholeBatches(each, cell, rates.get(each), LEAD_SECONDS);
        handle(each, lead, 0);
        int counted = wholeBatches(each, cell, rates.get(each), seconds);
        Outcome outcome = handle(each, Math.max(2 * cell.batch(), counted), lead);
        rates.put(each, outcome.eventsPerSecond());
        results.add(Measure.RATE, each, cell, outcome.eventsPerSecond());
        results.add(Measure.SLOW_CYCLE, each, cell, outcome.slowCycleMillis());
        System.out.printf("%s: %s: %.0f events/s%n", cell, each, outcome.eventsPerSecond());
      }
    }
  }

  /** Sets the pod to a cell, with empty feeds, and waits until the contender is there. */
  private void begin(Contender contender, Cell cell) {
    pod.configure(cell.batch(), Duration.ofMillis(cell.latencyMillis()));
    pod.forgetFeeds();
    awaitReading(contender);
  }

  /**
   * Waits until a contender acknowledged what it was given.
   *
   * @param count of all feeds together
   * @param before that were settled since the beginning, of all feeds
   * @return its feeds since the beginning
   */
  private List<FeedTimes> settle(Contender contender, int count, int before) {
    await(contender + " acknowledges " + count + " events after " + before)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(SELDOM)
        .until(
            () -> {
              requireAlive.run();
              return pod.totals().feeds().stream()
                      .filter(feed -> contender.feeds().containsKey(feed.tag()))
                      .mapToInt(FeedSnapshot::acknowledged)
                      .sum()
                  == before + count;
            });
    acknowledged.merge(contender, (long) count, Long::sum);
    List<FeedTimes> feeds = contender.feeds().keySet().stream().map(pod::times).toList();
    feeds.forEach(
        feed -> answers.merge(contender, answersAfter(feed, before / feeds.size()), Long::sum));
    return feeds;
  }

  private static long answersAfter(FeedTimes feed, int before) {
    long answers = 0;
    long events = 0;
    for (int each : feed.events()) {
      answers += events >= before ? 1 : 0;
      events += each;
    }
    return answers;
  }

  /** Puts so many events into each of a contender's feeds, at once, and waits until it is done. */
  private Outcome handle(Contender contender, int perFeed, int before) {
    int feeds = contender.feeds().size();
    contender.feeds().forEach((tag, types) -> pod.produce(perFeed, types, tag));
    return Outcome.of(settle(contender, perFeed * feeds, before * feeds), before);
  }

  private static int wholeBatches(Contender contender, Cell cell, double rate, double seconds) {
    double events = rate * seconds / contender.feeds().size();
    return (int) Math.max(1, Math.ceil(events / cell.batch())) * cell.batch();
  }
}
