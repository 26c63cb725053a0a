// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Audit;
import io.github.datahose.storm.Scenario.Trait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What came of a scenario.
 *
 * @param kills workers killed, or frozen
 * @param takeOvers times that another worker had the task while the one that had it was away
 * @param restarts times that a task failed and was restarted, see {@link Operator}
 * @param topics what the topics and the ledger say
 * @param longestStall in ms, see {@link TopicWatch#longestStall}
 * @param recoveries in ms, see {@link Outages}
 * @param trouble what went wrong besides
 */
record Outcome(
    Scenario scenario,
    Mode mode,
    int kills,
    int takeOvers,
    int restarts,
    TopicAudit topics,
    long longestStall,
    List<Long> recoveries,
    List<String> trouble) {

  /** Of a scenario that came to no audit. */
  static Outcome brokenOff(Scenario scenario, Mode mode, Throwable reason) {
    return new Outcome(
        scenario, mode, 0, 0, 0, TopicAudit.NOTHING, 0, List.of(), List.of("broke off: " + reason));
  }

  /** The same, and something went wrong afterwards. */
  Outcome with(String more) {
    return new Outcome(
        scenario,
        mode,
        kills,
        takeOvers,
        restarts,
        topics,
        longestStall,
        recoveries,
        Stream.concat(trouble.stream(), Stream.of(more)).toList());
  }

  /** A line of the report. */
  Map<String, Object> row() {
    Audit audit = topics.audit();
    List<Long> sorted = recoveries.stream().sorted().toList();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("scenario", scenario.name());
    row.put("mode", mode.label());
    row.put("kills", kills);
    row.put("restarts", restarts);
    row.put("produced", audit.produced());
    row.put("dropped", topics.dropped());
    row.put("inKafka", audit.inKafka() - topics.dropped());
    row.put("lost", audit.lost());
    row.put("redelivered", topics.redelivered());
    row.put("inFlight", topics.inFlight());
    row.put("duplicated", audit.duplicated());
    row.put("outOfOrder", audit.outOfOrder());
    row.put("longestStallMs", longestStall);
    row.put("recoveryMedianMs", sorted.isEmpty() ? null : sorted.get(sorted.size() / 2));
    row.put("recoveryMaxMs", sorted.isEmpty() ? null : sorted.get(sorted.size() - 1));
    return row;
  }

  /** What is wrong with it; empty when nothing is. */
  String complaint() {
    List<String> complaints = new ArrayList<>(trouble);
    complaints.addAll(topics.complaints());
    Audit audit = topics.audit();
    if (audit.produced() == 0) {
      complaints.add("nothing was produced");
    }
    if (audit.lost() > 0) {
      complaints.add(audit.lost() + " lost, for example " + audit.lostMessageIds());
    }
    if (audit.unknown() > 0) {
      complaints.add(audit.unknown() + " records that nobody produced");
    }
    if (audit.acknowledged() != audit.produced()) {
      complaints.add("acknowledged only " + audit.acknowledged());
    }
    long bound = mode == Mode.EXACTLY_ONCE ? 0 : topics.inFlight();
    if (audit.duplicated() > bound) {
      complaints.add(audit.duplicated() + " duplicated, " + bound + " at most were allowed");
    }
    if (restarts > kills) {
      complaints.add(restarts + " tasks failed, more than workers were killed");
    }
    complaints.addAll(whyItProvesNothing());
    return String.join("; ", complaints);
  }

  /** What a run must have seen; {@link Strikes} sees to it that each does. */
  private List<String> whyItProvesNothing() {
    List<String> reasons = new ArrayList<>();
    if (topics.inFlight() == 0) {
      reasons.add("proves nothing: no event that was in flight came to another task");
    }
    if (scenario.workers() > 1 && takeOvers == 0) {
      reasons.add("proves nothing: no worker took over from another");
    }
    if (scenario.has(Trait.DROPS) && topics.dropped() == 0) {
      reasons.add("proves nothing: no event was dropped");
    }
    return reasons;
  }
}
