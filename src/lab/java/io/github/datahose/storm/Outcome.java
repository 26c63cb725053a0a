// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.storm.Scenario.Trait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What came of a scenario: its topics, held against the pod's ledger, and what happened on the way.
 *
 * @param row a line of the report
 * @param complaints what is wrong; empty when nothing is
 * @param ledgerAudit what the connector's own audit says; null where it has no ledger
 */
record Outcome(Map<String, Object> row, List<String> complaints, LedgerAudit ledgerAudit) {
  private static final int SAMPLES = 5;

  /**
   * What happened.
   *
   * @param kills workers killed, or frozen
   * @param takeOvers times that another worker had the task while its previous worker was suspended
   * @param restarts times that a task failed and was restarted, see {@link Workers}
   * @param longestStall in ms, see {@link Pod#longestStall}
   * @param recoveries in ms, see {@link Pod#recoveries}
   * @param trouble unexpected problems
   */
  record Course(
      int kills,
      int takeOvers,
      int restarts,
      long longestStall,
      List<Long> recoveries,
      List<String> trouble) {}

  /**
   * What is there at the end.
   *
   * @param ledger complete
   * @param inFlight see {@link Outcome#inFlight}
   * @param topics the records of each destination
   * @param dropped the messageIds that the transformation noted
   * @param unwanted number of events of types that the connector did not subscribe to
   * @param ledgerAudit what the connector's own audit says; null where it has no ledger
   */
  record Evidence(
      LedgerSnapshot ledger,
      Map<String, Integer> inFlight,
      Map<Scenario.Destination, List<Seen>> topics,
      Set<String> dropped,
      long unwanted,
      LedgerAudit ledgerAudit) {

    Evidence with(LedgerAudit its) {
      return new Evidence(ledger, inFlight, topics, dropped, unwanted, its);
    }

    private List<Seen> records() {
      return topics.values().stream().flatMap(List::stream).toList();
    }

    /** An event that the transformation dropped counts as if it were there once. */
    Audit audit() {
      return Audit.of(
          ledger,
          Stream.concat(
                  records().stream().map(seen -> new Audit.Entry(seen.key(), seen.messageId())),
                  dropped.stream().map(messageId -> new Audit.Entry(null, messageId)))
              .toList());
    }
  }

  /** What the audit asks of a record; the messageId is null where there is none. */
  record Seen(String key, String messageId, String type) {
    static Seen of(JsonNode event) {
      return new Seen(null, event.path("messageId").asText(null), event.path("type").asText());
    }

    Seen withKey(String its) {
      return new Seen(its, messageId, type);
    }
  }

  /** Of a scenario that came to no audit. */
  static Outcome brokenOff(Scenario scenario, Mode mode, Throwable reason) {
    return new Outcome(
        Map.of("scenario", scenario.name(), "mode", mode.label()),
        List.of(title(scenario, mode) + "broke off: " + reason),
        null);
  }

  /** Judges a scenario. */
  static Outcome of(Scenario scenario, Mode mode, Course course, Evidence evidence) {
    Audit audit = evidence.audit();
    long inFlight = evidence.inFlight().values().stream().mapToLong(Integer::longValue).sum();
    List<Long> recoveries = course.recoveries().stream().sorted().toList();
    int recovered = recoveries.size();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("scenario", scenario.name());
    row.put("mode", mode.label());
    row.put("kills", course.kills());
    row.put("restarts", course.restarts());
    row.put("produced", audit.produced());
    row.put("dropped", evidence.dropped().size());
    row.put("inKafka", audit.inKafka() - evidence.dropped().size());
    row.put("lost", audit.lost());
    row.put("redelivered", evidence.ledger().redelivered());
    row.put("inFlight", inFlight);
    row.put("duplicated", audit.duplicated());
    row.put("outOfOrder", audit.outOfOrder());
    row.put("longestStallMs", course.longestStall());
    row.put("recoveryMedianMs", recovered == 0 ? null : recoveries.get(recovered / 2));
    row.put("recoveryMaxMs", recovered == 0 ? null : recoveries.get(recovered - 1));

    List<String> complaints = new ArrayList<>(course.trouble());
    complaints.addAll(wrongRecords(scenario, mode, evidence));
    if (evidence.ledgerAudit() != null) {
      evidence.ledgerAudit().addTo(row);
      int dropped = evidence.dropped().size();
      complaints.addAll(
          evidence.ledgerAudit().complaints(scenario, audit.inKafka() - dropped, dropped));
    }
    require(complaints, audit.lost() == 0, audit.lost() + " lost, as " + audit.lostMessageIds());
    require(complaints, audit.unknown() == 0, audit.unknown() + " records that nobody produced");
    require(
        complaints,
        audit.acknowledged() == audit.produced(),
        "acknowledged only " + audit.acknowledged());
    int feeds = evidence.ledger().feeds().size();
    require(complaints, feeds == 1, "one feed was to be used, not " + feeds);
    long missed = evidence.ledger().withoutFeed();
    require(
        complaints,
        missed == evidence.unwanted(),
        missed + " events went into no feed, and should have been " + evidence.unwanted());
    require(
        complaints,
        course.restarts() <= course.kills(),
        course.restarts() + " tasks failed, more than workers were killed");
    // What a run must have seen; Strikes sees to it that each does.
    String nothing = "proves nothing: no ";
    require(complaints, audit.produced() > 0, nothing + "event was produced");
    require(complaints, inFlight > 0, nothing + "event that was in flight came to another task");
    require(
        complaints,
        scenario.workers() == 1 || course.takeOvers() > 0,
        nothing + "worker took over from another");
    require(
        complaints,
        !scenario.has(Trait.DROPS) || !evidence.dropped().isEmpty(),
        nothing + "event was dropped");
    return new Outcome(
        row,
        complaints.stream().map(text -> title(scenario, mode) + text).toList(),
        evidence.ledgerAudit());
  }

