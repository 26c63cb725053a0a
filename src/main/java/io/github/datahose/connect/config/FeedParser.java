// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.DatahoseOptions.EVENT_TYPES;
import static io.github.datahose.connect.config.option.DatahoseOptions.FEEDS;
import static io.github.datahose.connect.config.option.DatahoseOptions.FEED_PREFIX;
import static io.github.datahose.connect.config.option.DatahoseOptions.TAG;
import static io.github.datahose.connect.config.option.FeedOptions.ofFeed;
import static io.github.datahose.connect.config.option.RecordOptions.HEARTBEAT_TOPIC;
import static io.github.datahose.connect.config.option.RecordOptions.LEDGER_TOPIC;
import static io.github.datahose.connect.config.option.RecordOptions.QUARANTINE_TOPIC;

import io.github.datahose.connect.config.option.EventTypes;
import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.config.option.FeedOptions.FeedOption;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.RecordOptions;
import io.github.datahose.connect.config.option.Rule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The parser of the feeds from the options of the connector and of single feeds, with the checks
 * across feeds.
 */
final class FeedParser {
  /**
   * The API's limit (finos/symphony-api-spec, V5EventsReadBody); the vendor's SDKs truncate longer
   * tags.
   */
  private static final int MOST_TAG_CHARACTERS = 80;

  private final ParsedConfig parsed;

  /** The valid values of options of single feeds, by full name. */
  private final Map<String, Object> ofFeeds = new TreeMap<>();

  FeedParser(ParsedConfig parsed) {
    this.parsed = parsed;
  }

  /** Returns the feeds; none if an option of theirs has an error. */
  List<FeedConfig> parse() {
    List<String> names = names();
    Set<String> named = new HashSet<>(names);
    parsed.properties().keySet().stream()
        .filter(key -> key.startsWith(FEED_PREFIX) && parsed.properties().get(key) != null)
        .sorted()
        .forEach(key -> readFeedOption(key, named));
    List<FeedConfig> feeds = new ArrayList<>();
    if (parsed.isValid(FEEDS)) {
      names.forEach(name -> addFeed(name, feeds));
    }
    if (feeds.size() == names.size()) {
      tags(feeds);
      topics(feeds);
      overlaps(feeds);
      readers(feeds);
      heartbeats(feeds);
      ledger(feeds);
    }
    return List.copyOf(feeds);
  }

  /** Returns the names even if one has an error, so that the other feeds keep their options. */
  private List<String> names() {
    String given = parsed.properties().get(FEEDS);
    return given == null ? List.of("all") : Rule.entries(Rule.split(given));
  }

  private void readFeedOption(String key, Set<String> names) {
    String[] parts = key.substring(FEED_PREFIX.length()).split("\\.", 2);
    Option template =
        FeedOptions.ALL.stream()
            .map(FeedOption::option)
            .filter(option -> parts.length == 2 && option.name().equals(parts[1]))
            .findFirst()
            .orElse(null);
    if (template == null) {
      parsed.addError(
          key,
          "is not an option of a feed. Remove it. The options are " + FeedOptions.allNames() + ".");
    } else if (!names.contains(parts[0]) && namesAreKnown()) {
      parsed.addError(
          key,
          "is for a feed that "
              + FEEDS
              + " does not name. Add the feed to that option or remove this one.");
    } else {
      Option option = template.named(key);
      if (option.isGiven(parsed.properties())) {
        Object value = parsed.valueOf(option);
        if (value != null) {
          ofFeeds.put(key, value);
        }
      }
    }
  }

  /** Returns false if the list of feeds is too long, and therefore was not parsed. */
  private boolean namesAreKnown() {
    return parsed.isValid(FEEDS) || parsed.properties().containsKey(FEEDS);
  }

  private void addFeed(String name, List<FeedConfig> feeds) {
    String tag = tagBase();
    Map<String, Object> values = new HashMap<>();
    for (FeedOption each : FeedOptions.ALL) {
      Object value = effective(name, each);
      if (value != null) {
        values.put(each.name(), value);
      }
    }
    if (tag != null && values.size() == FeedOptions.ALL.size()) {
      feeds.add(FeedConfig.of(name, tag + "." + name, values));
      warnOfEventTypes(name, Rule.entries(values.get(FeedOptions.EVENT_TYPES)));
    }
  }

  /** Returns the feed's value, else the connector's; null if the one that applies has an error. */
  private Object effective(String feed, FeedOption each) {
    String own = ofFeed(feed, each.name());
    if (!parsed.isValid(own)) {
      return null;
    }
    if (ofFeeds.containsKey(own) || each.connectorOption() == null) {
      return ofFeeds.getOrDefault(own, each.option().defaultValue());
    }
    return parsed.isValid(each.connectorOption()) ? parsed.value(each.connectorOption()) : null;
  }

  /**
   * Returns null if the tag has an error, or if the connector has no name, as the worker reports.
   */
  private String tagBase() {
    if (!parsed.isValid(TAG)) {
      return null;
    }
    return parsed.isGiven(TAG)
        ? parsed.value(TAG).toString()
        : parsed.properties().get(ParsedConfig.CONNECTOR_NAME);
  }

