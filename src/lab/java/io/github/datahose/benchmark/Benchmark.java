// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonFactory;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.registry.ConverterPlugin;
import io.github.datahose.registry.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Okio;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceConnector;
import org.assertj.core.groups.Tuple;

/**
 * Measures the connector in a real worker beside the vendor's SDK and a loop written by hand. Fails
 * when who is compared writes other bytes, records are lost, or a ratio is under half of its
 * target; which targets are met, the report says.
 *
 * <p>System properties: {@code quick} for fewer cells and shorter runs, {@code avro} for
 * Confluent's Avro converter. Writes the report {@code benchmark}, and plots beside it.
 */
public final class Benchmark implements AutoCloseable {

  private static final String NAME = "benchmark";
  private static final Cell WARM_UP = new Cell(100, 0);
  private static final int SAME_EVENTS = 1_000;

  /** Who must write the same as the connector, bytes for bytes: else their speed says nothing. */
  private static final Set<Contender> COMPARED =
      EnumSet.of(
          Contender.BY_HAND,
          Contender.TASK_BY_HAND,
          Contender.EXACTLY_ONCE,
          Contender.TASK_BY_HAND_EXACTLY_ONCE);

  /** A run writes gigabytes; what was measured may go. */
  private static final Map<String, String> SHORT_LIVED =
      Map.of(
          "segment.bytes", "134217728",
          "retention.bytes", "268435456",
          "file.delete.delay.ms", "1000");

  private final Report report = new Report(NAME);
  private final double load = Machine.load();
  private final Plan plan;
  private final SimulatorProcess pod;
  private final ConnectCluster cluster;
  private final ConnectCluster exactlyOnce;
  private final List<JavaProcess> loops = new ArrayList<>();
  private final Runs runs;

