// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import io.github.datahose.benchmark.Machine;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.Report;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a real worker with the connector: what it holds over a million events ({@link
 * ManyEvents}), the heap that a large answer takes ({@link LargeAnswer}), and what an empty feed
 * costs ({@link EmptyFeed}). It also runs more transactions than a producer's epoch has numbers
 * ({@link ManyTransactions}). Fails when a row exceeds its limit: no event may be lost, duplicated,
 * or out of order.
 *
 * <p>System properties: {@code quick} for fewer events, fewer answers, and a minute; {@code parts},
 * some of {@code events,answer,empty,transactions}. Writes the report {@code endurance}. Linux
 * only.
 */
public final class Endurance {
  private static final String NAME = "endurance";
  private static final String ALL_PARTS = "events,answer,empty,transactions";

  /** Touches the whole heap at the start, so that growth of resident memory is not the heap's. */
  static final Jvm JVM = Jvm.current().with("-Xms512m", "-XX:+AlwaysPreTouch");

  private Endurance() {}

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    boolean quick = !System.getProperty("quick", "false").equals("false");
    String parts = System.getProperty("parts", ALL_PARTS);
    double load = Machine.load();
    Report report = new Report(NAME);
    List<Row> rows = new ArrayList<>();
    for (String part : parts.split(",")) {
      rows.addAll(measure(part, quick));
    }
    rows.forEach(row -> report.row(row.cells()));
    boolean ok = rows.stream().allMatch(Row::passes);
    report.write(
        ok,
        Machine.describe(load)
            + " Parts: "
            + parts
            + (quick ? ", quick" : "")
            + ". Each sample is taken after a full collection.");
    System.out.println(report.table());
    if (!ok) {
      throw new IllegalStateException(
          "A row exceeds its limit: see target/reports/" + NAME + ".md");
    }
  }

  private static List<Row> measure(String part, boolean quick) throws IOException {
    return switch (part) {
      case "events" -> ManyEvents.rows(quick ? 400_000 : 1_000_000);
      case "answer" -> LargeAnswer.rows(quick);
      case "empty" -> EmptyFeed.rows(Duration.ofMinutes(quick ? 1 : 10));
      case "transactions" -> ManyTransactions.rows();
      default ->
          throw new IllegalArgumentException(
              "No part is named '" + part + "'. Use some of -Dparts=" + ALL_PARTS + ".");
    };
  }

  /**
   * Starts a worker and creates the connector in it; leaves nothing running when it cannot.
   *
   * @param worker what to start
   * @param name of the connector and of its topic
   * @param pod base URL
   * @param options in addition to the required ones
   */
  static ConnectCluster start(
      ConnectCluster.Builder worker, String name, String pod, Map<String, String> options) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", DatahoseSourceConnector.class.getName());
    config.put("tasks.max", "1");
    config.put("symphony.pod.url", pod);
    config.put("symphony.username", SimulatorKeys.USERNAME);
    config.put("symphony.private.key", SimulatorKeys.privateKey());
    config.put("topic", name);
    config.put("topic.creation.default.partitions", "6");
    config.put("topic.creation.default.replication.factor", "1");
    config.put("producer.override.linger.ms", "0");
    config.putAll(options);
    ConnectCluster cluster = worker.start();
    try {
      cluster.rest().putConfig(name, config);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }
}
