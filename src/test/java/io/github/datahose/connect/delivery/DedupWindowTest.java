// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.Identities.identities;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.monitor.FeedClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DedupWindowTest {

  @Test
  @Tag("invariant-6")
  void invariant6ClaimsNewEventsAndFirstOfEqualEvents() {
    DedupWindow window = new DedupWindow(10);
    assertThat(window.claim(identities(1, 2, 1, 3, 2))).isEqualTo(bits(0, 1, 3));
  }

  @Test
  @Tag("invariant-6")
  void invariant6KnowsEventOnlyAfterConfirmation() {
    DedupWindow window = new DedupWindow(10);
    window.claim(identities(1));
    assertThat(window.claim(identities(1))).as("in flight: wait").isNull();
    window.confirm(identities(1));
    assertThat(window.claim(identities(1, 2))).isEqualTo(bits(1));
  }

  @Test
  @Tag("invariant-6")
  void invariant6ClaimsNothingForWaitingBatch() {
    DedupWindow window = new DedupWindow(10);
    window.claim(identities(1));
    assertThat(window.claim(identities(2, 1, 3))).isNull();
    assertThat(window.claim(identities(2, 3))).isEqualTo(bits(0, 1));
  }

  @Test
  void forgetsOldestEventsBeyondCapacity() {
    DedupWindow window = new DedupWindow(3);
    window.confirm(identities(1, 2, 3, 4));
    assertThat(window.claim(identities(4, 3, 2, 1))).isEqualTo(bits(3));
    window.confirm(identities(2));
    window.confirm(identities(5));
    assertThat(window.claim(identities(2, 3))).as("3 is the oldest now").isEqualTo(bits(1));
  }

  @Test
  void keepsInFlightEventsBeyondCapacity() {
    DedupWindow window = new DedupWindow(1);
    window.claim(identities(1, 2, 3));
    assertThat(window.claim(identities(1))).isNull();
    assertThat(window.claim(identities(3))).isNull();
  }

  @Test
  @Tag("invariant-7")
  void invariant7RecognizesKeptEventsUntilEachKeeperForgetsThem() {
    DedupWindow window = new DedupWindow(1);
    window.keep(identities(1, 2));
    window.keep(identities(1));
    window.confirm(identities(8));
    window.forget(identities(1, 2));
    assertThat(window.claim(identities(1, 2))).isEqualTo(bits(1));
    window.forget(identities(1));
    assertThat(window.claim(identities(1))).isEqualTo(bits(0));
    window.forget(identities(7));
  }

  @Test
  void dropsNothingWhenDisabled() {
    DedupWindow window = new DedupWindow(0);
    window.confirm(identities(1));
    assertThat(window.claim(identities(1, 1))).isEqualTo(bits(0, 1));
    assertThat(window.claim(identities(1))).as("nothing waits either").isEqualTo(bits(0));
  }

  @Test
  void wakesWaitingReadersWhenBatchIsConfirmed() throws InterruptedException {
    DedupWindow window = new DedupWindow(10);
    Signal signal = new Signal(FeedClock.SYSTEM);
    window.wakes(signal);
    window.claim(identities(1));
    Thread confirming = new Thread(() -> window.confirm(identities(1)));
    BitSet[] claimed = {window.claim(identities(1))};
    assertThat(claimed[0]).isNull();
    confirming.start();
    boolean woken =
        signal.await(
            () -> (claimed[0] = window.claim(identities(1))) != null, Duration.ofSeconds(30));
    assertThat(woken).isTrue();
    assertThat(claimed[0]).isEqualTo(bits());
  }

  /** A queue that gives out each event once or twice, also to another reader meanwhile. */
  private static final class Redelivering {

    private static final int EVENTS = 20_000;

    private final Deque<Integer> again = new ArrayDeque<>();
    private int next;

    synchronized List<Integer> read(Random random) {
      List<Integer> batch = new ArrayList<>();
      int size = 1 + random.nextInt(20);
      for (int i = 0; i < size; i++) {
        if (!again.isEmpty() && (next == EVENTS || random.nextInt(4) == 0)) {
          batch.add(random.nextBoolean() ? again.removeFirst() : again.removeLast());
        } else if (next < EVENTS) {
          if (random.nextInt(3) == 0) {
            again.add(next);
          }
          batch.add(next++);
        }
      }
      return batch;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261124})
  @Tag("invariant-6")
  void invariant6DeliversOnceWhenBatchesOfReadersOverlap(long seed) throws Exception {
    DedupWindow window = new DedupWindow(Redelivering.EVENTS);
    Redelivering feed = new Redelivering();
    AtomicIntegerArray delivered = new AtomicIntegerArray(Redelivering.EVENTS);
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      List<Callable<Void>> readers = new ArrayList<>();
      for (int reader = 0; reader < 5; reader++) {
        Random random = new Random(seed * 5 + reader);
        Signal signal = new Signal(FeedClock.SYSTEM);
        window.wakes(signal);
        readers.add(() -> readAll(feed, window, signal, random, delivered));
      }
      for (Future<Void> reader : threads.invokeAll(readers, 45, TimeUnit.SECONDS)) {
        assertThat(reader.isCancelled()).as("a deadlock").isFalse();
        reader.get();
      }
    } finally {
      threads.shutdownNow();
    }
    for (int event = 0; event < Redelivering.EVENTS; event++) {
      assertThat(delivered.get(event)).as("times that event " + event + " went on").isOne();
    }
  }

  private static Void readAll(
      Redelivering feed,
      DedupWindow window,
      Signal signal,
      Random random,
      AtomicIntegerArray delivered)
      throws InterruptedException {
    List<Integer> batch;
    while (!(batch = feed.read(random)).isEmpty()) {
      List<Identity> identities = batch.stream().map(Identities::identity).toList();
      BitSet[] fresh = new BitSet[1];
      assertThat(
              signal.await(
                  () -> (fresh[0] = window.claim(identities)) != null, Duration.ofSeconds(30)))
          .isTrue();
      for (int i = fresh[0].nextSetBit(0); i >= 0; i = fresh[0].nextSetBit(i + 1)) {
        delivered.incrementAndGet(batch.get(i));
      }
      if (random.nextInt(50) == 0) {
        Thread.yield();
      }
      window.confirm(identities);
    }
    return null;
  }

  private static BitSet bits(int... set) {
    return IntStream.of(set).collect(BitSet::new, BitSet::set, BitSet::or);
  }
}
