// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import static org.awaitility.Awaitility.await;

import io.github.datahose.benchmark.Contenders;
import io.github.datahose.benchmark.LoopArguments;
import io.github.datahose.benchmark.OwnProcess;
import io.github.datahose.benchmark.VendorLoop;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.soak.ProcessProbe;
import io.github.datahose.soak.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Sends many events through a worker with the connector and through the vendor's loop, and looks
 * what each holds at the start, half way and at the end: heap after a collection, metaspace, loaded
 * classes. (The profile soak looks each second, and at more.)
 */
final class ManyEvents {

  private static final String NAME = "many";
  private static final String VENDOR = "BDK";
  private static final String CONNECTOR = "connector";

  /** What the looking itself, and code that is seldom run, may add from half way to the end. */
  private static final double CLASSES = 20;

  private static final double METASPACE_MIB = 0.5;

  /** A leak of 16 bytes an event would be 7.6 MiB in half a million events. */
  private static final double HEAP_MIB = 4;

  /** From so many on, the window of known events is full half way. */
  private static final int ENOUGH_FOR_THE_HEAP = 400_000;

  private final SimulatorProcess pod;
  private final int events;
  private final List<FootprintRow> rows = new ArrayList<>();

  private ManyEvents(SimulatorProcess pod, int events) {
    this.pod = pod;
    this.events = events;
  }

  /** Measures with so many events for each. */
  static List<FootprintRow> rows(int events) throws IOException {
    try (SimulatorProcess pod =
            SimulatorProcess.start(
                Jvm.current().with("-Xmx1500m"),
                Build.newDirectory("footprint-simulator").resolve("simulator.log"),
                "--batch-size=500",
                "--recorded-requests=0",
                "--visibility-ms=" + Duration.ofMinutes(5).toMillis());
        ConnectCluster cluster =
            ConnectCluster.named("footprint-many").jvm(Jvm.current()).start()) {
      ManyEvents many = new ManyEvents(pod, events);
      many.connector(cluster);
      pod.forgetFeeds();
      many.vendor(cluster);
      return many.rows;
    }
  }

  private void connector(ConnectCluster cluster) throws IOException {
    cluster.createTopic(NAME);
    cluster.rest().putConfig(NAME, ConnectorConfig.of(pod.url(), NAME, Map.of()));
    awaitReading(NAME + ".all");
    try (ProcessProbe probe = new ProcessProbe(cluster.worker().pid(), cluster.worker().jmx())) {
      measure(CONNECTOR, NAME + ".all", probe);
    }
    cluster.rest().delete(NAME);
    cluster.rest().awaitGone(NAME);
  }

  private void vendor(ConnectCluster cluster) throws IOException {
    String topic = NAME + "-vendor";
    cluster.createTopic(topic);
    LoopArguments arguments =
        new LoopArguments(
            pod.url(),
            cluster.bootstrapServers(),
            topic,
            topic + ".all",
            Contenders.TYPES,
            "linger-0");
    try (JavaProcess vendor =
        OwnProcess.start(cluster.directory(), topic, VendorLoop.class, arguments.words())) {
      // A JVM that has only begun cannot be looked into.
      awaitReading(arguments.tag());
      try (ProcessProbe probe = new ProcessProbe(vendor.pid(), vendor.jmx())) {
        measure(VENDOR, arguments.tag(), probe);
      }
    }
  }

  private void awaitReading(String tag) {
    await("reads of " + tag)
        .atMost(Duration.ofSeconds(60))
        .until(() -> !pod.totals().ofTag(tag).feeds().isEmpty());
  }

  private void measure(String who, String tag, ProcessProbe probe) throws IOException {
    List<Sample> samples = new ArrayList<>();
    samples.add(probe.sample(0, 0));
    for (int half = 1; half <= 2; half++) {
      int before = (half - 1) * (events / 2);
      int after = half * (events / 2);
      pod.produce(after - before, Contenders.TYPES, tag);
      await(who + " acknowledges " + after + " events")
          .atMost(Duration.ofHours(1))
          .until(() -> pod.totals().ofTag(tag).acknowledged() == after);
      samples.add(probe.sample(0, after));
    }
    boolean ours = who.equals(CONNECTOR);
    add("loaded classes", who, samples, Sample::classes, ours ? CLASSES : null);
    add("metaspace, MiB", who, samples, Sample::metaspace, ours ? METASPACE_MIB : null);
    add(
        "heap after a collection, MiB",
        who,
        samples,
        Sample::heap,
        ours && events >= ENOUGH_FOR_THE_HEAP ? HEAP_MIB : null);
  }

  private void add(
      String what,
      String who,
      List<Sample> samples,
      ToDoubleFunction<Sample> value,
      Double mostGrowth) {
    double start = value.applyAsDouble(samples.get(0));
    double half = value.applyAsDouble(samples.get(1));
    double end = value.applyAsDouble(samples.get(2));
    String name = what + ": " + who + ", ";
    add(FootprintRow.of(name + "before the first event", start));
    add(FootprintRow.of(name + "after " + events / 2 + " events", half));
    add(FootprintRow.of(name + "after " + events + " events", end));
    add(new FootprintRow(name + "growth in the second half", end - half, mostGrowth));
  }

  private void add(FootprintRow row) {
    rows.add(row);
    System.out.println(row.cells());
  }
}
