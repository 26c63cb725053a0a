// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who takes part, by the names of the report, and where. */
final class Lineup {

  static final String CONNECTOR = "connector";
  static final String CONNECTOR_STRUCT = "connector, JSON from structs";
  static final String CONNECTOR_DEFAULTS = "connector, JSON from structs, linger default";
  static final String CONNECTOR_AVRO = "connector, Avro";
  static final String CONNECTOR_EXACTLY_ONCE = "connector, exactly once";
  static final String CONNECTOR_FIVE_FEEDS = "connector, 5 feeds";
  static final String CONNECTOR_FIVE_READERS = "connector, 5 readers";
  static final String VENDOR_DEFAULTS = "BDK, linger default";
  static final String VENDOR = "BDK, linger 0";
  static final String VENDOR_LOSING_DATA = "BDK, asynchronous send (loses data)";
  static final String BY_HAND = "by hand";
  static final String BY_HAND_TRANSACTIONAL = "by hand, transactions";
  static final String TASK_BY_HAND = "task by hand";
  static final String TASK_BY_HAND_EXACTLY_ONCE = "task by hand, exactly once";
  static final String READING_ALONE = "reading alone";

  /** All, in the order in which they are measured: who is compared stands side by side. */
  static final List<String> NAMES =
      List.of(
          READING_ALONE,
          CONNECTOR,
          BY_HAND,
          TASK_BY_HAND,
          CONNECTOR_EXACTLY_ONCE,
          BY_HAND_TRANSACTIONAL,
          TASK_BY_HAND_EXACTLY_ONCE,
          CONNECTOR_STRUCT,
          CONNECTOR_AVRO,
          VENDOR,
          CONNECTOR_DEFAULTS,
          VENDOR_DEFAULTS,
          VENDOR_LOSING_DATA,
          CONNECTOR_FIVE_FEEDS,
          CONNECTOR_FIVE_READERS);

  private static final Map<String, String> TEXT =
      Map.of(
          "record.value", "json",
          "value.converter", "org.apache.kafka.connect.storage.StringConverter");
  private static final Map<String, String> BYTES =
      Map.of("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
  private static final Map<String, String> TUNED =
      Map.of(
          "producer.override.linger.ms",
          "0",
          "producer.override.batch.size",
          LoopArguments.PRODUCER_BATCH_BYTES);

  /** Of the connector as it is measured beside the loop by hand. */
  static final Map<String, String> TUNED_TEXT = with(TEXT, TUNED);

  /**
   * The commit sends what is there, so to linger costs nothing; not to do so makes more requests.
   */
  private static final Map<String, String> TUNED_TRANSACTIONS =
      Map.of(
          "producer.override.batch.size",
          LoopArguments.PRODUCER_BATCH_BYTES,
          // Connector and task each read the offsets topic, and would be woken by every
          // transaction.
          "consumer.override.fetch.min.bytes",
          "1000000");

  /** The types in five parts, none of them seldom only. */
  private static final Map<String, List<String>> FIVE_FEEDS =
      Map.of(
          "messages", List.of("MESSAGESENT", "MESSAGESUPPRESSED"),
          "rooms", List.of("ROOMCREATED", "ROOMUPDATED", "ROOMDEACTIVATED", "ROOMREACTIVATED"),
          "members",
              List.of(
                  "USERJOINEDROOM",
                  "USERLEFTROOM",
                  "USERREQUESTEDTOJOINROOM",
                  "ROOMMEMBERPROMOTEDTOOWNER",
                  "ROOMMEMBERDEMOTEDFROMOWNER"),
          "social", List.of("SHAREDPOST", "CONNECTIONREQUESTED", "CONNECTIONACCEPTED"),
          "other", List.of("INSTANTMESSAGECREATED", "SYMPHONYELEMENTSACTION"));

  private final Plan plan;
  private final Map<String, Contender> all = new LinkedHashMap<>();

  /** Starts all that the plan has in any of its cells. */
  Lineup(Plan plan, Contenders contenders) {
    this.plan = plan;
    NAMES.stream()
        .filter(name -> plan.cells().stream().anyMatch(cell -> plan.has(name, cell)))
        .forEach(name -> all.put(name, start(name, contenders)));
  }

  List<Contender> all() {
    return List.copyOf(all.values());
  }

  Contender get(String name) {
    return all.get(name);
  }

  /** Who is measured in a cell. */
  List<Contender> in(Cell cell) {
    return all.values().stream().filter(each -> plan.has(each.name(), cell)).toList();
  }

  private static Contender start(String name, Contenders contenders) {
    return switch (name) {
      case READING_ALONE -> contenders.loop(name, HandWrittenLoop.class, "nowhere");
      case CONNECTOR -> contenders.connector(name, TUNED_TEXT);
      case BY_HAND -> contenders.loop(name, HandWrittenLoop.class, "flush");
      case CONNECTOR_EXACTLY_ONCE ->
          contenders.exactlyOnceConnector(name, with(TEXT, TUNED_TRANSACTIONS));
      case BY_HAND_TRANSACTIONAL -> contenders.loop(name, HandWrittenLoop.class, "transaction");
      case TASK_BY_HAND -> contenders.taskByHand(name, with(BYTES, TUNED));
      case TASK_BY_HAND_EXACTLY_ONCE ->
          contenders.exactlyOnceTaskByHand(name, with(BYTES, TUNED_TRANSACTIONS));
      case CONNECTOR_STRUCT -> contenders.connector(name, TUNED);
      case CONNECTOR_AVRO -> contenders.avroConnector(name, TUNED);
      case VENDOR -> contenders.loop(name, VendorLoop.class, "linger-0");
      case CONNECTOR_DEFAULTS -> contenders.connector(name, Map.of());
      case VENDOR_DEFAULTS -> contenders.loop(name, VendorLoop.class, "defaults");
      case VENDOR_LOSING_DATA -> contenders.loop(name, VendorLoop.class, "losing-data");
      case CONNECTOR_FIVE_FEEDS -> contenders.feeds(name, FIVE_FEEDS, TUNED_TEXT);
      case CONNECTOR_FIVE_READERS ->
          contenders.connector(name, with(TUNED_TEXT, Map.of("datahose.feed.all.readers", "5")));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> both = new LinkedHashMap<>(some);
    both.putAll(more);
    return both;
  }
}
