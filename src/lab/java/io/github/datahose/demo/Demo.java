// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.demo;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.Screen;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.launch.TopicReader;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Shows the connector at work: starts the simulator, a broker and a distributed worker with the
 * packaged archive, creates the connector from {@code config/exactly-once.json}, has events
 * produced, holds the topic against what the simulator knows, and has the connector's own ledger
 * audited, as a user does it who has nothing but Kafka. Fails unless each event is in the topic
 * once, in order, and acknowledged, and the audit proves it.
 *
 * <p>System properties: {@code demo.events} (30000), {@code demo.rate} per second (4000), and
 * {@code demo.keep} to leave everything running until Ctrl-C.
 */
public final class Demo {
  private static final String CONNECTOR = "symphony";
  private static final Path CONFIG = Path.of("config", "exactly-once.json");
  private static final Duration STARTED = Duration.ofSeconds(60);

  private static final Duration LONGEST = Duration.ofMinutes(30);

  /** On a quiet feed a window of the ledger ends with a long poll. */
  private static final String LONG_POLL = "--long-poll-ms=5000";

  private static final String WINDOW_MS = "2000";

  /** How long nothing moves where nothing will. */
  private static final Duration STUCK = Duration.ofSeconds(30);

  private final Report report;
  private final Screen screen;
  private final SimulatorProcess simulator;
  private final ConnectCluster cluster;
  private long start;
  private long lastChange;
  private long lastSeen;

  private Demo(Report report, SimulatorProcess simulator, ConnectCluster cluster) {
    this.report = report;
    screen = report.screen();
    this.simulator = simulator;
    this.cluster = cluster;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Report report = new Report("demo");
    report.step(
        "Starting a simulated pod, Kafka " + Build.kafkaVersion() + ", and a Connect worker");
    Path log = Build.newDirectory("demo-simulator").resolve("simulator.log");
    try (SimulatorProcess simulator = SimulatorProcess.start(Jvm.quick(), log, LONG_POLL);
        ConnectCluster cluster = ConnectCluster.named("demo").exactlyOnce().start()) {
      new Demo(report, simulator, cluster).run();
    }
  }

