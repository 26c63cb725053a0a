// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Restarts a task that failed since Kafka refused its transaction, as the docs advise those who run
 * the connector: a worker that was frozen has such a task, and now and then Kafka takes a commit
 * for one of a transaction that it has committed already. A task that failed for another reason
 * stays as it is, and the storm finds it so. It has a thread of its own.
 */
final class Operator implements AutoCloseable {
  private static final int SECONDS_BETWEEN_LOOKS = 1;

  /** What Kafka says to a producer whose transaction is over, or that another one has replaced. */
  private static final Pattern REFUSED_TRANSACTION =
      Pattern.compile(
          "Caused by: org\\.apache\\.kafka\\.common\\.errors\\."
              + "(ProducerFenced|InvalidProducerEpoch|InvalidTxnState)Exception.*");

  private final Workers workers;
  private final Consumer<String> progress;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile int restarts;

  /**
   * Begins.
   *
   * @param progress is told of each restart
   */
  Operator(Workers workers, Consumer<String> progress) {
    this.workers = workers;
    this.progress = progress;
    thread.scheduleWithFixedDelay(
        this::look, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
  }

  /** How often it has restarted a task. */
  int restarts() {
    return restarts;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** Whether a task, as the status has it, failed since Kafka refused something. */
  static boolean isForIt(JsonNode task) {
    return task.path("state").asText().equals("FAILED")
        && REFUSED_TRANSACTION.matcher(task.path("trace").asText()).find();
  }

  private void look() {
    try {
      JsonNode task = workers.status().at("/tasks/0");
      if (isForIt(task)) {
        String trace = task.path("trace").asText();
        workers.restartFailedTasks();
        restarts++;
        Matcher reason = REFUSED_TRANSACTION.matcher(trace);
        progress.accept("restarted a failed task: " + (reason.find() ? reason.group() : ""));
      }
    } catch (RuntimeException e) {
      // No worker answers just now, which is what a storm is about: it looks again.
      progress.accept("the operator could not restart: " + e);
    }
  }
}
