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
 * A window of the ledger: what one reader handed over in a run of whole batches. The running one
 * travels in the reader's source offset as text; a finished one is the value of a ledger record.
 * Immutable: whatever counts makes another one.
 *
 * <p>Numbers of events and records, and the digest, are exact across a crash, since they are stored
 * together with the records that they count. Numbers of what leaves no record (reads, duplicates)
 * and of what is known only later (dropped) are lower bounds then.
 */
public final class Window {

  /** The value of a ledger record. Its version is raised with each change. */
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

  /** No count comes near, and none within can overflow a sum. */
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

  /** Null when nothing may be missing; so is {@link #gapTo} then. */
  private Long gapFrom;

  private Long gapTo;

  /**
   * Null until somebody asks. The worker asks three times for what it stores: to check the format,
   * and twice to write it. Whoever sees null writes the same text again.
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
   * The first window of a reader, with nothing in it.
   *
   * @param from the last read before it, epoch ms
   */
  public static Window first(long from) {
    Window window = new Window();
    window.from = from;
    window.to = from;
    return window;
  }

  /** The window that follows, with nothing in it; it begins where this one ends. */
  public Window next() {
    Window next = first(to);
    next.sequence = sequence + 1;
    return next;
  }

  /**
   * The same after a read that worked.
   *
   * @param at epoch ms; a wall clock that was set back does not count
   */
  public Window withRead(long at) {
    Window window = new Window(this);
    window.reads++;
    window.to = Math.max(to, at);
    return window;
  }

  /** The same with records of it that were settled without metadata. */
  public Window withDropped(long more) {
    Window window = new Window(this);
    window.dropped += more;
    return window;
  }

  /**
   * The same with a possible gap before its first read; a second one there makes the gap longer.
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

  /** Its number: 1, 2, 3, ... for each reader. */
  public long sequence() {
    return sequence;
  }

  /** The last read before it, epoch ms. */
  public long from() {
    return from;
  }

  /** Whether nothing was read in it so far. */
  public boolean isUnread() {
    return reads == 0;
  }

  /**
   * The value of its ledger record.
   *
   * @param reader as source partitions name it
   * @param version of the connector
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

  /** What an offset stores of it: its ledger record as JSON, without reader and version. */
  String text() {
    String written = text;
    if (written == null) {
      written = ConvertedJson.textOf(struct());
      text = written;
    }
    return written;
  }

  /**
   * Reads what {@link #text} wrote. Fields of a newer version are ignored.
   *
   * @param stored what an offset has in its place
   * @throws IllegalArgumentException if it is no window; the message says what does not fit
   */
  static Window parse(Object stored) {
    if (!(stored instanceof String text)) {
      throw new IllegalArgumentException("window is not a string");
    }
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("window is no JSON text", e);
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
      throw new IllegalArgumentException("window has numbers that do not fit together");
    }
    return window;
  }

  /** Each event is of one type, and has one record. */
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
   * How a window grows with each record of a batch. What it was after one of them is told later,
   * when the worker stores that record's offset. The reader fills it, and asks for the whole,
   * before it hands the batch over; it does not change then.
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
     * @param before the window, with the read that brought the batch
     * @param fresh which of the batch's events get a record, by position; not copied
     * @param events how many it has, duplicates too
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

    /** The number of the window that all records of the batch are in. */
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

    /** The window with the whole batch in it. */
    Window whole() {
      if (whole == null) {
        whole = grown(events);
      }
      return whole;
    }

    /** The window with so many events of the batch in it, duplicates among them counted, too. */
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
