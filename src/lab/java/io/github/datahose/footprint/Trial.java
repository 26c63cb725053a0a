// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Tries whether a process with a heap of some size gets an answer through: it reads it, hands it
 * on, and acknowledges it, all in time. Not thread-safe.
 */
final class Trial {

  /** What ends a JVM at once when its heap is not enough, so that a trial does not wait for it. */
  static final String[] STRICT = {"-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError"};

  private final GivenAnswer answer;
  private final Starter starter;
  private final Duration patience;
  private long answerBytes;
  private RuntimeException failure;

  /** Starts what is tried, reading from a pod. */
  interface Starter {
    Subject start(Simulator pod, int mebibytes);
  }

  /**
   * What is tried.
   *
   * @param alive whether it still runs
   * @param end ends it
   */
  record Subject(BooleanSupplier alive, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }

  Trial(GivenAnswer answer, Starter starter, Duration patience) {
    this.answer = answer;
    this.starter = starter;
    this.patience = patience;
  }

  /** Whether it works with such a heap. */
  boolean works(int mebibytes) {
    SimulatorOptions options =
        SimulatorOptions.defaults()
            .batchSize(answer.events())
            .visibility(Duration.ofMinutes(30))
            .recordedRequests(100);
    try (Simulator pod = Simulator.start(options);
        Subject subject = starter.start(pod, mebibytes)) {
      eventually(subject, () -> !pod.ledger().totals().feeds().isEmpty());
      answer.give(pod);
      eventually(subject, () -> pod.ledger().totals().acknowledged() == answer.events());
      FeedSnapshot feed = pod.ledger().totals().feeds().get(0);
      if (feed.answers() != 1) {
        throw new IllegalStateException("not in one answer: " + feed);
      }
      answerBytes =
          pod.requests().reads().list().stream()
              .mapToLong(read -> read.answerBody().length)
              .max()
              .orElseThrow();
      return true;
    } catch (RuntimeException e) {
      // A heap that is too small shows in many ways; that it was the heap shows in a larger one.
      failure = e;
      return false;
    }
  }

  /**
   * The smallest heap with which it works.
   *
   * @param tooLittle see {@link SmallestHeap#find}
   * @param enough see {@link SmallestHeap#find}
   * @param step see {@link SmallestHeap#find}
   */
  int smallestHeap(int tooLittle, int enough, int step) {
    try {
      return SmallestHeap.find(tooLittle, enough, step, this::works);
    } catch (IllegalStateException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  /** The size of the answer when it last worked. */
  long answerBytes() {
    return answerBytes;
  }

  private void eventually(Subject subject, BooleanSupplier condition) {
    await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> condition.getAsBoolean() || !subject.alive().getAsBoolean());
    if (!condition.getAsBoolean()) {
      throw new IllegalStateException("it ended before its time");
    }
  }
}
