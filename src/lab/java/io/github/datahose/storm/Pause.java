// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Waits of the storm. */
final class Pause {
  private static final Duration DEADLINE = Duration.ofSeconds(120);

  private Pause() {}

  /** Waits for something, looking often. */
  static void until(String what, BooleanSupplier condition) {
    until(what, Duration.ofMillis(1), condition);
  }

  /** The same, looking less often at what is dear. */
  static void until(String what, Duration interval, BooleanSupplier condition) {
    await(what)
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(interval)
        .until(condition::getAsBoolean);
  }

  /** Lets a drawn time pass. */
  static void upTo(Random random, int millis) {
    of(random.nextInt(millis));
  }

  /** Lets a time pass. */
  static void of(int millis) {
    await().pollDelay(Duration.ofMillis(millis)).atMost(DEADLINE).until(() -> true);
  }
}
