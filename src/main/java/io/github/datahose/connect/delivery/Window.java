// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.event.ConvertedJson;
import io.github.datahose.connect.event.Identity;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Window of the ledger: what one reader handed over in a sequence of whole batches. The running
 * window is in the reader's source offset as text; a finished one is the value of a ledger record.
 * Immutable: each change returns a new one.
 *
 * <p>The numbers of events and records, and the digest, are exact across a crash, because they are
 * stored together with the records that they count. After a crash, the numbers of what has no
 * record (reads, duplicates), and of what is known only later (dropped), are lower bounds.
 */
public final class Window {

  /** Schema of the value of a ledger record. Each change increases its version. */
  public static final Schema SCHEMA =
      SchemaBuilder.struct()
          .name("io.github.datahose.connect.Window")
          .version(1)
          .field("reader", Schema.STRING_SCHEMA)
          .field("sequence", Schema.INT64_SCHEMA)
          .field("from", Schema.INT64_SCHEMA)
          .field("to", Schema.INT64_SCHEMA)
          .field("reads", Schema.INT64_SCHEMA)
          .field("events", Schema.INT64_SCHEMA)
          .field("duplicates", Schema.INT64_SCHEMA)
          .field("records", numbers())
          .field("types", numbers())
          .field("quarantined", Schema.INT64_SCHEMA)
          .field("oversize", Schema.INT64_SCHEMA)
          .field("unmapped", Schema.INT64_SCHEMA)
          .field("dropped", Schema.INT64_SCHEMA)
          .field("digest", Schema.STRING_SCHEMA)
          .field("gapFrom", Schema.OPTIONAL_INT64_SCHEMA)
          .field("gapTo", Schema.OPTIONAL_INT64_SCHEMA)
          .field("version", Schema.STRING_SCHEMA)
          .build();

  /** Upper limit of a number. No real count is near it, and no sum of valid counts overflows. */
  private static final long LARGEST_NUMBER = 1L << 53;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private long sequence = 1;
  private long from;
  private long to;
  private long reads;
  private long duplicates;
  private Map<String, Long> records = Map.of();
  private Map<String, Long> types = Map.of();
  private long quarantined;
  private long oversize;
  private long unmapped;
  private long dropped;
  private Identity digest = Identity.ZERO;

  /** Null without a possible gap; then {@link #gapTo} is null, too. */
  private Long gapFrom;

  private Long gapTo;

  /**
   * Null until it is first needed. The worker reads it three times when it stores an offset: to
   * check the format, and twice to write it. A thread that sees null creates the same text again.
   */
  private String text;

  private Window() {}

  private Window(Window other) {
    sequence = other.sequence;
    from = other.from;
    to = other.to;
    reads = other.reads;
    duplicates = other.duplicates;
    records = other.records;
    types = other.types;
    quarantined = other.quarantined;
    oversize = other.oversize;
    unmapped = other.unmapped;
    dropped = other.dropped;
    digest = other.digest;
    gapFrom = other.gapFrom;
    gapTo = other.gapTo;
  }

