// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.FeedTimes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs contenders, one at a time, while the others wait at empty feeds. Not thread-safe. */
final class Runs {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration OFTEN = Duration.ofMillis(2);

  /** While it is measured: asking takes from the machine, too. */
  private static final Duration SELDOM = Duration.ofMillis(25);

  /** Before the part that counts: connections, buffers and the machine's clock get going. */
  private static final double LEAD_SECONDS = 0.15;

  private final SimulatorProcess pod;
  private final Map<String, Long> acknowledged = new HashMap<>();

  Runs(SimulatorProcess pod) {
    this.pod = pod;
  }

  /** Waits until a contender reads all of its feeds. */
  void awaitReading(Contender contender) {
    Set<String> tags =
        contender.feeds().stream().map(Contender.ReadFeed::tag).collect(Collectors.toSet());
    await(contender + " reads " + tags)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(OFTEN)
        .until(
            () ->
                pod.totals().feeds().stream()
                    .map(FeedSnapshot::tag)
                    .collect(Collectors.toSet())
                    .containsAll(tags));
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
   * Measures a contender.
   *
   * @param rate what it may be expected to do in a second
   * @param seconds how long that is to take
   */
  Outcome run(Contender contender, Cell cell, double rate, double seconds) {
    begin(contender, cell);
    int lead = wholeBatches(contender, cell, rate, LEAD_SECONDS);
    handle(contender, lead, 0);
    int counted = wholeBatches(contender, cell, rate, seconds);
    return handle(contender, Math.max(2 * cell.batch(), counted), lead);
  }

  /** All that a contender acknowledged so far. */
  long acknowledged(Contender contender) {
    return acknowledged.getOrDefault(contender.name(), 0L);
  }

  /** Gives all contenders the same events, so that what they write can be compared. */
  void giveAll(List<Contender> contenders, int count, List<String> types) {
    pod.configure(100, Duration.ZERO);
    pod.forgetFeeds();
    contenders.forEach(this::awaitReading);
    pod.produce(count, types);
    contenders.forEach(each -> awaitAcknowledged(each, count));
    contenders.forEach(each -> acknowledged.merge(each.name(), (long) count, Long::sum));
  }

  /** Sets the pod to a cell, with empty feeds, and waits until the contender is there. */
  void begin(Contender contender, Cell cell) {
    pod.configure(cell.batch(), Duration.ofMillis(cell.latencyMillis()));
    pod.forgetFeeds();
    awaitReading(contender);
  }

  /** Puts so many events into each of a contender's feeds, at once. */
  void give(Contender contender, int count) {
    contender.feeds().forEach(feed -> pod.produce(count, feed.types(), feed.tag()));
  }

  /**
   * Waits until a contender acknowledged what it was given.
   *
   * @param count of each feed
   * @param before that were settled since the beginning, of each feed
   */
  void settle(Contender contender, int count, int before) {
    awaitAcknowledged(contender, (before + count) * contender.feeds().size());
    acknowledged.merge(contender.name(), (long) count * contender.feeds().size(), Long::sum);
  }

  /** When the answers of its feeds were given and acknowledged, since the beginning. */
  List<FeedTimes> times(Contender contender) {
    return contender.feeds().stream().map(feed -> pod.times(feed.tag())).toList();
  }

  private Outcome handle(Contender contender, int count, int before) {
    give(contender, count);
    settle(contender, count, before);
    return Outcome.of(times(contender), before);
  }

  private void awaitAcknowledged(Contender contender, int events) {
    Set<String> tags =
        contender.feeds().stream().map(Contender.ReadFeed::tag).collect(Collectors.toSet());
    await(contender + " acknowledges " + events + " events")
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(SELDOM)
        .until(
            () ->
                pod.totals().feeds().stream()
                        .filter(feed -> tags.contains(feed.tag()))
                        .mapToInt(FeedSnapshot::acknowledged)
                        .sum()
                    == events);
  }

  private static int wholeBatches(Contender contender, Cell cell, double rate, double seconds) {
    double events = rate * seconds / contender.feeds().size();
    return (int) Math.max(1, Math.ceil(events / cell.batch())) * cell.batch();
  }
}
