// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.delivery.ReaderContext.Signal;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.LogThrottle;
import io.github.datahose.connect.symphony.ReadAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Assembly of a batch of records from a response: it drops duplicates, and gives each record its
 * offset. Confined to the reader's thread.
 */
public final class BatchAssembly {

  /**
   * A successful read.
   *
   * @param answer the response
   * @param events its events and its ackId
   * @param ackIdSent ackId of the request
   * @param proven whether the response certainly came from an agent: one that arrives immediately
   *     and without events might not
   */
  public record FeedRead(ReadAnswer answer, EventList events, String ackIdSent, boolean proven) {}

  private static final Logger LOG = LoggerFactory.getLogger(BatchAssembly.class);

  /**
   * An offset is a record, too, and must stay well below 1 MB: 10,000 identities have 213 kB of
   * base64.
   */
  static final int IDENTITIES_IN_OFFSET_AT_MOST = 10_000;

  private static final Duration WAITING_AT_FIRST = Duration.ofSeconds(30);

  private final String name;
  private final String filter;
  private final Identity.Digest identityDigest = new Identity.Digest();
  private final RecordFactory factory;
  private final DedupWindow window;
  private final RedeliveryCandidates candidates;
  private final Signal signal;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final LogThrottle warnings = new LogThrottle();
  private final int limit;
  private boolean warnedOfForgotten;

  public BatchAssembly(
      ReaderContext context,
      String filter,
      RecordFactory factory,
      DedupWindow window,
      RedeliveryCandidates candidates) {
    name = context.name();
    this.filter = filter;
    this.factory = factory;
    this.window = window;
    this.candidates = candidates;
    signal = context.signal();
    clock = context.clock();
    metrics = context.metrics();
    limit = Math.min(window.capacity(), IDENTITIES_IN_OFFSET_AT_MOST);
  }

  /**
   * Assembles the batch of a response with events.
   *
   * @param running the ledger's window, including this read; null without a ledger. {@link
   *     BatchOffsets#window} returns it with the batch
   */
  public Batch assemble(FeedRead read, Window running) throws InterruptedException {
    List<RawEvent> events = read.events().events();
    List<MappedEvent> mapped = read.events().mapped();
    List<Identity> identities = new ArrayList<>(events.size());
    Long newest = null;
    for (int i = 0; i < events.size(); i++) {
      identities.add(identityDigest.identityOf(mapped.get(i), events.get(i)));
      newest = later(newest, mapped.get(i).timestamp());
    }
    metrics.events(events.size(), newest);
    long readAt = clock.epochMillis();
    BitSet fresh = claim(identities);
    metrics.add(Counter.DUPLICATES, events.size() - fresh.cardinality());
    Window.Growth growth =
        running == null ? null : new Window.Growth(running, fresh, identities.size());
    BatchOffsets offsets = offsets(read, readAt, identities, growth);
    Batch batch =
        new Batch(
            signal,
            count -> metrics.add(Counter.SETTLED_WITHOUT_METADATA, count),
            read.events().ackId(),
            read.answer().headersAt(),
            identities,
            offsets);
    int last = fresh.length() - 1;
    for (int i = fresh.nextSetBit(0); i >= 0; i = fresh.nextSetBit(i + 1)) {
      batch.add(
          factory.record(
              batch,
              events.get(i),
              read.events().takeMapped(i),
              identities.get(i),
              i == last ? offsets.whole() : offsets.upTo(i + 1),
              growth));
    }
    return batch;
  }

  /** Returns which events are new, after a wait until none is in flight at another reader. */
  private BitSet claim(List<Identity> identities) throws InterruptedException {
    BitSet[] fresh = new BitSet[1];
    warnings.begin(clock.nanoTime(), WAITING_AT_FIRST);
    while (!signal.await(
        () -> (fresh[0] = window.claim(identities)) != null,
        warnings.untilNext(clock.nanoTime()))) {
      if (warnings.isDue(clock.nanoTime())) {
        LOG.warn(
            "{} waits, because its batch has events that another reader of the feed has in flight. It continues"
                + " when Kafka confirms them. Check that reader's warnings.",
            name);
      }
    }
    return fresh[0];
  }

  private BatchOffsets offsets(
      FeedRead read, long readAt, List<Identity> identities, Window.Growth growth) {
    int forgotten =
        candidates.trimTo(Math.max(0, limit - identities.size()))
            + Math.max(0, identities.size() - limit);
    if (forgotten > 0 && limit > 0) {
      metrics.add(Counter.IDENTITIES_FORGOTTEN, forgotten);
      if (!warnedOfForgotten) {
        LOG.warn(
            "{}: An offset can contain {} identities of events that might be redelivered, so it does not contain"
                + " the oldest {}. If the task crashes while the agent can still redeliver them, the topic"
                + " contains duplicates. If datahose.dedup.window is below 10000, raise it.",
            name,
            limit,
            forgotten);
        warnedOfForgotten = true;
      }
    }
    return new BatchOffsets(
        read.ackIdSent(),
        read.events().ackId(),
        readAt,
        filter,
        candidates.toBytes(),
        identities,
        limit,
        growth);
  }

  private static Long later(Long one, Long other) {
    return one == null || (other != null && other > one) ? other : one;
  }
}
