// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.DatahoseOptions.FEEDS;
import static io.github.datahose.connect.config.option.DatahoseOptions.TAG;
import static io.github.datahose.connect.config.option.FeedOptions.ofFeed;
import static io.github.datahose.connect.config.option.RecordOptions.HEARTBEAT_TOPIC;
import static io.github.datahose.connect.config.option.RecordOptions.QUARANTINE_TOPIC;

import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.config.option.RecordOptions;
import io.github.datahose.connect.config.option.Rule;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The checks on feeds as they came out, one with another. */
final class FeedChecks {
  /** The API's limit (finos/symphony-api-spec, V5EventsReadBody); the vendor's SDKs cut there. */
  private static final int MOST_TAG_CHARACTERS = 80;

  private FeedChecks() {}

  static void apply(List<FeedConfig> feeds, ParsedConfig parsed) {
    tags(feeds, parsed);
    topics(feeds, parsed);
    overlaps(feeds, parsed);
    readers(feeds, parsed);
    heartbeats(feeds, parsed);
  }

  private static void tags(List<FeedConfig> feeds, ParsedConfig parsed) {
    String why =
        parsed.isGiven(TAG)
            ? ""
            : " (it is made of the connector's name, because " + TAG + " is not set)";
    for (FeedConfig feed : feeds) {
      if (!Rule.isTag(feed.tag())) {
        parsed.addError(
            TAG,
            "gives a tag with characters other than A-Z, a-z, 0-9, '.', '_' and '-'"
                + why
                + ": set "
                + TAG
                + " to a name without them, and do not change it later");
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
                + ": set "
                + TAG
                + " to a shorter name, and do not change it later");
      }
    }
  }

  private static void topics(List<FeedConfig> feeds, ParsedConfig parsed) {
    for (FeedConfig feed : feeds) {
      String own = ofFeed(feed.name(), FeedOptions.TOPIC);
      new FeedTopics(feed)
          .all().stream()
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
                              + ": shorten it"));
    }
  }

  /** Two feeds that both get an event would write it twice. */
  private static void overlaps(List<FeedConfig> feeds, ParsedConfig parsed) {
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
                  + ", so these events would come twice: give each feed event types of its own by"
                  + " datahose.feed.<name>.event.types, or scopes of its own by"
                  + " datahose.feed.<name>.scopes");
        }
      }
    }
  }

  private static boolean haveSeparateScopes(FeedConfig one, FeedConfig other) {
    return !one.scopes().isEmpty()
        && !other.scopes().isEmpty()
        && Collections.disjoint(one.scopes(), other.scopes());
  }

  private static void readers(List<FeedConfig> feeds, ParsedConfig parsed) {
    long readers = feeds.stream().mapToLong(FeedConfig::readers).sum();
    if (readers > FeedOptions.MOST_READERS) {
      FeedConfig most = Collections.max(feeds, Comparator.comparingInt(FeedConfig::readers));
      parsed.addError(
          ofFeed(most.name(), FeedOptions.READERS),
          "makes "
              + readers
              + " readers of all feeds together, but "
              + FeedOptions.MOST_READERS
              + " are allowed: lower it");
    }
  }

  private static void heartbeats(List<FeedConfig> feeds, ParsedConfig parsed) {
    if (!parsed.isValid(HEARTBEAT_TOPIC, QUARANTINE_TOPIC)) {
      return;
    }
    Object topic = parsed.value(HEARTBEAT_TOPIC);
    if (topic.equals("")) {
      return;
    }
    if (topic.equals(parsed.value(QUARANTINE_TOPIC))
        || feeds.stream().anyMatch(feed -> new FeedTopics(feed).all().contains(topic))) {
      parsed.warn(
          HEARTBEAT_TOPIC
              + " is a topic of events, too, so its consumers find heartbeats among the events: give"
              + " heartbeats a topic of their own");
    }
  }
}
