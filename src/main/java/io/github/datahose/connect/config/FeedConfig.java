// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.EventTypes;
import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.config.option.Rule;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One feed of the connector: one of the pod's Datahose feeds, identified by account, tag, event
 * types, and scopes together.
 *
 * @param name the name in {@code datahose.feeds}, {@code [a-z0-9_-]{1,32}}
 * @param tag the whole tag, {@code <datahose.tag>.<name>}, 1 to 80 characters of {@code
 *     [A-Za-z0-9._-]}
 * @param eventTypes the event types as the API spells them, sorted, without duplicates, never empty
 * @param scopes the scopes as the API spells them, sorted, without duplicates; empty if none is
 *     sent
 * @param topic the pattern of the topic's name, with <code>${feed}</code> and <code>${type}</code>
 *     still in it; {@link #topics} replaces them
 * @param readers number of readers that compete for this feed's events, 1 to 5
 */
public record FeedConfig(
    String name,
    String tag,
    List<String> eventTypes,
    List<String> scopes,
    String topic,
    int readers) {

  /** Copies the lists, so that a feed never changes. */
  public FeedConfig {
    eventTypes = List.copyOf(eventTypes);
    scopes = List.copyOf(scopes);
  }

  /**
   * Creates a feed with these options.
   *
   * @param options the value of each option of {@link FeedOptions#ALL}, by name
   */
  static FeedConfig of(String name, String tag, Map<String, Object> options) {
    return new FeedConfig(
        name,
        tag,
        EventTypes.normalizeAll(Rule.entries(options.get(FeedOptions.EVENT_TYPES))),
        EventTypes.scopes(Rule.entries(options.get(FeedOptions.SCOPES))),
        (String) options.get(FeedOptions.TOPIC),
        (Integer) options.get(FeedOptions.READERS));
  }

  /** Returns the topics of the feed, a new object at each call. */
  public Topics topics() {
    return new Topics(this);
  }

  /**
   * The topics of one feed. All are known in advance: an event's type is looked up, and never
   * written into a topic name, so that data from Symphony cannot create topics. Immutable.
   */
  public static final class Topics {
    /** Replaces the type of an event that is none of the feed's configured types. */
    static final String UNKNOWN_TYPE = "unknown";

    /** A map that accepts null as a key. */
    private final Map<String, String> byType = new HashMap<>();

    private final String unknown;

    /** Expands the feed's topic pattern for each of its event types. */
    private Topics(FeedConfig feed) {
      for (String type : feed.eventTypes()) {
        byType.put(
            type, Rule.expandTopic(feed.topic(), feed.name(), type.toLowerCase(Locale.ROOT)));
      }
      unknown = Rule.expandTopic(feed.topic(), feed.name(), UNKNOWN_TYPE);
    }

    /**
     * Returns the topic for an event of this type.
     *
     * @param type the event's {@code type} as received, null if it has none
     */
    public String topicFor(String type) {
      return byType.getOrDefault(type, unknown);
    }

    /**
     * Returns the event's type if it is one of the feed's, else {@code unknown}.
     *
     * @param type the event's {@code type} as received, null if it has none
     */
    public String knownType(String type) {
      return byType.containsKey(type) ? type : UNKNOWN_TYPE;
    }

    /** Returns every topic that a record of this feed can go to, except quarantine. */
    public SortedSet<String> all() {
      SortedSet<String> topics = new TreeSet<>(byType.values());
      topics.add(unknown);
      return topics;
    }
  }
}
