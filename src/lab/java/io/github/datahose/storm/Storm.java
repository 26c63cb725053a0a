// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Report;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Kills workers while events flow, again and again, in one scenario after the other and in both
 * modes at once, and holds the topics against the pod's ledger. It fails unless nothing is lost
 * anywhere, with exactly-once nothing is there twice, and at least once nothing but what was in
 * flight when a task ended; and when a scenario has not seen what it is about.
 *
 * <p>It is told by system properties, see {@link StormArguments}; a seed that is not given is
 * printed. A run with the same seed is the same as far as processes that compete for a machine are.
 */
public final class Storm {
  private final StormArguments arguments;
  private final Consumer<String> progress;

  /** Prepares a storm; see the class. */
  Storm(StormArguments arguments, Consumer<String> progress) {
    this.arguments = arguments;
    this.progress = progress;
  }

  /** Runs it; see the class. */
  public static void main(String[] ignored) {
    Report report = new Report("chaos");
    StormArguments arguments = StormArguments.of(System.getProperties());
    long start = System.nanoTime();
    Consumer<String> progress =
        text ->
            System.out.printf(
                Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, text);
    progress.accept(arguments.command());
    List<Outcome> outcomes;
    try (ConnectCluster first = Mode.AT_LEAST_ONCE.cluster("storm", null)) {
      outcomes = new Storm(arguments, progress).run(first);
    }
    outcomes.forEach(outcome -> report.row(outcome.row()));
    List<String> complaints = complaints(outcomes);
    report.write(
        complaints.isEmpty(),
        "`"
            + arguments.command()
            + "` on Kafka "
            + Build.kafkaVersion()
            + ". "
            + String.join("\n", complaints));
    System.out.println("\n" + report.table());
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(String.join("\n", complaints));
    }
    progress.accept("All is well");
  }

  /** What is wrong, a line each; empty when all is well. */
  static List<String> complaints(List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(outcome -> !outcome.complaint().isEmpty())
        .map(
            outcome ->
                outcome.scenario().name()
                    + ", "
                    + outcome.mode().label()
                    + ": "
                    + outcome.complaint())
        .toList();
  }

  /**
   * Runs all scenarios. One that breaks off is an outcome as well, and the others go on.
   *
   * @param atLeastOnce a cluster of that mode; the other one is started on its broker
   * @return those of each mode in the order of the scenarios
   */
  List<Outcome> run(ConnectCluster atLeastOnce) {
    try (ConnectCluster exactlyOnce = Mode.EXACTLY_ONCE.cluster("storm", atLeastOnce.broker())) {
      Map<Mode, CompletableFuture<List<Outcome>>> running = new EnumMap<>(Mode.class);
      running.put(
          Mode.AT_LEAST_ONCE,
          CompletableFuture.supplyAsync(() -> run(atLeastOnce, Mode.AT_LEAST_ONCE)));
      running.put(
          Mode.EXACTLY_ONCE,
          CompletableFuture.supplyAsync(() -> run(exactlyOnce, Mode.EXACTLY_ONCE)));
      List<Outcome> outcomes = new ArrayList<>();
      running.values().forEach(mode -> outcomes.addAll(mode.join()));
      return outcomes;
    }
  }

  private List<Outcome> run(ConnectCluster cluster, Mode mode) {
    List<Scenario> scenarios = arguments.scenarios();
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < scenarios.size(); i++) {
      int kills = arguments.kills();
      int share = kills / scenarios.size() + (i < kills % scenarios.size() ? 1 : 0);
      outcomes.add(
          new ScenarioRun(cluster, scenarios.get(i), mode, share, arguments.seed(), progress)
              .run());
    }
    return outcomes;
  }
}
