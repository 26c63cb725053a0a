// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import io.github.datahose.benchmark.Contenders;
import io.github.datahose.simulator.Simulator;
import java.util.List;
import java.util.stream.IntStream;

/** What the agent answers one read with. The large ones have about 60 MB. */
enum GivenAnswer {
  /** What anything needs that reads at all. */
  SMALL("10 events of 1.5 kB", 10) {
    @Override
    void give(Simulator pod) {
      produce(events(), pod);
    }
  },
  /** The mix of a pod. */
  ORDINARY("60 MB of events of 1.5 kB", 41_500) {
    @Override
    void give(Simulator pod) {
      produce(events(), pod);
    }
  },
  /** As large as Symphony lets an event be. */
  LARGEST("60 MB of events of 1.5 MB", 40) {
    @Override
    void give(Simulator pod) {
      pod.produceAll(largest(events(), ""));
    }
  },
  /** The same, with a character in each that makes Java keep two bytes for every one. */
  LARGEST_WITH_EMOJI("60 MB of events of 1.5 MB with an emoji in each", 40) {
    @Override
    void give(Simulator pod) {
      pod.produceAll(largest(events(), "👍"));
    }
  };

  private static final int LARGEST_TEXT = 1_499_700;

  private final String title;
  private final int events;

  GivenAnswer(String title, int events) {
    this.title = title;
    this.events = events;
  }

  /** Has the pod answer with it the read that waits. */
  abstract void give(Simulator pod);

  /** How many events it has. */
  int events() {
    return events;
  }

  /** As the report has it. */
  @Override
  public String toString() {
    return title;
  }

  /** For one feed, since only then all of them come at once. */
  private static void produce(int count, Simulator pod) {
    String tag = pod.ledger().totals().feeds().get(0).tag();
    pod.produce(count, Contenders.TYPES, tag);
  }

  private static List<String> largest(int count, String more) {
    String text = "x".repeat(LARGEST_TEXT) + more;
    return IntStream.range(0, count).mapToObj(number -> message(number, text)).toList();
  }

  private static String message(int number, String text) {
    return """
        {"id":"e%1$d","messageId":"message-%1$d","timestamp":1764000000000,"type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"message-%1$d","message":"%2$s",\
        "stream":{"streamId":"streamA","streamType":"ROOM"}}}}}"""
        .formatted(number, text);
  }
}
