// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.symphony.bdk.core.auth.AuthSession;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * The measured clients in the order of the runs: clients to compare are adjacent. Each has a topic
 * of one partition, runs all the time, and waits at its feeds: a run begins when events are added
 * there. Connectors use the examples of {@code config}, the first of which is the README's, and the
 * changes that their names describe.
 */
enum Contender {
  BY_HAND("by hand", HandWrittenLoop.class, Options.LARGE_REQUESTS),
  README("README's config", DatahoseSourceConnector.class, Options.MINIMAL, Map.of()),
  JSON("record.value=json", DatahoseSourceConnector.class, Options.MINIMAL, Options.JSON),
  TASK_BY_HAND("task by hand", HandWrittenTask.Connector.class, Options.MINIMAL, Options.BYTES),
  LEDGER(
      "exactly once, ledger",
      DatahoseSourceConnector.class,
      Options.EXACTLY_ONCE,
      Options.jsonAndLedger()),
  EXACTLY_ONCE("exactly once", DatahoseSourceConnector.class, Options.EXACTLY_ONCE, Options.JSON),
  TASK_BY_HAND_EXACTLY_ONCE(
      "task by hand, exactly once",
      HandWrittenTask.Connector.class,
      Options.EXACTLY_ONCE,
      Options.BYTES),
  AVRO(
      "Avro",
      DatahoseSourceConnector.class,
      Options.MINIMAL,
      Map.of("value.converter", "io.confluent.connect.avro.AvroConverter")),
  BDK("BDK, linger 0", VendorLoop.class, Map.of("linger.ms", "0")),
  README_DEFAULTS(
      "README's config, defaults", DatahoseSourceConnector.class, Options.MINIMAL, Map.of()),
  BDK_DEFAULTS("BDK, defaults", VendorLoop.class, Map.of()),
  FIVE_FEEDS("5 feeds", DatahoseSourceConnector.class, Options.MINIMAL, Options.fiveFeeds()),
  FIVE_READERS(
      "5 readers", DatahoseSourceConnector.class, Options.MINIMAL, Map.of(Options.READERS, "5"));

  /** Where the ledger goes. */
  static final String LEDGER_TOPIC = "ledger";

  /** All that the vendor's SDK knows: it drops generic system events, and acknowledges them. */
  static final List<String> TYPES = EventSchemas.DATAHOSE_EVENT_TYPES;

  /** A loop in a process of its own, or a connector. */
  final Class<?> type;

  private final String text;
  private final String example;
  private final Map<String, String> options;

  /** A loop in a process of its own, with settings of its producer. */
  Contender(String text, Class<? extends Loop> loop, Map<String, String> settings) {
    this.text = text;
    this.type = loop;
    this.example = null;
    this.options = settings;
  }

  /** A connector in a worker, with options in addition to those of an example. */
  Contender(
      String text,
      Class<? extends SourceConnector> connector,
      String example,
      Map<String, String> options) {
    this.text = text;
    this.type = connector;
    this.example = example;
    this.options = options;
  }

  /** Apart since an enum's own constants come too late for its values. */
  private static final class Options {
    /** The config at the top of the README, which a test sees to. */
    static final String MINIMAL = "minimal.json";

    static final String EXACTLY_ONCE = "exactly-once.json";
    static final String READERS = "datahose.feed.all.readers";

    static final Map<String, String> JSON =
        Map.of(
            "record.value", "json",
            "value.converter", "org.apache.kafka.connect.storage.StringConverter");
    static final Map<String, String> BYTES =
        Map.of("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");

    /** Any batch of the feed in a request or two; Kafka's default of 16 kB makes dozens of it. */
    static final Map<String, String> LARGE_REQUESTS = Map.of("batch.size", "1048576");

