// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.FeedTimes;
import io.github.datahose.simulator.LedgerSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The simulator's artifact in a process of its own, spoken to by its control API. Its feeds outlive
 * the worker, as those of a real pod do. Safe for use by several threads.
 */
public final class SimulatorProcess implements AutoCloseable {
  private static final String READY = "Simulator listens on ";

  private final JavaProcess process;
  private final String url;
  private final SimulatorControl control;

  private SimulatorProcess(JavaProcess process, String url) {
    this.process = process;
    this.url = url;
    control = new SimulatorControl(url);
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param log the file for its output; new
   * @param options as its main class takes them, such as {@code --batch-size=10}
   */
  public static SimulatorProcess start(Jvm jvm, Path log, String... options) {
    JavaProcess process =
        JavaProcess.start(
            // Otherwise the JDK's HttpServer delays small answers by 40 ms.
            jvm.with("-Dsun.net.httpserver.nodelay=true"),
            List.of(Build.simulatorJar()),
            "io.github.datahose.simulator.SimulatorMain",
            List.of(options),
            log);
    try {
      Optional<String> ready =
          await("simulator listens")
              .atMost(Duration.ofSeconds(30))
              .pollInterval(Duration.ofMillis(50))
              .until(
                  () -> {
                    process.requireAlive();
                    return process.output().lines().filter(l -> l.startsWith(READY)).findFirst();
                  },
                  Optional::isPresent);
      return new SimulatorProcess(process, ready.get().substring(READY.length()));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Base URL of pod, key manager and agent. */
  public String url() {
    return url;
  }

  /** Produces events of these types at a rate, in the background. */
  public void produce(int count, int ratePerSecond, List<String> types) {
    control.produce(count, ratePerSecond, types);
  }

  /**
   * Produces one event, byte for byte, for every feed that wants its type; without one, for all.
   */
  public void produce(byte[] event) {
    control.produce(event);
  }

  /** Produces one event, byte for byte, for every feed, whatever its type is. */
  public void produceUnfiltered(byte[] event) {
    control.produceUnfiltered(event);
  }

  /** Produces events of these types at once, for the feed of one tag only. */
  public void produce(int count, List<String> types, String tag) {
    control.produce(count, types, tag);
  }

  /** Produces events of these types at once, for each feed that wants them. */
  public void produce(int count, List<String> types) {
    control.produce(count, types);
  }

  /** Changes, from the next read on, how many events an answer has and how late it comes. */
  public void configure(int batchSize, Duration latency) {
    control.configure(batchSize, latency);
  }

  /**
   * Deletes all feeds and forgets them; the reads that wait end, and the next ones make them anew.
   */
  public void forgetFeeds() {
    control.forgetFeeds();
  }

  /** When the answers of the live feed with this tag were given and acknowledged. */
  public FeedTimes times(String tag) {
    return control.times(tag);
  }

  /** The ledger's totals; cheap. */
  public LedgerSnapshot totals() {
    return control.totals();
  }

  /** The whole ledger, for an audit. */
  public LedgerSnapshot ledger() {
    return control.ledger();
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
  }
}
