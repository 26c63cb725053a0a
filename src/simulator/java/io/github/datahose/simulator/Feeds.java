// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** All feeds: creates each at its first read, and deletes it when it is not read. Thread-safe. */
final class Feeds {

  private final Supplier<SimulatorOptions> options;
  private final Map<Feed.Key, Feed> live = new LinkedHashMap<>();
  private final List<Feed> all = new ArrayList<>();
  private long produced;
  private long withoutFeed;

  Feeds(Supplier<SimulatorOptions> options) {
    this.options = options;
  }

  /** Acknowledges the batch of the ackId, and returns or creates the feed to read. */
  synchronized Feed feed(Feed.Key key, Optional<Batch.AckId> ackId) throws Refusal {
    deleteExpired();
    Feed feed = live.get(key);
    if (ackId.isPresent() && !acknowledge(feed, ackId.get())) {
      if (options.get().staleAckId == SimulatorOptions.StaleAckId.REFUSED) {
        throw new Refusal(400, "Could not find a datafeed with the provided id");
      }
    }
    if (feed == null) {
      feed = create(key);
    }
    feed.touch();
    return feed;
  }

  /**
   * Adds each event to each matching feed; a feed that is created later does not receive it.
   *
   * @param tag the tag of the only feed to consider; null for all
   */
  synchronized void add(List<Event> events, String tag) {
    deleteExpired();
    produced += events.size();
    boolean[] wanted = new boolean[events.size()];
    for (Feed feed : live.values()) {
      if (tag != null && !tag.equals(feed.key.tag())) {
        continue;
      }
      List<Event> chosen = new ArrayList<>(events.size());
      for (int i = 0; i < wanted.length; i++) {
        if (feed.key.wants(events.get(i))) {
          wanted[i] = true;
          chosen.add(events.get(i));
        }
      }
      feed.add(chosen);
    }
    for (boolean one : wanted) {
      withoutFeed += one ? 0 : 1;
    }
  }

  synchronized LedgerSnapshot snapshot(boolean complete) {
    deleteExpired();
    return new LedgerSnapshot(
        produced, withoutFeed, all.stream().map(feed -> feed.snapshot(complete)).toList());
  }

  /** Makes delivered and unacknowledged events of all live feeds visible. */
  synchronized void returnUnacknowledged() {
    live.values().forEach(Feed::returnUnacknowledged);
  }

  /**
   * Deletes all feeds with their events, so that waiting reads end, as if the pod had just started.
   */
  synchronized void forgetAll() {
    live.values().forEach(Feed::delete);
    live.clear();
    all.clear();
    produced = 0;
    withoutFeed = 0;
  }

  /**
   * Returns when the acknowledged responses of the live feed with this tag were sent; null if there
   * is none.
   */
  synchronized FeedTimes times(String tag) {
    return live.values().stream()
        .filter(feed -> feed.key.tag().equals(tag))
        .findFirst()
        .map(Feed::times)
        .orElse(null);
  }

  private Feed create(Feed.Key key) throws Refusal {
    long active =
        live.keySet().stream().filter(other -> other.account().equals(key.account())).count();
    if (active >= options.get().feedLimit) {
      throw new Refusal(403, "The maximum number of active datahose feeds is reached");
    }
    Feed feed = new Feed(key, options);
    live.put(key, feed);
    all.add(feed);
    return feed;
  }

  private static boolean acknowledge(Feed feed, Batch.AckId ackId) {
    UUID id = feed == null ? null : feed.id;
    return ackId.feed().equals(id) && feed.acknowledge(ackId.answer());
  }

  private void deleteExpired() {
    live.values().removeIf(Feed::expired);
  }
}
