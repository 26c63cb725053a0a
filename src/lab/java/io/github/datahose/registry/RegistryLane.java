// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import static io.github.datahose.launch.WorkerFixture.eventually;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * Sends all sample events through a real worker with Confluent's Avro converter, and with those
 * that Kafka brings, and holds what consumers decode against what was sent, field by field; tries
 * the evolution of the shipped schemas. A schema registry, broker, worker and a consumer in another
 * language are processes of their own. It fails if any check fails.
 */
public final class RegistryLane {
  private final Report report;
  private final List<String> complaints = new ArrayList<>();
  private final List<SampleEvent> events = SampleEvent.all();
  private final ConnectCluster cluster;
  private final RegistryProcess registry;
  private final RegistryRest rest;
  private final RecordReader reader;
  private final ConverterPlugin converter;

  /** A ledger record of each passage, by the passage's name. */
  private final Map<String, String> windows = new HashMap<>();

  private RegistryLane(
      Report report, ConnectCluster cluster, RegistryProcess registry, ConverterPlugin converter) {
    this.report = report;
    this.converter = converter;
    this.cluster = cluster;
    this.registry = registry;
    rest = new RegistryRest(registry.url());
    reader = new RecordReader(cluster, registry.url(), converter);
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) {
    Report report = new Report("registry");
    ConverterPlugin converter = ConverterPlugin.prepare();
    try (RegistryProcess registry =
            RegistryProcess.start(Build.newDirectory("registry").resolve("registry.log"));
        ConnectCluster cluster =
            ConnectCluster.named("registry")
                .plugins(converter.directory())
                // What a worker has unless told otherwise: service_load does not find this one.
                .workerProperty("plugin.discovery", "hybrid_warn")
                // For the ledger.
                .exactlyOnce()
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
      check(
          "evolution, " + level,
          () -> {
            require(new Evolution(rest, level).run());
            return Map.of();
          });
    }
    report.end(
        """
        `mvn -Pregistry verify`: Kafka %s, Confluent's Avro converter %s, %s as schema registry, Node.js: %s.

        A ledger record in Avro, as Confluent's deserializer shows it:

            %s

        The same with `record.value=json`:

            %s
        """
            .formatted(
                Build.kafkaVersion(),
                ConverterPlugin.version(),
                RegistryProcess.name(),
                node.orElse("not run"),
                windows.get("avro"),
                windows.get("text")),
        complaints);
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
    Set<String> known = new TreeSet<>();
    if (passage.registered()) {
      // On one line: Apicurio finds a schema by its text.
      check
          .expectedSubjects()
          .forEach((name, schema) -> rest.register(name, schema.schema().toString()));
      known.addAll(check.expectedSubjects().keySet());
    }
    Set<String> before = rest.subjects();
    before.removeAll(known);
    try (WorkerFixture connector = connector(passage)) {
      start(connector);
      awaitAcknowledged(connector);
      if (passage.encoding() == Passage.Encoding.AVRO) {
        check.heartbeats(
            eventually("a heartbeat of " + passage.name())
                .until(
                    () -> reader.read(passage, Set.of(passage.heartbeats())),
                    heartbeats -> !heartbeats.isEmpty()));
      }
      check.ledger(connector.totals());
      checkWindows(passage, check);
      Set<String> topics =
          events.stream().map(event -> event.topic(passage.topic())).collect(Collectors.toSet());
      List<RecordReader.Decoded> records = reader.read(passage, topics);
      check.records(records);
      Set<String> added = rest.subjects();
      added.removeAll(before);
      check.subjects(rest, added);
      require(check.complaints());
      JsonNode audit = audit(passage, connector.config());
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("sent", events.size());
      cells.put("decoded", records.size());
      cells.put("acknowledged", connector.totals().acknowledged());
      cells.put("topics", topics.size());
      cells.put("subjects", added.size());
      double bytes = records.stream().mapToInt(RecordReader.Decoded::bytes).average().orElse(0);
      cells.put("bytes a value", Math.round(bytes));
      cells.put("proven", audit.path("records").asLong());
      cells.put("identities made anew", audit.path("identitiesRecomputed").asLong());
      return cells;
    }
  }

  /**
   * The ledger must count all events. Once it does they can be read, too: a ledger record is in a
   * later transaction, and the markers of a transaction are there before the next one begins.
   */
  private void checkWindows(Passage passage, PassageCheck check) {
    List<RecordReader.Decoded> ledger =
        eventually("all events in the ledger of " + passage.name())
            .until(
                () -> reader.read(passage, Set.of(passage.ledger())),
                read -> check.eventsIn(read) >= events.size());
    check.windows(ledger);
    JsonNode last = ledger.get(ledger.size() - 1).value();
    windows.put(passage.name(), last.isTextual() ? last.textValue() : last.toString());
  }

