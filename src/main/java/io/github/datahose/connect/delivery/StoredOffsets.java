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
 * Offsets that Connect has stored for the readers of a feed: for all that it can ever have had,
 * because the agent might redeliver events of a former reader to a current one. Immutable.
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
   * Reads the offsets. Ignores one that cannot be parsed: an offset is an optimization, and never
   * blocks a start.
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
                    "The stored offset of {} cannot be read ({}). The reader starts without it. Unacknowledged"
                        + " events are redelivered, and the topic might contain duplicates. Check whether the"
                        + " offset was changed manually, or a later version of the connector wrote it.",
                    Printable.line(partition.toString()),
                    Printable.line(e.getMessage()));
              }
            });
    return new StoredOffsets(FeedOffset.filter(feed.eventTypes(), feed.scopes()), offsets);
  }

  private static void warnOfWindow(
      Map<String, String> partition, IllegalArgumentException unreadable) {
    LOG.warn(
        "The running window of the ledger in the stored offset of {} cannot be read ({}). The ledger starts"
            + " with sequence 1 again. Events are not affected. Keep its records separate from the earlier ones.",
        Printable.line(partition.toString()),
        Printable.line(unreadable.getMessage()));
  }

  /** Returns the fingerprint of the currently configured event types and scopes. */
  public String filter() {
    return filter;
  }

  /** Returns the stored offset of a reader, or null. */
  public FeedOffset of(int reader) {
    return offsets.get(reader);
  }

  /**
   * Returns the ackId with which a reader continues; empty without a stored offset. Also returns
   * that of a feed with other event types: the agent ignores or rejects it, and both are safe.
   */
  public String ackId(int reader) {
    FeedOffset offset = offsets.get(reader);
    return offset == null ? "" : offset.ackId();
  }

  /**
   * Returns whether the earlier readers had a ledger, which also stores offsets on a quiet feed.
   */
  public boolean hasLedgerWindow() {
    return offsets.values().stream().anyMatch(offset -> offset.window() != null);
  }

  /**
   * Returns the window with which a reader's ledger continues, or the first one.
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

  /** Returns the offsets that a reader's heartbeat repeats until there is a batch. */
  public BatchOffsets asOffsets(int reader) {
    List<Identity> identities = identities(reader);
    return new BatchOffsets(
        "", ackId(reader), 0, filter, new byte[0], identities, identities.size());
  }

  /**
   * Returns the last stored time of the feed, epoch ms; that of the feed with other event types if
   * only that was read; null without any.
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
   * Returns whether any reader of the feed, in this task or an earlier one, read successfully
   * within a time. Event types and scopes do not matter. A read in the future counts as one now,
   * because clocks of workers differ.
   *
   * @param nowMillis epoch ms
   */
  public boolean readWithin(Duration time, long nowMillis) {
    long earliest = nowMillis - time.toMillis();
    return offsets.values().stream().anyMatch(offset -> offset.readAt() >= earliest);
  }

  /**
   * Returns whether all stored offsets are of other event types or scopes, and so of another feed.
   */
  public boolean isOfAnotherFeed() {
    return !offsets.isEmpty()
        && offsets.values().stream().noneMatch(offset -> offset.filter().equals(filter));
  }

  /** Returns the events that might be redelivered to this reader or another, oldest first. */
  public List<Identity> identities(int reader) {
    FeedOffset offset = offsets.get(reader);
    return offset == null ? List.of() : offset.identities();
  }

  /**
   * Creates the deduplication window for a start. It contains all stored identities, and never
   * drops those of former readers, because no reader rewrites their offsets.
   *
   * @param readers current number of readers
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
