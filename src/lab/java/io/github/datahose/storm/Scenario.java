// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The subject of a chaos test in addition to the kills.
 *
 * @param name name in the report, in names of connectors, and in names of topics
 * @param config options in addition to those of every connector; {@code ${name}} is the connector's
 *     name, {@code ${dropped}} the file of {@link HashedMessageId}
 * @param destinations the topics that its events go to
 * @param eventTypes what is produced; empty for all
 * @param staleAckId what becomes of stale ackIds; null for now this, now that
 * @param workers how many workers there are
 * @param traits what else is special
 */
record Scenario(
    String name,
    Map<String, String> config,
    List<Destination> destinations,
    Set<String> eventTypes,
    StaleAckId staleAckId,
    int workers,
    Set<Trait> traits) {

  /**
   * A topic of a scenario.
   *
   * @param topic its name, {@code ${name}} in it stands for the connector's
   * @param belongs which events belong there; all others of the scenario do not
   */
  record Destination(String topic, Predicate<Outcome.Seen> belongs) {}

  /** What makes a scenario special. */
  enum Trait {
    /** Some events have a field of the wrong type. */
    WRONG_TYPES,
    /** A transformation drops the events that {@link HashedMessageId} says. */
    DROPS,
    /** A transformation sends events to other topics than those of the connector. */
    REROUTES,
    /** A heartbeat after each read, and reads that keep the feed alive whenever Kafka is slow. */
    HEARTBEATS,
    /** The pod answers with errors, loses answers, is slow, and ends sessions. */
    TROUBLE,
    /** Some acknowledgements are held up beyond the visibility timeout. */
    LATE_ACKS,
    /**
     * Workers are not killed but suspended, for longer than their group waits for them, and then
     * resumed: they do not know that another worker has their task.
     */
    FREEZES
  }

  private static final Map<String, String> DROP =
      Map.of(
          "transforms", "drop",
          "transforms.drop.type", "org.apache.kafka.connect.transforms.Filter",
          "transforms.drop.predicate", "some",
          "predicates", "some",
          "predicates.some.type", "io.github.datahose.storm.HashedMessageId",
          "predicates.some.file", "${dropped}");

  private static final Map<String, String> TWO_READERS = Map.of("datahose.feed.all.readers", "2");

  /** The topic that heartbeats go to if there are any. */
  static final String HEARTBEAT_TOPIC = "${name}.heartbeat";

  private static final Map<String, String> HEARTBEATS =
      Map.of(
          "heartbeat.topic", HEARTBEAT_TOPIC,
          "heartbeat.interval.ms", "1",
          "datahose.keepalive.ms", "100");

  /** The topic that the ledger goes to if there is one. */
  static final String LEDGER_TOPIC = "${name}.ledger";

  /** A ledger with the shortest windows that there are, so that most kills fall into another. */
  static final Map<String, String> LEDGER =
      Map.of(
          "exactly.once.support", "required",
          "ledger.topic", LEDGER_TOPIC,
          "ledger.interval.ms", "1000");

  private static final List<Destination> ONE_TOPIC =
      List.of(new Destination("${name}", event -> true));

  private static final List<Destination> WITH_QUARANTINE =
      List.of(
          new Destination("${name}", event -> !Pod.isWrong(event.messageId())),
          new Destination("${name}.quarantine", event -> Pod.isWrong(event.messageId())));

  /** All of them, in the order in which they are run. */
  static List<Scenario> all() {
    return List.of(
        plain("plain", StaleAckId.IGNORED).with(HEARTBEATS, Trait.HEARTBEATS),
        plain("stale-refused", StaleAckId.REFUSED),
        plain("dropping-smt", null).with(DROP, Trait.DROPS),
        new Scenario(
            "rerouting-smt",
            Map.of(
                "topic", "${name}.${type}",
                "transforms", "route",
                "transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter",
                "transforms.route.regex", "(.*)\\.(message|user).*",
                "transforms.route.replacement", "$1.$2"),
            List.of(
                new Destination("${name}.message", event -> event.type().startsWith("MESSAGE")),
                new Destination("${name}.user", event -> event.type().startsWith("USER"))),
            Set.of("MESSAGESENT", "MESSAGESUPPRESSED", "USERJOINEDROOM", "USERLEFTROOM"),
            null,
            1,
            Set.of(Trait.REROUTES)),
        quarantine("quarantine"),
        plain("two-readers", null).with(TWO_READERS).with(HEARTBEATS, Trait.HEARTBEATS),
        plain("pod-trouble", null).with(Map.of(), Trait.TROUBLE),
        plain("late-acks", null).with(Map.of(), Trait.LATE_ACKS),
        twoWorkers("two-workers", Set.of()),
        twoWorkers("frozen-worker", Set.of(Trait.FREEZES)),
        quarantine("all-at-once")
            .with(DROP, Trait.DROPS)
            .with(HEARTBEATS, Trait.HEARTBEATS)
            .with(TWO_READERS, Trait.TROUBLE));
  }

  /** The one of this name; all for an empty name. */
  static List<Scenario> named(String name) {
    return all().stream().filter(each -> name.isEmpty() || each.name().equals(name)).toList();
  }

  /** How many readers the feed has. */
  int readers() {
    return Integer.parseInt(config.getOrDefault("datahose.feed.all.readers", "1"));
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  private static Scenario plain(String name, StaleAckId staleAckId) {
    return new Scenario(
        name, Map.of("topic", "${name}"), ONE_TOPIC, Set.of(), staleAckId, 1, Set.of());
  }

  private static Scenario quarantine(String name) {
    return new Scenario(
        name,
        Map.of("topic", "${name}", "quarantine.topic", "${name}.quarantine"),
        WITH_QUARANTINE,
        Set.of(),
        null,
        1,
        Set.of(Trait.WRONG_TYPES));
  }

  private static Scenario twoWorkers(String name, Set<Trait> traits) {
    return new Scenario(name, Map.of("topic", "${name}"), ONE_TOPIC, Set.of(), null, 2, traits);
  }

  private Scenario with(Map<String, String> more, Trait... moreTraits) {
    Map<String, String> all = new HashMap<>(config);
    all.putAll(more);
    Set<Trait> both =
        Stream.concat(traits.stream(), Stream.of(moreTraits))
            .collect(Collectors.toUnmodifiableSet());
    return new Scenario(name, Map.copyOf(all), destinations, eventTypes, staleAckId, workers, both);
  }
}
