// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.text.Printable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * The comparison of ledgers with the records that name their windows. Add all windows first, then
 * all records, then the windows that were closed in the meantime, and call {@link #judge} last. Not
 * thread-safe.
 *
 * <p>Memory: about 1 kB for each window, and 25 to 32 bytes for each record ({@link Identities}).
 */
final class Reconciliation {

  /** The meaning of a finding for completeness. */
  enum Verdict {
    /** Everything is as expected. */
    NOTE,
    /** Kafka does not have enough evidence that everything is there. */
    UNPROVEN,
    /** Something is missing, duplicated, or different from the ledger. */
    WRONG
  }

  /** A kind of finding, in the order of the report. */
  enum Kind {
    MISSING("missing", Verdict.WRONG),
    TWICE("twice", Verdict.WRONG),
    UNEXPECTED("unexpected", Verdict.WRONG),
    DIGEST("digest", Verdict.WRONG),
    IDENTITY("identity", Verdict.WRONG),
    OTHER_TOPIC("other-topic", Verdict.WRONG),
    HOLE("hole", Verdict.WRONG),
    SEQUENCE_TWICE("sequence-twice", Verdict.WRONG),
    CONTRADICTION("contradiction", Verdict.WRONG),
    UNREADABLE("unreadable", Verdict.WRONG),
    GAP("gap", Verdict.UNPROVEN),
    UNCOVERED("uncovered", Verdict.UNPROVEN),
    UNSEEN("unseen", Verdict.UNPROVEN),
    OPEN("open", Verdict.NOTE),
    LATER("closed-later", Verdict.NOTE),
    BEGUN("begun", Verdict.NOTE),
    ENDED("ended", Verdict.NOTE);

    private final String title;
    private final Verdict verdict;

    Kind(String title, Verdict verdict) {
      this.title = title;
      this.verdict = verdict;
    }

    String title() {
      return title;
    }

    Verdict verdict() {
      return verdict;
    }
  }

  /**
   * One finding.
   *
   * @param reader the reader of the finding; null for none
   * @param sequence the sequence number of that reader's window; 0 for none
   * @param count the number of records, sequences, or windows in the finding
   * @param text the finding, for people
   */
  record Finding(Kind kind, String reader, long sequence, long count, String text) {}

  /** All findings of a kind: their number, the sum of their counts, and the first of them. */
  static final class Findings {

    private static final int KEPT = 1_000;

    private final List<Finding> first = new ArrayList<>();
    private long number;
    private long count;

    private void add(Finding finding) {
      number++;
      count += finding.count();
      if (first.size() < KEPT) {
        first.add(finding);
      }
    }

    List<Finding> first() {
      return first;
    }

    long number() {
      return number;
    }

    long count() {
      return count;
    }
  }

  /** The extent of a partition. Records before the earliest offset are deleted. */
  record Extent(long earliest, long end) {}

  /** The comparison of a value with the identity in its record's header. */
  enum IdentityCheck {
    SAME,
    DIFFERENT,
    NOT_POSSIBLE
  }

  /**
   * A ledger record of a window; times are epoch milliseconds.
   *
   * @param ledger the topic
   * @param later whether the window was closed during the audit, so that its records might not have
   *     been read
   */
  private record Told(
      String ledger,
      boolean later,
      long sequence,
      long from,
      long to,
      long events,
      long dropped,
      Map<String, Long> records,
      Identity digest) {

    /** Returns the sum of both, because records do not distinguish them. */
    Told plus(Told other) {
      Map<String, Long> sum = new TreeMap<>(records);
      other.records.forEach((topic, number) -> sum.merge(topic, number, Long::sum));
      return new Told(
          ledger,
          later || other.later,
          sequence,
          Math.min(from, other.from),
          Math.max(to, other.to),
          events + other.events,
          dropped + other.dropped,
          sum,
          digest.plus(other.digest));
    }
  }

  /** A window, with the records that were found. */
  static final class Window {

    private final Reader reader;
    private final long sequence;

    /** The number among all windows, from 1. */
    private final int number;

    /** Parts from several ledgers, if a reader started again with sequence 1. */
    private final List<Told> parts = new ArrayList<>(1);

    /** The sum of the parts to check; null while there is none. */
    private Told told;

    private final Map<String, Long> found = new TreeMap<>();
    private Identity foundDigest = Identity.ZERO;
    private long distinct;

    /** Number of records whose identity was already found in this window. */
    private long repeated;

    private Identity repeatedDigest = Identity.ZERO;
    private long twice;
    private long missing;
    private long unseen;

    private Window(Reader reader, long sequence, int number) {
      this.reader = reader;
      this.sequence = sequence;
      this.number = number;
    }

    String reader() {
      return reader.name;
    }

    long sequence() {
      return sequence;
    }

    Instant from() {
      return Instant.ofEpochMilli(told.from);
    }

    Instant to() {
      return Instant.ofEpochMilli(told.to);
    }

    /** Returns the number of records in the ledger, by topic. */
    Map<String, Long> records() {
      return told.records;
    }

    long events() {
      return told.events;
    }

    long dropped() {
      return told.dropped;
    }

    /**
     * Returns the number of records that name this window, by topic, without repeated identities.
     */
    Map<String, Long> found() {
      return found;
    }

    /** Returns the number of records that name this window, without repeated identities. */
    long distinct() {
      return distinct;
    }

    /**
     * Returns the number of records whose identity was already found, in this window or another.
     */
    long twice() {
      return twice;
    }

    /** Returns the number of records that are missing. */
    long missing() {
      return missing;
    }

    /** Returns the number of records that were not found and might have been deleted. */
    long unseen() {
      return unseen;
    }

    private void add(Told part) {
      parts.add(part);
      told = told == null ? part : told.plus(part);
    }

    private void add(String topic, Identity identity) {
      distinct++;
      found.merge(topic, 1L, Long::sum);
      foundDigest = foundDigest.plus(identity);
    }

    private void repeat(Identity identity) {
      repeated++;
      repeatedDigest = repeatedDigest.plus(identity);
    }

    /** Returns whether the ledger counts repeated identities as events; then none is missing. */
    private boolean hasRepeated() {
      return repeated > 0
          && distinct + repeated == total(told.records)
          && foundDigest.plus(repeatedDigest).equals(told.digest);
    }

    private boolean hasDigest() {
      return foundDigest.equals(told.digest);
    }

    /** Returns whether the number of records found equals that of a part. */
    private boolean hasAllOf(Told part) {
      return distinct == total(part.records) - part.dropped;
    }

    /** Returns the sum of the identities in the ledger's digest that were not found. */
    private String difference() {
      return told.digest.minus(foundDigest).hex();
    }
  }

  private static final class Reader {

    private final String name;

    /** The number of its feed: the same event of two feeds is not a duplicate. */
    private final int feed;

    private final TreeMap<Long, Window> windows = new TreeMap<>();

    /** The first window with a record in a partition; records of later windows come after it. */
    private final Map<TopicPartition, Long> firstIn = new HashMap<>();

    /** Its ledger records in chronological order; known after everything was added. */
    private List<Told> told = List.of();

    /** When it last started with sequence 1, according to the ledgers; epoch milliseconds. */
    private long newestRun = Long.MIN_VALUE;

    /** The windows that were open when an earlier run ended: they are in no ledger. */
    private final Set<Long> cutOff = new TreeSet<>();

    Reader(String name, int feed) {
      this.name = name;
      this.feed = feed;
    }

    private void order() {
      told =
          windows.values().stream()
              .flatMap(window -> window.parts.stream())
              .sorted(
                  Comparator.comparingLong(Told::from)
                      .thenComparingLong(Told::to)
                      .thenComparingLong(Told::sequence))
              .toList();
    }

    /** Returns null without a ledger record. */
    private Told last() {
      return told.isEmpty() ? null : told.get(told.size() - 1);
    }

    /** Returns the sequence number of the open window. */
    private long open() {
      return told.isEmpty() ? 1 : last().sequence + 1;
    }

    private boolean drops() {
      return told.stream().anyMatch(each -> each.dropped > 0);
    }
  }

  private static final Pattern WINDOW = Pattern.compile("(.+)#(\\d{1,18})", Pattern.DOTALL);
  private static final Pattern IDENTITY = Pattern.compile("[0-9a-fA-F]{32}");

  private static final String OTHER_LEDGER =
      "if the reader had another ledger topic before, name both with --ledger-topic";
  private static final String CUT_OFF =
      "a window was open when the offsets were reset or the ledger was disabled,"
          + " so it is in no ledger";
  private static final String LOWER_BOUND =
      "records of this reader are dropped on purpose, and after a stop or a crash"
          + " the ledger might count too few of them";

  /** Odd, so that its multiples differ between feeds. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** Null for no limit. */
  private final Instant from;

  private final Instant to;
  private final Instant now;
  private final Set<String> otherTopics;
  private final Map<String, Reader> readers = new TreeMap<>();
  private final Map<String, Integer> feeds = new HashMap<>();
  private final List<Window> windows = new ArrayList<>();
  private final Identities identities = new Identities();
  private final Map<Kind, Findings> findings = new EnumMap<>(Kind.class);
  private final List<Window> judged = new ArrayList<>();
  private long recomputed;
  private long rerouted;
  private boolean ledgerTruncated;
  private boolean ledgerCompacted;
  private boolean ledgerUnread;

  /**
   * Creates an empty comparison.
   *
   * @param from windows that end before it are not checked; null for no limit
   * @param to windows that start at or after it are not checked; null for no limit
   * @param now ledgers need not reach a limit after it
   * @param otherTopics topics that can contain records that are elsewhere according to the ledger
   */
  Reconciliation(Instant from, Instant to, Instant now, Set<String> otherTopics) {
    this.from = from;
    this.to = to;
    this.now = now;
    this.otherTopics = otherTopics;
  }

  /**
   * Adds a ledger record. Windows with the same name in several ledgers are added up.
   *
   * @param ledger the topic
   * @param value the fields of a window, by name
   * @param place the place of the record, for people
   * @param later whether it was written after the ends of the topics were determined
   * @throws IllegalArgumentException if a required field is missing or has another type
   */
  void addWindow(String ledger, Map<String, ?> value, String place, boolean later) {
    String digest = field(value, "digest", String.class);
    if (!isIdentity(digest)) {
      throw new IllegalArgumentException("digest is not 32 hexadecimal digits");
    }
    Told told =
        new Told(
            ledger,
            later,
            number(value, "sequence"),
            number(value, "from"),
            number(value, "to"),
            number(value, "events"),
            value.get("dropped") == null ? 0 : number(value, "dropped"),
            numbers(value, "records"),
            Identity.parse(digest));
    long types = value.get("types") == null ? told.events : total(numbers(value, "types"));
    Long gapFrom = value.get("gapFrom") == null ? null : number(value, "gapFrom");
    Long gapTo = value.get("gapTo") == null ? null : number(value, "gapTo");

    Window window = window(field(value, "reader", String.class), told.sequence);
    if (window.parts.stream().anyMatch(part -> part.ledger.equals(ledger))) {
      if (isSelected(window) || isSelected(told)) {
        add(
            Kind.SEQUENCE_TWICE,
            window,
            1,
            String.format(
                Locale.ROOT,
                "the ledger has this sequence number again at %s: the offsets were reset or"
                    + " set back, or the ledger was disabled. Set a new ledger.topic, and name both"
                    + " topics to the audit",
                place));
      }
      return;
    }
    window.add(told);
    if (!isSelected(told)) {
      return;
    }
    long records = total(told.records);
    if (records != told.events || types != told.events) {
      add(
          Kind.CONTRADICTION,
          window,
          1,
          String.format(
              Locale.ROOT,
              "its ledger record at %s counts %d events, but %d by topic and %d by type",
              place,
              told.events,
              records,
              types));
    }
    if (gapFrom != null && gapTo != null) {
      add(
          Kind.GAP,
          window,
          1,
          String.format(
              Locale.ROOT,
              "a possible gap before it, from %s to %s: events of this time might not have"
                  + " been delivered",
              Instant.ofEpochMilli(gapFrom),
              Instant.ofEpochMilli(gapTo)));
    }
  }

  private Window window(String reader, long sequence) {
    Reader of = readers.get(reader);
    if (of == null) {
      String feed = reader.substring(0, Math.max(0, reader.lastIndexOf('/')));
      of = new Reader(reader, feeds.computeIfAbsent(feed, added -> feeds.size()));
      readers.put(reader, of);
    }
    Window window = of.windows.get(sequence);
    if (window == null) {
      window = new Window(of, sequence, windows.size() + 1);
      windows.add(window);
      of.windows.put(sequence, window);
    }
    return window;
  }

  /** Returns whether the ledger has any window, selected or not. */
  boolean hasWindows() {
    return windows.stream().anyMatch(window -> window.told != null);
  }

  /** Returns the topics of all windows, selected or not. */
  Set<String> topics() {
    Set<String> topics = new TreeSet<>();
    for (Window window : windows) {
      if (window.told != null) {
        topics.addAll(window.told.records.keySet());
      }
    }
    return topics;
  }

  /**
   * Adds a record.
   *
   * @param window the window in its header, see {@link #isWindow}
   * @param identity the identity in its header, see {@link #isIdentity}
   * @param check the comparison of the identity with the value
   */
  void addRecord(
      TopicPartition partition, long offset, String window, String identity, IdentityCheck check) {
    Matcher name = WINDOW.matcher(window);
    if (!name.matches()) {
      throw new IllegalArgumentException("not the name of a window");
    }
    Window named = window(name.group(1), Long.parseLong(name.group(2)));
    named.reader.firstIn.merge(partition, named.sequence, Math::min);
    Identity event = Identity.parse(identity);
    int known =
        identities.add(high(identity) ^ named.reader.feed * SPREAD, low(identity), named.number);
    if (known != named.number) {
      named.add(partition.topic(), event);
    } else {
      named.repeat(event);
    }
    if (known != 0) {
      named.twice++;
      Window first = windows.get(known - 1);
      if (isSelected(named) || isSelected(first)) {
        add(
            Kind.TWICE,
            named,
            1,
            String.format(
                Locale.ROOT,
                "identity %s again at %s offset %d, first seen in window %d of %s",
                identity,
                partition,
                offset,
                first.sequence,
                Printable.of(first.reader.name)));
      }
    }
    if (check != IdentityCheck.NOT_POSSIBLE) {
      recomputed++;
    }
    if (check == IdentityCheck.DIFFERENT && isSelected(named)) {
      add(
          Kind.IDENTITY,
          named,
          1,
          String.format(
              Locale.ROOT,
              "the header has %s at %s offset %d, but the event's text has another identity",
              identity,
              partition,
              offset));
    }
  }

  /** Adds a finding without a window. */
  void add(Kind kind, long count, String text) {
    add(new Finding(kind, null, 0, count, text));
  }

  /**
   * Adds a finding for an unreadable record of the connector, if it is in the range of time.
   *
   * @param timestamp the record's timestamp in epoch milliseconds; negative for none
   */
  void addUnreadable(long timestamp, String text) {
    boolean after = from == null || timestamp >= from.toEpochMilli();
    boolean before = to == null || timestamp < to.toEpochMilli();
    if (timestamp < 0 || (after && before)) {
      add(Kind.UNREADABLE, 1, text);
    }
  }

  /**
   * Sets possible causes of holes in the ledger other than the connector.
   *
   * @param truncated whether its first records were deleted
   * @param compacted whether records between others might have been deleted
   * @param unread whether some records could not be read
   */
  void ledger(boolean truncated, boolean compacted, boolean unread) {
    ledgerTruncated = truncated;
    ledgerCompacted = compacted;
    ledgerUnread = unread;
  }

  /**
   * Compares windows and records, after everything was added.
   *
   * @param extents the extents of all partitions of the topics
   * @param compacted topics in which records between others might have been deleted
   * @param unread partitions that were not read to the end
   */
  void judge(
      Map<TopicPartition, Extent> extents, Set<String> compacted, Set<TopicPartition> unread) {
    for (Reader reader : readers.values()) {
      reader.order();
      follow(reader);
      for (Window window : reader.windows.values()) {
        if (window.told != null && isSelected(window) && window.told.later) {
          add(
              Kind.LATER,
              window,
              1,
              "it was closed while the audit ran, so this audit does not check it");
        } else if (window.told != null && isSelected(window)) {
          judge(window, extents, compacted, unread);
        }
      }
      reportUntold(reader);
      reportCoverage(reader);
    }
    reportAbsentTopics(extents);
  }

  /**
   * Follows a reader's windows through time, across ledgers. A gap in the sequence is a hole, and a
   * smaller number starts a new run.
   */
  private void follow(Reader reader) {
    Told before = null;
    for (Told each : reader.told) {
      boolean newRun = before != null && each.sequence <= before.sequence;
      if (newRun) {
        reader.newestRun = each.from;
        reader.cutOff.add(before.sequence + 1);
        if (mayTouchRange(before, each)) {
          add(
              Kind.UNCOVERED,
              reader,
              String.format(
                  Locale.ROOT,
                  "no ledger covers the time from %s, when window %d ended, to %s, when the"
                      + " reader started again with window %d: the offsets were reset, or the ledger"
                      + " was disabled",
                  Instant.ofEpochMilli(before.to),
                  before.sequence,
                  Instant.ofEpochMilli(each.from),
                  each.sequence));
        }
      }
      findHole(
          reader, before, before == null || newRun ? 1 : before.sequence + 1, each.sequence, each);
      before = each;
    }
  }

  /** Reports windows that records name and that are in no ledger. */
  private void reportUntold(Reader reader) {
    List<Window> untold =
        reader.windows.values().stream().filter(window -> window.told == null).toList();
    if (reader.told.isEmpty() && reader.windows.lastKey() > 1) {
      long named = untold.stream().mapToLong(Window::distinct).sum();
      add(
          new Finding(
              Kind.UNSEEN,
              reader.name,
              0,
              named,
              named
                  + " records name its windows, but the ledger has none of them. Add its ledger to"
                  + " --ledger-topic"));
      return;
    }
    Window last = null;
    for (Window window : untold) {
      if (reader.cutOff.contains(window.sequence)) {
        if (isSelected(window)) {
          add(Kind.UNSEEN, window, window.distinct, window.distinct + " records; " + CUT_OFF);
        }
      } else if (window.sequence >= reader.open()) {
        last = window;
      }
    }
    if (last != null) {
      findHole(reader, reader.last(), reader.open(), last.sequence, null);
      if (isSelected(last)) {
        reportOpen(last, last.distinct);
      }
    }
  }

  private void reportOpen(Window window, long records) {
    add(
        Kind.OPEN,
        window,
        records,
        String.format(Locale.ROOT, "it is still open, with %d records so far", records));
  }

  /** Reports where a reader's ledger does not cover the range of time. */
  private void reportCoverage(Reader reader) {
    List<Told> selected = reader.told.stream().filter(this::isSelected).toList();
    if (selected.isEmpty()) {
      if (from != null && !reader.told.isEmpty() && reader.last().to < from.toEpochMilli()) {
        add(
            Kind.ENDED,
            reader,
            "its ledger ended before this range of time, at "
                + Instant.ofEpochMilli(reader.last().to));
      }
      return;
    }
    Told first = selected.get(0);
    if (from != null && first.from > from.toEpochMilli()) {
      String begin = "its ledger begins at " + Instant.ofEpochMilli(first.from);
      if (first.sequence > 1) {
        add(Kind.UNCOVERED, reader, begin + ". Nothing is proven for the time before");
      } else {
        add(Kind.BEGUN, reader, begin + ", with window 1. The time before is not checked");
      }
    }
    long end =
        selected.stream().filter(each -> !each.later).mapToLong(Told::to).max().orElse(first.from);
    if (to != null && !to.isAfter(now) && end < to.toEpochMilli()) {
      add(
          Kind.UNCOVERED,
          reader,
          "its ledger ends at "
              + Instant.ofEpochMilli(end)
              + ". Nothing is proven for the time after");
    }
  }

  /**
   * Reports topics that do not exist, but only if records were not found: transformations might
   * have sent all records of a topic elsewhere.
   */
  private void reportAbsentTopics(Map<TopicPartition, Extent> extents) {
    Set<String> absent = new TreeSet<>(otherTopics);
    for (Window window : judged) {
      if (window.missing + window.unseen > 0) {
        absent.addAll(window.told.records.keySet());
      }
    }
    extents.keySet().forEach(partition -> absent.remove(partition.topic()));
    for (String topic : absent) {
      add(
          Kind.UNSEEN,
          1,
          "topic " + topic + " does not exist, or you are not allowed to describe it");
    }
  }

  /**
   * Reports windows that are in no ledger.
   *
   * @param before the ledger record before them; null for none
   * @param first the first of them, if there are any
   * @param next the window after them
   * @param after the ledger record after them; null for none
   */
  private void findHole(Reader reader, Told before, long first, long next, Told after) {
    long last = next - 1;
    if (first > last || !mayTouchRange(before, after)) {
      return;
    }
    long named =
        reader.windows.subMap(first, true, last, true).values().stream()
            .filter(window -> window.told == null)
            .mapToLong(window -> window.distinct)
            .sum();
    String why = null;
    if (ledgerUnread) {
      why = "the ledger topic was not read to the end";
    } else if (ledgerCompacted) {
      why = "the ledger topic is compacted";
    } else if (first == 1 && ledgerTruncated) {
      why = "the ledger topic does not start at offset 0";
    }
    String text =
        String.format(
            Locale.ROOT,
            "windows %d to %d have no ledger record%s; %d records name them%s",
            first,
            last,
            why == null ? "" : " (" + why + ")",
            named,
            why == null ? "; " + OTHER_LEDGER : "");
    add(
        new Finding(
            why == null ? Kind.HOLE : Kind.UNSEEN, reader.name, first, last - first + 1, text));
  }

  private void judge(
      Window window,
      Map<TopicPartition, Extent> extents,
      Set<String> compacted,
      Set<TopicPartition> unread) {
    judged.add(window);
    narrow(window);
    long told = total(window.told.records);
    long missing = window.hasRepeated() ? 0 : told - window.told.dropped - window.distinct;
    long surplus = 0;
    for (Map.Entry<String, Long> each : window.found.entrySet()) {
      long more = each.getValue() - window.told.records.getOrDefault(each.getKey(), 0L);
      if (more > 0 && otherTopics.contains(each.getKey())) {
        rerouted += more;
      } else if (more > 0) {
        surplus += more;
      }
    }
    boolean same = window.distinct == told && window.hasDigest();
    long unexpected = same ? 0 : Math.max(0, -missing);
    if (missing > 0) {
      String gone = whatIsGone(window, extents, compacted, unread);
      window.missing = gone == null ? missing : 0;
      window.unseen = gone == null ? 0 : missing;
      String why = gone != null ? "; " + gone : window.reader.drops() ? "; " + LOWER_BOUND : "";
      String one =
          missing == 1 && window.told.dropped == 0 ? ", identity " + window.difference() : "";
      add(
          gone == null ? Kind.MISSING : Kind.UNSEEN,
          window,
          missing,
          String.format(
              Locale.ROOT,
              "%d of %d records were not found%s (%s)%s",
              missing,
              told - window.told.dropped,
              one,
              byTopic(window),
              why));
    } else if (unexpected > 0) {
      reportUnexpected(window, unexpected);
    } else if (window.distinct == told && !same) {
      add(
          Kind.DIGEST,
          window,
          1,
          String.format(
              Locale.ROOT,
              "%d records as in the ledger, but not the same records: their digest is %s,"
                  + " the ledger's is %s",
              told,
              window.foundDigest.hex(),
              window.told.digest.hex()));
    }
    if (surplus > unexpected) {
      add(
          Kind.OTHER_TOPIC,
          window,
          surplus - unexpected,
          String.format(
              Locale.ROOT,
              "%d records are in a different topic than in the ledger (%s). Name the"
                  + " topics of transformations with --topics",
              surplus - unexpected,
              byTopic(window)));
    }
  }

  /**
   * Limits a window in several ledgers to its parts in the range of time, if the number of records
   * equals that of these parts: the records of the others might have been deleted.
   */
  private void narrow(Window window) {
    if (window.parts.size() > 1 && !window.hasAllOf(window.told)) {
      window.parts.stream()
          .filter(this::isSelected)
          .reduce(Told::plus)
          .filter(window::hasAllOf)
          .ifPresent(part -> window.told = part);
    }
  }

  /**
   * Reports surplus records. If a reader started again, they might be of a window without a ledger
   * record.
   */
  private void reportUnexpected(Window window, long unexpected) {
    boolean cutOff = window.reader.cutOff.contains(window.sequence);
    if (!cutOff && window.sequence == window.reader.open()) {
      reportOpen(window, unexpected);
      return;
    }
    add(
        cutOff ? Kind.UNSEEN : Kind.UNEXPECTED,
        window,
        unexpected,
        String.format(
            Locale.ROOT,
            "%d more records than in the ledger (%s); %s",
            unexpected,
            byTopic(window),
            cutOff ? CUT_OFF : OTHER_LEDGER));
  }

  /**
   * Returns why written records of a window might not have been found; null without a reason. A
   * reader's windows follow each other in every partition: if a record of an earlier window is
   * left, retention deleted none of this one. This is unknown for windows before the newest run,
   * which has the same sequence numbers.
   */
  private String whatIsGone(
      Window window,
      Map<TopicPartition, Extent> extents,
      Set<String> compacted,
      Set<TopicPartition> unread) {
    Set<String> topics = new TreeSet<>(otherTopics);
    topics.addAll(window.told.records.keySet());
    for (String topic : topics) {
      if (compacted.contains(topic)) {
        return "topic " + topic + " is compacted";
      }
    }
    for (Map.Entry<TopicPartition, Extent> each : extents.entrySet()) {
      TopicPartition partition = each.getKey();
      if (topics.contains(partition.topic()) && unread.contains(partition)) {
        return partition + " was not read to the end";
      }
      if (topics.contains(partition.topic()) && each.getValue().earliest() > 0) {
        Long first = window.reader.firstIn.get(partition);
        if (first == null
            || first >= window.sequence
            || window.told.from < window.reader.newestRun) {
          return partition + " starts at offset " + each.getValue().earliest();
        }
      }
    }
    return null;
  }

  private static String byTopic(Window window) {
    Set<String> topics = new TreeSet<>(window.told.records.keySet());
    topics.addAll(window.found.keySet());
    List<String> parts = new ArrayList<>();
    for (String topic : topics) {
      parts.add(
          String.format(
              Locale.ROOT,
              "%s: %d of %d",
              Printable.of(topic),
              window.found.getOrDefault(topic, 0L),
              window.told.records.getOrDefault(topic, 0L)));
    }
    return String.join(", ", parts);
  }

  private boolean isSelected(Told told) {
    return (from == null || told.to >= from.toEpochMilli())
        && (to == null || told.from < to.toEpochMilli());
  }

  /** Returns whether a window is in the range of time, or might be if it has no ledger record. */
  private boolean isSelected(Window window) {
    return window.parts.isEmpty()
        ? mayTouchRange(neighbor(window, false), neighbor(window, true))
        : window.parts.stream().anyMatch(this::isSelected);
  }

  /** Returns the nearest ledger record before or after a window; null for none. */
  private static Told neighbor(Window window, boolean after) {
    NavigableMap<Long, Window> windows = window.reader.windows;
    NavigableMap<Long, Window> others =
        after
            ? windows.tailMap(window.sequence, false)
            : windows.headMap(window.sequence, false).descendingMap();
    return others.values().stream()
        .map(each -> each.told)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Returns whether the time between two windows might touch the range; null for unknown. */
  private boolean mayTouchRange(Told before, Told after) {
    return (to == null || before == null || before.to < to.toEpochMilli())
        && (from == null || after == null || after.from >= from.toEpochMilli());
  }

  private void add(Kind kind, Window window, long count, String text) {
    add(new Finding(kind, window.reader.name, window.sequence, count, text));
  }

  private void add(Kind kind, Reader reader, String text) {
    add(new Finding(kind, reader.name, 0, 1, text));
  }

  private void add(Finding finding) {
    findings.computeIfAbsent(finding.kind(), kind -> new Findings()).add(finding);
  }

  /** Returns the findings by kind; kinds without findings are absent. */
  Map<Kind, Findings> findings() {
    return findings;
  }

  /** Returns the start time of the audit. */
  Instant now() {
    return now;
  }

  /** Returns the start of the range of time; null for none. */
  Instant from() {
    return from;
  }

  /** Returns the end of the range of time, exclusive; null for none. */
  Instant to() {
    return to;
  }

  /** Returns the windows that were checked, by reader and sequence number. */
  List<Window> judged() {
    return judged;
  }

  /** Returns the number of records whose identity was recomputed from the value. */
  long recomputed() {
    return recomputed;
  }

  /** Returns the number of records in {@code otherTopics} that the ledger has in another topic. */
  long rerouted() {
    return rerouted;
  }

  /** Returns the worst verdict of all findings; at least {@code UNPROVEN} without a window. */
  Verdict verdict() {
    Verdict worst = judged.isEmpty() ? Verdict.UNPROVEN : Verdict.NOTE;
    for (Kind kind : findings.keySet()) {
      worst = kind.verdict().compareTo(worst) > 0 ? kind.verdict() : worst;
    }
    return worst;
  }

  private static <T> T field(Map<String, ?> value, String name, Class<T> type) {
    if (!type.isInstance(value.get(name))) {
      throw new IllegalArgumentException(name + " is missing or has the wrong type");
    }
    return type.cast(value.get(name));
  }

  private static long number(Map<String, ?> value, String name) {
    return field(value, name, Number.class).longValue();
  }

  private static Map<String, Long> numbers(Map<String, ?> value, String name) {
    Map<String, Long> numbers = new TreeMap<>();
    for (Map.Entry<?, ?> each : ((Map<?, ?>) field(value, name, Map.class)).entrySet()) {
      if (!(each.getKey() instanceof String key) || !(each.getValue() instanceof Number number)) {
        throw new IllegalArgumentException(name + " is not a map of numbers");
      }
      numbers.put(key.intern(), number.longValue());
    }
    return numbers;
  }

  private static long total(Map<String, Long> numbers) {
    return numbers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns whether a text names a window, as in {@code reader#7}. */
  static boolean isWindow(String text) {
    return text != null && WINDOW.matcher(text).matches();
  }

  /** Returns whether a text is an identity, or a sum of them: 32 hexadecimal digits. */
  static boolean isIdentity(String text) {
    return text != null && IDENTITY.matcher(text).matches();
  }

  private static long high(String identity) {
    return Long.parseUnsignedLong(identity, 0, 16, 16);
  }

  private static long low(String identity) {
    return Long.parseUnsignedLong(identity, 16, 32, 16);
  }

  /**
   * The windows in which each identity was found. Open addressing in segments, which grow
   * separately by a quarter: 20 bytes for an entry, 25 to 32 with free slots. The identities are
   * parts of hashes, so their own bits distribute them.
   */
  static final class Identities {

    private static final int SEGMENT_BITS = 12;
    private static final int FIRST_CAPACITY = 8;

    private final Segment[] segments = new Segment[1 << SEGMENT_BITS];

    /**
     * Adds an identity.
     *
     * @param window the number of its window, from 1
     * @return 0 if it is new; this window if it was already in it; another window if it was in that
     *     one, and is now in both
     */
    int add(long high, long low, int window) {
      int at = (int) (high >>> (Long.SIZE - SEGMENT_BITS));
      if (segments[at] == null) {
        segments[at] = new Segment();
      }
      return segments[at].add(high, low, window);
    }

    private static final class Segment {

      private long[] keys = new long[2 * FIRST_CAPACITY];
      private int[] windows = new int[FIRST_CAPACITY];
      private int size;

      int add(long high, long low, int window) {
        if (size + 1 > windows.length / 5 * 4 + windows.length % 5 * 4 / 5) {
          grow();
        }
        int slot = slot(low);
        int other = 0;
        while (windows[slot] != 0) {
          if (keys[2 * slot] == high && keys[2 * slot + 1] == low) {
            if (windows[slot] == window) {
              return window;
            }
            other = other == 0 ? windows[slot] : other;
          }
          slot = slot + 1 == windows.length ? 0 : slot + 1;
        }
        put(slot, high, low, window);
        return other;
      }

      private int slot(long low) {
        return (int) Math.multiplyHigh(low >>> 1, (long) windows.length << 1);
      }

      private void put(int slot, long high, long low, int window) {
        keys[2 * slot] = high;
        keys[2 * slot + 1] = low;
        windows[slot] = window;
        size++;
      }

      private void grow() {
        long[] oldKeys = keys;
        int[] oldWindows = windows;
        int capacity = windows.length + Math.max(FIRST_CAPACITY, windows.length / 4);
        keys = new long[2 * capacity];
        windows = new int[capacity];
        size = 0;
        for (int i = 0; i < oldWindows.length; i++) {
          if (oldWindows[i] != 0) {
            int slot = slot(oldKeys[2 * i + 1]);
            while (windows[slot] != 0) {
              slot = slot + 1 == windows.length ? 0 : slot + 1;
            }
            put(slot, oldKeys[2 * i], oldKeys[2 * i + 1], oldWindows[i]);
          }
        }
      }
    }
  }
}
