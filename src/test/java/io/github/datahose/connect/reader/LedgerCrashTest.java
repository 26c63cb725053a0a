// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.delivery.FeedOffset;
import io.github.datahose.connect.delivery.ReaderContext;
import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.delivery.StoredOffsets;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.reader.ReaderFactory.SharedFeed;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.Moment;
import io.github.datahose.connect.symphony.ReadAnswer;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A ledger across crashes. Reader, pod and worker share one thread and one random number, so each
 * run can be repeated: the worker works when the reader waits or reads, and dies after any record
 * that it stored. The next reader starts from the offset of that record, and the pod redelivers.
 */
class LedgerCrashTest {

  private static final String LEDGER = "ledger";
  private static final String READER = FeedOffset.readerOf(RunningReader.PARTITION);
  private static final List<String> TYPES = List.of("MESSAGESENT", "ROOMCREATED", "SURPRISE");

  /** The worker's death, thrown through the reader. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static IntStream killedAfter() {
    return IntStream.range(0, 120);
  }

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("killedAfter")
  @Tag("invariant-2")
  void invariant2KeepsLedgerExactAfterCrashAtAnyRecord(int records) throws IOException {
    for (boolean redelivers : new boolean[] {true, false}) {
      World world = new World(7, redelivers);
      world.run(records);
      world.run(Integer.MAX_VALUE);
      world.assertExact();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Tag("invariant-2")
  void invariant2KeepsLedgerExactAfterManyCrashes(long seed) throws IOException {
    World world = new World(seed, seed % 2 == 0);
    for (int crashes = 0; crashes < 20; crashes++) {
      world.run(world.random.nextInt(30));
    }
    world.run(Integer.MAX_VALUE);
    world.assertExact();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void reportsNoHoleForEventsDroppedByTransformation(long seed) {
    World world = new World(seed, true);
    world.dropsSome = true;
    for (int crashes = 0; crashes < 10; crashes++) {
      world.run(world.random.nextInt(60));
    }
    world.run(Integer.MAX_VALUE);
    world.assertSequencesAndTimes();
    world
        .ledger()
        .forEach(
            (sequence, window) -> {
              Set<String> delivered = identities(world.records(sequence));
              Set<String> all = new HashSet<>(delivered);
              all.addAll(world.dropped.getOrDefault(sequence, Set.of()));
              assertThat(window.getInt64("events"))
                  .isBetween((long) delivered.size(), (long) all.size());
            });
  }

  @Test
  void findsEventThatNoWindowCounts() {
    World world = new World(7, true);
    world.run(Integer.MAX_VALUE);
    world.topic.removeIf(
        record -> record.topic().equals("events") && world.random.nextInt(50) == 0);
    assertThat(world.isExact()).isFalse();
  }

  private static Set<String> identities(List<SourceRecord> records) {
    Set<String> identities = new HashSet<>();
    records.forEach(record -> identities.add(header(record, "symphony.identity")));
    return identities;
  }

  private static String header(SourceRecord record, String name) {
    return (String) record.headers().lastWithName(name).value();
  }

  /** Pod, worker and Kafka, which outlive the readers. */
  private static final class World implements FeedClock, DatahoseFeed {

    private static final int EVENTS = 200;

    private final Random random;
    private final boolean redelivers;
    private boolean dropsSome;
    private final DatahoseConfig config;
    private Moment now = new Moment(Duration.ofDays(100).toNanos(), 1_700_000_000_000L);

    // The pod's.
    private final Deque<String> waiting = new ArrayDeque<>();
    private final List<String> givenOut = new ArrayList<>();
    private String givenAs = "";

    /** How many at the front were given out before. */
    private int owed;

    private int answers;
    private int idleReads;

    /** By this reader; before any its start. */
    private Moment lastRead = now;

    /** Longer than a feed lives, and after a stored offset, without which a start sees no gap. */
    private final List<Unread> unread = new ArrayList<>();

    private record Unread(long from, long to) {}

    // The worker's and Kafka's.
    private RecordQueue queue;
    private final FakeOffsetStorage storage = new FakeOffsetStorage();
    private final List<SourceRecord> topic = new ArrayList<>();
    private final Map<Long, Set<String>> dropped = new HashMap<>();
    private int recordsToLive;
    private boolean readsAgain;
    private boolean killed;

    World(long seed, boolean redelivers) {
      random = new Random(seed);
      this.redelivers = redelivers;
      config =
          new RecordFactoryFixture(
                  "ledger.topic", LEDGER,
                  "ledger.interval.ms", "60000",
                  "exactly.once.support", "required",
                  "heartbeat.topic", random.nextBoolean() ? "beats" : "",
                  "quarantine.topic", "odd",
                  "topic", "events",
                  "record.max.bytes", "2000",
                  "datahose.keepalive.ms", random.nextBoolean() ? "300000" : "0")
              .config();
      for (int i = 0; i < EVENTS; i++) {
        waiting.add(event(i));
      }
    }

