// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.symphony.Moment;
import java.time.Duration;

/**
 * Which of a reader's batches the agent is sure to have off its feed, and which may come again
 * since their acknowledgement was late. Confined to the reader's thread.
 *
 * <p>On a quiet feed, where a read takes 20 to 30 s, each acknowledgement is late, and that is
 * meant: nobody knows whether the agent takes note of it when the read arrives or when it answers.
 */
public final class Acknowledgements {

  /** The agent shows a batch again 30 s after it gave it out, unless it is acknowledged by then. */
  private static final Duration IN_TIME = Duration.ofSeconds(20);

  /** Of the time between two reads so much counts for late identities: Kafka's absence does not. */
  private static final Duration CONFIRMED_AT_MOST = Duration.ofSeconds(30);

  private final RedeliveryCandidates late;
  private final FeedMetrics metrics;
  private Assembled owed;

  /** Monotonic, nanoseconds: a suspended machine's identities do not expire. */
  private long lastAnsweredAt;

  public Acknowledgements(ReaderContext context, RedeliveryCandidates late) {
    this.late = late;
    metrics = context.metrics();
    lastAnsweredAt = context.clock().nanoTime();
    metrics.lateIdentities(late.size());
  }

  /** A batch is in Kafka; a coming read acknowledges it. */
  public void owe(Assembled batch) {
    owed = batch;
  }

  /** A read was answered, and so whatever it acknowledged is acknowledged. */
  public void answered(FeedRead read) {
    Moment answered = read.answer().headersAt();
    long answeredAt = answered.nanos();
    long withoutKafka = answeredAt - read.answer().sentAt().nanos() + CONFIRMED_AT_MOST.toNanos();
    late.advance(Math.min(answeredAt - lastAnsweredAt, withoutKafka));
    lastAnsweredAt = answeredAt;
    if (owed != null) {
      boolean carried = read.ackIdSent().equals(owed.ackId());
      if (carried) {
        metrics.add(Counter.ACKS, 1);
      }
      boolean soon = answered.since(owed.headersAt()).compareTo(IN_TIME) <= 0;
      if (!carried || !soon || read.answer().status() != 200) {
        late.add(owed.events());
      }
      owed = null;
    }
    metrics.lateIdentities(late.size());
  }
}
