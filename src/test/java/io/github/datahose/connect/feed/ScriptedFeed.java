// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.Failures;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A feed that answers what a test has put in, in that order, and remembers the ackIds that it was
 * read with.
 */
final class ScriptedFeed implements DatahoseFeed {

  private final ManualClock clock;
  private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
  private final List<String> ackIds = new ArrayList<>();

  ScriptedFeed(ManualClock clock) {
    this.clock = clock;
  }

  /** An answer with these events, which comes at once. */
  void answer(String ackId, String... events) {
    answers.add("{\"events\":[" + String.join(",", events) + "],\"ackId\":\"" + ackId + "\"}");
  }

  /** An answer without events, which comes after this time. */
  void answerNothing(Duration longPoll) {
    answers.add(longPoll);
  }

  void answerBody(String body) {
    answers.add(body);
  }

  void fail(SymphonyException failure) {
    answers.add(failure);
  }

  void failUnexpectedly(RuntimeException bug) {
    answers.add(bug);
  }

  @Override
  public ReadAnswer read(String ackId, Cancellation cancellation) throws SymphonyException {
    synchronized (ackIds) {
      ackIds.add(ackId);
    }
    Moment sentAt = clock.now();
    Object next = next(cancellation);
    if (next instanceof SymphonyException failure) {
      throw failure;
    }
    if (next instanceof RuntimeException bug) {
      throw bug;
    }
    if (next instanceof Duration longPoll) {
      clock.advance(longPoll);
      next = "{\"events\":[]}";
    }
    byte[] body = ((String) next).getBytes(StandardCharsets.UTF_8);
    return new ReadAnswer(
        "read", 200, body, "application/json", sentAt, clock.now(), Long.MAX_VALUE);
  }

  /** The next answer; waits for it, and for the end of the test's patience. */
  private Object next(Cancellation cancellation) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < deadline) {
      if (cancellation.isCancelled()) {
        return Failures.network();
      }
      Object next = poll();
      if (next != null) {
        return next;
      }
    }
    throw new IllegalStateException("The test ended without an answer for this read");
  }

  private Object poll() {
    try {
      return answers.poll(5, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The ackIds of all reads so far, the one under way too. */
  List<String> ackIds() {
    synchronized (ackIds) {
      return List.copyOf(ackIds);
    }
  }
}