    /** The types in five parts, none of them seldom only. */
    static final Map<String, String> FIVE_FEEDS =
        Map.of(
            "messages", "MESSAGESENT,MESSAGESUPPRESSED",
            "rooms", "ROOMCREATED,ROOMUPDATED,ROOMDEACTIVATED,ROOMREACTIVATED",
            "members",
                "USERJOINEDROOM,USERLEFTROOM,USERREQUESTEDTOJOINROOM,"
                    + "ROOMMEMBERPROMOTEDTOOWNER,ROOMMEMBERDEMOTEDFROMOWNER",
            "social", "SHAREDPOST,CONNECTIONREQUESTED,CONNECTIONACCEPTED",
            "other", "INSTANTMESSAGECREATED,SYMPHONYELEMENTSACTION");

    static Map<String, String> jsonAndLedger() {
      Map<String, String> options = new HashMap<>(JSON);
      options.put("ledger.topic", LEDGER_TOPIC);
      return options;
    }

    static Map<String, String> fiveFeeds() {
      Map<String, String> options = new HashMap<>();
      options.put("datahose.feeds", String.join(",", FIVE_FEEDS.keySet()));
      FIVE_FEEDS.forEach(
          (feed, types) -> options.put("datahose.feed." + feed + ".event.types", types));
      return options;
    }
  }

  /** The types of each of its feeds, by the feed's tag as the pod sees it. */
  Map<String, List<String>> feeds() {
    if (this != FIVE_FEEDS) {
      return Map.of(tag(topic()), TYPES);
    }
    return Options.FIVE_FEEDS.entrySet().stream()
        .collect(
            Collectors.toMap(
                feed -> topic() + "." + feed.getKey(),
                feed -> List.of(feed.getValue().split(","))));
  }

  /** The number of reads of each of its feeds that wait at the same time. */
  int readers() {
    return Integer.parseInt(options.getOrDefault(Options.READERS, "1"));
  }

  /** The tag of the only feed of who writes to a topic. */
  static String tag(String topic) {
    return topic + ".all";
  }

  /** What it writes to, also the name of its connector. */
  String topic() {
    return text.replaceAll("\\W+", "-");
  }

  /** Whether it is a loop in a process of its own. */
  boolean isLoop() {
    return example == null;
  }

  /** Whether it needs a worker with exactly-once support; its topic's end counts commits, too. */
  boolean isExactlyOnce() {
    return Options.EXACTLY_ONCE.equals(example);
  }

  /** What a loop is started with. */
  List<String> words(String pod, String brokers) {
    List<String> words = new ArrayList<>(List.of(pod, brokers, topic()));
    options.forEach((name, value) -> words.add(name + "=" + value));
    return words;
  }

  /**
   * A connector's config at a pod; that by hand gets its login, for the hour that a token lasts.
   */
  Map<String, String> config(String pod) throws IOException {
    Map<String, String> config =
        new ObjectMapper()
            .readValue(
                Path.of("config", example).toFile(),
                new TypeReference<HashMap<String, String>>() {});
    if (this == README_DEFAULTS) {
      config.keySet().removeIf(option -> option.startsWith("producer.override."));
    }
    config.remove("symphony.private.key.path");
    // Of the example for exactly once: what a ledger costs is for another contender to show.
    config.remove("ledger.topic");
    config.put("name", topic());
    config.put("connector.class", type.getName());
    config.put("symphony.pod.url", pod);
    config.put("datahose.tag", topic());
    config.put("datahose.event.types", String.join(",", TYPES));
    config.put("topic", topic());
    if (type == HandWrittenTask.Connector.class) {
      AuthSession session = Loop.login(pod, topic());
      config.put("session.token", session.getSessionToken());
      config.put("key.manager.token", session.getKeyManagerToken());
    } else {
      config.put("symphony.username", SimulatorKeys.USERNAME);
      config.put("symphony.private.key", SimulatorKeys.privateKey());
    }
    config.putAll(options);
    return config;
  }

  /** Its name in the report. */
  @Override
  public String toString() {
    return text;
  }
}
