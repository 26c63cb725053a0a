// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.benchmark.Contender.ReadFeed;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts contenders, each with a topic of one partition. Not thread-safe. */
public final class Contenders implements AutoCloseable {

  /** All that the vendor's SDK knows: it drops generic system events, and acknowledges them. */
  public static final List<String> TYPES =
      List.of(
          "CONNECTIONACCEPTED",
          "CONNECTIONREQUESTED",
          "INSTANTMESSAGECREATED",
          "MESSAGESENT",
          "MESSAGESUPPRESSED",
          "ROOMCREATED",
          "ROOMDEACTIVATED",
          "ROOMMEMBERDEMOTEDFROMOWNER",
          "ROOMMEMBERPROMOTEDTOOWNER",
          "ROOMREACTIVATED",
          "ROOMUPDATED",
          "SHAREDPOST",
          "SYMPHONYELEMENTSACTION",
          "USERJOINEDROOM",
          "USERLEFTROOM",
          "USERREQUESTEDTOJOINROOM");

  /** A run writes gigabytes; what was measured may go. */
  private static final Map<String, String> SHORT_LIVED =
      Map.of(
          "segment.bytes",
          "134217728",
          "retention.bytes",
          "268435456",
          "file.delete.delay.ms",
          "1000");

  private final SimulatorProcess pod;
  private final ConnectCluster atLeastOnce;
  private final ConnectCluster exactlyOnce;
  private final AvroRegistry registry;
  private final List<JavaProcess> processes = new ArrayList<>();

  /** With a registry, which may be null when nobody wants Avro. */
  Contenders(
      SimulatorProcess pod,
      ConnectCluster atLeastOnce,
      ConnectCluster exactlyOnce,
      AvroRegistry registry) {
    this.registry = registry;
    this.pod = pod;
    this.atLeastOnce = atLeastOnce;
    this.exactlyOnce = exactlyOnce;
  }

  /** The connector in the at-least-once worker, with options besides the usual. */
  Contender connector(String name, Map<String, String> options) {
    return connector(atLeastOnce, name, Map.of("all", TYPES), options, true);
  }

  /** The connector with Confluent's Avro converter, in the at-least-once worker. */
  Contender avroConnector(String name, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("value.converter", "io.confluent.connect.avro.AvroConverter");
    all.put("value.converter.schema.registry.url", registry.url().toString());
    return connector(name, all);
  }

  /** The connector in the worker with exactly-once support. */
  Contender exactlyOnceConnector(String name, Map<String, String> options) {
    return connector(exactlyOnce, name, Map.of("all", TYPES), options, false);
  }

  /** {@link HandWrittenConnector} in the at-least-once worker. */
  Contender taskByHand(String name, Map<String, String> options) {
    return taskByHand(atLeastOnce, name, options, true);
  }

  /** {@link HandWrittenConnector} in the worker with exactly-once support. */
  Contender exactlyOnceTaskByHand(String name, Map<String, String> options) {
    return taskByHand(exactlyOnce, name, options, false);
  }

  /**
   * The connector with several feeds.
   *
   * @param feeds their types by their names
   */
  Contender feeds(String name, Map<String, List<String>> feeds, Map<String, String> options) {
    Map<String, String> all = new HashMap<>(options);
    all.put("datahose.feeds", String.join(",", feeds.keySet()));
    feeds.forEach(
        (feed, types) ->
            all.put("datahose.feed." + feed + ".event.types", String.join(",", types)));
    return connector(atLeastOnce, name, feeds, all, true);
  }

  /**
   * A loop without the connector, in a process of its own.
   *
   * @param main {@link VendorLoop} or {@link HandWrittenLoop}
   */
  Contender loop(String name, Class<?> main, String way) {
    String topic = topic(name);
    createTopic(topic);
    if (way.equals("transaction")) {
      createTopic(topic + Answer.OFFSETS);
    }
    LoopArguments arguments =
        new LoopArguments(
            pod.url(), atLeastOnce.bootstrapServers(), topic, topic + ".all", TYPES, way);
    processes.add(OwnProcess.start(atLeastOnce.directory(), topic, main, arguments.words()));
    return new Contender(
        name,
        List.of(new ReadFeed(arguments.tag(), TYPES)),
        way.equals("nowhere") ? null : topic,
        !way.equals("transaction"));
  }

  /** Fails when a loop has ended. */
  void requireAlive() {
    processes.forEach(JavaProcess::requireAlive);
  }

  @Override
  public void close() {
    processes.forEach(JavaProcess::close);
  }

  private Contender connector(
      ConnectCluster cluster,
      String name,
      Map<String, List<String>> feeds,
      Map<String, String> options,
      boolean exactOffsets) {
    String topic = topic(name);
    createTopic(topic);
    Map<String, String> config = new HashMap<>(config(pod.url(), topic));
    config.putAll(options);
    cluster.rest().putConfig(topic, config);
    return new Contender(
        name,
        feeds.entrySet().stream()
            .map(feed -> new ReadFeed(topic + "." + feed.getKey(), feed.getValue()))
            .toList(),
        topic,
        exactOffsets);
  }

  private Contender taskByHand(
      ConnectCluster cluster, String name, Map<String, String> options, boolean exactOffsets) {
    String topic = topic(name);
    createTopic(topic);
    LoopArguments arguments =
        new LoopArguments(
            pod.url(), atLeastOnce.bootstrapServers(), topic, topic + ".all", TYPES, "task");
    Map<String, String> config = new HashMap<>(TaskByHand.config(arguments));
    config.putAll(options);
    cluster.rest().putConfig(topic, config);
    return new Contender(name, List.of(new ReadFeed(arguments.tag(), TYPES)), topic, exactOffsets);
  }

  /** A connector's config but for what is its own; reads one feed. */
  static Map<String, String> config(String podUrl, String topic) {
    return Map.of(
        "connector.class",
        DatahoseSourceConnector.class.getName(),
        "tasks.max",
        "1",
        "symphony.pod.url",
        podUrl,
        "symphony.username",
        SimulatorKeys.USERNAME,
        "symphony.private.key",
        SimulatorKeys.privateKey(),
        "datahose.event.types",
        String.join(",", TYPES),
        "topic",
        topic);
  }

  private void createTopic(String topic) {
    atLeastOnce.broker().createTopic(topic, 1, SHORT_LIVED);
  }

  private static String topic(String name) {
    return name.replaceAll("\\W+", "-");
  }
}
