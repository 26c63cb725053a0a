// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.storm.Scenario.Trait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Kills the worker that has the task, at moments drawn so that each kind comes equally often, and
 * starts it again. After half of the kills the visibility timeout of what was in flight passes
 * before a task lives again: so the feed redelivers without the wait, and no living task
 * acknowledges later than it thinks. Not thread-safe.
 */
final class Strikes {
  private static final Duration DEADLINE = Duration.ofSeconds(120);
  private static final int LONGEST_FLOW_MILLIS = 1_500;
  private static final int LONGEST_FLIGHT_MILLIS = 25;
  private static final int LONGEST_AWAY_MILLIS = 300;
  private static final int READS_OF_THE_DEAD_MILLIS = 300;
  private static final long USUAL_START_MILLIS = 4_000;
  private static final int LONGEST_REDELIVERY_MILLIS = 400;

  /** Of the kills of the scenario with late acknowledgements each of so many has one. */
  private static final int LATE_ONE_OF = 3;

  private final Scenario scenario;
  private final Pod pod;
  private final TopicWatch watch;
  private final Workers workers;
  private final Random random;
  private final List<Moment> moments = new ArrayList<>();
  private int kills;

  Strikes(Scenario scenario, Pod pod, TopicWatch watch, Workers workers, Random random) {
    this.scenario = scenario;
    this.pod = pod;
    this.watch = watch;
    this.workers = workers;
    this.random = random;
  }

  /** Kills once more, starts the worker again without waiting for it, and says what was done. */
  String strike() {
    pod.vary();
    Moment moment = draw();
    WorkerProcess worker = prepare(moment);
    boolean freeze = scenario.has(Trait.FREEZES);
    if (freeze) {
      workers.freeze(worker);
    } else {
      worker.kill();
    }
    kills++;
    watch.killed();
    pod.heal();
    pod.production().resume();
    boolean timeout = random.nextBoolean() && nobodyHasTheTask(moment);
    if (timeout) {
      pod.passVisibilityTimeout();
    }
    if (freeze) {
      // So that another worker has the task by then.
      awaitRecovery();
      pass(random.nextInt(LONGEST_FLOW_MILLIS));
      workers.thaw();
    } else {
      pass(random.nextInt(LONGEST_AWAY_MILLIS));
      worker.start();
    }
    return moment.text() + (timeout ? ", what was in flight comes again at once" : "");
  }

  /**
   * Whether no task lives. With several workers another one may have taken the task already: then
   * the feed is read, and more than the reads of the dead take, that still wait for an answer.
   */
  private boolean nobodyHasTheTask(Moment moment) {
    if (scenario.workers() == 1) {
      return true;
    }
    if (moment == Moment.STARTING) {
      return false;
    }
    pass(READS_OF_THE_DEAD_MILLIS);
    long delivered = pod.totals().delivered();
    pass(READS_OF_THE_DEAD_MILLIS);
    return pod.totals().delivered() == delivered;
  }

  /**
   * Waits until something came into the topics that was written after the last kill. A worker that
   * was frozen may be given back, as if it ran, a task that has failed meanwhile since another one
   * had its transactions: then it is restarted, as the docs advise.
   */
  void awaitRecovery() {
    if (scenario.has(Trait.FREEZES)) {
      await("records, or a failed task")
          .atMost(DEADLINE)
          .pollInterval(Duration.ofMillis(200))
          .until(() -> watch.hasRecovered() || workers.taskHasFailed());
      if (!watch.hasRecovered()) {
        workers.restartFailedTasks();
      }
    }
    until("records after a kill", watch::hasRecovered);
  }

  private Moment draw() {
    if (scenario.has(Trait.LATE_ACKS) && kills % LATE_ONE_OF == 0) {
      return Moment.ACKNOWLEDGED_LATE;
    }
    if (moments.isEmpty()) {
      moments.addAll(Moment.USUAL);
      Collections.shuffle(moments, random);
    }
    Moment moment = moments.remove(0);
    // There is no start-up before the first kill, and none after a freeze.
    boolean none = kills == 0 || scenario.has(Trait.FREEZES);
    return moment == Moment.STARTING && none ? Moment.FLOWING : moment;
  }

  private WorkerProcess prepare(Moment moment) {
    if (moment == Moment.STARTING) {
      List<Long> recoveries = watch.recoveries();
      long usual =
          recoveries.isEmpty() ? USUAL_START_MILLIS : recoveries.get(recoveries.size() - 1);
      pass(random.nextInt((int) usual));
      return workers.owner();
    }
    awaitRecovery();
    WorkerProcess worker = scenario.workers() == 1 ? workers.owner() : workers.steadyOwner();
    if (scenario.has(Trait.TROUBLE)) {
      pod.makeTrouble();
      pass(random.nextInt(2 * LONGEST_FLOW_MILLIS));
    }
    if (moment == Moment.ACKNOWLEDGED_LATE) {
      acknowledgeLate();
    } else if (moment == Moment.IN_FLIGHT) {
      until("a batch in flight", pod::hasBatchInFlight);
      pass(random.nextInt(LONGEST_FLIGHT_MILLIS));
    } else {
      pass(random.nextInt(LONGEST_FLOW_MILLIS));
    }
    if (moment == Moment.UNACKNOWLEDGED) {
      pod.refuseReads();
      until("a refused acknowledgement", pod::hasRefusedLastRead);
    } else if (moment == Moment.IDLE) {
      pod.production().pause();
      // Batches of answers that were lost come again only when their time is up.
      until("rest", pod::allAcknowledged);
      pass(random.nextInt(LONGEST_FLOW_MILLIS));
    }
    return worker;
  }

  /**
   * Has a large batch come again in small pieces, since its acknowledgement is late, and returns in
   * the middle of that. So right after a recovery, when events for a large batch have gathered.
   */
  private void acknowledgeLate() {
    pod.holdUpAcknowledgement();
    until("a read that is held up", () -> !pod.hasTroubleToCome());
    pod.giveSmallBatches();
    long redelivered = pod.totals().redelivered();
    until("its end", () -> pod.totals().redelivered() > redelivered);
    pass(random.nextInt(LONGEST_REDELIVERY_MILLIS));
  }

  static void until(String what, BooleanSupplier condition) {
    await(what)
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(condition::getAsBoolean);
  }

  private static void pass(int millis) {
    await().pollDelay(Duration.ofMillis(millis)).atMost(DEADLINE).until(() -> true);
  }
}
