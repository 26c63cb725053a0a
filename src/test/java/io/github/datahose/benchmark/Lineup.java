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
  static final String CONNECTOR_EXACTLY_ONCE = "connector, exactly once";
  static final String CONNECTOR_FIVE_FEEDS = "connector, 5 feeds";
  static final String CONNECTOR_FIVE_READERS = "connector, 5 readers";
  static final String VENDOR_DEFAULTS = "BDK, linger default";
  static final String VENDOR = "BDK, linger 0";
  static final String VENDOR_LOSING_DATA = "BDK, asynchronous send (loses data)";
  static final String BY_HAND = "by hand";
  static final String BY_HAND_TRANSACTIONAL = "by hand, transactions";
  static final String READING_ALONE = "reading alone";

  private static final Map<String, String> TEXT =
      Map.of(
          "record.value", "json",
          "value.converter", "org.apache.kafka.connect.storage.StringConverter");
  private static final Map<String, String> TUNED =
      Map.of(
          "producer.override.linger.ms",
          "0",
          "producer.override.batch.size",
          LoopArguments.PRODUCER_BATCH_BYTES);

  /**
   * The commit sends what is there, so to linger costs nothing; not to do so makes more requests.
   */
  private static final Map<String, String> TUNED_TRANSACTIONS =
      Map.of("producer.override.batch.size", LoopArguments.PRODUCER_BATCH_BYTES);

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

  private final Map<String, Contender> all = new LinkedHashMap<>();

  Lineup(Contenders contenders) {
    add(contenders.loop(READING_ALONE, HandWrittenLoop.class, "nowhere"));
    add(contenders.connector(CONNECTOR, with(TEXT, TUNED)));
    add(contenders.loop(BY_HAND, HandWrittenLoop.class, "flush"));
    add(contenders.exactlyOnceConnector(CONNECTOR_EXACTLY_ONCE, with(TEXT, TUNED_TRANSACTIONS)));
    add(contenders.loop(BY_HAND_TRANSACTIONAL, HandWrittenLoop.class, "transaction"));
    add(contenders.connector(CONNECTOR_STRUCT, TUNED));
    add(contenders.loop(VENDOR, VendorLoop.class, "linger-0"));
    add(contenders.connector(CONNECTOR_DEFAULTS, Map.of()));
    add(contenders.loop(VENDOR_DEFAULTS, VendorLoop.class, "defaults"));
    add(contenders.loop(VENDOR_LOSING_DATA, VendorLoop.class, "losing-data"));
    add(contenders.feeds(CONNECTOR_FIVE_FEEDS, FIVE_FEEDS, with(TEXT, TUNED)));
    add(
        contenders.connector(
            CONNECTOR_FIVE_READERS,
            with(with(TEXT, TUNED), Map.of("datahose.feed.all.readers", "5"))));
  }

  List<Contender> all() {
    return List.copyOf(all.values());
  }

  Contender get(String name) {
    return all.get(name);
  }

  /** Who is measured in a cell: with latency only those that a target speaks of. */
  List<Contender> in(Cell cell) {
    return all.values().stream().filter(each -> takesPart(each.name(), cell)).toList();
  }

  private static boolean takesPart(String name, Cell cell) {
    return switch (name) {
      case CONNECTOR_FIVE_FEEDS, CONNECTOR_FIVE_READERS -> cell.equals(Plan.SMALL_AND_FAR);
      case CONNECTOR_STRUCT, CONNECTOR_DEFAULTS, VENDOR, VENDOR_DEFAULTS, VENDOR_LOSING_DATA ->
          cell.latencyMillis() == 0;
      default -> true;
    };
  }

  private void add(Contender contender) {
    all.put(contender.name(), contender);
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> both = new LinkedHashMap<>(some);
    both.putAll(more);
    return both;
  }
}
