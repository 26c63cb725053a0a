// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/**
 * A feed that answers what a test has put in, in that order, and remembers the ackIds that it was
 * read with.
 */
public final class ScriptedFeed implements DatahoseFeed {

  private interface Answer {
    String body() throws SymphonyException;
  }

  private final ManualClock clock;
  private final BlockingDeque<Answer> answers = new LinkedBlockingDeque<>();
  private final List<String> ackIds = new CopyOnWriteArrayList<>();

  ScriptedFeed(ManualClock clock) {
    this.clock = clock;
  }

  /** An answer with these events, which comes at once. */
  void answer(String ackId, String... events) {
    answerBody("{\"events\":[" + String.join(",", events) + "],\"ackId\":\"" + ackId + "\"}");
  }

  /** An answer without events, which comes after this time. */
  public void answerNothing(Duration longPoll) {
    answers.add(
        () -> {
          clock.advance(longPoll);
          return "{\"events\":[]}";
        });
  }

  void answerBody(String body) {
    answers.add(() -> body);
  }

  public void fail(SymphonyException failure) {
    answers.add(
        () -> {
          throw failure;
        });
  }

  void failUnexpectedly(RuntimeException bug) {
    answers.add(
        () -> {
          throw bug;
        });
  }

  @Override
  public ReadAnswer read(String ackId, Cancellation cancellation) throws SymphonyException {
    ackIds.add(ackId);
    Moment sentAt = clock.now();
    byte[] body = next(cancellation).body().getBytes(StandardCharsets.UTF_8);
    return new ReadAnswer(
        "read", 200, body, "application/json", sentAt, clock.now(), Long.MAX_VALUE);
  }

  /** The next answer; waits for it, and for the end of the test's patience. */
  private Answer next(Cancellation cancellation) throws SymphonyException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try {
      while (System.nanoTime() < deadline) {
        if (cancellation.isCancelled()) {
          throw Failures.network();
        }
        Answer next = answers.poll(5, TimeUnit.MILLISECONDS);
        if (next != null && !cancellation.isCancelled()) {
          return next;
        }
        if (next != null) {
          // Meant for the read after the one that was cancelled.
          answers.addFirst(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("The test ended without an answer for this read");
  }

  /** The ackIds of all reads so far, the one under way too. */
  List<String> ackIds() {
    return List.copyOf(ackIds);
  }
}
