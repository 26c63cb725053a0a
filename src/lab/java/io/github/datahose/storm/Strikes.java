// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.storm.Scenario.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

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
  private static final int LONGEST_AWAY_MILLIS = 300;

  /** A long poll, or the longest back-off. Less than what a group waits for the dead. */
  private static final int LONGEST_BETWEEN_READS_MILLIS = 1_600;

  private static final int LONGEST_TOGETHER_MILLIS = 1_500;

  /** Of the kills of the scenario with late acknowledgements each of so many has one. */
  private static final int LATE_ONE_OF = 3;

  private final Scenario scenario;
  private final Pod pod;
  private final TopicWatch watch;
  private final Workers workers;
  private final Random random;
  private final Aim aim;
  private final List<Moment> moments = new ArrayList<>();
  private int kills;
  private int takeOvers;

  Strikes(Scenario scenario, Pod pod, TopicWatch watch, Workers workers, Random random) {
    this.scenario = scenario;
    this.pod = pod;
    this.watch = watch;
    this.workers = workers;
    this.random = random;
    aim = new Aim(scenario, pod, watch.outages(), random);
  }

  /** How often it has killed, or frozen. */
  int kills() {
    return kills;
  }

  /** How often another worker had the task while the one that had had it was away. */
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
    pod.killed();
    watch.killed(at);
    boolean comesAgain = (first || random.nextBoolean()) && haveItComeAgain(moment);
    pod.heal();
    pod.production().resume();
    if (freeze) {
      awaitTakeOver(worker);
      workers.thaw();
    } else {
      if (scenario.workers() > 1 && (first || random.nextBoolean())) {
        awaitTakeOver(worker);
      } else {
        Pause.upTo(random, LONGEST_AWAY_MILLIS);
      }
      worker.start();
    }
    return moment.text() + (comesAgain ? ", what was in flight comes again at once" : "");
  }

  /** Waits until something came into the topics that was written after the last kill. */
  void awaitRecovery() {
    Pause.until("records after a kill", watch.outages()::isOver);
  }

  /**
   * Has what was in flight come again at once, unless a task lives that may have something in
   * flight itself: with several workers another one may have taken the task already. After the
   * first kill none does, since the pod refuses all reads.
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
    Pause.of(LONGEST_BETWEEN_READS_MILLIS);
    return pod.hasReadSince(since);
  }

  private void awaitTakeOver(WorkerProcess away) {
    awaitRecovery();
    Pause.until(
        "another worker that has the task",
        Duration.ofMillis(100),
        () -> workers.isOwnedByAnother(away));
    takeOvers++;
    Pause.upTo(random, LONGEST_TOGETHER_MILLIS);
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

  private WorkerProcess aimAt(Moment moment) {
    if (moment == Moment.STARTING) {
      aim.take(moment);
      return workers.owner();
    }
    awaitRecovery();
    WorkerProcess worker = scenario.workers() == 1 ? workers.owner() : workers.steadyOwner();
    aim.makeTrouble();
    aim.take(moment);
    return worker;
  }
}
