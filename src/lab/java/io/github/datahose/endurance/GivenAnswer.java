// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.Simulator;
import java.util.List;
import java.util.stream.IntStream;

/** What the agent answers one read with. The large answers have about 60 MB. */
enum GivenAnswer {
  /** What any worker needs that reads at all. */
  SMALL("10 events of 1.5 kB", 10, 0, null),
  /** The mix of a pod. */
  ORDINARY("60 MB of events of 1.5 kB", 41_500, 3, null),
  /** As large as Symphony lets an event be. */
  LARGEST("60 MB of events of 1.5 MB", 40, 3, ""),
  /** The same, with a character in each for which Java keeps two bytes for every character. */
  LARGEST_WITH_EMOJI("60 MB of events of 1.5 MB with an emoji in each", 40, 4, "👍");

  private static final int LARGEST_TEXT = 1_499_700;

  private final String title;
  private final int events;
  private final double target;
  private final String endOfText;

  GivenAnswer(String title, int events, double target, String endOfText) {
    this.title = title;
    this.events = events;
    this.target = target;
    this.endOfText = endOfText;
  }

  /** Has the pod answer the read that waits. */
  void give(Simulator pod) {
    if (endOfText == null) {
      // For one feed, since only then do all of them come at once.
      FeedSnapshot feed = pod.ledger().totals().feeds().get(0);
      pod.produce(events, feed.eventTypes(), feed.tag());
    } else {
      pod.produceAll(largest());
    }
  }

  /** How many events it has. */
  int events() {
    return events;
  }

  /** The largest heap that passes, by the answer's size. */
  double target() {
    return target;
  }

  /** As the report has it. */
  @Override
  public String toString() {
    return title;
  }

  private List<String> largest() {
    String text = "x".repeat(LARGEST_TEXT) + endOfText;
    return IntStream.range(0, events).mapToObj(number -> message(number, text)).toList();
  }

  private static String message(int number, String text) {
    return """
        {"id":"e%1$d","messageId":"message-%1$d","timestamp":1764000000000,"type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"message-%1$d","message":"%2$s",\
        "stream":{"streamId":"streamA","streamType":"ROOM"}}}}}"""
        .formatted(number, text);
  }
}
