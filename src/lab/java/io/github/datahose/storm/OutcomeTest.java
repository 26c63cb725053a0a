// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The chaos test must report each problem: here are some. */
class OutcomeTest {
  /** An event that the Filter drops, and one that it lets pass. */
  private static final String DROPPED = id(true);

  private static final String PASSED = id(false);

  private final List<String> trouble = new ArrayList<>();
  private final Set<String> dropped = new TreeSet<>();
  private Scenario scenario = scenario("plain");
  private int restarts;
  private int takeOvers = 1;
  private long unwanted;
  private Map<String, Integer> inFlight = Map.of("a", 1);
  private LedgerSnapshot ledger = ledger("a", "b");
  private LedgerAudit ledgerAudit;

  @ParameterizedTest
  @EnumSource
  void acceptsRunWithoutLossAndDuplicate(Mode mode) {
    assertThat(complaints(mode, "a b")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void rejectsLossesUnknownRecordsAndFailures(Mode mode) {
    trouble.add("stuck");
    assertThat(complaints(mode, "a c"))
        .containsExactly("stuck", "1 lost, as [b]", "1 records that nobody produced");
  }

  @ParameterizedTest
  @EnumSource
  void rejectsMissingAcknowledgmentsAndUnexpectedFeeds(Mode mode) {
    FeedSnapshot feed = ledger.feeds().get(0);
    ledger = new LedgerSnapshot(3, 2, List.of(feed, feed(1, List.of("b", "c"), "[]", "[]")));
    unwanted = 1;
    assertThat(complaints(mode, "a b b c"))
        .contains(
            "acknowledged only 3",
            "one feed was to be used, not 2",
            "2 events went into no feed, and should have been 1");
  }

  @Test
  void allowsOneRecordMoreThanRedeliveriesToOtherTasks() {
    assertThat(complaints(Mode.AT_LEAST_ONCE, "a a b")).isEmpty();
    assertThat(complaints(Mode.AT_LEAST_ONCE, "a a a b"))
        .containsExactly("1 events in topics more often than at-least-once explains, as [a]");
    assertThat(complaints(Mode.AT_LEAST_ONCE, "a b b"))
        .containsExactly("1 events in topics more often than at-least-once explains, as [b]");
    assertThat(complaints(Mode.EXACTLY_ONCE, "a a b"))
        .containsExactly("1 events in topics more often than exactly-once explains, as [a]");
  }

  @Test
  void allowsAtMostOneTaskFailurePerKill() {
    restarts = 4;
    assertThat(complaints(Mode.EXACTLY_ONCE, "a b"))
        .containsExactly("4 tasks failed, more than workers were killed");
  }

  @Test
  void excludesOnlyFilteredEventsFromLosses() {
    scenario = scenario("dropping-smt");
    ledger = ledger(DROPPED, PASSED);
    dropped.add(DROPPED);
    assertThat(complaints(Mode.EXACTLY_ONCE, PASSED)).isEmpty();
    assertThat(complaints(Mode.EXACTLY_ONCE, "")).containsExactly("1 lost, as [" + PASSED + "]");
    assertThat(complaints(Mode.EXACTLY_ONCE, DROPPED + " " + PASSED))
        .containsExactly(
            "1 events that the transformation should have dropped, as [" + DROPPED + "]");
    dropped.clear();
    assertThat(complaints(Mode.EXACTLY_ONCE, PASSED))
        .containsExactly("1 lost, as [" + DROPPED + "]", "proves nothing: no event was dropped");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "quarantine, good wrong-1, good, wrong-1, ",
        "quarantine, good wrong-1, good wrong-1, '', ${name}",
        "quarantine, good wrong-1, '', good wrong-1, ${name}.quarantine",
        "rerouting-smt, MESSAGESENT USERJOINEDROOM, MESSAGESENT, USERJOINEDROOM, ",
        "rerouting-smt, MESSAGESENT USERJOINEDROOM, '', MESSAGESENT USERJOINEDROOM, ${name}.user"
      })
  void requiresEachEventInItsTopic(
      String name, String events, String first, String second, String wrong) {
    scenario = scenario(name);
    ledger = ledger(events.split(" "));
    List<String> complaints =
        complaints(Mode.EXACTLY_ONCE, first.replace("'", ""), second.replace("'", ""));
    if (wrong == null) {
      assertThat(complaints).isEmpty();
    } else {
      assertThat(complaints)
          .singleElement()
          .asString()
          .startsWith("1 events that do not belong into " + wrong);
    }
  }

  @ParameterizedTest
  @EnumSource
  void provesNothingWhenRunDidNotCoverItsSubject(Mode mode) {
    scenario = scenario("two-workers");
    takeOvers = 0;
    inFlight = Map.of();
    ledger = ledger();
    assertThat(complaints(mode, ""))
        .containsExactly(
            "proves nothing: no event was produced",
            "proves nothing: no event that was in flight came to another task",
            "proves nothing: no worker took over from another");
    assertThatThrownBy(() -> new Storm(10, 1, Scenario.all(), text -> {}))
        .hasMessageContaining("10 kills in 11 scenarios would prove nothing");
  }

  @Test
  void countsOnlyRedeliveriesToOtherTask() {
    // Session 0 had a and b, then a again; 1 had b and c, then c again; 2 had b.
    FeedSnapshot feed =
        feed(3, List.of("a", "b", "c"), "[[0, 1], [0], [1, 2], [1], [2]]", "[0, 0, 1, 2, 1]");
    LedgerSnapshot given = new LedgerSnapshot(3, 0, List.of(feed));
    assertThat(Outcome.inFlight(given, null)).isEqualTo(Map.of("b", 2));
    assertThat(Outcome.inFlight(given, List.of(2, 4))).isEqualTo(Map.of("b", 1, "c", 1));
    assertThat(Outcome.inFlight(given, List.of(1))).isEqualTo(Map.of("a", 1, "b", 1));
  }

  @ParameterizedTest
  @CsvSource({"'[]', false", "'[0, 1]', false", "'[0, 2]', true", "'[3]', true"})
  void countsOnlyAcknowledgmentsOfNewTaskAsRecovery(String acknowledgedAnswers, boolean recovered) {
    FeedSnapshot feed =
        feed(
            2, List.of("a", "b", "c"), "[[0], [1], [1], [2]]", acknowledgedAnswers, "[0, 0, 1, 1]");
    assertThat(Pod.hasAcknowledgedAfter(2, new LedgerSnapshot(3, 0, List.of(feed))))
        .isEqualTo(recovered);
  }

  @Test
  void hasCountsAndTimesOfRunInRow() {
    restarts = 1;
    FeedSnapshot feed = feed(2, List.of("a", "b"), "[[0, 1], [0]]", "[1]", "[0, 1]");
    ledger = new LedgerSnapshot(2, 0, List.of(feed));
    assertThat(outcome(Mode.AT_LEAST_ONCE, "a b a").row())
        .hasToString(
            "{scenario=plain, mode=at-least-once, kills=3, restarts=1, produced=2, dropped=0,"
                + " inKafka=3, lost=0, redelivered=0, inFlight=1, duplicated=1, outOfOrder=1,"
                + " longestStallMs=50, recoveryMedianMs=20, recoveryMaxMs=30}");
    scenario = scenario("dropping-smt");
    dropped.add("b");
    assertThat(outcome(Mode.EXACTLY_ONCE, "a").row())
        .containsEntry("dropped", 1)
        .containsEntry("inKafka", 1L)
        .containsEntry("lost", 0L);
  }

  @Test
  void requiresSameAuditOfLedgerAndSimulator() {
    ledgerAudit = ledgerAudit(0, 1, 1, "open 1");
    assertThat(complaints(Mode.EXACTLY_ONCE, "a b")).isEmpty();
    assertThat(outcome(Mode.EXACTLY_ONCE, "a b").row())
        .containsEntry("windows", 3L)
        .containsEntry("auditMissing", 0L)
        .containsEntry("auditTwice", 0L);
    ledgerAudit = ledgerAudit(0, 1, 1);
    assertThat(complaints(Mode.EXACTLY_ONCE, "a b"))
        .containsExactly(
            "the audit of the ledger counts 1 records and 0 of windows that are open, the simulator"
                + " 2");
  }

  @Test
  void rejectsFindingsOfLedgerAuditWhenNothingIsDropped() {
    ledgerAudit = ledgerAudit(1, 3, 2, "missing 1");
    assertThat(complaints(Mode.EXACTLY_ONCE, "a b"))
        .containsExactly(
            "the audit of the ledger ended with status 1, and found {missing=1}",
            "the ledger tells of 3 events, of which 2 are there, and 0 were dropped");
    ledgerAudit = ledgerAudit(3, 2, 2, "gap 1");
    assertThat(complaints(Mode.EXACTLY_ONCE, "a b"))
        .containsExactly("the audit of the ledger ended with status 3, and found {gap=1}");
    ledgerAudit = ledgerAudit(1, 2, 2);
    assertThat(complaints(Mode.EXACTLY_ONCE, "a b"))
        .containsExactly("the audit of the ledger ended with status 1, and found {}");
  }

  @Test
  void reportsReasonWhenLedgerAuditHasNoReport() {
    assertThatThrownBy(() -> LedgerAudit.of(2, "The audit failed: no broker"))
        .hasMessage("the audit of the ledger ended with status 2: The audit failed: no broker");
  }

  @Test
  void allowsOnlyFilteredEventsAsMissingInLedger() {
    scenario = scenario("dropping-smt");
    ledger = ledger(DROPPED, PASSED);
    dropped.add(DROPPED);
    ledgerAudit = ledgerAudit(1, 2, 1, "missing 1");
    assertThat(complaints(Mode.EXACTLY_ONCE, PASSED)).isEmpty();
    ledgerAudit = ledgerAudit(1, 3, 1, "missing 2");
    assertThat(complaints(Mode.EXACTLY_ONCE, PASSED))
        .containsExactly("the ledger tells of 3 events, of which 1 are there, and 1 were dropped");
  }

  @Test
  void reportsReasonWhenRunIsIncomplete() {
    Outcome outcome =
        Outcome.brokenOff(scenario, Mode.EXACTLY_ONCE, new IllegalStateException("no worker"));
    assertThat(outcome.row()).isEqualTo(Map.of("scenario", "plain", "mode", "exactly-once"));
    assertThat(outcome.complaints())
        .containsExactly(
            "plain, exactly-once: broke off: java.lang.IllegalStateException: no worker");
  }

  @Test
  void restartsOnlyTasksWithRejectedTransaction() {
    String fenced =
        "org.apache.kafka.connect.errors.ConnectException: Unrecoverable exception\n\tat x\n"
            + "Caused by: org.apache.kafka.common.errors.ProducerFencedException: newer producer";
    assertThat(Workers.refusal(task("FAILED", fenced))).contains("newer producer");
    assertThat(Workers.refusal(task("RUNNING", fenced))).isEmpty();
    assertThat(Workers.refusal(task("FAILED", fenced.replace("ProducerFenced", "RecordTooLarge"))))
        .isEmpty();
    assertThat(Workers.refusal(task("FAILED", "Reader 0 of feed all ended unexpectedly")))
        .isEmpty();
    assertThat(Workers.refusal(JsonNodeFactory.instance.missingNode())).isEmpty();
  }

  /** What is said of these topics, without the name of the scenario. */
  private List<String> complaints(Mode mode, String... topics) {
    return outcome(mode, topics).complaints().stream()
        .map(text -> text.substring(text.indexOf(": ") + 2))
        .toList();
  }

  private Outcome outcome(Mode mode, String... topics) {
    Map<Scenario.Destination, List<Outcome.Seen>> records = new LinkedHashMap<>();
    for (int i = 0; i < topics.length; i++) {
      records.put(
          scenario.destinations().get(i),
          Stream.of(topics[i].split(" "))
              .filter(messageId -> !messageId.isEmpty())
              .map(messageId -> new Outcome.Seen("key", messageId, messageId))
              .toList());
    }
    return Outcome.of(
        scenario,
        mode,
        new Outcome.Course(3, takeOvers, restarts, 50, List.of(30L, 10L, 20L), trouble),
        new Outcome.Evidence(ledger, inFlight, records, dropped, unwanted, ledgerAudit));
  }

  private static LedgerSnapshot ledger(String... messageIds) {
    return new LedgerSnapshot(
        messageIds.length, 0, List.of(feed(messageIds.length, List.of(messageIds), "[]", "[]")));
  }

  /** Of three windows, with findings such as {@code missing 2}. */
  private static LedgerAudit ledgerAudit(int status, int events, int records, String... findings) {
    Map<String, String> counts = new LinkedHashMap<>();
    Stream.of(findings).map(each -> each.split(" ")).forEach(each -> counts.put(each[0], each[1]));
    return LedgerAudit.of(
        status,
        """
        progress
        {"windows": 3, "events": %d, "records": %d, "missing": %s, "twice": 0, "findings": [%s]}
        """
            .formatted(
                events,
                records,
                counts.getOrDefault("missing", "0"),
                counts.entrySet().stream()
                    .map(
                        each ->
                            "{\"kind\": \"%s\", \"count\": %s}"
                                .formatted(each.getKey(), each.getValue()))
                    .collect(Collectors.joining(", "))));
  }

  /** With the indices of the events in each answer, and the session of each. */
  private static FeedSnapshot feed(
      int acknowledged, List<String> messageIds, String answers, String sessions) {
    return feed(acknowledged, messageIds, answers, "[]", sessions);
  }

  private static FeedSnapshot feed(
      int acknowledged,
      List<String> messageIds,
      String answers,
      String acknowledgedAnswers,
      String sessions) {
    ObjectMapper json = new ObjectMapper();
    try {
      return json.readValue(
          """
          {"tag": "tag", "eventTypes": [], "scopes": [], "live": true, "expected": %1$d,
           "delivered": %1$d, "acknowledged": %2$d, "answers": %3$d, "messageIds": %4$s,
           "answerEvents": %5$s, "acknowledgedAnswers": %6$s, "answerSessions": %7$s}"""
              .formatted(
                  messageIds.size(),
                  acknowledged,
                  json.readTree(answers).size(),
                  json.writeValueAsString(messageIds),
                  answers,
                  acknowledgedAnswers,
                  sessions),
          FeedSnapshot.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Scenario scenario(String name) {
    return Scenario.all().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode task(String state, String trace) {
    return JsonNodeFactory.instance.objectNode().put("state", state).put("trace", trace);
  }

  private static String id(boolean dropped) {
    return IntStream.range(0, 1_000)
        .mapToObj(number -> "message" + number)
        .filter(messageId -> HashedMessageId.holds(messageId) == dropped)
        .findFirst()
        .orElseThrow();
  }
}
