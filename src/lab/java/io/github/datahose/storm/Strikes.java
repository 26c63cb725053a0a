// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.storm.Scenario.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Kills the worker that has the task, at moments drawn so that each kind comes equally often, and
 * starts it again. After half of the kills the visibility timeout of what was in flight passes
 * before a task lives again: so the feed redelivers without the wait, and no living task
 * acknowledges later than it thinks.
 *
 * <p>What a scenario must have seen does not depend on chance: the first kill comes when a batch is
 * in flight that the pod then gives to the next task, and with several workers the next task is
 * that of another. Not thread-safe.
 */
final class Strikes {
  private static final int LONGEST_FLOW_MILLIS = 1_500;
  private static final int LONGEST_FLIGHT_MILLIS = 25;
  private static final int LONGEST_AWAY_MILLIS = 300;
  private static final int LONGEST_TOGETHER_MILLIS = 1_500;
  private static final long USUAL_START_MILLIS = 4_000;

  /** A long poll, or the longest back-off. Less than what a group waits for the dead. */
  private static final int LONGEST_BETWEEN_READS_MILLIS = 1_600;

  /** Of the kills of the scenario with late acknowledgements each of so many has one. */
  private static final int LATE_ONE_OF = 3;

  /** Events that wait when a large batch is wanted for sure, in such batches. */
  private static final int BATCHES_WAITING = 3;

  /** When a worker is killed. */
  private enum Moment {
    /** After a drawn time of flow, most of it while it works off what has gathered. */
    FLOWING("at a random instant"),
    /** A few ms after a batch went out to it. */
    IN_FLIGHT("with a batch in flight"),
    /** The batch is in Kafka, and each read that would acknowledge it is rejected. */
    UNACKNOWLEDGED("between commit and acknowledgement"),
    /** All is acknowledged, and nothing comes. */
    IDLE("idle"),
    /**
     * It has been started after another kill, and is anywhere between that and its first record.
     */
    STARTING("during start-up"),
    /** A batch that was acknowledged too late is redelivered, in pieces between new events. */
    ACKNOWLEDGED_LATE("after a late acknowledgement");

    /** What every scenario has; the late acknowledgements take half a minute each. */
    private static final List<Moment> USUAL =
        List.of(FLOWING, IN_FLIGHT, UNACKNOWLEDGED, IDLE, STARTING);

    private final String text;

    Moment(String text) {
      this.text = text;
    }
  }

  private final Scenario scenario;
  private final Pod pod;
  private final Workers workers;
  private final Random random;
  private final List<Moment> moments = new ArrayList<>();
  private int kills;
  private int takeOvers;

  Strikes(Scenario scenario, Pod pod, Workers workers, Random random) {
    this.scenario = scenario;
    this.pod = pod;
    this.workers = workers;
    this.random = random;
  }

  /** How often it has killed, or frozen. */
  int kills() {
    return kills;
  }

  /** Returns how often another worker had the task while its previous worker was suspended. */
  int takeOvers() {
    return takeOvers;
  }

  /** Kills once more, starts the worker again without waiting for it, and says what was done. */
  String strike() {
    pod.vary();
    boolean first = kills == 0;
    Moment moment = draw();
    WorkerProcess worker = aimAt(moment);
    boolean freeze = scenario.has(Trait.FREEZES);
    long at = System.nanoTime();
    if (freeze) {
      workers.freeze(worker);
    } else {
      worker.kill();
    }
    kills++;
    pod.killed(at);
    boolean comesAgain = (first || random.nextBoolean()) && haveItComeAgain(moment);
    pod.heal();
    pod.produce();
    if (freeze) {
      awaitTakeOver(worker);
      workers.thaw();
    } else {
      if (scenario.workers() > 1 && (first || random.nextBoolean())) {
        awaitTakeOver(worker);
      } else {
        pauseUpTo(LONGEST_AWAY_MILLIS);
      }
      worker.start();
    }
    return moment.text + (comesAgain ? ", what was in flight comes again at once" : "");
  }

  /** Lets a time pass. */
  static void pause(int millis) {
    await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
  }

  private void pauseUpTo(int millis) {
    pause(random.nextInt(millis));
  }

  private static void until(String what, BooleanSupplier condition) {
    eventually(what).pollInterval(Duration.ofMillis(1)).until(condition::getAsBoolean);
  }

