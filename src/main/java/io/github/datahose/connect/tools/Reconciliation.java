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
 * What ledgers say, held against the records that name its windows. Takes all windows first, then
 * all records, then the windows that were closed in the meantime, and judges at the end. Not
 * thread-safe.
 *
 * <p>Memory: about 1 kB for each window, and 25 to 32 bytes for each record ({@link Identities}).
 */
final class Reconciliation {

  /** What a finding says of completeness. */
  enum Verdict {
    /** Nothing: it is as it should be. */
    NOTE,
    /** Nobody can tell from Kafka whether all is there. */
    UNPROVEN,
    /** Something is missing, there twice, or not what the ledger says. */
    WRONG
  }

  /** A kind of finding, in the order in which they are told. */
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
   * @param reader which it is about; null for none
   * @param sequence of that reader's window; 0 for none
   * @param count how many records, sequences or windows it is about
   * @param text what was found, for people
   */
  record Finding(Kind kind, String reader, long sequence, long count, String text) {}

  /** All findings of a kind: their number, what they count together, and the first of them. */
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

  /** How much of a partition there is: what lies before the earliest offset is gone. */
  record Extent(long earliest, long end) {}

  /** What a value says of the identity in its record's header. */
  enum IdentityCheck {
    SAME,
    DIFFERENT,
    NOT_POSSIBLE
  }

  /**
   * What a ledger tells of a window; times are epoch milliseconds.
   *
   * @param ledger the topic
   * @param later whether it was closed while the audit ran: its records may not have been read
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

    /** Both together, as records name both alike. */
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

  /** A window, and what was found of it. */
  static final class Window {

    private final Reader reader;
    private final long sequence;

    /** Among all windows, from 1 on. */
    private final int number;

    /** Of several ledgers, where a reader began again with sequence 1. */
    private final List<Told> parts = new ArrayList<>(1);

    /** The sum of the parts that are judged; null as long as there is none. */
    private Told told;

    private final Map<String, Long> found = new TreeMap<>();
    private Identity foundDigest = Identity.ZERO;
    private long distinct;

    /** Records whose identity was found in this window before. */
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

    /** How many records the ledger tells of, by topic. */
    Map<String, Long> records() {
      return told.records;
    }

    long events() {
      return told.events;
    }

    long dropped() {
      return told.dropped;
    }

    /** How many records name it, by topic; of those with one identity the first only. */
    Map<String, Long> found() {
      return found;
    }

    /** The same of all topics. */
    long distinct() {
      return distinct;
    }

    /** Records that name it, and whose identity was found before, in this window or another. */
    long twice() {
      return twice;
    }

    /** Records that are not there, and should be. */
    long missing() {
      return missing;
    }

    /** Records that are not there, and may have been deleted since. */
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

    /** Whether the ledger tells of what is there twice as of two events: none is missing then. */
    private boolean hasRepeated() {
      return repeated > 0
          && distinct + repeated == total(told.records)
          && foundDigest.plus(repeatedDigest).equals(told.digest);
    }

    private boolean hasDigest() {
      return foundDigest.equals(told.digest);
    }

    /** Whether there are as many records as a part has. */
    private boolean hasAllOf(Told part) {
      return distinct == total(part.records) - part.dropped;
    }

    /** The sum of what is in the ledger's digest and was not found. */
    private String difference() {
      return told.digest.minus(foundDigest).hex();
    }
  }

  private static final class Reader {

    private final String name;

    /** The number of its feed: what two feeds deliver is not delivered twice. */
    private final int feed;

    private final TreeMap<Long, Window> windows = new TreeMap<>();

    /** The first window of which a record is in a partition; later ones have theirs after it. */
    private final Map<TopicPartition, Long> firstIn = new HashMap<>();

    /** What ledgers tell of it, in the order of time; known once all is taken. */
    private List<Told> told = List.of();

    /** When it began with sequence 1 for the last time, as far as ledgers tell; epoch ms. */
    private long newestRun = Long.MIN_VALUE;

    /** The windows that were open when an earlier run ended: no ledger tells of them. */
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

