// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Adds generated events to the feeds, at once or at a rate. Thread-safe. */
final class Producer {

  private static final long TICK_MILLIS = 5;
  private static final int CHUNK = 10_000;

  private final Supplier<SimulatorOptions> options;
  private final EventGenerator generator;
  private final Feeds feeds;
  private final Set<CompletableFuture<Void>> running = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "simulator-producer");
            created.setDaemon(true);
            return created;
          });

  Producer(Supplier<SimulatorOptions> options, Feeds feeds) {
    this.options = options;
    this.feeds = feeds;
    generator = new EventGenerator(options.get().seed, options.get().streams);
  }

  /** Returns the types that can be generated. */
  List<String> types() {
    return generator.types();
  }

  synchronized void produce(List<Event> events) {
    feeds.add(events, null);
  }

  /** Produces all events at once; empty types for all. */
  synchronized void produce(int count, Collection<String> types) {
    for (int left = count; left > 0; left -= CHUNK) {
      long now = options.get().clock.millis();
      feeds.add(generator.generate(Math.min(left, CHUNK), types, now), null);
    }
  }

  /**
   * Produces events for the feed of one tag. It generates all before it adds the first, so that
   * readers do not compete with the generation for the CPU.
   */
  synchronized void produce(int count, Collection<String> types, String tag) {
    feeds.add(generator.generate(count, types, options.get().clock.millis()), tag);
  }

  /** Produces events on a separate thread; the future completes when all are produced, or fails. */
  CompletableFuture<Void> produceAtRate(int count, double ratePerSecond, Collection<String> types) {
    if (!(ratePerSecond > 0) || !generator.types().containsAll(types)) {
      throw new IllegalArgumentException(
          "Give a rate above 0 and types among " + generator.types());
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    running.add(done);
    tick(new Progress(count, ratePerSecond, List.copyOf(types), System.nanoTime(), done), 0);
    return done;
  }

  /** Stops; cancels the remaining production. */
  void close() {
    thread.shutdownNow();
    running.forEach(done -> done.cancel(false));
    try {
      thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Progress(
      int count, double rate, List<String> types, long begin, CompletableFuture<Void> done) {

    int due() {
      return (int) Math.min(count, (System.nanoTime() - begin) / 1e9 * rate);
    }
  }

  private void tick(Progress progress, int produced) {
    if (progress.done().isDone()) {
      running.remove(progress.done());
      return;
    }
    int due = progress.due();
    produce(due - produced, progress.types());
    if (due == progress.count()) {
      progress.done().complete(null);
    }
    thread.schedule(() -> tick(progress, due), TICK_MILLIS, TimeUnit.MILLISECONDS);
  }
}
