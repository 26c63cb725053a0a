// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.DatahoseOptions.EVENT_TYPES;
import static io.github.datahose.connect.config.option.DatahoseOptions.FEEDS;
import static io.github.datahose.connect.config.option.DatahoseOptions.FEED_PREFIX;
import static io.github.datahose.connect.config.option.DatahoseOptions.SCOPES;
import static io.github.datahose.connect.config.option.DatahoseOptions.TAG;
import static io.github.datahose.connect.config.option.FeedOptions.ofFeed;
import static io.github.datahose.connect.config.option.RecordOptions.TOPIC;

import io.github.datahose.connect.config.option.EventTypes;
import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.Rule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Builds the feeds out of the global options and those of single feeds. */
final class FeedBuilder {
  private final ParsedConfig parsed;

  /** The sound values of the options of single feeds, by full name. */
  private final Map<String, Object> ofFeeds = new TreeMap<>();

  FeedBuilder(ParsedConfig parsed) {
    this.parsed = parsed;
  }

  /** The feeds; none when anything about them is at fault. */
  List<FeedConfig> build() {
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
      FeedChecks.apply(feeds, parsed);
    }
    return List.copyOf(feeds);
  }

  /** As they stand, also when one of them is at fault: the others' options are still theirs. */
  private List<String> names() {
    String given = parsed.properties().get(FEEDS);
    return given == null ? List.of("all") : Rule.entries(Rule.split(given));
  }

  private void readFeedOption(String key, Set<String> names) {
    String[] parts = key.substring(FEED_PREFIX.length()).split("\\.", 2);
    Option template =
        FeedOptions.ALL.stream()
            .filter(option -> parts.length == 2 && option.name().equals(parts[1]))
            .findFirst()
            .orElse(null);
    if (template == null) {
      parsed.addError(
          key,
          "is no option of a feed: take it out. There are datahose.feed.<name>."
              + FeedOptions.ALL.stream().map(Option::name).collect(Collectors.joining(", .")));
    } else if (!names.contains(parts[0]) && namesAreKnown()) {
      parsed.addError(
          key,
          "is for a feed that " + FEEDS + " does not name: add the feed there, or take it out");
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

  /** Not so when they are too long, and nobody has looked which they are. */
  private boolean namesAreKnown() {
    return parsed.isValid(FEEDS) || parsed.properties().containsKey(FEEDS);
  }

  private void addFeed(String name, List<FeedConfig> feeds) {
    Object types = effective(name, FeedOptions.EVENT_TYPES, EVENT_TYPES);
    Object scopes = effective(name, FeedOptions.SCOPES, SCOPES);
    Object topic = effective(name, FeedOptions.TOPIC, TOPIC);
    Object readers =
        parsed.isValid(ofFeed(name, FeedOptions.READERS))
            ? ofFeeds.getOrDefault(ofFeed(name, FeedOptions.READERS), 1)
            : null;
    String tag = tagBase();
    if (types == null || scopes == null || topic == null || readers == null || tag == null) {
      return;
    }
    feeds.add(
        new FeedConfig(
            name,
            tag + "." + name,
            eventTypes(name, Rule.entries(types)),
            EventTypes.scopes(Rule.entries(scopes)),
            topic.toString(),
            (Integer) readers));
  }

  /** The feed's own value, else the global one; null when the one that counts is at fault. */
  private Object effective(String feed, String option, String global) {
    String own = ofFeed(feed, option);
    if (!parsed.isValid(own)) {
      return null;
    }
    return ofFeeds.containsKey(own)
        ? ofFeeds.get(own)
        : parsed.isValid(global) ? parsed.value(global) : null;
  }

  /** Null when at fault, or when the worker will complain that the connector has no name. */
  private String tagBase() {
    if (!parsed.isValid(TAG)) {
      return null;
    }
    return parsed.isGiven(TAG)
        ? parsed.value(TAG).toString()
        : parsed.properties().get(ParsedConfig.CONNECTOR_NAME);
  }

  private List<String> eventTypes(String feed, List<String> types) {
    String own = ofFeed(feed, FeedOptions.EVENT_TYPES);
    String option = ofFeeds.containsKey(own) ? own : EVENT_TYPES;
    if (types.stream().anyMatch(type -> type.indexOf('_') >= 0)) {
      parsed.warn(
          option
              + " has event types with an underscore, which is removed: Symphony names them without"
              + " (MESSAGESENT)");
    }
    List<String> normalised = EventTypes.normaliseAll(types);
    normalised.stream()
        .filter(type -> !EventTypes.isKnown(type))
        .forEach(
            type ->
                parsed.warn(
                    option
                        + " names "
                        + type
                        + ", which is none of the types this version knows: check its spelling (a"
                        + " type that only newer agents have is read all the same)"));
    return normalised;
  }
}
