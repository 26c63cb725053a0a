// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.storm.Scenario.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One scenario in one mode, from the creation of its connector to the audit. */
final class ScenarioRun {
  private final ConnectCluster cluster;
  private final Scenario scenario;
  private final Mode mode;
  private final int kills;
  private final Random random;
  private final Consumer<String> progress;
  private final String name;
  private final Workers workers;
  private final Records records;
  private final List<String> trouble = new ArrayList<>();

  ScenarioRun(
      ConnectCluster cluster,
      Scenario scenario,
      Mode mode,
      int kills,
      long seed,
      Consumer<String> progress) {
    this.cluster = cluster;
    this.scenario = scenario;
    this.mode = mode;
    this.kills = kills;
    this.random = new Random(seed + 31L * scenario.name().hashCode() + mode.ordinal());
    this.progress = progress;
    name = scenario.name() + "-" + mode.label();
    workers = new Workers(cluster, name);
    records = new Records(cluster, scenario, mode, name);
  }

  /** Runs it; whatever goes wrong is in the outcome. */
  Outcome run() {
    Outcome outcome;
    try {
      outcome = storm();
    } catch (Exception | AssertionError e) {
      outcome = Outcome.brokenOff(scenario, mode, e);
    }
    try {
      leaveAsFound();
    } catch (Exception | AssertionError e) {
      outcome = outcome.with("did not leave the workers as they were: " + e);
    }
    String complaint = outcome.complaint();
    say(complaint.isEmpty() ? "well, " + outcome.row() : "NOT WELL: " + complaint);
    return outcome;
  }

  private Outcome storm() {
    while (cluster.workers().size() < scenario.workers()) {
      cluster.addWorker();
    }
    records.createTopics();
    try (Pod pod = new Pod(scenario, mode, random);
        TopicWatch watch = new TopicWatch(cluster, records.eventTopics(), mode, pod::totals);
        Operator operator = new Operator(workers, this::say)) {
      cluster.rest().putConfig(name, config(pod));
      Pause.until("a first read", pod::isRead);
      pod.production().resume();
      Strikes strikes = new Strikes(scenario, pod, watch, workers, random);
      // The other scenarios are still worth their time, and the audit of this one is.
      noteTrouble(
          () -> {
            strike(strikes, watch);
            pod.heal();
            pod.rest();
          });
      noteTrouble(pod.production()::pause);
      if (scenario.has(Trait.HEARTBEATS)) {
        noteTrouble(records::requireHeartbeats);
      }
      return new Outcome(
          scenario,
          mode,
          strikes.kills(),
          strikes.takeOvers(),
          operator.restarts(),
          pod.audit(records.read(), records.dropped()),
          watch.longestStall(),
          watch.outages().recoveries(),
          List.copyOf(trouble));
    }
  }

  private void noteTrouble(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      trouble.add(e + ", status " + workers.status());
    }
  }

  private void leaveAsFound() {
    workers.revive();
    if (cluster.rest().connectors().contains(name)) {
      cluster.rest().delete(name);
      cluster.rest().awaitGone(name);
    }
  }

  private void strike(Strikes strikes, TopicWatch watch) {
    for (int kill = 1; kill <= kills; kill++) {
      String what = strikes.strike();
      List<Long> recoveries = watch.outages().recoveries();
      say(
          "kill "
              + kill
              + " of "
              + kills
              + " "
              + what
              + (recoveries.isEmpty()
                  ? ""
                  : "; the last recovery took " + recoveries.get(recoveries.size() - 1) + " ms"));
    }
    strikes.awaitRecovery();
  }

  private void say(String text) {
    progress.accept(String.format("%-14s %-13s %s", mode.label(), scenario.name(), text));
  }

  private Map<String, String> config(Pod pod) {
    Map<String, String> config = new TreeMap<>();
    config.put("connector.class", DatahoseSourceConnector.class.getName());
    config.put("tasks.max", "1");
    config.put("symphony.pod.url", pod.url());
    config.put("symphony.username", SimulatorKeys.USERNAME);
    config.put("symphony.private.key", SimulatorKeys.privateKey());
    config.put("symphony.retry.backoff.max.ms", "1000");
    config.put("producer.override.linger.ms", "0");
    scenario.config().forEach((option, value) -> config.put(option, records.named(value)));
    return config;
  }
}
