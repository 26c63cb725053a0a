// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.Rule;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The topics of one feed, all known beforehand: an event's type is looked up, never written into a
 * topic's name, so that nothing on the wire invents topics. Immutable.
 */
public final class FeedTopics {
  /** Stands for the type of an event that is none of the feed's configured types. */
  static final String UNKNOWN_TYPE = "unknown";

  /** A map that can be asked for null. */
  private final Map<String, String> byType = new HashMap<>();

  private final String unknown;

  /** Expands the feed's topic pattern for each of its event types. */
  public FeedTopics(FeedConfig feed) {
    for (String type : feed.eventTypes()) {
      byType.put(type, Rule.expandTopic(feed.topic(), feed.name(), type.toLowerCase(Locale.ROOT)));
    }
    unknown = Rule.expandTopic(feed.topic(), feed.name(), UNKNOWN_TYPE);
  }

  /**
   * The topic for an event of this type.
   *
   * @param type the event's {@code type} as it came, null when it has none
   */
  public String topicFor(String type) {
    return byType.getOrDefault(type, unknown);
  }

  /** Every topic that a record of this feed can go to, quarantine aside. */
  public SortedSet<String> all() {
    SortedSet<String> topics = new TreeSet<>(byType.values());
    topics.add(unknown);
    return topics;
  }
}
