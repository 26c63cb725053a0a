// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.soak;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Sends a million events of all types through a real worker with a heap of 512 MB, in batches of
 * 500, as fast as they go, and looks each second what the worker holds. Fails unless all of it is
 * flat ({@link Measure}) and each event is in the topic once. Linux only.
 *
 * <p>System property {@code events} (1000000). Writes the report {@code soak}, and {@code soak.svg}
 * beside it.
 */
public final class Soak {
  private static final String NAME = "soak";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofHours(3);

  /** Three in each third: fewer say nothing about what grows. */
  private static final int LEAST_SAMPLES = 9;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of an event only what the audit asks for: a million whole ones would fill the memory. */
  private static final Deserializer<String> MESSAGE_ID =
      (topic, value) -> {
        try {
          JsonNode event = JSON.readTree(value);
          return event.path("messageId").asText(null);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      };

  private final SimulatorProcess simulator;
  private final ConnectCluster cluster;
  private final int events;
  private final Report report = new Report(NAME);
  private final List<Sample> samples = new ArrayList<>();

  private Soak(SimulatorProcess simulator, ConnectCluster cluster, int events) {
    this.simulator = simulator;
    this.cluster = cluster;
    this.events = events;
  }

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    try (SimulatorProcess simulator =
            SimulatorProcess.start(
                Jvm.current().with("-Xmx1500m"),
                Build.newDirectory("soak-simulator").resolve("simulator.log"),
                "--batch-size=500");
        ConnectCluster cluster = ConnectCluster.named(NAME).jvm(Jvm.current()).start()) {
      new Soak(simulator, cluster, Integer.getInteger("events", 1_000_000)).run();
    }
  }

  private void run() throws IOException {
    cluster.rest().putConfig(NAME, config());
    cluster.rest().awaitRunning(NAME, 1);
    await("first read").atMost(STARTED).until(() -> !simulator.totals().feeds().isEmpty());
    List<String> types = simulator.totals().feeds().get(0).eventTypes();
    print(events + " events of " + types.size() + " types; " + header());
    try (ProcessProbe probe = new ProcessProbe(cluster.worker().pid(), cluster.worker().jmx())) {
      long start = System.nanoTime();
      // All of them at once, so that the worker never waits for events.
      simulator.produce(events, events, types);
      await("all events acknowledged")
          .atMost(LONGEST)
          .pollInterval(INTERVAL)
          .until(() -> sample(probe, start) >= events);
    }
    if (samples.size() < LEAST_SAMPLES) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d events were through after %d samples, one a second: too few to see whether anything grows, which takes"
                  + " %d at least. Give more of them, as in -Devents=1000000 (the default, a minute or so).",
              events,
              samples.size(),
              LEAST_SAMPLES));
    }
    report(Audit.of(simulator.ledger(), topic()));
  }

  private long sample(ProcessProbe probe, long start) throws IOException {
    long acknowledged = simulator.totals().acknowledged();
    Sample sample = probe.sample((System.nanoTime() - start) / 1e9, acknowledged);
    samples.add(sample);
    print(line(sample));
    return acknowledged;
  }

  private void report(Audit audit) throws IOException {
    boolean flat = Stream.of(Measure.values()).allMatch(measure -> measure.isFlat(samples));
    boolean ok = flat && audit.ok() && audit.inKafka() == events;
    Stream.of(Measure.values()).map(measure -> measure.row(samples)).forEach(report::row);
    Sample last = samples.get(samples.size() - 1);
    report.write(
        ok,
        String.format(
            Locale.ROOT,
            "`mvn -Psoak verify -Devents=%d` on Kafka %s, heap 512 MB, batches of 500: %.0f s, %.0f events a second,"
                + " %d samples, each after a full collection. In the topic %d, lost %d, duplicated %d, out of order %d."
                + " Flat: the median of the last third of the samples is not above `allowed`, which is that of the"
                + " second third and a little.",
            events,
            Build.kafkaVersion(),
            last.seconds(),
            events / last.seconds(),
            samples.size(),
            audit.inKafka(),
            audit.lost(),
            audit.duplicated(),
            audit.outOfOrder()));
    Files.writeString(
        Build.directory().resolve("reports").resolve("soak.svg"), SeriesPlot.svg(samples));
    print(report.table());
    if (!ok) {
      throw new IllegalStateException("Not flat, or not all there: " + audit);
    }
  }

  private List<Audit.Entry> topic() {
    List<Audit.Entry> entries = new ArrayList<>(events);
    cluster
        .topics()
        .forEach(
            NAME,
            IsolationLevel.READ_COMMITTED,
            MESSAGE_ID,
            each -> entries.add(new Audit.Entry(each.key(), each.value())));
    return entries;
  }

  private Map<String, String> config() {
    return Map.of(
        "connector.class",
        DatahoseSourceConnector.class.getName(),
        "tasks.max",
        "1",
        "symphony.pod.url",
        simulator.url(),
        "symphony.username",
        SimulatorKeys.USERNAME,
        "symphony.private.key",
        SimulatorKeys.privateKey(),
        "topic",
        NAME,
        "topic.creation.default.partitions",
        "6",
        "topic.creation.default.replication.factor",
        "1",
        "producer.override.linger.ms",
        "0");
  }

  private static String header() {
    return "seconds, events, "
        + String.join("; ", Stream.of(Measure.values()).map(Measure::title).toList());
  }

  private static String line(Sample sample) {
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%6.1f %8d", sample.seconds(), sample.events()));
    for (Measure measure : Measure.values()) {
      line.append(String.format(Locale.ROOT, " %8.1f", measure.of(sample)));
    }
    return line.toString();
  }

  private static void print(String text) {
    System.out.println(text);
  }
}
