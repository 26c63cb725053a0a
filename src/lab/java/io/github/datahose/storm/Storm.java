// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Kills workers while events flow, again and again, in one scenario after the other and in both
 * modes at once, and holds the topics against the pod's ledger. It fails unless nothing is lost
 * anywhere, with exactly-once nothing is there twice, and at least once nothing but what was in
 * flight when a task ended; and when a scenario has not seen what it is about. With exactly-once
 * the connectors have a ledger, and their own audit, which knows Kafka alone, has to agree.
 *
 * <p>System properties: {@code kills} in each mode, divided among the scenarios (200); {@code
 * scenario}, the name of the only one to run; {@code seed}, which decides the moments of the kills,
 * the faults and the numbers, and is printed. A run with the same seed is the same as far as
 * processes that compete for a machine are.
 */
public final class Storm {
  private final int kills;
  private final long seed;
  private final List<Scenario> scenarios;
  private final Consumer<String> progress;

  /** Prepares a chaos test; see the class. */
  Storm(int kills, long seed, List<Scenario> scenarios, Consumer<String> progress) {
    if (scenarios.isEmpty() || kills < scenarios.size()) {
      throw new IllegalArgumentException(
          kills
              + " kills in "
              + scenarios.size()
              + " scenarios would prove nothing: give one kill for each at least, or choose one by"
              + " -Dscenario= of "
              + Scenario.all().stream().map(Scenario::name).toList());
    }
    this.kills = kills;
    this.seed = seed;
    this.scenarios = scenarios;
    this.progress = progress;
  }

  /** Runs it; see the class. */
  public static void main(String[] ignored) {
    Report report = new Report("chaos");
    String only = System.getProperty("scenario", "");
    int kills = Integer.parseInt(System.getProperty("kills", "200"));
    long seed = Long.parseLong(System.getProperty("seed", "" + System.currentTimeMillis()));
    Storm storm = new Storm(kills, seed, Scenario.named(only), report::step);
    String command =
        "mvn -q -Pchaos verify -Dkills="
            + kills
            + " -Dseed="
            + seed
            + (only.isEmpty() ? "" : " -Dscenario=" + only);
    report.step(command);
    List<Outcome> outcomes;
    try (ConnectCluster first = Mode.AT_LEAST_ONCE.cluster("storm", null)) {
      outcomes = storm.run(first);
    }
    outcomes.forEach(outcome -> report.row(outcome.row()));
    report.attach(
        "audit.txt",
        outcomes.stream()
            .filter(outcome -> outcome.ledgerAudit() != null)
            .map(outcome -> outcome.row().get("scenario") + ": " + outcome.ledgerAudit())
            .toList());
    report.end(
        "`" + command + "` on Kafka " + Build.kafkaVersion() + ".",
        outcomes.stream().flatMap(outcome -> outcome.complaints().stream()).toList());
  }

  /**
   * Runs all scenarios. An incomplete one is an outcome, too, and the others continue.
   *
   * @param atLeastOnce a cluster of that mode; the other one is started on its broker
   * @return those of each mode in the order of the scenarios
   */
  List<Outcome> run(ConnectCluster atLeastOnce) {
    try (ConnectCluster exactlyOnce = Mode.EXACTLY_ONCE.cluster("storm", atLeastOnce.broker())) {
      var first = CompletableFuture.supplyAsync(() -> run(atLeastOnce, Mode.AT_LEAST_ONCE));
      var second = CompletableFuture.supplyAsync(() -> run(exactlyOnce, Mode.EXACTLY_ONCE));
      return Stream.of(first, second).flatMap(mode -> mode.join().stream()).toList();
    }
  }

  private List<Outcome> run(ConnectCluster cluster, Mode mode) {
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < scenarios.size(); i++) {
      int share = kills / scenarios.size() + (i < kills % scenarios.size() ? 1 : 0);
      outcomes.add(new ScenarioRun(cluster, scenarios.get(i), mode, share, seed, progress).run());
    }
    return outcomes.stream().map(CompletableFuture::join).toList();
  }
}
