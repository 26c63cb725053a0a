// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static io.github.datahose.connect.tools.LedgerScene.EVENTS;
import static io.github.datahose.connect.tools.LedgerScene.LEDGER;
import static io.github.datahose.connect.tools.LedgerScene.READER;
import static io.github.datahose.connect.tools.LedgerScene.START;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.reader.RunningTask;
import io.github.datahose.connect.tools.LedgerScene.Event;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerAuditTest {

  private static final String NEW_LEDGER = "ledger.new";
  private static final String BOTH = LEDGER + "," + NEW_LEDGER;
  private static final String OTHER_READER = "pod.example.com/bot/other.all/0";
  private static final TopicPartition FIRST = new TopicPartition(EVENTS, 0);
  private static final TopicPartition SECOND = new TopicPartition(EVENTS, 1);
  private static final TopicPartition OF_LEDGER = new TopicPartition(LEDGER, 0);

  /**
   * Damage to the topics of three windows and an open one, with the expected result of an audit.
   *
   * @param findings the count of each kind of finding; the three records of the open window can be
   *     left out
   */
  private record Case(
      String name,
      Consumer<LedgerScene> damage,
      int status,
      Map<String, Long> findings,
      String... options) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Case ofCase(
      String name,
      int status,
      Map<String, Long> findings,
      Consumer<LedgerScene> damage,
      String... options) {
    return new Case(name, damage, status, findings, options);
  }

  static Stream<Case> cases() {
    return Stream.of(
        ofCase("well", 0, Map.of(), scene -> {}),
        ofCase("a lost record", 1, Map.of("missing", 1L), scene -> scene.events.remove(12)),
        ofCase(
            "all records of a window lost",
            1,
            Map.of("missing", 10L),
            scene -> scene.events.subList(10, 20).clear()),
        ofCase(
            "a record doubled",
            1,
            Map.of("twice", 1L),
            scene -> scene.events.add(scene.events.get(12).copy())),
        ofCase(
            "a record three times",
            1,
            Map.of("twice", 2L),
            scene -> {
              scene.events.add(scene.events.get(12).copy());
              scene.events.add(scene.events.get(12).copy());
            }),
        ofCase(
            "one lost and one doubled in the same window",
            1,
            Map.of("missing", 1L, "twice", 1L),
            scene -> scene.events.set(13, scene.events.get(12).copy())),
        ofCase(
            "an event handed over in two windows, as both say",
            1,
            Map.of("twice", 1L),
            scene -> {
              Event again = scene.events.get(5).copy();
              again.window = READER + "#3";
              scene.events.add(again);
              scene.ledger.set(
                  2,
                  LedgerScene.window(
                      READER,
                      3,
                      scene.events.stream().filter(each -> each.window.endsWith("#3")).toList()));
            }),
        ofCase(
            "an identity changed in a header",
            1,
            Map.of("digest", 1L, "identity", 1L),
            scene -> scene.events.get(12).identity = "0123456789abcdef0123456789abcdef"),
        ofCase(
            "an event replaced by another one",
            1,
            Map.of("identity", 1L),
            scene -> scene.events.get(12).value = LedgerScene.message("other").getBytes(UTF_8)),
        ofCase(
            "an event replaced by another one, where values are not looked at",
            0,
            Map.of(),
            scene -> scene.events.get(12).value = LedgerScene.message("other").getBytes(UTF_8),
            "--ignore-values"),
        ofCase(
            "a record more than the ledger tells",
            1,
            Map.of("unexpected", 1L),
            scene -> scene.addEvents(READER, 2, 1)),
        ofCase("a hole", 1, Map.of("hole", 1L), scene -> scene.ledger.remove(1)),
        ofCase("no first window", 1, Map.of("hole", 1L), scene -> scene.ledger.remove(0)),
        ofCase(
            "no last window, though the next is open",
            1,
            Map.of("hole", 1L),
            scene -> scene.ledger.remove(2)),
        ofCase(
            "a hole in a compacted ledger",
            3,
            Map.of("unseen", 1L),
            scene -> {
              scene.ledger.remove(1);
              scene.compacted.add(LEDGER);
            }),
        ofCase(
            "a ledger whose first windows are expired",
            3,
            Map.of("unseen", 1L),
            scene -> scene.earliest.put(OF_LEDGER, 2L)),
        ofCase(
            "a sequence twice",
            1,
            Map.of("sequence-twice", 1L),
            scene -> scene.ledger.add(scene.ledger.get(1))),
        ofCase(
            "a gap",
            3,
            Map.of("gap", 1L),
            scene -> {
              scene.ledger.get(1).put("gapFrom", START.toEpochMilli() - 7);
              scene.ledger.get(1).put("gapTo", START.toEpochMilli());
            }),
        ofCase(
            "a ledger record that contradicts itself",
            1,
            Map.of("contradiction", 1L),
            scene -> scene.ledger.get(1).put("types", Map.of("MESSAGESENT", 9))),
        ofCase(
            "dropped by a transformation, as the ledger tells",
            0,
            Map.of(),
            scene -> {
              scene.events.remove(12);
              scene.ledger.get(1).put("dropped", 1);
            }),
        ofCase(
            "one more missing than dropped",
            1,
            Map.of("missing", 1L),
            scene -> {
              scene.events.subList(12, 14).clear();
              scene.ledger.get(1).put("dropped", 1);
            }),
        ofCase(
            "delivered twice in a window that tells of both, after a reset that kept it",
            1,
            Map.of("twice", 2L),
            scene -> {
              List<Event> again = scene.events.subList(12, 14).stream().map(Event::copy).toList();
              scene.events.addAll(20, again);
              scene.ledger.set(
                  1, LedgerScene.window(READER, 2, List.copyOf(scene.events.subList(10, 22))));
            }),
        ofCase(
            "delivered twice in a window that tells of both, and another missing",
            1,
            Map.of("twice", 2L, "missing", 3L),
            scene -> {
              List<Event> again = scene.events.subList(12, 14).stream().map(Event::copy).toList();
              scene.events.addAll(20, again);
              scene.ledger.set(
                  1, LedgerScene.window(READER, 2, List.copyOf(scene.events.subList(10, 22))));
              scene.events.remove(10);
            }),
        ofCase(
            "rerouted by a transformation to a topic that is named",
            0,
            Map.of(),
            scene -> scene.events.subList(10, 15).forEach(each -> each.topic = "rooms"),
            "--topics",
            "rooms"),
        ofCase(
            "all rerouted, so that the connector's own topic was never created",
            0,
            Map.of(),
            scene -> {
              scene.events.forEach(each -> each.topic = "rooms");
              scene.absent.add(EVENTS);
            },
            "--topics",
            "rooms"),
        ofCase(
            "a topic that is not there, since all of its records are dropped",
            0,
            Map.of(),
            scene -> {
              scene.events.subList(10, 20).clear();
              scene.ledger.get(1).put("records", Map.of("rooms", 10));
              scene.ledger.get(1).put("dropped", 10);
            }),
        ofCase(
            "rerouted to topics of which one that is named does not exist",
            3,
            Map.of("unseen", 1L),
            scene -> scene.events.subList(10, 15).forEach(each -> each.topic = "rooms"),
            "--topics",
            "rooms,typo"),
        ofCase(
            "rerouted to a topic that is not named",
            1,
            Map.of("missing", 5L),
            scene -> scene.events.subList(10, 15).forEach(each -> each.topic = "rooms")),
        ofCase(
            "landed in another topic of the connector",
            1,
            Map.of("other-topic", 1L),
            scene -> {
              List<Event> others = scene.addEvents(READER, 4, 1);
              others.get(0).topic = "quarantine";
              scene.events.get(32).topic = "quarantine";
              scene.ledger.add(
                  LedgerScene.window(READER, 4, scene.events.subList(30, scene.events.size())));
              scene.addEvents(READER, 5, 3);
              scene.events.get(12).topic = "quarantine";
            }),
        ofCase(
            "expired records",
            3,
            Map.of("unseen", 5L),
            scene -> {
              scene.earliest.put(FIRST, 4L);
              scene.earliest.put(SECOND, 5L);
            }),
        ofCase(
            "a lost record behind expired ones",
            1,
            Map.of("unseen", 5L, "missing", 1L),
            scene -> {
              scene.earliest.put(FIRST, 4L);
              scene.earliest.put(SECOND, 5L);
              scene.events.remove(15);
            }),
        ofCase(
            "a lost record in a compacted topic",
            3,
            Map.of("unseen", 1L),
            scene -> {
              scene.events.remove(12);
              scene.compacted.add(EVENTS);
            }),
        ofCase(
            "a partition with a transaction that stays open",
            3,
            Map.of("unseen", 5L, "open", 2L),
            scene -> scene.stuckAt.put(FIRST, 17L)),
        ofCase(
            "a topic that is gone",
            1,
            Map.of("missing", 30L, "unseen", 1L, "open", 0L),
            scene -> scene.absent.add(EVENTS)),
        ofCase(
            "one header without the other",
            1,
            Map.of("missing", 1L, "unreadable", 1L),
            scene -> scene.events.get(12).identity = null),
        ofCase(
            "headers of another kind",
            1,
            Map.of("missing", 1L, "unreadable", 1L),
            scene -> scene.events.get(12).window = "7"),
        ofCase(
            "a ledger record that is none",
            1,
            Map.of("unreadable", 1L),
            scene -> scene.ledgerBytes.add("no JSON".getBytes(UTF_8))),
        ofCase(
            "a ledger record without a digest that can be read",
            1,
            Map.of("unreadable", 1L, "hole", 1L),
            scene -> scene.ledger.get(1).put("digest", "12")),
        ofCase(
            "an empty window",
            0,
            Map.of(),
            scene -> {
              scene.events.removeIf(each -> each.window.endsWith("#4"));
              scene.close(READER, 4, List.of());
              scene.addEvents(READER, 5, 3);
            }),
        ofCase(
            "several readers, one of them with a loss",
            1,
            Map.of("missing", 1L),
            scene -> {
              String other = READER.replace("/0", "/1");
              scene.close(other, 1, scene.addEvents(other, 1, 5));
              scene.close(other, 2, scene.addEvents(other, 2, 5));
              scene.events.remove(scene.events.size() - 1);
            }),
        ofCase(
            "a window that is closed while the audit runs",
            0,
            Map.of("closed-later", 1L),
            scene -> {
              List<Event> fourth = new ArrayList<>(scene.events.subList(30, 33));
              scene.ledgerLater.add(LedgerScene.window(READER, 4, fourth));
              scene.addEvents(READER, 5, 3);
            }),
        ofCase(
            "a loss outside of the range of time",
            0,
            Map.of(),
            scene -> scene.events.remove(2),
            "--from",
            "2026-11-30T12:01:30Z"),
        ofCase(
            "a hole outside of the range of time",
            0,
            Map.of(),
            scene -> scene.ledger.remove(0),
            "--from",
            "2026-11-30T14:02:30+02:00"),
        ofCase(
            "a loss within the range of time",
            1,
            Map.of("begun", 1L, "missing", 1L),
            scene -> scene.events.remove(25),
            "--from",
            "2026-11-30"),
        ofCase(
            "an unreadable ledger record, and headers, outside of the range of time",
            0,
            Map.of(),
            scene -> {
              scene.ledgerBytes.add("no JSON".getBytes(UTF_8));
              scene.addEvents(READER, 1, 1).get(0).identity = "none";
            },
            "--from",
            "2026-11-30T12:01:30Z"),
        ofCase(
            "a range of which the last part has no window",
            3,
            Map.of("begun", 1L, "uncovered", 1L),
            scene -> {},
            "--from",
            "2026-11-30",
            "--to",
            "2026-12-01"),
        ofCase(
            "a range that begins before the ledger",
            3,
            Map.of("uncovered", 1L, "unseen", 1L),
            scene -> scene.earliest.put(OF_LEDGER, 2L),
            "--from",
            "2026-11-30"),
        ofCase(
            "a range in which the ledger begins with window 1",
            0,
            Map.of("begun", 1L),
            scene -> {},
            "--from",
            "2026-11-30"),
        ofCase("a range that is not over yet", 0, Map.of(), scene -> {}, "--to", "2026-12-02"),
        ofCase(
            "a range at whose end one of two readers had ended",
            3,
            Map.of("uncovered", 1L, "open", 0L),
            scene -> {
              String other = READER.replace("/0", "/1");
              scene.close(other, 1, scene.addEvents(other, 1, 5));
            },
            "--to",
            "2026-11-30T12:03:00Z"),
        ofCase(
            "a range before which a reader had ended",
            0,
            Map.of("ended", 1L),
            scene -> {
              String other = READER.replace("/0", "/1");
              scene.close(other, 1, scene.addEvents(other, 1, 5));
            },
            "--from",
            "2026-11-30T12:01:30Z",
            "--to",
            "2026-12-02"),
        ofCase(
            "a hole where the ledger was not read to its end",
            3,
            Map.of("unseen", 3L),
            scene -> scene.stuckAt.put(OF_LEDGER, 3L)),
        ofCase(
            "a ledger that could be read to its end the second time",
            0,
            Map.of("closed-later", 2L),
            scene -> {
              scene.stuckAt.put(OF_LEDGER, 3L);
              scene.stuckOnce = true;
            }),
        ofCase(
            "a reader with another ledger",
            3,
            Map.of("unseen", 4L),
            scene -> {
              scene.addEvents(OTHER_READER, 56, 2);
              scene.addEvents(OTHER_READER, 57, 2);
            }),
        ofCase(
            "the same event of two feeds",
            0,
            Map.of(),
            scene -> {
              List<Event> same = scene.events.subList(10, 15).stream().map(Event::copy).toList();
              same.forEach(event -> event.window = OTHER_READER + "#1");
              scene.events.addAll(same);
              scene.close(OTHER_READER, 1, same);
            }),
        ofCase(
            "the same event of two readers of a feed",
            1,
            Map.of("twice", 5L),
            scene -> {
              String other = READER.replace("/0", "/1");
              List<Event> same = scene.events.subList(10, 15).stream().map(Event::copy).toList();
              same.forEach(event -> event.window = other + "#1");
              scene.events.addAll(same);
              scene.close(other, 1, same);
            }),
        ofCase(
            "one copied in, though fewer than those that were dropped",
            1,
            Map.of("unexpected", 1L),
            scene -> {
              scene.ledger.get(1).put("dropped", 2);
              scene.events.subList(12, 14).clear();
              scene.addEvents(READER, 2, 1);
            }),
        ofCase(
            "all there, though the ledger tells of some that were dropped",
            0,
            Map.of(),
            scene -> scene.ledger.get(1).put("dropped", 2)),
        ofCase(
            "a second run of the reader, and the ledger of that alone",
            1,
            Map.of("unexpected", 20L, "hole", 1L),
            scene -> {
              secondRun(scene, 2);
              scene.ledger.clear();
              scene.ledger.addAll(scene.otherLedgers.remove(NEW_LEDGER));
            }),
        ofCase(
            "an event of the range that is there before it, too",
            1,
            Map.of("twice", 1L),
            scene -> {
              Event again = scene.events.get(25).copy();
              again.window = READER + "#1";
              scene.events.add(0, again);
            },
            "--from",
            "2026-11-30T12:02:30Z"));
  }

  /** Starts the reader again an hour later, with a separate ledger topic. */
  private static void secondRun(LedgerScene scene, int windows) {
    List<Map<String, Object>> ledger = new ArrayList<>();
    for (int sequence = 1; sequence <= windows; sequence++) {
      ledger.add(
          LedgerScene.later(
              LedgerScene.window(READER, sequence, scene.addEvents(READER, sequence, 7)),
              Duration.ofHours(1)));
    }
    scene.otherLedgers.put(NEW_LEDGER, ledger);
  }

  private static Map<String, Long> findingsOfBoth(LedgerScene scene, String... options)
      throws Exception {
    List<String> all = new ArrayList<>(List.of("--ledger-topic", BOTH));
    all.addAll(List.of(options));
    return run(scene, all.toArray(new String[0])).findings();
  }

  @Test
  void addsUpWindowOfTwoLedgers() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    secondRun(scene, 2);
    Run run = run(scene, "--ledger-topic", LEDGER, "--ledger-topic", NEW_LEDGER);
    assertThat(run.json.get("ledgerTopic").asText()).isEqualTo(BOTH);
    assertThat(run.json.get("events").asInt()).isEqualTo(44);
    assertThat(run.json.get("readers").get(0).get("to").asText()).isEqualTo("2026-11-30T13:02:00Z");
    // Nothing is known about the window that was open when the first run ended.
    assertThat(run.findings()).isEqualTo(Map.of("uncovered", 1L, "unseen", 3L));
    assertThat(run.status).isEqualTo(3);

    scene.events.remove(12);
    assertThat(findingsOfBoth(scene)).containsEntry("missing", 1L);
    scene.events.add(scene.events.get(5).copy());
    assertThat(findingsOfBoth(scene)).containsEntry("twice", 1L);
  }

  @Test
  void provesSecondRunAlone() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    secondRun(scene, 3);
    String[] secondHour = {"--from", "2026-11-30T13:00:30Z", "--to", "2026-11-30T13:03:00Z"};
    assertThat(findingsOfBoth(scene, secondHour)).isEmpty();
    // Also if retention deleted the records of the first run.
    scene.events.removeAll(scene.events.subList(0, 33));
    scene.earliest.put(FIRST, 1L);
    scene.earliest.put(SECOND, 1L);
    assertThat(findingsOfBoth(scene, secondHour)).isEmpty();
    assertThat(findingsOfBoth(scene)).isEqualTo(Map.of("uncovered", 1L, "unseen", 30L));
    scene.events.get(20).identity = "0123456789abcdef0123456789abcdef";
    assertThat(findingsOfBoth(scene, secondHour)).isEqualTo(Map.of("digest", 1L, "identity", 1L));
  }

  @Test
  void reportsUnseenWhenRecordMightBeOfWindowOpenAtReset() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    secondRun(scene, 4);
    scene.addEvents(READER, 5, 2);
    Run run = run(scene, "--ledger-topic", BOTH);
    assertThat(run.findings()).isEqualTo(Map.of("uncovered", 1L, "unseen", 3L, "open", 2L));
    assertThat(run.json.toString()).contains("a window was open when the offsets were reset");
    // An additional record in another window is not of that window.
    scene.addEvents(READER, 2, 1);
    assertThat(findingsOfBoth(scene)).containsEntry("unexpected", 1L);
  }

  @Test
  void reportsOpenWindowOfSecondRun() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.events.removeIf(event -> event.window.endsWith("#4"));
    secondRun(scene, 1);
    scene.addEvents(READER, 2, 4);
    assertThat(findingsOfBoth(scene)).isEqualTo(Map.of("uncovered", 1L, "open", 4L));
  }

  @Test
  void followsSequenceIntoNewLedgerTopic() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.otherLedgers.put(NEW_LEDGER, List.of(scene.ledger.remove(2)));
    Run run = run(scene, "--ledger-topic", BOTH);
    assertThat(run.findings()).isEqualTo(Map.of("open", 3L));
    assertThat(run.status).isZero();

    scene.ledger.clear();
    scene.ledger.addAll(scene.otherLedgers.get(NEW_LEDGER));
    Run newOne = run(scene);
    assertThat(newOne.findings()).isEqualTo(Map.of("hole", 2L, "open", 3L));
    assertThat(newOne.json.toString()).contains("name both with --ledger-topic");
  }

  @Test
  void reportsHoleOfSecondRunWhenFirstRunHasSameNumber() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    secondRun(scene, 3);
    scene.otherLedgers.get(NEW_LEDGER).remove(1);
    assertThat(findingsOfBoth(scene)).containsEntry("hole", 1L);
    scene.otherLedgers.get(NEW_LEDGER).remove(0);
    assertThat(findingsOfBoth(scene)).containsEntry("hole", 2L);
  }

  @Test
  void statesThatNumberOfDroppedEventsIsLowerBound() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.events.remove(12);
    assertThat(run(scene).json.toString()).doesNotContain("might count too few");
    scene.ledger.get(0).put("dropped", 1);
    scene.events.remove(2);
    Run run = run(scene);
    assertThat(run.findings()).containsEntry("missing", 1L);
    assertThat(run.json.toString())
        .contains("after a stop or a crash the ledger might count too few");
  }

  @Test
  void requestsLedgerWhenReaderHasNoLedgerRecord() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.addEvents(OTHER_READER, 57, 2);
    assertThat(output(scene).out)
        .contains(
            OTHER_READER
                + ": 2 records name its windows, but the ledger has none of them. Add its ledger to")
        .containsPattern("\nNot proven: [^\n]*\n$");
  }

  @Test
  void failsWhenOutputCannotBeWritten() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int written) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Audit.run(
            new String[] {"--bootstrap-server", "b:1", "--ledger-topic", LEDGER},
            (arguments, progress) -> LedgerScene.ofThreeWindows(),
            Clock.systemUTC(),
            new PrintStream(full, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    assertThat(status).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains("its output could not be written");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reportsDamage(Case done) throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    done.damage().accept(scene);
    Run run = run(scene, done.options());
    Map<String, Long> expected = new TreeMap<>(done.findings());
    expected.putIfAbsent("open", 3L);
    expected.values().remove(0L);
    assertThat(run.findings()).isEqualTo(expected);
    assertThat(run.status).isEqualTo(done.status());
    assertThat(run.err).isEmpty();
    assertThat(scene.closed).isTrue();
  }

  @Test
  void ignoresWindowsAfterRangeOfTime() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.events.remove(25);
    Run run = run(scene, "--to", "2026-11-30T12:01:30Z");
    assertThat(run.findings()).isEmpty();
    assertThat(run.json.get("windows").asInt()).isEqualTo(2);
    assertThat(run.json.get("sentence").asText()).startsWith("Proven: all ");
    assertThat(run.json.get("from").isNull()).isTrue();
    assertThat(run.json.get("to").asText()).isEqualTo("2026-11-30T12:01:30Z");
    assertThat(run.status).isZero();
  }

  @Test
  void provesNothingWithoutWindow() throws Exception {
    Run run = run(LedgerScene.ofThreeWindows(), "--from", "2027-01-01", "--to", "2027-01-02");
    assertThat(run.status).isEqualTo(3);
    assertThat(run.json.get("verdict").asText()).isEqualTo("unproven");
  }

  @Test
  void reportsIdentityWhenOneRecordIsMissing() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    Event lost = scene.events.remove(12);
    assertThat(run(scene).json.toString())
        .contains("1 of 10 records were not found, identity " + lost.identity);
  }

  @Test
  void reportsPlaceOfDuplicateIdentity() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    Event again = scene.events.get(12).copy();
    again.window = READER + "#4";
    scene.events.add(again);
    assertThat(run(scene).json.toString())
        .contains(
            "identity "
                + again.identity
                + " again at events-1 offset 27, first seen in window 2 of "
                + READER);
  }

  /** Returns the undamaged records of a connector, with two windows with events. */
  private static LedgerScene written(List<SourceRecord> records) {
    LedgerScene scene = new LedgerScene();
    for (SourceRecord each : records) {
      byte[] value = converted(false, each.valueSchema(), each.value());
      if (each.topic().equals(LEDGER)) {
        scene.ledgerBytes.add(value);
      } else {
        Event event = new Event();
        event.value = value;
        event.window = (String) each.headers().lastWithName(Audit.WINDOW_HEADER).value();
        event.identity = (String) each.headers().lastWithName(Audit.IDENTITY_HEADER).value();
        scene.events.add(event);
      }
    }
    return scene;
  }

  private static long windowsWithEvents(List<SourceRecord> records) {
    return records.stream()
        .filter(each -> each.topic().equals(LEDGER))
        .filter(each -> ((Struct) each.value()).getInt64("events") > 0)
        .count();
  }

  @Test
  void reportsLossDuplicateAndWrongIdentityOfConnectorFromLedger() throws Exception {
    List<SourceRecord> records;
    try (RunningTask running =
        RunningTask.of(SimulatorOptions.defaults().longPoll(Duration.ofMillis(1_500)))) {
      running.properties.put("exactly.once.support", "required");
      running.properties.put("ledger.topic", LEDGER);
      running.properties.put("ledger.interval.ms", "1000");
      running.start();
      running.awaitLongPolls(1);
      for (int window = 1; window <= 2; window++) {
        int closed = window;
        running.simulator.produce(10, Set.of("MESSAGESENT"));
        running.workUntil(() -> windowsWithEvents(running.topic()) == closed);
      }
      records = List.copyOf(running.topic());
    }
    assertThat(run(written(records)).status).isZero();

    LedgerScene loss = written(records);
    Event lost = loss.events.remove(12);
    Run afterLoss = run(loss);
    assertThat(afterLoss.status).isEqualTo(1);
    assertThat(afterLoss.findings()).isEqualTo(Map.of("missing", 1L));
    assertThat(afterLoss.json.toString()).contains("not found, identity " + lost.identity);

    LedgerScene doubled = written(records);
    doubled.events.add(doubled.events.get(12).copy());
    Run afterDouble = run(doubled);
    assertThat(afterDouble.status).isEqualTo(1);
    assertThat(afterDouble.findings()).isEqualTo(Map.of("twice", 1L));
    assertThat(afterDouble.json.toString()).contains("identity " + lost.identity + " again at");

    LedgerScene wrong = written(records);
    wrong.events.get(12).identity = "0123456789abcdef0123456789abcdef";
    Run afterChange = run(wrong);
    assertThat(afterChange.status).isEqualTo(1);
    assertThat(afterChange.findings()).isEqualTo(Map.of("digest", 1L, "identity", 1L));
    assertThat(afterChange.json.toString()).contains("has 0123456789abcdef0123456789abcdef at");
  }

  private static Map<String, Object> converter(boolean schemas) {
    return Map.of("schemas.enable", schemas, "converter.type", "value");
  }

  private static byte[] converted(boolean schemas, Schema schema, Object value) {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(converter(schemas));
      return converter.fromConnectData(EVENTS, schema, value);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recomputesIdentitiesFromJsonConverter(boolean schemas) throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    for (int i = 0; i < 10; i++) {
      Event event = scene.events.get(i);
      String text = new String(event.value, UTF_8);
      event.value =
          i % 2 == 0
              ? converted(schemas, Schema.STRING_SCHEMA, text)
              : converted(
                  schemas,
                  EventSchemas.EVENT,
                  new Struct(EventSchemas.EVENT).put("type", "X").put("raw", text));
    }
    for (Event event : scene.events.subList(10, 20)) {
      event.value = converted(schemas, EventSchemas.EVENT, new Struct(EventSchemas.EVENT));
    }
    Run well = run(scene);
    assertThat(well.status).isZero();
    assertThat(well.json.get("identitiesRecomputed").asInt()).isEqualTo(23);

    scene.events.get(3).value = scene.events.get(5).value;
    scene.events.get(4).value = scene.events.get(6).value;
    assertThat(run(scene).findings()).containsEntry("identity", 2L);
  }

  static Stream<byte[]> structsOfAMessage() {
    Struct struct = structOf("id2");
    return Stream.of(
        converted(true, EventSchemas.EVENT, struct), converted(false, EventSchemas.EVENT, struct));
  }

  private static Struct structOf(String messageId) {
    byte[] json = LedgerScene.message(messageId).getBytes(UTF_8);
    return new EventMapper().map(new RawEvent(json, 0, json.length)).struct();
  }

  @ParameterizedTest
  @MethodSource("structsOfAMessage")
  void recomputesIdentitiesOfMessagesFromStructs(byte[] struct) throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.events.get(1).value = struct;
    assertThat(run(scene).status).isZero();
    // An event whose identity a struct does not determine.
    scene.events.get(2).value = struct;
    scene.events.get(2).headers.put("symphony.mapping.error", "/x");
    assertThat(run(scene).status).isZero();

    scene.events.get(3).value = struct;
    assertThat(run(scene).findings()).containsEntry("identity", 1L);
  }

  @Test
  void recomputesNoIdentityFromStructWhenIdentityIsHashOfBytes() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    Struct struct = structOf("id2");
    struct
        .getStruct("payload")
        .getStruct("messageSent")
        .getStruct("message")
        .put("replacedBy", "x");
    scene.events.get(1).value = converted(false, EventSchemas.EVENT, struct);
    Run run = run(scene);
    assertThat(run.status).isZero();
    assertThat(run.json.get("identitiesRecomputed").asInt()).isEqualTo(32);
  }

  @Test
  void readsEventsWithConverter() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.withHeartbeat = false;
    scene.ledger.forEach(window -> scene.ledgerBytes.add(inEnvelope(window)));
    scene.ledger.clear();
    for (int i = 0; i < scene.events.size(); i++) {
      Event event = scene.events.get(i);
      String text = new String(event.value, UTF_8);
      event.value =
          i % 4 == 0
              ? converted(true, Schema.STRING_SCHEMA, text)
              : i % 2 == 0
                  ? converted(
                      true, EventSchemas.EVENT, new Struct(EventSchemas.EVENT).put("raw", text))
                  : converted(true, EventSchemas.EVENT, structOf("id" + (i + 1)));
    }
    String[] options = {
      "--value-converter",
      "org.apache.kafka.connect.json.JsonConverter",
      "--value-converter-property",
      "schemas.enable=true"
    };
    Run well = run(scene, options);
    assertThat(well.status).isZero();
    assertThat(well.json.get("identitiesRecomputed").asInt()).isEqualTo(33);

    scene.events.get(0).value = scene.events.get(4).value;
    scene.events.get(2).value = scene.events.get(6).value;
    scene.events.get(3).value = scene.events.get(5).value;
    assertThat(run(scene, options).findings()).containsEntry("identity", 3L);
  }

  private static byte[] inEnvelope(Map<String, Object> window) {
    return converted(true, Schema.STRING_SCHEMA, new String(LedgerScene.json(window), UTF_8));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsLedgerFromJsonConverter(boolean asText) throws Exception {
    Schema counts = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA).build();
    Schema schema =
        SchemaBuilder.struct()
            .field("reader", Schema.STRING_SCHEMA)
            .field("sequence", Schema.INT64_SCHEMA)
            .field("from", Schema.INT64_SCHEMA)
            .field("to", Schema.INT64_SCHEMA)
            .field("events", Schema.INT64_SCHEMA)
            .field("records", counts)
            .field("types", counts)
            .field("dropped", Schema.INT64_SCHEMA)
            .field("digest", Schema.STRING_SCHEMA)
            .field("gapFrom", Schema.OPTIONAL_INT64_SCHEMA)
            .field("gapTo", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    LedgerScene scene = LedgerScene.ofThreeWindows();
    for (Map<String, Object> told : scene.ledger) {
      Struct struct = new Struct(schema);
      schema
          .fields()
          .forEach(
              field -> {
                Object value = told.get(field.name());
                struct.put(
                    field,
                    value instanceof Map<?, ?>
                        ? Map.of("records".equals(field.name()) ? EVENTS : "MESSAGESENT", 10L)
                        : value instanceof Integer number ? number.longValue() : value);
              });
      scene.ledgerBytes.add(
          asText
              ? converted(true, Schema.STRING_SCHEMA, new String(LedgerScene.json(told), UTF_8))
              : converted(true, schema, struct));
    }
    scene.ledger.clear();
    scene.withHeartbeat = false;
    assertThat(run(scene).status).isZero();
    assertThat(
            run(
                    scene,
                    "--value-converter",
                    "org.apache.kafka.connect.json.JsonConverter",
                    "--value-converter-property",
                    "schemas.enable=true",
                    "--ignore-values")
                .status)
        .isZero();
  }

  @Test
  void readsHeadersFromJsonConverter() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    for (int i = 0; i < scene.events.size(); i++) {
      Event event = scene.events.get(i);
      boolean schemas = i % 2 == 0;
      event.window = new String(converted(schemas, Schema.STRING_SCHEMA, event.window), UTF_8);
      event.identity = new String(converted(schemas, Schema.STRING_SCHEMA, event.identity), UTF_8);
    }
    assertThat(run(scene).status).isZero();
  }

  @Test
  void recomputesNoIdentityWhenTextIsIncomplete() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.events.get(1).value = "{\"type\": \"\uFFFD\"}".getBytes(UTF_8);
    scene.events.get(2).value = "{}".getBytes(UTF_8);
    scene.events.get(2).headers.put("symphony.oversize", "7");
    scene.events.get(3).value = null;
    scene.events.get(4).value = new byte[] {0, 0, 0, 0, 7, 1, 2};
    Run run = run(scene);
    assertThat(run.json.get("identitiesRecomputed").asInt()).isEqualTo(29);
    assertThat(run.status).isZero();
  }

  @Test
  void recomputesIdentityOfDamagedEventFromText() throws Exception {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    String damaged = "{\"type\": \"MESSAGESENT\", \"messageId\": \"x\"";
    List<Event> all = new ArrayList<>(scene.addEvents(READER, 5, 2));
    Event event = scene.event(READER, 5, damaged, "b" + damaged);
    scene.events.add(event);
    all.add(event);
    String withRaw = "{\"type\": \"NEW\", \"raw\": \"x\", \"schema\": {}}";
    Event odd = scene.event(READER, 5, withRaw, "b" + withRaw);
    scene.events.add(odd);
    all.add(odd);
    scene.close(READER, 4, scene.events.subList(30, 33));
    scene.close(READER, 5, all);
    assertThat(run(scene).status).isZero();
  }

  @Test
  void printsTable() {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    Output well = output(scene, "--windows");
    assertThat(well.out)
        .isEqualTo(
            """
            READER                         WINDOWS  FROM                  TO                    EVENTS  RECORDS  DROPPED  MISSING  TWICE  UNSEEN
            pod.example.com/bot/tag.all/0  1-3      2026-11-30T12:00:00Z  2026-11-30T12:03:00Z  30      30       0        0        0      0

            READER                         WINDOWS  FROM                  TO                    EVENTS  RECORDS  DROPPED  MISSING  TWICE  UNSEEN
            pod.example.com/bot/tag.all/0  1        2026-11-30T12:00:00Z  2026-11-30T12:01:00Z  10      10       0        0        0      0
            pod.example.com/bot/tag.all/0  2        2026-11-30T12:01:00Z  2026-11-30T12:02:00Z  10      10       0        0        0      0
            pod.example.com/bot/tag.all/0  3        2026-11-30T12:02:00Z  2026-11-30T12:03:00Z  10      10       0        0        0      0

            OPEN: 3
              window 4 of pod.example.com/bot/tag.all/0: it is still open, with 3 records so far

            Proven: all 30 events of 3 windows are in Kafka, each once.
            """);
    scene.events.subList(10, 12).clear();
    Output lost = output(scene);
    assertThat(lost.out)
        .contains(
            "MISSING: 2\n  window 2 of pod.example.com/bot/tag.all/0: 2 of 10 records were not found (events: 8 of 10)")
        .endsWith("\nWrong: missing 2.\n");
    assertThat(lost.status).isEqualTo(1);
  }

  static Stream<List<String>> wrongUsages() {
    return Stream.of(
        List.of(),
        List.of("--ledger-topic", LEDGER),
        List.of("--bootstrap-server", "b:1"),
        List.of("--bootstrap-server", "b:1", "--ledger-topic"),
        List.of("--bootstrap-server", "b:1", "--ledger-topic", "--json"),
        List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER, "--form", "x"),
        List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER, "--from", "yesterday"),
        List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER, "--timeout-ms", "1s"),
        List.of(
            "--bootstrap-server", "b:1", "--ledger-topic", LEDGER, "--command-config", "/no/such"),
        List.of(
            "--bootstrap-server", "b:1", "--ledger-topic", LEDGER, "--value-converter", "no.Such"),
        List.of(
            "--bootstrap-server",
            "b:1",
            "--ledger-topic",
            LEDGER,
            "--value-converter-property",
            "a=b"));
  }

  @ParameterizedTest
  @MethodSource("wrongUsages")
  void rejectsInvalidUsage(List<String> args) {
    Output output = run(args, (arguments, progress) -> LedgerScene.ofThreeWindows());
    assertThat(output.status).isEqualTo(2);
    assertThat(output.out).isEmpty();
    assertThat(output.err).endsWith(".\n--help shows all options.\n");
  }

  @Test
  void repeatsNoPasswordInWrongPlace() {
    for (List<String> args :
        List.of(
            List.of("secret-7"),
            List.of("--value-converter-propery=basic.auth=secret-7"),
            List.of("--from", "secret-7"),
            List.of("--value-converter", "no.Such", "--value-converter-property", "a=secret-7"))) {
      List<String> all =
          new ArrayList<>(List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER));
      all.addAll(args);
      Output output = run(all, (arguments, progress) -> LedgerScene.ofThreeWindows());
      assertThat(output.out + output.err).doesNotContain("secret-7");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.Module required password=\"x\" \"secret-7\";",
        "a.Module secret-7 password=\"x\";",
        "a.Module required password=secret-7"
      })
  void repeatsNoPasswordOfInvalidLogin(String login, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("client.properties");
    Files.writeString(
        file,
        "bootstrap.servers=localhost:1\nsecurity.protocol=SASL_PLAINTEXT\nsasl.jaas.config="
            + login);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, UTF_8);
    int status =
        Audit.run(
            new String[] {"--command-config", file.toString(), "--ledger-topic", LEDGER}, out, out);
    assertThat(status).isEqualTo(2);
    assertThat(printed.toString(UTF_8))
        .contains("sasl.jaas.config is invalid")
        .doesNotContain("secret-7");
  }

  @Test
  void repeatsNoPasswordOfAddress() {
    Output output =
        run(
            List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER),
            (arguments, progress) -> {
              throw new KafkaException("401 for http://user:secret-7@registry:8081/ids");
            });
    assertThat(output.err).contains("http://registry:8081/ids").doesNotContain("secret-7");
  }

  @Test
  void reportsReasonWhenKafkaCannotBeRead() {
    Output output =
        run(
            List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER),
            (arguments, progress) -> {
              throw new KafkaException(
                  "Failed to construct", new SaslAuthenticationException("Authentication failed"));
            });
    assertThat(output.status).isEqualTo(2);
    assertThat(output.err)
        .isEqualTo("The audit failed: Failed to construct: Authentication failed\n");
  }

  @Test
  void failsWithoutStatusOfLossWhenErrorOccurs() {
    for (Throwable failure :
        List.of(
            new NoSuchMethodError("of Jackson"),
            new OutOfMemoryError(),
            new AssertionError("hunter2"),
            new ABug())) {
      Output output =
          run(
              List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER),
              (arguments, progress) -> {
                throw LedgerAuditTest.<RuntimeException>unchecked(failure);
              });
      assertThat(output.status).isEqualTo(2);
      assertThat(output.err)
          .containsAnyOf("class path", "-Xmx", "AssertionError", "ABug")
          .as("the message of a bug might contain secrets")
          .doesNotContain("hunter2");
    }
  }

  private static final class ABug extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T unchecked(Throwable failure) throws T {
    throw (T) failure;
  }

  @Test
  void failsWithoutLedger() {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.absent.add(LEDGER);
    Output output = output(scene);
    assertThat(output.status).isEqualTo(2);
    assertThat(output.err).contains("topic ledger does not exist");
  }

  @Test
  void requestsConverterWhenLedgerIsUnreadable() {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.ledger.clear();
    scene.ledgerBytes.add(new byte[] {0, 0, 0, 0, 7, 1, 2});
    Output output = output(scene);
    assertThat(output.status).isEqualTo(2);
    assertThat(output.err).contains("ledger-0 offset 1 cannot be read", "--value-converter");
  }

  @Test
  void readsClientPropertiesFromFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("client.properties");
    Files.writeString(file, "bootstrap.servers=b:1\nsecurity.protocol=SSL\n");
    Output output =
        run(
            List.of("--command-config", file.toString(), "--ledger-topic", LEDGER),
            (arguments, progress) -> LedgerScene.ofThreeWindows());
    assertThat(output.status).isZero();
  }

  @Test
  void printsOptions() {
    Output output = run(List.of("--help"), (arguments, progress) -> new LedgerScene());
    assertThat(output.status).isZero();
    assertThat(output.out).contains("--bootstrap-server", "--ledger-topic", "Exit status");
  }

  private record Output(int status, String out, String err) {}

  private static final class Run {
    private final int status;
    private final String err;
    private final JsonNode json;

    Run(Output output) throws Exception {
      status = output.status;
      err = output.err;
      json = new ObjectMapper().readTree(output.out);
    }

    Map<String, Long> findings() {
      Map<String, Long> findings = new TreeMap<>();
      json.get("findings")
          .forEach(each -> findings.put(each.get("kind").asText(), each.get("count").asLong()));
      return findings;
    }
  }

  private static Run run(LedgerScene scene, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--json");
    return new Run(output(scene, all.toArray(new String[0])));
  }

  private static Output output(LedgerScene scene, String... options) {
    List<String> args =
        new ArrayList<>(List.of("--bootstrap-server", "b:1", "--ledger-topic", LEDGER));
    args.addAll(List.of(options));
    return run(args, (arguments, progress) -> scene);
  }

  private static Output run(List<String> args, Audit.Connection connection) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Audit.run(
            args.toArray(new String[0]),
            connection,
            Clock.fixed(Instant.parse("2026-12-01T00:30:00Z"), ZoneOffset.UTC),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    return new Output(status, out.toString(UTF_8), err.toString(UTF_8));
  }
}