  private void run() throws IOException, InterruptedException {
    Map<String, String> config = config();
    screen.step("PUT " + cluster.worker().url() + "/connectors/" + CONNECTOR + "/config");
    cluster.rest().putConfig(CONNECTOR, config);
    cluster.rest().awaitRunning(CONNECTOR, 1);
    screen.step("Waiting for the first read of the feed");
    // The agent makes a feed when it is first read, and the feed begins there.
    await("first read").atMost(STARTED).until(() -> !simulator.totals().feeds().isEmpty());
    List<String> types = simulator.totals().feeds().get(0).eventTypes();

    int events = Integer.getInteger("demo.events", 30_000);
    int rate = Integer.getInteger("demo.rate", 4_000);
    screen.step(
        "Producing " + events + " events of " + types.size() + " types, " + rate + " per second");
    start = System.nanoTime();
    lastChange = start;
    simulator.produce(events, rate, types);
    String topic = config.get("topic");
    String ledgerTopic = config.get("ledger.topic");
    // The audits decide whether the run succeeded.
    awaitOrGiveUp("events on their way", () -> haveArrived(events));

    // Whatever the ledger counts can be read: the broker has ended the transactions of its windows.
    screen.step("Waiting for the last window of the ledger in topic " + ledgerTopic);
    awaitOrGiveUp("all windows", () -> areInLedger(ledgerTopic));
    screen.step("Reading topic " + topic + " back");
    List<ConsumerRecord<String, String>> records = cluster.topics().committed(topic);
    Audit audit =
        Audit.of(
            simulator.ledger(),
            records.stream()
                .map(record -> new Audit.Entry(record.key(), TopicReader.messageId(record)))
                .toList());
    screen.print("\nThe first record of each type (partition/offset, time, type, who, where):\n");
    RecordPrinter.oneOfEachType(records).forEach(screen::print);
    screen.print("\nThe first record, with key " + records.get(0).key() + ", without its nulls:\n");
    screen.print(RecordPrinter.whole(records.get(0)));
    screen.print("\nGET /connectors/" + CONNECTOR + "/status\n");
    JsonNode status = cluster.rest().status(CONNECTOR);
    screen.print(status.toPrettyString());
    boolean running = status.at("/tasks/0/state").asText().equals("RUNNING");
    boolean ok = audit.ok() && audit.produced() > 0 && running;

    screen.step(auditCommand(ledgerTopic));
    Path output = cluster.directory().resolve("audit.log").toAbsolutePath();
    int auditStatus = cluster.audit(output, List.of("--ledger-topic", ledgerTopic));
    screen.print("\n" + Files.readString(output));

    report.row(row(audit));
    List<String> complaints = new ArrayList<>();
    if (!ok) {
      complaints.add(
          "Not every event is in the topic once, in order, and acknowledged, or the task does"
              + " not run. Lost are for example "
              + audit.lostMessageIds()
              + ". See "
              + cluster.worker().logFile());
    }
    if (auditStatus != 0) {
      complaints.add("The audit of the ledger ended with status " + auditStatus);
    }
    try {
      report.end(
          "`mvn -Pdemo verify` on Kafka "
              + Build.kafkaVersion()
              + ": topic "
              + topic
              + " held against the simulator's ledger, and against the connector's own in topic "
              + ledgerTopic
              + ".",
          complaints);
    } finally {
      if (Boolean.getBoolean("demo.keep")) {
        complaints.forEach(complaint -> screen.print("Failed check: " + complaint));
        keepRunning(topic, ledgerTopic);
      }
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
    config.remove("symphony.private.key");
    config.put("symphony.private.key.path", key.toString());
    config.put("ledger.interval.ms", WINDOW_MS);
    return config;
  }

  private void awaitOrGiveUp(String what, BooleanSupplier done) {
    lastChange = System.nanoTime();
    await(what)
        .atMost(LONGEST)
        .pollInterval(screen.interval())
        .until(() -> done.getAsBoolean() || areStuck());
  }

  private boolean areStuck() {
    boolean stuck = System.nanoTime() - lastChange > STUCK.toNanos();
    if (stuck) {
      screen.print("Nothing has moved for " + STUCK.toSeconds() + " s");
    }
    return stuck;
  }

  private void note(long seen) {
    if (seen != lastSeen) {
      lastSeen = seen;
      lastChange = System.nanoTime();
    }
  }

  private boolean haveArrived(int events) {
    LedgerSnapshot ledger = simulator.totals();
    note(ledger.produced() + ledger.acknowledged());
    screen.state(
        String.format(
            Locale.ROOT,
            "produced %d   acknowledged %d   %.0f per second",
            ledger.expected(),
            ledger.acknowledged(),
            ledger.acknowledged() / ((System.nanoTime() - start) / 1e9)));
    return ledger.produced() == events && ledger.acknowledged() == ledger.expected();
  }

  private boolean areInLedger(String ledgerTopic) {
    long counted = cluster.topics().inLedger(ledgerTopic, "/events");
    note(counted);
    return counted == simulator.totals().expected();
  }

  /** What a user types; the paths of this machine would fill the screen. */
  private String auditCommand(String ledgerTopic) {
    return "java -cp \"<plugin>/lib/*:<Kafka>/libs/*\" io.github.datahose.connect.tools.Audit"
        + " --bootstrap-server "
        + cluster.bootstrapServers()
        + " --ledger-topic "
        + ledgerTopic;
  }

  private static Map<String, Object> row(Audit audit) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("produced", audit.produced());
    row.put("inKafka", audit.inKafka());
    row.put("acknowledged", audit.acknowledged());
    row.put("lost", audit.lost());
    row.put("duplicated", audit.duplicated());
    row.put("outOfOrder", audit.outOfOrder());
    return row;
  }

  private void keepRunning(String topic, String ledgerTopic) throws InterruptedException {
    screen.print(
        """

        Everything runs until Ctrl-C. To look around:
          curl %1$s/connector-plugins
          curl %1$s/connectors/%2$s/status
          curl %1$s/connectors/%2$s/offsets
          curl -d '{"count": 1000, "ratePerSecond": 100}' %3$s/control/produce
          curl %3$s/control/ledger
        (withoutFeed in the ledger are events of a type that no feed reads.)
        Kafka is at %4$s, the topics are %5$s and %6$s,
        in the audit's command <plugin> is %7$s, and <Kafka> is Kafka's download, unpacked,
        the worker's log is %8$s"""
            .formatted(
                cluster.worker().url(),
                CONNECTOR,
                simulator.url(),
                cluster.bootstrapServers(),
                topic,
                ledgerTopic,
                cluster.worker().plugins().jars().getParent().getParent(),
                cluster.worker().logFile()));
    new CountDownLatch(1).await();
  }
}
