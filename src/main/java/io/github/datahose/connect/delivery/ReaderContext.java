// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.HealthLog;

/** What all parts of one reader share. */
public final class ReaderContext {

  private final String name;
  private final FeedClock clock;
  private final ReaderSignal signal;
  private final FeedMetrics metrics;
  private final HealthLog health;

  /**
   * Makes the context of a reader that begins now.
   *
   * @param name the reader in log lines and errors
   * @param clock its time
   * @param signal what it waits on
   * @param metrics its state and counters
   */
  public ReaderContext(String name, FeedClock clock, ReaderSignal signal, FeedMetrics metrics) {
    this.name = name;
    this.clock = clock;
    this.signal = signal;
    this.metrics = metrics;
    health = new HealthLog(name, clock, metrics);
  }

  public String name() {
    return name;
  }

  public FeedClock clock() {
    return clock;
  }

  public ReaderSignal signal() {
    return signal;
  }

  public FeedMetrics metrics() {
    return metrics;
  }

  /** Its changes of state, in the log. */
  public HealthLog health() {
    return health;
  }
}
