// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.List;

/**
 * One feed of the connector: one of the pod's Datahose feeds, which is known by account, tag, event
 * types and scopes together.
 *
 * @param name the name in {@code datahose.feeds}, {@code [a-z0-9_-]{1,32}}
 * @param tag the whole tag, {@code <datahose.tag>.<name>}, 1 to 80 characters of {@code
 *     [A-Za-z0-9._-]}
 * @param eventTypes the event types as the API spells them, sorted, without repeats, never empty
 * @param scopes the scopes as the API spells them, sorted, without repeats; empty when none is to
 *     be sent
 * @param topic the pattern of the topic's name, with <code>${feed}</code> and <code>${type}</code>
 *     still in it; {@link FeedTopics} replaces them
 * @param readers how many readers compete for this feed's events, 1 to 5
 */
public record FeedConfig(
    String name,
    String tag,
    List<String> eventTypes,
    List<String> scopes,
    String topic,
    int readers) {

  /** Takes copies of the lists, so that a feed never changes. */
  public FeedConfig {
    eventTypes = List.copyOf(eventTypes);
    scopes = List.copyOf(scopes);
  }
}