  private static Schema numbers() {
    return SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).build();
  }

  /**
   * Returns the first window of a reader, which is empty.
   *
   * @param from time of the last read before it, epoch ms
   */
  public static Window first(long from) {
    Window window = new Window();
    window.from = from;
    window.to = from;
    return window;
  }

  /** Returns the next window, which is empty, and starts where this one ends. */
  public Window next() {
    Window next = first(to);
    next.sequence = sequence + 1;
    return next;
  }

  /**
   * Returns this window with one more successful read.
   *
   * @param at epoch ms; a wall clock that was set back does not count
   */
  public Window withRead(long at) {
    Window window = new Window(this);
    window.reads++;
    window.to = Math.max(to, at);
    return window;
  }

  /** Returns this window with records that were settled without metadata. */
  public Window withDropped(long more) {
    Window window = new Window(this);
    window.dropped += more;
    return window;
  }

  /**
   * Returns this window with a possible gap before its first read; a second one extends the gap.
   *
   * @param start epoch ms
   * @param end epoch ms
   */
  public Window withGap(long start, long end) {
    Window window = new Window(this);
    window.gapFrom = gapFrom == null ? start : Math.min(gapFrom, start);
    window.gapTo = gapTo == null ? end : Math.max(gapTo, end);
    return window;
  }

  /** Returns its number: 1, 2, 3, ... for each reader. */
  public long sequence() {
    return sequence;
  }

  /** Returns the time of the last read before it, epoch ms. */
  public long from() {
    return from;
  }

  /** Returns whether it has no read so far. */
  public boolean isUnread() {
    return reads == 0;
  }

  /**
   * Returns the value of its ledger record.
   *
   * @param reader name of the reader, as in source partitions
   * @param version version of the connector
   */
  public Struct record(String reader, String version) {
    return struct().put("reader", reader).put("version", version);
  }

  private Struct struct() {
    return new Struct(SCHEMA)
        .put("sequence", sequence)
        .put("from", from)
        .put("to", to)
        .put("reads", reads)
        .put("events", sum(types))
        .put("duplicates", duplicates)
        .put("records", records)
        .put("types", types)
        .put("quarantined", quarantined)
        .put("oversize", oversize)
        .put("unmapped", unmapped)
        .put("dropped", dropped)
        .put("digest", digest.hex())
        .put("gapFrom", gapFrom)
        .put("gapTo", gapTo);
  }

  /** Returns the text for an offset: its ledger record as JSON, without reader and version. */
  String text() {
    String written = text;
    if (written == null) {
      written = ConvertedJson.textOf(struct());
      text = written;
    }
    return written;
  }

  /**
   * Parses the text of {@link #text}. Ignores fields of a newer version.
   *
   * @param stored value in an offset
   * @throws IllegalArgumentException if it is not a window; the message says what is wrong
   */
  static Window parse(Object stored) {
    if (!(stored instanceof String text)) {
      throw new IllegalArgumentException("window is not a string");
    }
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("window is not JSON text", e);
    }
    Window window = first(number(json, "from"));
    window.sequence = number(json, "sequence");
    window.to = number(json, "to");
    window.reads = number(json, "reads");
    window.duplicates = number(json, "duplicates");
    window.records = numbers(json, "records");
    window.types = numbers(json, "types");
    window.quarantined = number(json, "quarantined");
    window.oversize = number(json, "oversize");
    window.unmapped = number(json, "unmapped");
    window.dropped = number(json, "dropped");
    window.digest = identity(json.path("digest").asText());
    if (json.hasNonNull("gapFrom") || json.hasNonNull("gapTo")) {
      window.gapFrom = number(json, "gapFrom");
      window.gapTo = number(json, "gapTo");
    }
    if (window.sequence == 0 || window.to < window.from || !window.isBalanced(json)) {
      throw new IllegalArgumentException("window has inconsistent numbers");
    }
    return window;
  }

  /** Returns whether the counts match: each event has one type and one record. */
  private boolean isBalanced(JsonNode json) {
    long events = number(json, "events");
    return events == sum(types) && events == sum(records);
  }

  private static long number(JsonNode json, String field) {
    return valid(json.path(field), field);
  }

  private static long valid(JsonNode value, String field) {
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > LARGEST_NUMBER) {
      throw new IllegalArgumentException("window has no valid number in " + field);
    }
    return value.longValue();
  }

  private static Map<String, Long> numbers(JsonNode json, String field) {
    if (!json.path(field).isObject()) {
      throw new IllegalArgumentException("window has no numbers in " + field);
    }
    Map<String, Long> numbers = new TreeMap<>();
    for (Map.Entry<String, JsonNode> each : json.path(field).properties()) {
      numbers.put(each.getKey(), valid(each.getValue(), field));
    }
    return numbers;
  }

  private static Identity identity(String hex) {
    if (!hex.matches("[0-9a-f]{" + 2 * Identity.BYTES + "}")) {
      throw new IllegalArgumentException("window has no valid digest");
    }
    return Identity.parse(hex);
  }

  private static long sum(Map<String, Long> numbers) {
    return numbers.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Window that && text().equals(that.text());
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }

  /**
   * Growth of a window with each record of a batch. The window after a record is computed later,
   * when the worker stores that record's offset. The reader fills this object, and gets the whole,
   * before it hands the batch over; then it does not change.
   */
  static final class Growth {

    private static final int QUARANTINED = 1;
    private static final int OVERSIZE = 2;
    private static final int UNMAPPED = 4;

    private final Window before;
    private final BitSet fresh;
    private final int events;
    private final Identity[] identities;
    private final String[] topics;
    private final String[] types;
    private final byte[] marks;
    private int size;
    private Window whole;

    /**
     * Prepares the growth by a batch.
     *
     * @param before the window, including the read of the batch
     * @param fresh which of the batch's events get a record, by position; not copied
     * @param events number of its events, including duplicates
     */
    Growth(Window before, BitSet fresh, int events) {
      this.before = before;
      this.fresh = fresh;
      this.events = events;
      int records = fresh.cardinality();
      identities = new Identity[records];
      topics = new String[records];
      types = new String[records];
      marks = new byte[records];
    }

    /** Returns the number of the window that contains all records of the batch. */
    long sequence() {
      return before.sequence;
    }

    /** Counts the next record. */
    void add(
        Identity identity,
        String topic,
        String type,
        boolean quarantined,
        boolean oversize,
        boolean unmapped) {
      identities[size] = identity;
      topics[size] = topic;
      types[size] = type;
      marks[size] =
          (byte)
              ((quarantined ? QUARANTINED : 0)
                  | (oversize ? OVERSIZE : 0)
                  | (unmapped ? UNMAPPED : 0));
      size++;
    }

    /** Returns the window with the whole batch. */
    Window whole() {
      if (whole == null) {
        whole = grown(events);
      }
      return whole;
    }

    /** Returns the window with the given number of events of the batch, including duplicates. */
    Window after(int done) {
      return done == events && whole != null ? whole : grown(done);
    }

    private Window grown(int done) {
      int handedOver = fresh.get(0, done).cardinality();
      Window window = new Window(before);
      window.records = new TreeMap<>(before.records);
      window.types = new TreeMap<>(before.types);
      window.duplicates += done - handedOver;
      for (int i = 0; i < handedOver; i++) {
        window.records.merge(topics[i], 1L, Long::sum);
        window.types.merge(types[i], 1L, Long::sum);
        window.digest = window.digest.plus(identities[i]);
        window.quarantined += marked(i, QUARANTINED);
        window.oversize += marked(i, OVERSIZE);
        window.unmapped += marked(i, UNMAPPED);
      }
      return window;
    }

    private int marked(int record, int mark) {
      return (marks[record] & mark) == 0 ? 0 : 1;
    }
  }
}
