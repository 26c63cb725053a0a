// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.storm.Scenario.Trait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** One scenario in one mode, from the creation of its connector to the audit. */
final class ScenarioRun {
  /** How long the markers of transactions may take. */
  private static final Duration MARKERS = Duration.ofSeconds(30);

  private final ConnectCluster cluster;
  private final Scenario scenario;
  private final Mode mode;
  private final int kills;
  private final Random random;
  private final Consumer<String> progress;
  private final String name;
  private final Path droppedFile;
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
    droppedFile = cluster.directory().resolve(name + "-dropped.txt").toAbsolutePath();
  }

  /**
   * Runs it and leaves the workers as they were; whatever goes wrong is in the outcome. That may
   * come later, while the next scenario runs: the audit of a ledger is a process that takes
   * seconds.
   */
  CompletableFuture<Outcome> run() {
    CompletableFuture<Outcome> outcome;
    try (WorkerFixture connector = new WorkerFixture(cluster, name, Pod.options(mode, random));
        Workers workers = new Workers(cluster, name, this::say)) {
      outcome = storm(connector, workers);
    } catch (Exception | AssertionError e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    return outcome
        .exceptionally(reason -> Outcome.brokenOff(scenario, mode, reason))
        .thenApply(this::tell);
  }

  private Outcome tell(Outcome outcome) {
    say(
        outcome.complaints().isEmpty()
            ? "well, " + outcome.row()
            : "NOT WELL: " + outcome.complaints());
    return outcome;
  }

  private CompletableFuture<Outcome> storm(WorkerFixture connector, Workers workers)
      throws IOException {
    while (cluster.workers().size() < scenario.workers()) {
      cluster.addWorker();
    }
    connector.set("symphony.retry.backoff.max.ms", "1000");
    scenario.config().forEach((option, value) -> connector.set(option, named(value)));
    if (mode.hasLedger()) {
      Scenario.LEDGER.forEach((option, value) -> connector.set(option, named(value)));
    }
    connector.start();
    try (Pod pod = new Pod(connector.simulator(), scenario, mode, random)) {
      pod.produce();
      Strikes strikes = new Strikes(scenario, pod, workers, random);
      // The other scenarios are still worth their time, and the audit of this one is.
      noteTrouble(
          workers,
          () -> {
            strike(strikes, pod);
            pod.heal();
            pod.rest();
          });
      noteTrouble(workers, pod::pause);
      if (scenario.has(Trait.HEARTBEATS)) {
        noteTrouble(workers, this::requireHeartbeats);
      }
      if (mode.hasLedger()) {
        // So that no window is closed while its audit reads, which could not judge that one then.
        noteTrouble(workers, () -> stop(connector));
      }
      CompletableFuture<LedgerAudit> ledgerAudit =
          mode.hasLedger()
              ? CompletableFuture.supplyAsync(this::auditLedger)
              : CompletableFuture.completedFuture(null);
      Outcome.Evidence evidence = evidence(pod);
      Outcome.Course course =
          new Outcome.Course(
              strikes.kills(),
              strikes.takeOvers(),
              workers.restarts(),
              pod.longestStall(),
              pod.recoveries(),
              trouble);
      return ledgerAudit.thenApply(
          audit -> Outcome.of(scenario, mode, course, evidence.with(audit)));
    }
  }

  /**
   * Returns the records after everything is acknowledged. The marker of the last transaction might
   * be written only after the response to its commit, so it searches again for events that seem
   * lost.
   */
  private Outcome.Evidence evidence(Pod pod) {
    long end = System.nanoTime() + MARKERS.toNanos();
    Outcome.Evidence evidence;
    do {
      evidence = pod.evidence(topics(), dropped());
    } while (evidence.audit().lost() > 0 && System.nanoTime() < end);
    return evidence;
  }

  private LedgerAudit auditLedger() {
    List<String> rerouted =
        scenario.has(Trait.REROUTES)
            ? scenario.destinations().stream().map(each -> named(each.topic())).toList()
            : List.of();
    return LedgerAudit.of(cluster, named(Scenario.LEDGER_TOPIC), rerouted);
  }

  /** The worker that was killed last may still start, and not answer yet. */
  private static void stop(WorkerFixture connector) {
    WorkerFixture.eventually("connector stopped")
        .ignoreExceptions()
        .until(
            () -> {
              connector.stop();
              return true;
            });
  }

  private void noteTrouble(Workers workers, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      trouble.add(e + ", status " + workers.status());
    }
  }

  private void strike(Strikes strikes, Pod pod) {
    for (int kill = 1; kill <= kills; kill++) {
      say("kill %d of %d %s".formatted(kill, kills, strikes.strike()));
    }
    pod.awaitRecovery();
  }

  private void say(String text) {
    progress.accept(String.format("%-14s %-13s %s", mode.label(), scenario.name(), text));
  }

  /** A text of the scenario with its placeholders filled in. */
  private String named(String text) {
    return text.replace("${name}", name).replace("${dropped}", droppedFile.toString());
  }

  /** All events that a consumer of the mode gets, those of each partition in their order. */
  private Map<Scenario.Destination, List<Outcome.Seen>> topics() {
    Map<Scenario.Destination, List<Outcome.Seen>> topics = new LinkedHashMap<>();
    for (Scenario.Destination destination : scenario.destinations()) {
      // Only what the audit asks for: all of the events would fill the memory.
      Deserializer<Outcome.Seen> seen = (topic, value) -> Outcome.Seen.of(TopicReader.json(value));
      topics.put(
          destination,
          cluster.topics().read(named(destination.topic()), mode.isolation(), seen).stream()
              .map(record -> record.value().withKey(record.key()))
              .toList());
    }
    return topics;
  }

  /** The messageIds that {@link HashedMessageId} noted; none where it was not asked. */
  private Set<String> dropped() {
    try {
      return Files.exists(droppedFile) ? Set.copyOf(Files.readAllLines(droppedFile)) : Set.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each reader must have some. */
  private void requireHeartbeats() {
    Set<String> readers =
        cluster
            .topics()
            .read(named(Scenario.HEARTBEAT_TOPIC), mode.isolation(), new StringDeserializer())
            .stream()
            .map(ConsumerRecord::key)
            .collect(Collectors.toSet());
    if (readers.size() != scenario.readers()) {
      trouble.add(
          scenario.readers()
              + " readers were to have heartbeats, and those that do are "
              + readers);
    }
  }
}