  /**
   * Counts the events that were in flight when a task ended: it had them from the feed, the pod had
   * no acknowledgement, and so they came to another task too. A task writes an event once, however
   * often the feed gives it that: so at least once an event may be in a topic as often as it came
   * to another task, and no more.
   *
   * @param answersAtKills how many answers there were at each kill, if kills separate the tasks:
   *     between two kills only one task runs there. Null if the sessions of the tasks separate them
   * @return by messageId, how often such an event came to another task; none that never did
   */
  static Map<String, Integer> inFlight(LedgerSnapshot ledger, List<Integer> answersAtKills) {
    Map<String, Integer> counts = new HashMap<>();
    for (FeedSnapshot feed : ledger.feeds()) {
      Map<Integer, Set<Integer>> tasks = new HashMap<>();
      for (int i = 0; i < feed.answers(); i++) {
        int answer = i;
        int task =
            answersAtKills == null
                ? feed.answerSessions()[answer]
                : (int) answersAtKills.stream().filter(answers -> answers <= answer).count();
        for (int event : feed.answerEvents()[answer]) {
          tasks.computeIfAbsent(event, any -> new HashSet<>()).add(task);
        }
      }
      tasks.forEach(
          (event, of) -> counts.merge(feed.messageIds()[event], of.size() - 1, Integer::sum));
    }
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  private static List<String> wrongRecords(Scenario scenario, Mode mode, Evidence evidence) {
    List<String> complaints = new ArrayList<>();
    evidence
        .topics()
        .forEach(
            (destination, records) ->
                complain(
                    complaints,
                    "that do not belong into " + destination.topic(),
                    records.stream()
                        // The audit counts those that nobody produced.
                        .filter(seen -> seen.messageId() != null)
                        .filter(seen -> !destination.belongs().test(seen))
                        .map(Seen::messageId)));
    Map<String, Integer> counts = new HashMap<>();
    evidence.records().forEach(seen -> counts.merge("" + seen.messageId(), 1, Integer::sum));
    if (scenario.has(Trait.DROPS)) {
      complain(
          complaints,
          "that the transformation should have dropped",
          counts.keySet().stream().filter(HashedMessageId::holds));
    }
    Map<String, Integer> more = mode == Mode.EXACTLY_ONCE ? Map.of() : evidence.inFlight();
    complain(
        complaints,
        "in topics more often than " + mode.label() + " explains",
        counts.keySet().stream().filter(each -> counts.get(each) - 1 > more.getOrDefault(each, 0)));
    return complaints;
  }

  private static void complain(List<String> complaints, String what, Stream<String> messageIds) {
    List<String> all = messageIds.toList();
    List<String> samples = all.stream().limit(SAMPLES).toList();
    require(complaints, all.isEmpty(), all.size() + " events " + what + ", as " + samples);
  }

  private static void require(List<String> complaints, boolean well, String complaint) {
    if (!well) {
      complaints.add(complaint);
    }
  }

  private static String title(Scenario scenario, Mode mode) {
    return scenario.name() + ", " + mode.label() + ": ";
  }
}
