// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.awaitility.core.ConditionTimeoutException;

/** One scenario in one mode, from the creation of its connector to the audit. */
final class ScenarioRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SETTLED = Duration.ofMinutes(3);

  /** At the end nothing is left but what went to readers that are dead, or in answers lost. */
  private static final Duration NOTHING_MOVES = Duration.ofSeconds(2);

  private final ConnectCluster cluster;
  private final Scenario scenario;
  private final Mode mode;
  private final int kills;
  private final Random random;
  private final Consumer<String> progress;
  private final String name;
  private final Workers workers;

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
  }

  Outcome run() {
    while (cluster.workers().size() < scenario.workers()) {
      cluster.addWorker();
    }
    try (Pod pod = new Pod(scenario, mode, random);
        TopicWatch watch = new TopicWatch(cluster, topics(), mode, pod::totals)) {
      cluster.rest().putConfig(name, config(pod));
      Strikes.until("a first read", pod::isRead);
      pod.production().resume();
      String trouble = null;
      try {
        strike(pod, watch);
        settle(pod);
      } catch (RuntimeException e) {
        // The other scenarios are still worth their time, and the audit of this one is.
        trouble = e + ", status " + workers.status();
      }
      pod.production().pause();
      LedgerSnapshot totals = pod.totals();
      Outcome outcome =
          new Outcome(
              scenario,
              mode,
              kills,
              pod.audit(entries()),
              totals.redelivered(),
              watch.longestStall(),
              watch.recoveries(),
              trouble);
      say(
          outcome.complaint().isEmpty()
              ? "well, " + totals.expected() + " events"
              : "NOT WELL: " + outcome.complaint());
      return outcome;
    } finally {
      workers.thaw();
      cluster.workers().forEach(WorkerProcess::awaitReady);
      cluster.rest().delete(name);
      cluster.rest().awaitGone(name);
    }
  }

  private void strike(Pod pod, TopicWatch watch) {
    Strikes strikes = new Strikes(scenario, pod, watch, workers, random);
    for (int kill = 1; kill <= kills; kill++) {
      String what = strikes.strike();
      List<Long> recoveries = watch.recoveries();
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

  /**
   * Waits until the pod has all acknowledgements. Nobody is killed any more, and a living task
   * remembers what it wrote, so the visibility timeout may be cut short.
   */
  private static void settle(Pod pod) {
    pod.production().pause();
    pod.heal();
    long deadline = System.nanoTime() + SETTLED.toNanos();
    while (System.nanoTime() < deadline) {
      long acknowledged = pod.totals().acknowledged();
      try {
        await("all acknowledgements")
            .atMost(NOTHING_MOVES)
            .pollInterval(Duration.ofMillis(20))
            .until(pod::allAcknowledged);
        return;
      } catch (ConditionTimeoutException e) {
        if (pod.totals().acknowledged() == acknowledged) {
          pod.passVisibilityTimeout();
        }
      }
    }
    throw new ConditionTimeoutException("not all was acknowledged within " + SETTLED);
  }

  private void say(String text) {
    progress.accept(String.format("%-14s %-13s %s", mode.label(), scenario.name(), text));
  }

  private List<String> topics() {
    return scenario.topics().stream().map(this::named).toList();
  }

  private String named(String text) {
    return text.replace("${name}", name);
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
    scenario.config().forEach((option, value) -> config.put(option, named(value)));
    return config;
  }

  private List<Audit.Entry> entries() {
    return topics().stream()
        .flatMap(topic -> cluster.topics().read(topic, mode.isolation(), messageId()).stream())
        .map(ScenarioRun::entry)
        .toList();
  }

  private static Audit.Entry entry(ConsumerRecord<String, String> message) {
    return new Audit.Entry(message.key(), message.value());
  }

  /** Keeps of a value the messageId alone: the values of a whole storm do not fit into memory. */
  private static Deserializer<String> messageId() {
    return (topic, value) -> {
      try {
        return JSON.readTree(value).path("messageId").asText(null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
