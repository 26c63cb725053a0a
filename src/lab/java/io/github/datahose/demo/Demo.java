// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.demo;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.Screen;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Shows the connector at work: starts the simulator, a broker and a distributed worker with the
 * packaged archive, creates the connector from {@code config/minimal.json}, has events produced,
 * and holds the topic against the simulator's ledger. Fails unless each event is in the topic once,
 * in order, and acknowledged.
 *
 * <p>System properties: {@code demo.events} (30000), {@code demo.rate} a second (4000), and {@code
 * demo.keep} to leave everything running until Ctrl-C.
 */
public final class Demo {
  private static final String CONNECTOR = "symphony";
  private static final Path CONFIG = Path.of("config", "minimal.json");
  private static final Duration STARTED = Duration.ofSeconds(60);

  private final Report report;
  private final Screen screen;
  private final SimulatorProcess simulator;
  private final ConnectCluster cluster;

  private Demo(Report report, Screen screen, SimulatorProcess simulator, ConnectCluster cluster) {
    this.report = report;
    this.screen = screen;
    this.simulator = simulator;
    this.cluster = cluster;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Report report = new Report("demo");
    Screen screen = Screen.standardOutput();
    screen.step("Starting a simulated pod, Kafka " + Build.kafkaVersion() + " and a worker");
    Path log = Build.newDirectory("demo-simulator").resolve("simulator.log");
    try (SimulatorProcess simulator = SimulatorProcess.start(Jvm.quick(), log);
        ConnectCluster cluster = ConnectCluster.named("demo").start()) {
      new Demo(report, screen, simulator, cluster).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    Map<String, String> config = config();
    screen.step("PUT " + cluster.worker().url() + "/connectors/" + CONNECTOR + "/config");
    cluster.rest().putConfig(CONNECTOR, config);
    cluster.rest().awaitRunning(CONNECTOR, 1);
    // The agent makes a feed when it is first read, and the feed begins there.
    await("first read").atMost(STARTED).until(() -> !simulator.totals().feeds().isEmpty());
    List<String> types = simulator.totals().feeds().get(0).eventTypes();

    int events = Integer.getInteger("demo.events", 30_000);
    int rate = Integer.getInteger("demo.rate", 4_000);
    screen.step(
        "Producing " + events + " events of " + types.size() + " types, " + rate + " a second");
    simulator.produce(events, rate, types);
    String topic = config.get("topic");
    new Progress(screen, simulator, cluster, topic).follow(events);

    screen.step("Reading topic " + topic + " back");
    List<ConsumerRecord<String, String>> records = cluster.topics().committed(topic);
    Audit audit = Audit.of(simulator.ledger(), records.stream().map(Demo::entry).toList());
    screen.print("\nThe first record of each type (partition/offset, time, type, who, where):\n");
    RecordPrinter.oneOfEachType(records).forEach(screen::print);
    screen.print("\nThe first record, with key " + records.get(0).key() + ", without its nulls:\n");
    screen.print(RecordPrinter.whole(records.get(0)));
    screen.print("\nGET /connectors/" + CONNECTOR + "/status\n");
    screen.print(cluster.rest().status(CONNECTOR).toPrettyString());
    boolean ok = report(audit, topic);
    if (Boolean.getBoolean("demo.keep")) {
      keepRunning(topic);
    }
    if (!ok) {
      throw new IllegalStateException(
          "Not every event is in the topic once, in order, and acknowledged. Lost are for example "
              + audit.lostMessageIds()
              + ". See "
              + cluster.worker().logFile());
    }
  }

  /** The file that users start with, its places filled in as a user would. */
  private Map<String, String> config() throws IOException {
    Map<String, String> config =
        new ObjectMapper()
            .readValue(CONFIG.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
    Path key = cluster.directory().resolve("symphony-private-key.pem").toAbsolutePath();
    Files.writeString(key, SimulatorKeys.privateKey());
    config.put("symphony.pod.url", simulator.url());
    config.put("symphony.username", SimulatorKeys.USERNAME);
    config.put("symphony.private.key.path", key.toString());
    return config;
  }

  private boolean report(Audit audit, String topic) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("produced", audit.produced());
    row.put("inKafka", audit.inKafka());
    row.put("acknowledged", audit.acknowledged());
    row.put("lost", audit.lost());
    row.put("duplicated", audit.duplicated());
    row.put("outOfOrder", audit.outOfOrder());
    boolean running =
        cluster.rest().status(CONNECTOR).at("/tasks/0/state").asText().equals("RUNNING");
    boolean ok = audit.ok() && running && audit.produced() > 0;
    report.row(row);
    report.write(
        ok,
        "`mvn -Pdemo verify` on Kafka "
            + Build.kafkaVersion()
            + ": topic "
            + topic
            + " held against the simulator's ledger.");
    screen.print("\nTopic " + topic + " held against the simulator's ledger:\n");
    screen.print(report.table());
    screen.step(ok ? "All is well" : "NOT WELL");
    return ok;
  }

  private void keepRunning(String topic) throws InterruptedException {
    String worker = cluster.worker().url().toString();
    screen.print(
        String.join(
            "\n",
            "",
            "Everything runs until Ctrl-C. To look around:",
            "  curl " + worker + "/connector-plugins",
            "  curl " + worker + "/connectors/" + CONNECTOR + "/status",
            "  curl " + worker + "/connectors/" + CONNECTOR + "/offsets",
            "  curl -d '{\"count\": 1000, \"ratePerSecond\": 100}' "
                + simulator.url()
                + "/control/produce",
            "  curl " + simulator.url() + "/control/ledger",
            "(withoutFeed in the ledger are events of a type that no feed reads.)",
            "Kafka is at " + cluster.bootstrapServers() + ", the topic is " + topic + ",",
            "the worker's log is " + cluster.worker().logFile()));
    new CountDownLatch(1).await();
  }

  private static Audit.Entry entry(ConsumerRecord<String, String> event) {
    return new Audit.Entry(event.key(), RecordPrinter.value(event).path("messageId").asText(null));
  }
}