    /** Null without a ledger record. */
    private Told last() {
      return told.isEmpty() ? null : told.get(told.size() - 1);
    }

    /** The sequence of the window that is open. */
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
      "a window was open when the offsets were reset, or the ledger switched off, so no ledger tells of it";
  private static final String LOWER_BOUND =
      "records of this reader are dropped on purpose, and after a stop or a crash the ledger may count fewer of them than were";

  /** Odd, so that no two feeds have one multiple of it. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** Null for none. */
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
   * Makes one that has seen nothing.
   *
   * @param from windows that end before are not judged; null for no such limit
   * @param to windows that begin then or later are not judged; null for no such limit
   * @param now ledgers need not reach a limit that is later
   * @param otherTopics where records may be that the ledger tells to be elsewhere
   */
  Reconciliation(Instant from, Instant to, Instant now, Set<String> otherTopics) {
    this.from = from;
    this.to = to;
    this.now = now;
    this.otherTopics = otherTopics;
  }

  /**
   * Takes what a ledger record says. Windows of one name in several ledgers are added up.
   *
   * @param ledger its topic
   * @param value the fields of a window, by name
   * @param place where it was, for people
   * @param later whether it was written after the topics' ends were taken
   * @throws IllegalArgumentException when a field that is needed is absent or of another type
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
                "the ledger has this sequence again at %s: the offsets were reset or set back, or the ledger was off; a new ledger.topic, named to the audit beside this one, ends that",
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
              "its ledger record at %s tells of %d events, of %d by topic, and of %d by type",
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
              "a possible gap before it, from %s to %s: events of this time may never have been delivered",
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

  /** Whether the ledger tells of any window, selected or not. */
  boolean hasWindows() {
    return windows.stream().anyMatch(window -> window.told != null);
  }

  /** The topics of all windows, selected or not. */
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
   * Takes a record.
   *
   * @param window what its header says, see {@link #isWindow}
   * @param identity what its header says, see {@link #isIdentity}
   * @param check what its value says of that
   */
  void addRecord(
      TopicPartition partition, long offset, String window, String identity, IdentityCheck check) {
    Matcher name = WINDOW.matcher(window);
    if (!name.matches()) {
      throw new IllegalArgumentException("no name of a window");
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
                "identity %s again at %s offset %d, first in window %d of %s",
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
              "the header says %s at %s offset %d, and the event's text another",
              identity,
              partition,
              offset));
    }
  }

  /** Adds a finding that is about no window. */
  void add(Kind kind, long count, String text) {
    add(new Finding(kind, null, 0, count, text));
  }

  /**
   * Adds that a record of the connector cannot be read, if the range of time selects it.
   *
   * @param timestamp the record's, epoch ms; negative for none
   */
  void addUnreadable(long timestamp, String text) {
    boolean after = from == null || timestamp >= from.toEpochMilli();
    boolean before = to == null || timestamp < to.toEpochMilli();
    if (timestamp < 0 || (after && before)) {
      add(Kind.UNREADABLE, 1, text);
    }
  }

  /**
   * Tells what else than the connector may have made holes in the ledger.
   *
   * @param truncated whether its first records are gone
   * @param compacted whether records between others may be gone
   * @param unread whether some could not be read
   */
  void ledger(boolean truncated, boolean compacted, boolean unread) {
    ledgerTruncated = truncated;
    ledgerCompacted = compacted;
    ledgerUnread = unread;
  }

  /**
   * Judges, after everything was taken.
   *
   * @param extents of all partitions that were to be read
   * @param compacted topics of which some records may be gone between others
   * @param unread partitions that were not read to their ends
   */
  void judge(
      Map<TopicPartition, Extent> extents, Set<String> compacted, Set<TopicPartition> unread) {
    for (Reader reader : readers.values()) {
      reader.order();
      follow(reader);
      for (Window window : reader.windows.values()) {
        if (window.told != null && isSelected(window) && window.told.later) {
          add(Kind.LATER, window, 1, "it was closed while the audit ran, and is not judged");
        } else if (window.told != null && isSelected(window)) {
          judge(window, extents, compacted, unread);
        }
      }
      tellUntold(reader);
      tellCoverage(reader);
    }
    tellAbsent(extents);
  }

