// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Answers as the simulator gives them, without a simulator: the same bytes each time. */
public final class GeneratedAnswers {

  private static final long SEED = 20261124;
  private static final int STREAMS = 100;
  private static final long TIMESTAMP = 1_764_000_000_000L;

  private GeneratedAnswers() {}

  /**
   * Makes the bodies of so many answers, one after another of one feed.
   *
   * @param events how many each has
   * @param types of the events, which come in the mix that a pod has
   */
  public static List<byte[]> bodies(int answers, int events, List<String> types) {
    EventGenerator generator = new EventGenerator(SEED, STREAMS);
    UUID feed = new UUID(SEED, STREAMS);
    List<byte[]> bodies = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      List<Event> batch = generator.generate(events, types, TIMESTAMP);
      bodies.add(new Batch(batch, new Batch.AckId(feed, i)).json(true));
    }
    return bodies;
  }
}
