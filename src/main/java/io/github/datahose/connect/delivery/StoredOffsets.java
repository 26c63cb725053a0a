// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.text.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Connect has stored for the readers of a feed: for all that it may ever have had, since the
 * agent can deliver again to one of the readers of today what it gave to one that is gone.
 * Immutable.
 */
public final class StoredOffsets {

  private static final Logger LOG = LoggerFactory.getLogger(StoredOffsets.class);

  private final String filter;
  private final Map<Integer, FeedOffset> offsets;

  private StoredOffsets(String filter, Map<Integer, FeedOffset> offsets) {
    this.filter = filter;
    this.offsets = offsets;
  }

  /**
   * Reads them. One that cannot be understood counts as none: an offset is an optimisation and
   * never stops a start.
   */
  public static StoredOffsets read(
      OffsetStorageReader reader, String podHost, String account, FeedConfig feed) {
    Map<Map<String, String>, Integer> partitions = new HashMap<>();
    for (int number = 0; number < FeedOptions.MOST_READERS; number++) {
      partitions.put(FeedOffset.partition(podHost, account, feed.tag(), number), number);
    }
    Map<Integer, FeedOffset> offsets = new HashMap<>();
    reader
        .offsets(partitions.keySet())
        .forEach(
            (partition, offset) -> {
              if (offset == null) {
                return;
              }
              try {
                offsets.put(
                    partitions.get(partition),
                    FeedOffset.parse(offset, unreadable -> warnOfWindow(partition, unreadable)));
              } catch (IllegalArgumentException e) {
                LOG.warn(
                    "The stored offset of {} cannot be read ({}); starting without it. Events that were not acknowledged"
                        + " come again, and may be in the topic twice.",
                    Printable.line(partition.toString()),
                    Printable.line(e.getMessage()));
              }
            });
    return new StoredOffsets(FeedOffset.filter(feed.eventTypes(), feed.scopes()), offsets);
  }

  private static void warnOfWindow(
      Map<String, String> partition, IllegalArgumentException unreadable) {
    LOG.warn(
        "The running window of the ledger in the stored offset of {} cannot be read ({}). A ledger begins with sequence 1"
            + " again; keep its records apart from the earlier ones. Events are not affected.",
        Printable.line(partition.toString()),
        Printable.line(unreadable.getMessage()));
  }

  /** The fingerprint of the feed's event types and scopes as they are configured now. */
  public String filter() {
    return filter;
  }

  /** What is stored for a reader, or null. */
  public FeedOffset of(int reader) {
    return offsets.get(reader);
  }

  /**
   * Where a reader goes on; empty when nothing is stored. Also that of a feed with other event
   * types: the agent ignores or refuses it, and either is well.
   */
  public String ackId(int reader) {
    FeedOffset offset = offsets.get(reader);
    return offset == null ? "" : offset.ackId();
  }

  /** Whether the readers before had a ledger, which also leaves a trace of a quiet feed. */
  public boolean hasLedgerWindow() {
    return offsets.values().stream().anyMatch(offset -> offset.window() != null);
  }

  /**
   * The window of a reader's ledger that goes on, or the first one.
   *
   * @param nowMillis epoch ms
   */
  public Window ledgerWindow(int reader, long nowMillis) {
    FeedOffset offset = offsets.get(reader);
    if (offset == null) {
      return Window.first(nowMillis);
    }
    return offset.window() != null
        ? offset.window()
        : Window.first(Math.max(0, Math.min(offset.readAt(), nowMillis)));
  }

  /** What a reader's heartbeat repeats until there is a batch. */
  public BatchOffsets asOffsets(int reader) {
    List<Identity> identities = identities(reader);
    return new BatchOffsets(
        "", ackId(reader), 0, filter, new byte[0], identities, identities.size());
  }

  /**
   * When anything was last noted for the feed, epoch ms; for the one with other event types where
   * only that was read; null when nothing ever was.
   */
  public Long notedAt() {
    boolean another = isOfAnotherFeed();
    return offsets.values().stream()
        .filter(offset -> another || offset.filter().equals(filter))
        .map(FeedOffset::readAt)
        .max(Long::compare)
        .orElse(null);
  }

  /**
   * Whether any reader of the feed, in this task or an earlier one, read successfully within a
   * time. Event types and scopes do not matter. A read in the future counts as one of now, since
   * clocks of workers differ.
   *
   * @param nowMillis epoch ms
   */
  public boolean readWithin(Duration time, long nowMillis) {
    long earliest = nowMillis - time.toMillis();
    return offsets.values().stream().anyMatch(offset -> offset.readAt() >= earliest);
  }

  /** Whether all that is stored is of other event types or scopes, and so of another feed. */
  public boolean isOfAnotherFeed() {
    return !offsets.isEmpty()
        && offsets.values().stream().noneMatch(offset -> offset.filter().equals(filter));
  }

  /** What may come again to this reader or another, oldest first. */
  public List<Identity> identities(int reader) {
    FeedOffset offset = offsets.get(reader);
    return offset == null ? List.of() : offset.identities();
  }

  /**
   * The window that a start begins with: it knows all that is stored, and never forgets what is
   * stored of readers that are not there any more, since nobody rewrites their offsets.
   *
   * @param readers how many there are now
   */
  public DedupWindow window(int capacity, int readers) {
    DedupWindow window = new DedupWindow(capacity);
    window.confirm(identitiesOfReadersFrom(0));
    window.keep(identitiesOfReadersFrom(readers));
    return window;
  }

  private List<Identity> identitiesOfReadersFrom(int first) {
    List<Identity> identities = new ArrayList<>();
    for (int reader = first; reader < FeedOptions.MOST_READERS; reader++) {
      identities.addAll(identities(reader));
    }
    return identities;
  }
}