    private String event(int number) {
      String type = TYPES.get(random.nextInt(TYPES.size()));
      return switch (random.nextInt(8)) {
        case 0 -> String.valueOf(number);
        case 1 -> "{\"type\":\"%s\",\"messageId\":%d}".formatted(type, number);
        case 2 -> "{\"type\":\"%s\",\"messageId\":\"m%d\",\"new\":1}".formatted(type, number);
        case 3 ->
            "{\"type\":\"%s\",\"messageId\":\"m%d\",\"diagnostic\":\"%s\"}"
                .formatted(type, number, "d".repeat(3000));
        default -> "{\"type\":\"%s\",\"messageId\":\"m%d\"}".formatted(type, number);
      };
    }

    /** Runs a reader until it is killed, or the feed is quiet for long. */
    void run(int killedAfter) {
      recordsToLive = killedAfter;
      idleReads = 0;
      readsAgain = false;
      killed = false;
      lastRead = now;
      queue = new RecordQueue(this);
      FeedConfig all = config.feeds().get(0);
      FeedConfig feed =
          new FeedConfig("all", "tag", all.eventTypes(), all.scopes(), all.topic(), 1);
      StoredOffsets stored = StoredOffsets.read(storage, "pod", "bot", feed);
      SharedFeed shared = SharedFeed.of(config, feed, stored, this);
      ReaderContext context = new ReaderContext("Reader", this);
      shared.activity().reportStart(context, stored, true);
      new ReaderFactory(config, (options, agent, onLogin) -> this, url -> {}, queue, true, "1.2.3")
          .reader(context, shared, 0)
          .run();
      assertThat(killed).as("nothing else ends a reader").isTrue();
      pass(Duration.ofSeconds(random.nextInt(3000)));
    }

    @Override
    public Moment now() {
      return now;
    }

    private void pass(Duration time) {
      now = new Moment(now.nanos() + time.toNanos(), now.epochMillis() + time.toMillis());
    }

    /** The reader waits: the worker works, or it does not for a while. */
    @Override
    public void await(Object monitor, long nanos) {
      pass(
          random.nextInt(100) == 0
              ? Duration.ofMinutes(40)
              : Duration.ofMillis(random.nextInt(20_000)));
      if (random.nextInt(4) > 0) {
        work();
      }
    }

    @Override
    public ReadAnswer read(String ackId, Cancellation cancellation) {
      if (random.nextInt(3) > 0) {
        work();
      }
      Moment sentAt = now;
      String body = answer(ackId);
      Moment from = now.since(sentAt).compareTo(sentAt.since(lastRead)) < 0 ? lastRead : sentAt;
      Moment to = from == lastRead ? sentAt : now;
      if (to.since(from).compareTo(Duration.ofMinutes(30)) > 0
          && storage.offset(RunningReader.PARTITION) != null) {
        unread.add(new Unread(from.epochMillis(), now.epochMillis()));
      }
      lastRead = now;
      return new ReadAnswer(
          "read",
          200,
          body.getBytes(StandardCharsets.UTF_8),
          "application/json",
          sentAt,
          now,
          Long.MAX_VALUE);
    }

    private String answer(String ackId) {
      if (ackId.equals(givenAs) && (readsAgain || !redelivers)) {
        givenOut.clear();
      } else if (readsAgain && !givenOut.isEmpty()) {
        // The batch is in flight: a read that keeps the feed alive, or one in the wrong order.
        pass(Duration.ofSeconds(30));
        return "{\"events\":[]}";
      }
      readsAgain = true;
      for (int i = givenOut.size() - 1; i >= 0; i--) {
        waiting.addFirst(givenOut.get(i));
      }
      owed += givenOut.size();
      givenOut.clear();
      // A pod redelivers sooner than identities are forgotten, 15 minutes of reads later.
      if (owed == 0 && random.nextInt(20) == 0) {
        pass(Duration.ofMinutes(31));
      }
      if (waiting.isEmpty() || random.nextInt(4) == 0) {
        pass(Duration.ofSeconds(30));
        if (waiting.isEmpty() && ++idleReads > 12) {
          work();
          throw kill();
        }
        return "{\"events\":[]}";
      }
      pass(Duration.ofMillis(random.nextInt(10_000)));
      int size = 1 + random.nextInt(8);
      while (givenOut.size() < size && !waiting.isEmpty()) {
        givenOut.add(waiting.remove());
        owed = Math.max(0, owed - 1);
      }
      List<String> shown = new ArrayList<>(givenOut);
      if (random.nextInt(5) == 0) {
        shown.add(random.nextInt(shown.size() + 1), shown.get(0));
      }
      givenAs = "a" + ++answers;
      return "{\"events\":[" + String.join(",", shown) + "],\"ackId\":\"" + givenAs + "\"}";
    }

