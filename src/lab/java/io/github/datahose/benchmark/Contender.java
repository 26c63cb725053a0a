// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.symphony.bdk.core.auth.AuthSession;
import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.simulator.SimulatorKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Who is measured, in the order of the runs: who is compared stands side by side. Each has a topic
 * of one partition, runs all the time and waits at its feeds: a run begins when events are put
 * there.
 */
enum Contender {
  READING_ALONE("reading alone", HandWrittenLoop.class, "nowhere"),
  CONNECTOR("connector", DatahoseSourceConnector.class, Options.TEXT, Options.TUNED),
  BY_HAND("by hand", HandWrittenLoop.class, "flush"),
  TASK_BY_HAND("task by hand", HandWrittenTask.Connector.class, Options.BYTES, Options.TUNED),
  CONNECTOR_EXACTLY_ONCE(
      "connector, exactly once",
      DatahoseSourceConnector.class,
      Options.TEXT,
      Options.TUNED_TRANSACTIONS),
  BY_HAND_TRANSACTIONAL("by hand, transactions", HandWrittenLoop.class, "transaction"),
  TASK_BY_HAND_EXACTLY_ONCE(
      "task by hand, exactly once",
      HandWrittenTask.Connector.class,
      Options.BYTES,
      Options.TUNED_TRANSACTIONS),
  CONNECTOR_STRUCT("connector, JSON from structs", DatahoseSourceConnector.class, Options.TUNED),
  CONNECTOR_AVRO("connector, Avro", DatahoseSourceConnector.class, Options.AVRO, Options.TUNED),
  VENDOR("BDK, linger 0", VendorLoop.class, "linger-0"),
  CONNECTOR_DEFAULTS(
      "connector, JSON from structs, linger default", DatahoseSourceConnector.class, Map.of()),
  VENDOR_DEFAULTS("BDK, linger default", VendorLoop.class, "defaults"),
  VENDOR_LOSING_DATA("BDK, asynchronous send (loses data)", VendorLoop.class, "losing-data"),
  CONNECTOR_FIVE_FEEDS(
      "connector, 5 feeds",
      DatahoseSourceConnector.class,
      Options.fiveFeeds(),
      Options.TEXT,
      Options.TUNED),
  CONNECTOR_FIVE_READERS(
      "connector, 5 readers",
      DatahoseSourceConnector.class,
      Map.of("datahose.feed.all.readers", "5"),
      Options.TEXT,
      Options.TUNED),
  /** For {@link Restarts} only. */
  STARTED_AND_STOPPED(
      "started and stopped", DatahoseSourceConnector.class, Options.TEXT, Options.TUNED);

  /** All that the vendor's SDK knows: it drops generic system events, and acknowledges them. */
  static final List<String> TYPES = EventSchemas.DATAHOSE_EVENT_TYPES;

  /** A loop in a process of its own, or a connector. */
  final Class<?> type;

  /** How a loop writes; null for a connector. */
  final String way;

  private final String text;
  private final Map<String, String> options = new HashMap<>();

  /** A loop in a process of its own. */
  Contender(String text, Class<? extends Loop> loop, String way) {
    this.text = text;
    this.type = loop;
    this.way = way;
  }

  /** A connector in a worker. */
  @SafeVarargs
  Contender(
      String text, Class<? extends SourceConnector> connector, Map<String, String>... options) {
    this.text = text;
    this.type = connector;
    this.way = null;
    List.of(options).forEach(this.options::putAll);
  }

  /** Options of connectors, apart since an enum's own constants come too late for its values. */
  private static final class Options {
    static final Map<String, String> TEXT =
        Map.of(
            "record.value", "json",
            "value.converter", "org.apache.kafka.connect.storage.StringConverter");
    static final Map<String, String> BYTES =
        Map.of("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    static final Map<String, String> AVRO =
        Map.of("value.converter", "io.confluent.connect.avro.AvroConverter");
    static final Map<String, String> TUNED =
        Map.of(
            "producer.override.linger.ms",
            "0",
            "producer.override.batch.size",
            Loop.PRODUCER_BATCH_BYTES);

    /**
     * The commit sends what is there, so to linger costs nothing; not to do so makes more requests.
     */
    static final Map<String, String> TUNED_TRANSACTIONS =
        Map.of(
            "producer.override.batch.size",
            Loop.PRODUCER_BATCH_BYTES,
            // Connector and task each read the offsets topic, and would be woken by every
            // transaction.
            "consumer.override.fetch.min.bytes",
            "1000000");

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
    if (this != CONNECTOR_FIVE_FEEDS) {
      return Map.of(tag(topic()), TYPES);
    }
    return Options.FIVE_FEEDS.entrySet().stream()
        .collect(
            Collectors.toMap(
                feed -> topic() + "." + feed.getKey(),
                feed -> List.of(feed.getValue().split(","))));
  }

  /** The tag of the only feed of who writes to a topic. */
  static String tag(String topic) {
    return topic + ".all";
  }

  /** What it writes to, also the name of its connector; nothing is written by reading alone. */
  String topic() {
    return text.replaceAll("\\W+", "-");
  }

  /** Whether it needs a worker with exactly-once support. */
  boolean isExactlyOnce() {
    return this == CONNECTOR_EXACTLY_ONCE || this == TASK_BY_HAND_EXACTLY_ONCE;
  }

  /** Whether the topic's end is the number of its records, so without transactions. */
  boolean hasExactOffsets() {
    return this != READING_ALONE && this != BY_HAND_TRANSACTIONAL && !isExactlyOnce();
  }

  /**
   * A connector's config at a pod; that by hand gets its login, for the hour that a token lasts.
   */
  Map<String, String> config(String pod) {
    Map<String, String> config = new HashMap<>(options);
    config.put("name", topic());
    config.put("connector.class", type.getName());
    config.put("tasks.max", "1");
    config.put("symphony.pod.url", pod);
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
    return config;
  }

  /** Its name in the report. */
  @Override
  public String toString() {
    return text;
  }
}