  /**
   * The audit, as users run it, must prove by the ledger that all events are there. Its converter
   * has the properties of the connector's.
   *
   * @return its report
   */
  private JsonNode audit(Passage passage, Map<String, String> config) {
    List<String> options = new ArrayList<>(List.of("--ledger-topic", passage.ledger(), "--json"));
    if (passage.encoding() == Passage.Encoding.AVRO) {
      String prefix = "value.converter.";
      options.addAll(List.of("--value-converter", Passage.AVRO_CONVERTER));
      config.forEach(
          (option, value) -> {
            if (option.startsWith(prefix)) {
              options.addAll(
                  List.of(
                      "--value-converter-property",
                      option.substring(prefix.length()) + "=" + value));
            }
          });
    }
    Path output = cluster.directory().resolve("audit-of-" + passage.name() + ".log");
    int status = cluster.audit(output, options, converter.jars().toArray(Path[]::new));
    try {
      String text = Files.readString(output);
      JsonNode audit = status == 0 ? new ObjectMapper().readTree(text) : MissingNode.getInstance();
      if (audit.path("records").asLong() != events.size()) {
        throw new IllegalStateException("The audit ended with status " + status + ":\n" + text);
      }
      return audit;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without it nobody would know that the schemas registered beforehand were needed, and found. */
  private Map<String, Object> failUnregistered() {
    Set<String> before = rest.subjects();
    try (WorkerFixture connector = connector(Passage.unregistered())) {
      start(connector);
      String trace = cluster.rest().awaitFailedTask(connector.name());
      List<String> found = new ArrayList<>();
      if (!trace.contains("Error retrieving Avro schema")) {
        found.add("The task failed for another reason: " + trace);
      }
      if (connector.totals().acknowledged() > 0) {
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
    NodeReader nodeReader = new NodeReader();
    nodeReader.install();
    List<RecordReader.Decoded> records =
        nodeReader.read(cluster, registry.url(), passage.topic(), ShippedSchema.EVENT);
    PassageCheck check = new PassageCheck(passage, events);
    check.records(records);
    check.windows(nodeReader.read(cluster, registry.url(), passage.ledger(), ShippedSchema.WINDOW));
    require(check.complaints());
    return Map.of("sent", events.size(), "decoded", records.size());
  }

  /** With the file that users start with, its places filled in as a user would. */
  private WorkerFixture connector(Passage passage) {
    WorkerFixture connector =
        new WorkerFixture(cluster, passage.name(), WorkerFixture.shortTimes());
    Map<String, String> own = connector.config();
    Path key = cluster.directory().resolve("symphony-private-key.pem").toAbsolutePath();
    try {
      Files.writeString(key, SimulatorKeys.privateKey());
      new ObjectMapper()
          .readValue(new File("config", "avro.json"), new TypeReference<Map<String, String>>() {})
          .forEach(connector::set);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    connector
        .set("symphony.pod.url", own.get("symphony.pod.url"))
        .set("symphony.username", own.get("symphony.username"))
        .set("symphony.private.key.path", key.toString())
        .unset("symphony.private.key")
        .unset("datahose.tag")
        .unset("heartbeat.topic")
        .set("datahose.event.types", String.join(",", EventSchemas.EVENT_TYPES))
        .set("topic", passage.topic())
        .set("topic.creation.default.partitions", "1")
        .set("exactly.once.support", "required")
        .set("ledger.topic", passage.ledger())
        .set("ledger.interval.ms", "1000")
        .set("value.converter.schema.registry.url", registry.url().toString());
    if (passage.encoding() == Passage.Encoding.AVRO) {
      connector.set("heartbeat.topic", passage.heartbeats()).set("heartbeat.interval.ms", "1000");
    }
    if (passage.hasAvroKeys()) {
      connector.set("key.converter.schema.registry.url", registry.url().toString());
    }
    passage.options().forEach(connector::set);
    passage.options().entrySet().stream()
        .filter(option -> option.getValue().isEmpty())
        .forEach(option -> connector.unset(option.getKey()));
    return connector;
  }

  private void start(WorkerFixture connector) {
    Map<String, List<String>> errors = cluster.rest().validationErrors(connector.config());
    if (!errors.isEmpty()) {
      throw new IllegalStateException("The worker does not accept the config: " + errors);
    }
    connector.start();
    Simulator pod = connector.simulator();
    events.forEach(event -> event.sendTo(pod));
  }

  private void awaitAcknowledged(WorkerFixture connector) {
    eventually("acknowledgements of " + connector.name())
        .until(
            () -> {
              JsonNode task = cluster.rest().status(connector.name()).at("/tasks/0");
              if (task.path("state").asText().equals("FAILED")) {
                throw new IllegalStateException("The task failed: " + task.path("trace"));
              }
              return connector.totals().acknowledged() >= events.size();
            });
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
    report.row(row).step(name + ": " + result);
  }

  private static void require(List<String> complaints) {
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(String.join("\n", complaints));
    }
  }
}
