// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static io.github.datahose.launch.WorkerFixture.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerProcess;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The workers of a scenario, one of which has the task of its connector.
 *
 * <p>An operator, on its own thread, restarts a task that failed because Kafka rejected its
 * transaction, as the docs advise: a worker that was suspended has such a task, and sometimes Kafka
 * treats a commit as one of a transaction that it has already committed. A task that failed for
 * another reason stays failed, and the chaos test reports it.
 */
final class Workers implements AutoCloseable {
  /** Longer than it takes a worker that was frozen to come back into its group. */
  private static final Duration STEADY = Duration.ofSeconds(2);

  /** What Kafka says to a producer whose transaction is over, or that another one has replaced. */
  private static final Pattern REFUSED_TRANSACTION =
      Pattern.compile(
          "Caused by: org\\.apache\\.kafka\\.common\\.errors\\."
              + "(ProducerFenced|InvalidProducerEpoch|InvalidTxnState)Exception.*");

  private final ConnectCluster cluster;
  private final String connector;
  private final Consumer<String> progress;
  private final ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor();
  private volatile WorkerProcess frozen;
  private volatile int restarts;

  Workers(ConnectCluster cluster, String connector, Consumer<String> progress) {
    this.cluster = cluster;
    this.connector = connector;
    this.progress = progress;
    operator.scheduleWithFixedDelay(this::restartWhatKafkaRefused, 1, 1, TimeUnit.SECONDS);
  }

  /** The worker that has the task, as the status says; the first one if it does not. */
  WorkerProcess owner() {
    String id = ownerId();
    return cluster.workers().stream()
        .filter(worker -> worker.url().getAuthority().equals(id) && worker.isAlive())
        .findFirst()
        .orElse(cluster.worker());
  }

  /** The same, when the group has come to rest: a worker that joins may be given the task. */
  WorkerProcess steadyOwner() {
    cluster.workers().forEach(WorkerProcess::awaitReady);
    String[] owner = new String[1];
    eventually("an owner that stays")
        .during(STEADY)
        .until(
            () -> {
              String before = owner[0];
              owner[0] = ownerId();
              return owner[0].equals(before) && task().path("state").asText().equals("RUNNING");
            });
    return owner();
  }

  /** Whether the status says that the task is with another worker. */
  boolean isOwnedByAnother(WorkerProcess worker) {
    String id = ownerId();
    return !id.isEmpty() && !id.equals(worker.url().getAuthority());
  }

  /** Suspends a worker; one at a time. */
  void freeze(WorkerProcess worker) {
    frozen = worker;
    worker.freeze();
  }

  /** Resumes the suspended worker, if there is one. */
  void thaw() {
    if (frozen != null) {
      frozen.thaw();
      frozen = null;
    }
  }

  /** The connector's status, or the error that came instead. */
  JsonNode status() {
    try {
      return rest().status(connector);
    } catch (RuntimeException e) {
      return TextNode.valueOf(e.toString());
    }
  }

  /** How often the operator has restarted a task. */
  int restarts() {
    return restarts;
  }

  /** Has all of them run again, whatever a scenario that broke off left behind. */
  @Override
  public void close() {
    operator.shutdownNow();
    thaw();
    cluster.workers().stream().filter(worker -> !worker.isAlive()).forEach(WorkerProcess::start);
    cluster.workers().forEach(WorkerProcess::awaitReady);
  }

  private void restartWhatKafkaRefused() {
    try {
      String refusal = refusal(task());
      if (!refusal.isEmpty()) {
        rest().restart(connector, true);
        restarts++;
        progress.accept("restarted a failed task: " + refusal);
      }
    } catch (RuntimeException e) {
      // No worker responds at the moment, which a chaos test expects: it tries again.
      progress.accept("the operator could not restart: " + e);
    }
  }

  /**
   * Returns why Kafka rejected a transaction of a task; empty if it runs, or failed for another
   * reason.
   */
  static String refusal(JsonNode task) {
    Matcher reason = REFUSED_TRANSACTION.matcher(task.path("trace").asText());
    return task.path("state").asText().equals("FAILED") && reason.find() ? reason.group() : "";
  }

  private ConnectRest rest() {
    return cluster.workers().stream()
        .filter(worker -> worker != frozen && worker.isAlive())
        .findFirst()
        .orElseThrow()
        .rest();
  }

  private JsonNode task() {
    return status().at("/tasks/0");
  }

  private String ownerId() {
    return task().path("worker_id").asText();
  }
}
