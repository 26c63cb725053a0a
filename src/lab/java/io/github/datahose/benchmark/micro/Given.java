// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.simulator.GeneratedAnswers;
import java.util.List;

/**
 * What all steps are given, in turn: answers of 100 events of the 16 default types, some 1.5 kB
 * each. Several, so that neither the processor's caches nor its guesses know the next one by heart.
 * Not thread-safe.
 */
public final class Given {

  /** Events in an answer; the cost of an answer divided by it is that of an event. */
  public static final int EVENTS = 100;

  /** Answers until the first comes again. */
  public static final int ANSWERS = 20;

  private final List<byte[]> bodies =
      GeneratedAnswers.bodies(ANSWERS, EVENTS, EventSchemas.DATAHOSE_EVENT_TYPES);
  private int next = -1;

  /** The next answer's number, from 0. */
  public int nextNumber() {
    next = next + 1 == ANSWERS ? 0 : next + 1;
    return next;
  }

  /** The next answer's body. */
  public byte[] nextBody() {
    return bodies.get(nextNumber());
  }

  /** All bodies by their numbers. */
  public List<byte[]> bodies() {
    return bodies;
  }
}
