// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Generates responses of the simulator without a simulator, with the same bytes each time. */
public final class GeneratedAnswers {

  private static final long SEED = 20261124;
  private static final int STREAMS = 100;
  private static final long TIMESTAMP = 1_764_000_000_000L;

  private GeneratedAnswers() {}

  /**
   * Generates the bodies of consecutive responses of one feed.
   *
   * @param events number of events per response
   * @param types the event types, in the mix of a typical pod
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
