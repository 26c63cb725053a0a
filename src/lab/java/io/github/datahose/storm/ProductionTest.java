// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ProductionTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Test
  void pauseReturnsOnlyAfterTheEventsThatAreBeingMade() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicBoolean made = new AtomicBoolean();
    AtomicBoolean madeBeforePauseReturned = new AtomicBoolean();
    Runnable slow =
        () -> {
          entered.countDown();
          awaitUninterrupted(mayEnd);
          made.set(true);
        };
    try (Production production = new Production(slow)) {
      production.resume();
      entered.await();
      Thread pausing =
          new Thread(
              () -> {
                production.pause();
                madeBeforePauseReturned.set(made.get());
              });
      pausing.start();
      await()
          .atMost(DEADLINE)
          .until(() -> !pausing.isAlive() || pausing.getState() == Thread.State.BLOCKED);
      mayEnd.countDown();
      pausing.join();
    }
    assertThat(madeBeforePauseReturned).isTrue();
  }

  @Test
  void goesOnAfterAPause() {
    AtomicInteger ticks = new AtomicInteger();
    try (Production production = new Production(ticks::incrementAndGet)) {
      production.resume();
      await().atMost(DEADLINE).until(() -> ticks.get() > 0);
      production.pause();
      int before = ticks.get();
      production.resume();
      await().atMost(DEADLINE).until(() -> ticks.get() > before);
    }
  }

  @Test
  void tellsWhoPausesWhatCameInTheWay() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    Runnable broken =
        () -> {
          entered.countDown();
          throw new IllegalStateException("no such type");
        };
    try (Production production = new Production(broken)) {
      production.resume();
      entered.await();
      assertThatThrownBy(production::pause).hasMessage("no such type");
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
