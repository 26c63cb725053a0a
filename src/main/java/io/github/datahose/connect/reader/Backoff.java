// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: exponential, with full jitter, so that readers do not march
 * in step.
 */
final class Backoff {

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;

  Backoff(Duration first, Duration longest) {
    this(first, longest, new SplittableRandom());
  }

  Backoff(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /**
   * The wait before a try.
   *
   * @param attempt which wait in a row it is, from 1
   * @param atLeast what the server asked for, or null
   */
  Duration delay(int attempt, Duration atLeast) {
    return delay(attempt, longest, atLeast);
  }

  /** The same with another upper bound, where waiting long would cost more than asking often. */
  Duration delay(int attempt, Duration atMost, Duration atLeast) {
    double exponential = first.toNanos() * Math.pow(2, attempt - 1);
    double ceiling = Math.min(exponential, (double) Math.min(atMost.toNanos(), longest.toNanos()));
    Duration jittered = Duration.ofNanos((long) (random.nextDouble() * ceiling));
    return atLeast != null && atLeast.compareTo(jittered) > 0 ? atLeast : jittered;
  }
}