  /**
   * Follows a reader's windows through time, whichever ledgers tell of them: where one does not
   * follow the one before there is a hole, and one with a smaller number begins a new run.
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
                  "no ledger tells of the time from %s, when window %d ended, to %s, when it began again with window %d: the offsets were reset, or the ledger was off",
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

  /** Tells of windows that records name and no ledger. */
  private void tellUntold(Reader reader) {
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
                  + " records name its windows, and the ledger has none of it; name its ledger with --ledger-topic, too"));
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
        tellOpen(last, last.distinct);
      }
    }
  }

  private void tellOpen(Window window, long records) {
    add(
        Kind.OPEN,
        window,
        records,
        String.format(Locale.ROOT, "it is open, with %d records so far", records));
  }

  /** Tells where a reader's ledger does not tell of all of the range of time. */
  private void tellCoverage(Reader reader) {
    List<Told> selected = reader.told.stream().filter(this::isSelected).toList();
    if (selected.isEmpty()) {
      if (from != null && !reader.told.isEmpty() && reader.last().to < from.toEpochMilli()) {
        add(
            Kind.ENDED,
            reader,
            "its ledger ended before this time, at " + Instant.ofEpochMilli(reader.last().to));
      }
      return;
    }
    Told first = selected.get(0);
    if (from != null && first.from > from.toEpochMilli()) {
      String begin = "its ledger begins at " + Instant.ofEpochMilli(first.from);
      if (first.sequence > 1) {
        add(Kind.UNCOVERED, reader, begin + ": nobody can tell what came before");
      } else {
        add(Kind.BEGUN, reader, begin + ", with window 1: what came before is not judged");
      }
    }
    long end =
        selected.stream().filter(each -> !each.later).mapToLong(Told::to).max().orElse(first.from);
    if (to != null && !to.isAfter(now) && end < to.toEpochMilli()) {
      add(
          Kind.UNCOVERED,
          reader,
          "its ledger ends at " + Instant.ofEpochMilli(end) + ": nobody can tell what came later");
    }
  }

  /**
   * A topic that the ledger tells of need not exist: transformations may have sent all of its
   * records elsewhere. So it matters only where records are not there.
   */
  private void tellAbsent(Map<TopicPartition, Extent> extents) {
    Set<String> absent = new TreeSet<>(otherTopics);
    for (Window window : judged) {
      if (window.missing + window.unseen > 0) {
        absent.addAll(window.told.records.keySet());
      }
    }
    extents.keySet().forEach(partition -> absent.remove(partition.topic()));
    for (String topic : absent) {
      add(Kind.UNSEEN, 1, "topic " + topic + " does not exist, or may not be described");
    }
  }

  /**
   * Finds windows that no ledger tells of.
   *
   * @param before what was told before them; null for nothing
   * @param first the first of them, unless there are none
   * @param next the window after them
   * @param after what was told after them; null for nothing
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
      why = "the ledger's topic was not read to its end";
    } else if (ledgerCompacted) {
      why = "the ledger's topic is compacted";
    } else if (first == 1 && ledgerTruncated) {
      why = "the ledger's topic does not begin with offset 0";
    }
    String text =
        String.format(
            Locale.ROOT,
            "windows %d to %d have no ledger record%s; %d records name them%s",
            first,
            last,
            why == null ? "" : ", and " + why,
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
              "%d of %d records are not there%s (%s)%s",
              missing,
              told - window.told.dropped,
              one,
              byTopic(window),
              why));
    } else if (unexpected > 0) {
      tellUnexpected(window, unexpected);
    } else if (window.distinct == told && !same) {
      add(
          Kind.DIGEST,
          window,
          1,
          String.format(
              Locale.ROOT,
              "%d records as the ledger tells, but not the same: their digest is %s, the ledger's %s",
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
              "%d records are in another topic than the ledger tells (%s); name topics of transformations with --topics",
              surplus - unexpected,
              byTopic(window)));
    }
  }

  /**
   * Of a window that several ledgers tell of, judges the parts of the range of time alone where
   * there are as many records as these have: those of the others may have been deleted.
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
   * Where a reader began again, records of a window without a ledger record may be among others.
   */
  private void tellUnexpected(Window window, long unexpected) {
    boolean cutOff = window.reader.cutOff.contains(window.sequence);
    if (!cutOff && window.sequence == window.reader.open()) {
      tellOpen(window, unexpected);
      return;
    }
    add(
        cutOff ? Kind.UNSEEN : Kind.UNEXPECTED,
        window,
        unexpected,
        String.format(
            Locale.ROOT,
            "%d records more than the ledger tells (%s); %s",
            unexpected,
            byTopic(window),
            cutOff ? CUT_OFF : OTHER_LEDGER));
  }

  /**
   * Why records of a window may not have been seen though they were written; null when there is no
   * cause. A reader's windows follow each other in every partition: where a record of an earlier
   * window is left, none of this one was deleted by retention. Of windows before the newest run
   * nobody knows, since it has the same sequences.
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
        return partition + " was not read to its end";
      }
      if (topics.contains(partition.topic()) && each.getValue().earliest() > 0) {
        Long first = window.reader.firstIn.get(partition);
        if (first == null
            || first >= window.sequence
            || window.told.from < window.reader.newestRun) {
          return partition + " begins with offset " + each.getValue().earliest();
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

  /** Whether the range of time selects a window; of one without a ledger record, whether it may. */
  private boolean isSelected(Window window) {
    return window.parts.isEmpty()
        ? mayTouchRange(neighbor(window, false), neighbor(window, true))
        : window.parts.stream().anyMatch(this::isSelected);
  }

  /** What is told of the next window before or after it that has a ledger record; null for none. */
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

  /** Whether the time between two windows may touch the range; null for one that is unknown. */
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

  /** What was found, by kind; kinds of which nothing was found are absent. */
  Map<Kind, Findings> findings() {
    return findings;
  }

  /** When the audit began. */
  Instant now() {
    return now;
  }

  /** Begin of the range of time; null for none. */
  Instant from() {
    return from;
  }

  /** Its end, exclusive; null for none. */
  Instant to() {
    return to;
  }

  /** The windows that were judged, by reader and sequence. */
  List<Window> judged() {
    return judged;
  }

  /** Records whose value told their identity once more. */
  long recomputed() {
    return recomputed;
  }

  /** Records in a topic of {@code otherTopics} that the ledger tells to be in another. */
  long rerouted() {
    return rerouted;
  }

  /** The worst of all findings; without a window that was judged at least {@code UNPROVEN}. */
  Verdict verdict() {
    Verdict worst = judged.isEmpty() ? Verdict.UNPROVEN : Verdict.NOTE;
    for (Kind kind : findings.keySet()) {
      worst = kind.verdict().compareTo(worst) > 0 ? kind.verdict() : worst;
    }
    return worst;
  }

  private static <T> T field(Map<String, ?> value, String name, Class<T> type) {
    if (!type.isInstance(value.get(name))) {
      throw new IllegalArgumentException(name + " is absent or of another type");
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
        throw new IllegalArgumentException(name + " is no map of numbers");
      }
      numbers.put(key.intern(), number.longValue());
    }
    return numbers;
  }

  private static long total(Map<String, Long> numbers) {
    return numbers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether a text names a window, as in {@code reader#7}. */
  static boolean isWindow(String text) {
    return text != null && WINDOW.matcher(text).matches();
  }

  /** Whether a text is an identity, or a sum of them: 32 hexadecimal digits. */
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
   * The windows in which each identity was found. Open addressing in segments, which grow by a
   * quarter and each by itself: 20 bytes for an entry, 25 to 32 with the room between them. The
   * identities are parts of hashes, so their own bits spread them.
   */
  static final class Identities {

    private static final int SEGMENT_BITS = 12;
    private static final int FIRST_CAPACITY = 8;

    private final Segment[] segments = new Segment[1 << SEGMENT_BITS];

    /**
     * Adds one.
     *
     * @param window the number of its window, from 1 on
     * @return 0 when it is new; this window when it was there already; another window when it was
     *     there, and is now here as well
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
