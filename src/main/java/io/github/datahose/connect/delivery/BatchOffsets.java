// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.event.Identity;
import java.util.AbstractMap;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The offsets of a batch's records. Each offset describes what is complete up to its record, and no
 * more: all but the last contain the ackId of the previous batch (Connect commits the longest
 * confirmed prefix, so with this batch's ackId on its first record, a crash within the batch would
 * acknowledge events that never reached Kafka), and the identities of the batch's events up to that
 * record. With a ledger, the running window grows in the same way.
 *
 * <p>All offsets share the same bytes, and create their text only when the worker stores them,
 * which is at most one for each batch: 500 records cost 500 small objects, not 500 texts of
 * increasing length.
 */
public final class BatchOffsets {

  private final String previousAckId;
  private final String ackId;
  private final long readAt;
  private final String filter;
  private final byte[] late;
  private final byte[] own;
  private final int limit;

  /**
   * Text of all identities; null until it is first needed. The worker stores the offset of the last
   * record (of each transaction, with exactly-once), and reads it three times: to check the format,
   * and twice to write it. A thread that sees null creates the same text again.
   */
  private String textOfAll;

  /** Null without a ledger. */
  private final Window.Growth growth;

  /** Prepares the offsets of a batch without a ledger. */
  public BatchOffsets(
      String previousAckId,
      String ackId,
      long readAt,
      String filter,
      byte[] late,
      List<Identity> events,
      int limit) {
    this(previousAckId, ackId, readAt, filter, late, events, limit, null);
  }

  /**
   * Prepares the offsets of a batch.
   *
   * @param late identities of earlier events that might be redelivered; not copied
   * @param events identities of all events of the batch, in its order
   * @param limit maximum number of identities in an offset; beyond it, the oldest are dropped
   * @param growth the running window of the ledger; null without one
   */
  BatchOffsets(
      String previousAckId,
      String ackId,
      long readAt,
      String filter,
      byte[] late,
      List<Identity> events,
      int limit,
      Window.Growth growth) {
    this.previousAckId = previousAckId;
    this.ackId = ackId;
    this.readAt = readAt;
    this.filter = filter;
    this.late = late;
    this.limit = limit;
    this.growth = growth;
    own = new byte[events.size() * Identity.BYTES];
    for (int i = 0; i < events.size(); i++) {
      events.get(i).writeTo(own, i * Identity.BYTES);
    }
  }

  /**
   * Returns the offset of a record before the last one: the previous batch and the given number of
   * events of this one are complete.
   */
  public Map<String, Object> upTo(int events) {
    return new Offset(previousAckId, readAt, events);
  }

  /** Returns the offset of the batch's last record. */
  public Map<String, Object> whole() {
    return new Offset(ackId, readAt, own.length / Identity.BYTES);
  }

  /**
   * Returns the last record's offset with a later time.
   *
   * @param later epoch ms
   * @param window the running window at that time; null without a ledger
   */
  public Map<String, Object> again(long later, Window window) {
    return new LaterOffset(later, window);
  }

  /** Returns how the running window grows with the batch's records; null without a ledger. */
  Window.Growth growth() {
    return growth;
  }

  /**
   * Returns the running window with the whole batch, once the batch is assembled; null without a
   * ledger.
   */
  public Window window() {
    return growth == null ? null : growth.whole();
  }

  private String identities(int ownLength) {
    if (ownLength < own.length) {
      return text(ownLength);
    }
    String text = textOfAll;
    if (text == null) {
      text = text(ownLength);
      textOfAll = text;
    }
    return text;
  }

  private String text(int ownLength) {
    int surplus = Math.max(0, late.length + ownLength - limit * Identity.BYTES);
    int lateSurplus = Math.min(surplus, late.length);
    int ownSurplus = surplus - lateSurplus;
    byte[] bytes = new byte[1 + late.length + ownLength - surplus];
    bytes[0] = FeedOffset.FORMAT;
    System.arraycopy(late, lateSurplus, bytes, 1, late.length - lateSurplus);
    System.arraycopy(own, ownSurplus, bytes, 1 + late.length - lateSurplus, ownLength - ownSurplus);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** An offset. Immutable, because another thread stores it later. */
  private class Offset extends AbstractMap<String, Object> {

    private final String doneAckId;
    private final long notedAt;
    private final int events;

    Offset(String doneAckId, long notedAt, int events) {
      this.doneAckId = doneAckId;
      this.notedAt = notedAt;
      this.events = events;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      Map<String, Object> offset = new HashMap<>();
      offset.put(FeedOffset.ACK_ID, doneAckId);
      offset.put(FeedOffset.READ_AT, notedAt);
      offset.put(FeedOffset.FILTER, filter);
      offset.put(FeedOffset.IDENTITIES, identities(events * Identity.BYTES));
      Window window = window();
      if (window != null) {
        offset.put(FeedOffset.WINDOW, window.text());
      }
      return Collections.unmodifiableMap(offset).entrySet();
    }

    /** Returns the ledger's running window; null without one. */
    Window window() {
      return growth == null ? null : growth.after(events);
    }
  }

  /**
   * An offset with a later time; a separate class, so that the offset of each record is smaller.
   */
  private final class LaterOffset extends Offset {

    private final Window window;

    LaterOffset(long notedAt, Window window) {
      super(ackId, notedAt, own.length / Identity.BYTES);
      this.window = window;
    }

    @Override
    Window window() {
      return window;
    }
  }
}