  /**
   * Redelivers the in-flight events at once, unless a running task might have events in flight:
   * with several workers, another one might already have taken the task. After the first kill none
   * has, because the pod rejects all reads.
   */
  private boolean haveItComeAgain(Moment moment) {
    boolean mayLive = kills > 1 && scenario.workers() > 1;
    if (mayLive && (moment == Moment.STARTING || isRead())) {
      return false;
    }
    pod.passVisibilityTimeout();
    return true;
  }

  /** Whether somebody reads the feed. */
  private boolean isRead() {
    Instant since = Instant.now();
    pause(LONGEST_BETWEEN_READS_MILLIS);
    return pod.hasReadSince(since);
  }

  private void awaitTakeOver(WorkerProcess away) {
    pod.awaitRecovery();
    eventually("another worker that has the task")
        .pollInterval(Duration.ofMillis(100))
        .until(() -> workers.isOwnedByAnother(away));
    takeOvers++;
    pauseUpTo(LONGEST_TOGETHER_MILLIS);
  }

  private Moment draw() {
    if (scenario.has(Trait.LATE_ACKS) && kills % LATE_ONE_OF == 0) {
      return Moment.ACKNOWLEDGED_LATE;
    }
    if (kills == 0) {
      return Moment.UNACKNOWLEDGED;
    }
    if (moments.isEmpty()) {
      moments.addAll(Moment.USUAL);
      Collections.shuffle(moments, random);
    }
    Moment moment = moments.remove(0);
    // There is no start-up after a freeze.
    boolean none = scenario.has(Trait.FREEZES);
    return moment == Moment.STARTING && none ? Moment.FLOWING : moment;
  }

  /** Returns when it is time, with the worker to be killed. */
  private WorkerProcess aimAt(Moment moment) {
    if (moment == Moment.STARTING) {
      // The kill before was just now.
      pauseUpTo(shortestStart());
      return workers.owner();
    }
    pod.awaitRecovery();
    WorkerProcess worker = scenario.workers() == 1 ? workers.owner() : workers.steadyOwner();
    if (scenario.has(Trait.TROUBLE)) {
      pod.makeTrouble();
      pauseUpTo(2 * LONGEST_FLOW_MILLIS);
    }
    take(moment);
    return worker;
  }

  private void take(Moment moment) {
    switch (moment) {
      case IN_FLIGHT -> {
        until("events in flight", pod::hasEventsInFlight);
        pauseUpTo(LONGEST_FLIGHT_MILLIS);
      }
      case UNACKNOWLEDGED -> {
        pauseUpTo(LONGEST_FLOW_MILLIS);
        refuseAcknowledgement();
      }
      case IDLE -> {
        pauseUpTo(LONGEST_FLOW_MILLIS);
        pod.rest();
        pauseUpTo(LONGEST_FLOW_MILLIS);
      }
      case ACKNOWLEDGED_LATE -> {
        acknowledgeLate();
        refuseAcknowledgement();
      }
      default -> pauseUpTo(LONGEST_FLOW_MILLIS);
    }
  }

  private int shortestStart() {
    return (int) (long) pod.recoveries().stream().min(Long::compare).orElse(USUAL_START_MILLIS);
  }

  /**
   * Rejects the read that would acknowledge a batch. When that read arrives, the batch is in Kafka,
   * and from then on nothing is acknowledged. So events are in flight when this returns and when
   * the kill happens.
   */
  private void refuseAcknowledgement() {
    do {
      pod.heal();
      until("events in flight", pod::hasEventsInFlight);
      until("a refused acknowledgement", pod.refuseReads());
    } while (!pod.hasEventsInFlight());
  }

  /**
   * Redelivers a large batch in small pieces among new events, because its acknowledgment is late,
   * and returns in the middle of that: a piece is in Kafka, and most of the batch is still to be
   * redelivered. Only the identities of late acknowledgments prove to the next task that it is in
   * Kafka.
   */
  private void acknowledgeLate() {
    pod.refuseReads();
    until(
        "events for a large batch", () -> pod.freshEvents() > BATCHES_WAITING * Pod.largestBatch());
    pod.holdUpAcknowledgementOfNext();
    until("a read that is held up", () -> !pod.hasTroubleToCome());
    pod.giveSmallBatches();
    long redelivered = pod.totals().redelivered();
    // The pod gives old and new in turns: beyond a tenth the first piece is acknowledged.
    int enough = Pod.largestBatch() / 10 + random.nextInt(Pod.largestBatch() / 3);
    until("its end", () -> pod.totals().redelivered() > redelivered + enough);
  }
}
