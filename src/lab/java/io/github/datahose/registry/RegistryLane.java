// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.PluginDirectory;
import io.github.datahose.launch.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Sends all sample events through a real worker with Confluent's Avro converter, and with those
 * that Kafka brings, and holds what consumers decode against what was sent, field by field; tries
 * the evolution of the shipped schemas. A schema registry, the simulator, broker, worker and
 * consumers are processes of their own. It fails unless all of it is well.
 */
public final class RegistryLane {
  private final Report report;
  private final List<String> complaints = new ArrayList<>();
  private final List<SampleEvent> events = SampleEvent.all();
  private final ConnectCluster cluster;
  private final RegistryProcess registry;
  private final RegistryRest rest;
  private final Consumers consumers;
  private final long start = System.nanoTime();

  private RegistryLane(
      Report report, ConnectCluster cluster, RegistryProcess registry, ConverterPlugin converter) {
    this.report = report;
    this.cluster = cluster;
    this.registry = registry;
    rest = new RegistryRest(registry.url());
    consumers = new Consumers(cluster, registry.url(), converter);
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) {
    Report report = new Report("registry");
    ConverterPlugin converter = ConverterPlugin.prepare();
    PluginDirectory connector = new PluginDirectory(Build.newDirectory("registry-plugins"));
    connector.install(Build.componentArchive());
    try (RegistryProcess registry =
            RegistryProcess.start(Build.newDirectory("registry").resolve("registry.log"));
        ConnectCluster cluster =
            ConnectCluster.named("registry")
                .workerProperty("plugin.path", connector.path() + "," + converter.directory())
                // What a worker has unless told otherwise: service_load does not find this one.
                .workerProperty("plugin.discovery", "hybrid_warn")
                .start()) {
      new RegistryLane(report, cluster, registry, converter).run();
    }
  }

  private void run() {
    rest.setCompatibility("BACKWARD");
    Optional<String> node = NodeReader.version();
    check("the worker lists the converter", this::listed);
    for (Passage passage : Passage.all()) {
      check(passage.name(), () -> pass(passage));
    }
    check(Passage.unregistered().name(), this::failUnregistered);
    if (node.isPresent()) {
      check("avro, read by Node.js", this::readByNode);
    } else {
      row("avro, read by Node.js", "not run: npm or node is missing", Map.of());
    }
    rest.setCompatibility("NONE");
    for (String level : List.of("NONE", "BACKWARD", "FULL")) {
      check("evolution, " + level, () -> evolve(level));
    }
    finish(node);
  }

  private Map<String, Object> listed() {
    JsonNode plugins =
        cluster.rest().request("GET", "/connector-plugins?connectorsOnly=false", null);
    if (!plugins.findValuesAsText("class").contains(Passage.AVRO_CONVERTER)) {
      throw new IllegalStateException("Not among " + plugins);
    }
    return Map.of();
  }

  private Map<String, Object> pass(Passage passage) {
    PassageCheck check = new PassageCheck(passage, events);
    if (passage.registered()) {
      // On one line: Apicurio finds a schema by its text.
      check
          .expectedSubjects()
          .forEach((name, schema) -> rest.register(name, schema.schema().toString()));
    }
    Set<String> before = rest.subjects();
    if (passage.registered()) {
      before.removeAll(check.expectedSubjects().keySet());
    }
    Map<String, Object> cells = new LinkedHashMap<>();
    try (PassageRun run = PassageRun.start(passage, cluster, consumers, events)) {
      run.awaitAcknowledged(events.size());
      check.ledger(run.totals());
      List<DecodedRecord> records = run.read(run.topics(events));
      check.records(records);
      if (run.hasHeartbeats()) {
        check.heartbeats(run.read(Set.of(passage.heartbeats())));
      }
      check.subjects(rest, before);
      cells.put("sent", events.size());
      cells.put("decoded", records.size());
      cells.put("acknowledged", run.totals().acknowledged());
      cells.put("topics", run.topics(events).size());
      Set<String> added = rest.subjects();
      added.removeAll(before);
      cells.put("subjects", added.size());
      cells.put("bytes a value", bytes(records));
    }
    require(check.complaints());
    return cells;
  }

  /** Without it nobody would know that the schemas registered beforehand were needed, and found. */
  private Map<String, Object> failUnregistered() {
    Set<String> before = rest.subjects();
    try (PassageRun run = PassageRun.start(Passage.unregistered(), cluster, consumers, events)) {
      String trace = run.awaitFailure();
      List<String> found = new ArrayList<>();
      if (!trace.contains("Error retrieving Avro schema")) {
        found.add("The task failed for another reason: " + trace);
      }
      if (run.totals().acknowledged() > 0) {
        found.add("Events were acknowledged that are not in Kafka");
      }
      if (!rest.subjects().equals(before)) {
        found.add("A schema was registered all the same");
      }
      require(found);
      return Map.of("sent", events.size(), "decoded", 0, "acknowledged", 0);
    }
  }

  private Map<String, Object> readByNode() {
    Passage passage = Passage.all().get(0);
    NodeReader reader = new NodeReader();
    reader.install();
    List<DecodedRecord> records = reader.read(cluster, registry.url(), passage.topic());
    PassageCheck check = new PassageCheck(passage, events);
    check.records(records);
    require(check.complaints());
    return Map.of("sent", events.size(), "decoded", records.size());
  }

  private Map<String, Object> evolve(String level) {
    require(new Evolution(rest, level).run());
    return Map.of();
  }

  private void check(String name, Callable<Map<String, Object>> check) {
    try {
      row(name, "ok", check.call());
    } catch (Exception e) {
      complaints.add(name + ": " + e.getMessage());
      row(name, "NOT OK", Map.of());
    }
  }

  private void row(String name, String result, Map<String, Object> cells) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("what", name);
    row.put("result", result);
    row.putAll(cells);
    report.row(row);
    System.out.printf(
        Locale.ROOT, "%7.1f s  %s: %s%n", (System.nanoTime() - start) / 1e9, name, result);
  }

  private void finish(Optional<String> node) {
    String versions =
        "Kafka %s, Confluent's Avro converter %s, %s as schema registry, Node.js: %s."
            .formatted(
                Build.kafkaVersion(),
                ConverterPlugin.version(),
                RegistryProcess.name(),
                node.orElse("not run"));
    report.write(
        complaints.isEmpty(),
        "`mvn -Pregistry verify`: " + versions + "\n" + String.join("\n", complaints));
    System.out.println("\n" + report.table() + "\n" + versions);
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(String.join("\n", complaints));
    }
    System.out.println("All is well");
  }

  private static void require(List<String> complaints) {
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(String.join("\n", complaints));
    }
  }

  private static long bytes(List<DecodedRecord> records) {
    return Math.round(records.stream().mapToInt(DecodedRecord::bytes).average().orElse(0));
  }
}