  private Benchmark(
      Plan plan, SimulatorProcess pod, ConnectCluster cluster, ConnectCluster exactlyOnce) {
    this.plan = plan;
    this.pod = pod;
    this.cluster = cluster;
    this.exactlyOnce = exactlyOnce;
    runs = new Runs(pod, () -> loops.forEach(JavaProcess::requireAlive));
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws Exception {
    boolean avro = isSet("avro");
    try (RegistryProcess registry = avro ? registry() : null;
        SimulatorProcess pod =
            SimulatorProcess.start(
                Jvm.current().with("-Xmx1500m"),
                Build.newDirectory("benchmark-simulator").resolve("simulator.log"),
                "--feed-limit=1000",
                "--recorded-requests=0",
                "--visibility-ms=" + Duration.ofMinutes(5).toMillis());
        ConnectCluster cluster =
            cluster(NAME, avro).brokerProperty("log.retention.check.interval.ms", "5000").start();
        ConnectCluster exactlyOnce =
            cluster(NAME + "-exactly-once", false).on(cluster.broker()).exactlyOnce().start();
        Benchmark benchmark =
            new Benchmark(
                isSet("quick") ? Plan.quick(avro) : Plan.full(avro), pod, cluster, exactlyOnce)) {
      benchmark.run(
          avro ? Map.of("value.converter.schema.registry.url", registry.url().toString()) : null);
    }
  }

  private static boolean isSet(String property) {
    return !System.getProperty(property, "false").equals("false");
  }

  /**
   * Confluent's Avro converter and a schema registry are large and not among the build's
   * dependencies: the Maven profile {@code registry} brings them.
   */
  private static RegistryProcess registry() {
    if (!Files.isDirectory(Build.directory().resolve("registry"))) {
      throw new IllegalStateException(
          "-Davro takes the converter and the registry from target/registry, which is not there:"
              + " `mvn -q -Pregistry pre-integration-test` brings them (some 220 MB)");
    }
    return RegistryProcess.start(Build.newDirectory("benchmark-registry").resolve("registry.log"));
  }

  /** As an operator has it, but for what makes a single node start fast. */
  private static ConnectCluster.Builder cluster(String name, boolean avro) {
    ConnectCluster.Builder builder =
        ConnectCluster.named(name)
            .jvm(Jvm.current())
            .workerProperty("offset.flush.interval.ms", "60000")
            .plugin(
                SourceConnector.class,
                HandWrittenTask.Connector.class,
                AgentByHand.class,
                Answer.class,
                JsonFactory.class,
                OkHttpClient.class,
                Okio.class,
                Unit.class);
    if (avro) {
      builder
          .plugins(ConverterPlugin.prepare().directory())
          // The other ways do not find this one: it has no service file.
          .workerProperty("plugin.discovery", "hybrid_warn");
    }
    return builder;
  }

  private void run(Map<String, String> registry) throws Exception {
    cluster.broker().createTopic(Contender.LEDGER_TOPIC, 1, Map.of());
    for (Contender each : plan.all()) {
      start(each, each == Contender.AVRO ? registry : Map.of());
    }
    plan.all().forEach(runs::awaitReading);
    requireSameBytes();
    List<Row> sizes = sizes();
    plan.in(WARM_UP).forEach(each -> runs.warmUp(each, WARM_UP, plan.warmUpSeconds()));
    plan.cells()
        .forEach(cell -> runs.saturated(plan.in(cell), cell, plan.rounds(), plan.seconds()));
    requireNothingLost();
    List<Row> rows = runs.results().rows(plan.cells());
    rows.addAll(sizes);
    rows.add(sizeOfLedgerRecords());
    report(rows);
  }

  private void start(Contender contender, Map<String, String> options) throws IOException {
    String topic = contender.topic();
    cluster.broker().createTopic(topic, 1, SHORT_LIVED);
    if (contender.isLoop()) {
      List<String> words = contender.words(pod.url(), cluster.bootstrapServers());
      loops.add(OwnProcess.start(cluster.directory(), topic, contender.type, words));
    } else {
      Map<String, String> config = contender.config(pod.url());
      config.putAll(options);
      (contender.isExactlyOnce() ? exactlyOnce : cluster).rest().putConfig(topic, config);
    }
  }

  /** Gives all the same events and compares keys, values, headers and timestamps. */
  private void requireSameBytes() {
    runs.giveAll(plan.all(), SAME_EVENTS);
    List<Tuple> expected = written(Contender.JSON);
    for (Contender each : plan.all()) {
      if (COMPARED.contains(each)) {
        List<Tuple> written = written(each);
        for (int i = 0; i < SAME_EVENTS; i++) {
          assertThat(written.get(i)).as("record " + i + " of " + each).isEqualTo(expected.get(i));
        }
      }
    }
  }

  /** As many as were given, once the marker of the last transaction is there, too. */
  private List<Tuple> written(Contender contender) {
    String topic = contender.topic();
    return eventually("all events of " + contender + " and no more")
        .until(() -> cluster.topics().committed(topic), all -> all.size() == SAME_EVENTS)
        .stream()
        .map(
            each ->
                tuple(
                    each.key(), each.value(), each.timestamp(), List.of(each.headers().toArray())))
        .toList();
  }

  /**
   * What a record takes in the broker's log, headers and the markers of transactions included: with
   * a ledger and without, of the same events in the same batches, before any are deleted.
   */
  private List<Row> sizes() throws Exception {
    List<Row> rows = new ArrayList<>();
    try (Admin admin = cluster.broker().admin()) {
      int broker = admin.describeCluster().nodes().get().iterator().next().id();
      Collection<LogDirDescription> disks =
          admin.describeLogDirs(List.of(broker)).allDescriptions().get().get(broker).values();
      for (Contender each : List.of(Contender.LEDGER, Contender.EXACTLY_ONCE)) {
        double bytes = 0;
        for (LogDirDescription disk : disks) {
          bytes += disk.replicaInfos().get(new TopicPartition(each.topic(), 0)).size();
        }
        rows.add(Row.of("bytes a record in the log: " + each, List.of(bytes / SAME_EVENTS)));
      }
    }
    return rows;
  }

  /** Keys and values of those that were written so far. */
  private Row sizeOfLedgerRecords() {
    return Row.of(
        "bytes of a ledger record",
        eventually("a ledger record")
            .until(() -> cluster.topics().committed(Contender.LEDGER_TOPIC), all -> !all.isEmpty())
            .stream()
            .map(each -> (double) each.serializedKeySize() + each.serializedValueSize())
            .toList());
  }

  /**
   * Counts by offsets, since Kafka has deleted most of the records. Exactly once, each answer is a
   * transaction, whose marker takes an offset as well.
   */
  private void requireNothingLost() {
    for (Contender each : plan.all()) {
      long expected = runs.acknowledged(each) + (each.isExactlyOnce() ? runs.answers(each) : 0);
      // The broker writes a transaction's marker a moment after it answered the commit.
      eventually(expected + " offsets in the topic of " + each)
          .until(() -> cluster.topics().offsets(each.topic()), offsets -> offsets == expected);
    }
  }

  private void report(List<Row> rows) throws IOException {
    rows.forEach(row -> report.row(row.cells()));
    for (int latency : plan.cells().stream().mapToInt(Cell::latencyMillis).distinct().toArray()) {
      List<Cell> cells =
          plan.cells().stream().filter(cell -> cell.latencyMillis() == latency).toList();
      Path file = Build.directory().resolve("reports").resolve("benchmark-" + latency + "ms.svg");
      String title = "Events a second, " + latency + " ms of added latency";
      Files.writeString(file, RatePlot.svg(title, cells, runs.results()));
    }
    report.end(
        ("%s%n%nMedians of %d runs of about %s s, interleaved; spread: the smallest and the largest."
                + " Five feeds and five readers have %s.%s")
            .formatted(
                Machine.describe(load),
                plan.rounds(),
                plan.seconds(),
                Cell.SMALL_AND_FAR,
                plan.avro() ? "" : " Not run: Avro (-Davro)."),
        rows.stream()
            .filter(Row::collapsed)
            .map(row -> "Under half of its target: " + row.name())
            .toList());
  }

  @Override
  public void close() {
    loops.forEach(JavaProcess::close);
  }
}