    private void work() {
      List<SourceRecord> polled;
      try {
        polled = queue.poll(Duration.ZERO);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (SourceRecord record : polled == null ? List.<SourceRecord>of() : polled) {
        if (recordsToLive-- <= 0) {
          throw kill();
        }
        if (dropsSome && isOfEvent(record) && random.nextInt(4) == 0) {
          dropped
              .computeIfAbsent(window(record), sequence -> new HashSet<>())
              .add(header(record, "symphony.identity"));
          ((TrackedRecord) record).settle(false);
        } else {
          topic.add(record);
          storage.put(record.sourcePartition(), record.sourceOffset());
          ((TrackedRecord) record).settle(true);
        }
      }
    }

    private Killed kill() {
      killed = true;
      return new Killed();
    }

    private static boolean isOfEvent(SourceRecord record) {
      return record.topic().equals("events") || record.topic().equals("odd");
    }

    private static long window(SourceRecord record) {
      String window = header(record, "symphony.window");
      assertThat(window).startsWith(READER + "#");
      return Long.parseLong(window.substring(READER.length() + 1));
    }

    /** All windows that are closed, by sequence. */
    Map<Long, Struct> ledger() {
      Map<Long, Struct> ledger = new TreeMap<>();
      topic.stream()
          .filter(record -> record.topic().equals(LEDGER))
          .map(record -> (Struct) record.value())
          .forEach(
              window ->
                  assertThat(ledger.put(window.getInt64("sequence"), window)).as("twice").isNull());
      return ledger;
    }

    List<SourceRecord> records(long sequence) {
      return topic.stream().filter(World::isOfEvent).filter(r -> window(r) == sequence).toList();
    }

    void assertSequencesAndTimes() {
      long expected = 1;
      Long end = null;
      for (Struct window : ledger().values()) {
        assertThat(window.getInt64("sequence")).isEqualTo(expected++);
        long from = window.getInt64("from");
        long to = window.getInt64("to");
        assertThat(to).isGreaterThanOrEqualTo(from);
        assertThat(end == null ? from : end).as("windows touch").isEqualTo(from);
        Long gapFrom = window.getInt64("gapFrom");
        if (gapFrom != null) {
          assertThat(gapFrom).isGreaterThanOrEqualTo(from);
          assertThat(window.getInt64("gapTo")).isBetween(gapFrom + 1, to);
        }
        end = to;
      }
      assertThat(expected).as("windows").isGreaterThan(5);
    }

    /** Each time that an offset says is over: its gap is in a window, of it or an earlier one. */
    void assertGaps() throws IOException {
      Map<String, ?> stored = storage.offset(RunningReader.PARTITION);
      List<Unread> gaps = new ArrayList<>();
      for (Struct window : ledger().values()) {
        if (window.getInt64("gapFrom") != null) {
          gaps.add(new Unread(window.getInt64("gapFrom"), window.getInt64("gapTo")));
        }
      }
      JsonNode open = new ObjectMapper().readTree((String) stored.get("window"));
      gaps.add(new Unread(open.path("gapFrom").asLong(), open.path("gapTo").asLong()));
      assertThat(unread)
          .filteredOn(time -> time.to <= ((Number) stored.get("readAt")).longValue())
          .allSatisfy(
              time -> assertThat(gaps).anyMatch(gap -> gap.from <= time.from && gap.to >= time.to));
    }

    void assertExact() throws IOException {
      assertSequencesAndTimes();
      assertGaps();
      List<SourceRecord> events = topic.stream().filter(World::isOfEvent).toList();
      assertThat(events.size()).as("records of events").isEqualTo(EVENTS);
      assertThat(identities(events).size()).as("different ones").isEqualTo(EVENTS);
      assertThat(isExact()).isTrue();
      long last = ledger().size();
      assertThat(events.stream().allMatch(record -> window(record) <= last + 1)).isTrue();
      assertThat(storage.offset(RunningReader.PARTITION).get("window").toString())
          .as("the open one")
          .contains("\"sequence\":" + (last + 1) + ",")
          .contains("\"events\":" + records(last + 1).size() + ",")
          .contains("\"digest\":\"" + digest(records(last + 1)) + "\"");
    }

    /** Whether each closed window says what is in the topics. */
    boolean isExact() {
      return ledger().entrySet().stream()
          .allMatch(
              each -> {
                List<SourceRecord> records = records(each.getKey());
                Struct window = each.getValue();
                return window.getInt64("events") == records.size()
                    && window.getMap("records").equals(countBy(records, SourceRecord::topic))
                    && window.getMap("types").equals(countBy(records, World::type))
                    && window.getString("digest").equals(digest(records));
              });
    }

    private static Map<String, Long> countBy(
        List<SourceRecord> records, Function<SourceRecord, String> by) {
      Map<String, Long> counts = new TreeMap<>();
      records.forEach(record -> counts.merge(by.apply(record), 1L, Long::sum));
      return counts;
    }

    private static String type(SourceRecord record) {
      String type = ((Struct) record.value()).getString("type");
      return "MESSAGESENT".equals(type) || "ROOMCREATED".equals(type) ? type : "unknown";
    }

    private static String digest(List<SourceRecord> records) {
      BigInteger sum = BigInteger.ZERO;
      for (SourceRecord record : records) {
        sum = sum.add(new BigInteger(header(record, "symphony.identity"), 16));
      }
      return "%032x".formatted(sum.mod(BigInteger.ONE.shiftLeft(128)));
    }
  }
}