  private void warnOfEventTypes(String feed, List<String> types) {
    String own = ofFeed(feed, FeedOptions.EVENT_TYPES);
    String option = ofFeeds.containsKey(own) ? own : EVENT_TYPES;
    if (types.stream().anyMatch(type -> type.indexOf('_') >= 0)) {
      parsed.warn(
          option
              + " contains event types with an underscore, which is removed. Symphony names"
              + " them without one, such as MESSAGESENT.");
    }
    EventTypes.normalizeAll(types).stream()
        .filter(type -> !EventTypes.isKnown(type))
        .forEach(
            type ->
                parsed.warn(
                    option
                        + " contains "
                        + type
                        + ", which this version does not know. Check the spelling. A type that only"
                        + " later agents know is still read."));
  }

  private void tags(List<FeedConfig> feeds) {
    String why =
        parsed.isGiven(TAG)
            ? ""
            : " (derived from the connector's name, because " + TAG + " is not set)";
    for (FeedConfig feed : feeds) {
      if (!Rule.isTag(feed.tag())) {
        parsed.addError(
            TAG,
            "results in a tag with characters other than A-Z, a-z, 0-9, '.', '_', and '-'"
                + why
                + ". Set "
                + TAG
                + " to a name without them, and do not change it later.");
      } else if (feed.tag().length() > MOST_TAG_CHARACTERS) {
        parsed.addError(
            TAG,
            "gives feed "
                + feed.name()
                + " a tag of "
                + feed.tag().length()
                + " characters"
                + why
                + ", but Symphony allows "
                + MOST_TAG_CHARACTERS
                + ". Set "
                + TAG
                + " to a shorter name, and do not change it later.");
      }
    }
  }

  private void topics(List<FeedConfig> feeds) {
    for (FeedConfig feed : feeds) {
      String own = ofFeed(feed.name(), FeedOptions.TOPIC);
      feed.topics().all().stream()
          .filter(topic -> !Rule.isTopic(topic))
          .findFirst()
          .ifPresent(
              topic ->
                  parsed.addError(
                      parsed.isGiven(own) ? own : RecordOptions.TOPIC,
                      "gives feed "
                          + feed.name()
                          + " a topic name of "
                          + topic.length()
                          + " characters, but Kafka allows "
                          + Rule.MOST_TOPIC_CHARACTERS
                          + ". Shorten it."));
    }
  }

  /** Two feeds with the same event would deliver a duplicate. */
  private void overlaps(List<FeedConfig> feeds) {
    for (int later = 1; later < feeds.size(); later++) {
      FeedConfig feed = feeds.get(later);
      Set<String> types = Set.copyOf(feed.eventTypes());
      for (FeedConfig earlier : feeds.subList(0, later)) {
        String common =
            earlier.eventTypes().stream().filter(types::contains).findFirst().orElse(null);
        if (common != null && !haveSeparateScopes(earlier, feed)) {
          String own = ofFeed(feed.name(), FeedOptions.EVENT_TYPES);
          parsed.addError(
              parsed.isGiven(own) ? own : FEEDS,
              "lets the feeds "
                  + earlier.name()
                  + " and "
                  + feed.name()
                  + " both read "
                  + common
                  + ", so these events would be duplicates. Give each feed its own event types with"
                  + " datahose.feed.<name>.event.types, or its own scopes with"
                  + " datahose.feed.<name>.scopes.");
        }
      }
    }
  }

  private static boolean haveSeparateScopes(FeedConfig one, FeedConfig other) {
    return !one.scopes().isEmpty()
        && !other.scopes().isEmpty()
        && Collections.disjoint(one.scopes(), other.scopes());
  }

  private void readers(List<FeedConfig> feeds) {
    long readers = feeds.stream().mapToLong(FeedConfig::readers).sum();
    if (readers > FeedOptions.MOST_READERS) {
      FeedConfig most = Collections.max(feeds, Comparator.comparingInt(FeedConfig::readers));
      parsed.addError(
          ofFeed(most.name(), FeedOptions.READERS),
          "results in "
              + readers
              + " readers for all feeds together, but "
              + FeedOptions.MOST_READERS
              + " are allowed. Decrease it.");
    }
  }

  private void heartbeats(List<FeedConfig> feeds) {
    if (!parsed.isValid(HEARTBEAT_TOPIC, QUARANTINE_TOPIC)) {
      return;
    }
    Object topic = parsed.value(HEARTBEAT_TOPIC);
    if (topic.equals("")) {
      return;
    }
    if (isTopicOfEvents(topic, feeds)) {
      parsed.warn(
          HEARTBEAT_TOPIC
              + " is also a topic of events, so its consumers receive heartbeats among the"
              + " events. Use a separate topic for heartbeats.");
    }
  }

  private boolean isTopicOfEvents(Object topic, List<FeedConfig> feeds) {
    return topic.equals(parsed.value(QUARANTINE_TOPIC))
        || feeds.stream().anyMatch(feed -> feed.topics().all().contains(topic));
  }

  /** An audit reads the whole ledger topic, and its retention is years. */
  private void ledger(List<FeedConfig> feeds) {
    if (!parsed.isGiven(LEDGER_TOPIC) || !parsed.isValid(LEDGER_TOPIC)) {
      return;
    }
    Object topic = parsed.value(LEDGER_TOPIC);
    boolean ofHeartbeats = topic.equals(parsed.value(HEARTBEAT_TOPIC));
    if (ofHeartbeats || isTopicOfEvents(topic, feeds)) {
      parsed.addError(
          LEDGER_TOPIC,
          "is also a topic of "
              + (ofHeartbeats ? "heartbeats" : "events")
              + ". Use a separate topic for the ledger.");
    }
  }
}
