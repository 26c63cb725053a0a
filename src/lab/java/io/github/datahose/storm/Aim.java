// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.storm.Scenario.Trait;
import java.util.List;
import java.util.Random;

/** Brings about the moments at which a worker is killed. Not thread-safe. */
final class Aim {
  private static final int LONGEST_FLOW_MILLIS = 1_500;
  private static final int LONGEST_FLIGHT_MILLIS = 25;
  private static final long USUAL_START_MILLIS = 4_000;

  /** Events that wait when a large batch is wanted for sure, in such batches. */
  private static final int BATCHES_WAITING = 3;

  private final Scenario scenario;
  private final Pod pod;
  private final Outages outages;
  private final Random random;

  Aim(Scenario scenario, Pod pod, Outages outages, Random random) {
    this.scenario = scenario;
    this.pod = pod;
    this.outages = outages;
    this.random = random;
  }

  /**
   * Returns when it is time. Events flow, and a task reads them, or for {@link Moment#STARTING} the
   * kill before was just now.
   */
  void take(Moment moment) {
    switch (moment) {
      case STARTING -> Pause.upTo(random, shortestStart());
      case FLOWING -> Pause.upTo(random, LONGEST_FLOW_MILLIS);
      case IN_FLIGHT -> {
        Pause.until("events in flight", pod::hasEventsInFlight);
        Pause.upTo(random, LONGEST_FLIGHT_MILLIS);
      }
      case UNACKNOWLEDGED -> {
        Pause.upTo(random, LONGEST_FLOW_MILLIS);
        refuseAcknowledgement();
      }
      case IDLE -> {
        Pause.upTo(random, LONGEST_FLOW_MILLIS);
        pod.rest();
        Pause.upTo(random, LONGEST_FLOW_MILLIS);
      }
      case ACKNOWLEDGED_LATE -> {
        acknowledgeLate();
        refuseAcknowledgement();
      }
    }
  }

  /** Makes trouble, where that belongs to the scenario, and gives it some time. */
  void makeTrouble() {
    if (scenario.has(Trait.TROUBLE)) {
      pod.makeTrouble();
      Pause.upTo(random, 2 * LONGEST_FLOW_MILLIS);
    }
  }

  private int shortestStart() {
    List<Long> recoveries = outages.recoveries();
    return (int) recoveries.stream().mapToLong(Long::longValue).min().orElse(USUAL_START_MILLIS);
  }

  /**
   * Refuses the read that would acknowledge a batch. When that has come, the batch is in Kafka; and
   * from then on nothing is acknowledged, so there surely are events in flight when this returns,
   * and when the kill comes.
   */
  private void refuseAcknowledgement() {
    do {
      pod.heal();
      Pause.until("events in flight", pod::hasEventsInFlight);
      Pause.until("a refused acknowledgement", pod.refuseReads());
    } while (!pod.hasEventsInFlight());
  }

  /**
   * Has a large batch come again in small pieces among new events, since its acknowledgement is
   * late, and returns in the middle of that: a piece is in Kafka, and most of the batch is still to
   * come. Only the identities of what was acknowledged late tell the next task that it is there.
   */
  private void acknowledgeLate() {
    pod.refuseReads();
    Pause.until(
        "events for a large batch", () -> pod.freshEvents() > BATCHES_WAITING * Pod.largestBatch());
    pod.holdUpAcknowledgementOfNext();
    Pause.until("a read that is held up", () -> !pod.hasTroubleToCome());
    pod.giveSmallBatches();
    long redelivered = pod.totals().redelivered();
    // The pod gives old and new in turns: beyond a tenth the first piece is acknowledged.
    int enough = Pod.largestBatch() / 10 + random.nextInt(Pod.largestBatch() / 3);
    Pause.until("its end", () -> pod.totals().redelivered() > redelivered + enough);
  }
}
