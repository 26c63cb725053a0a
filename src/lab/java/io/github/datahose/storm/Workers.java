// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerProcess;
import java.util.concurrent.TimeUnit;

/** The workers of a scenario, one of which has the task of its connector. */
final class Workers {
  /** Longer than it takes a worker that was frozen to come back into its group. */
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ConnectCluster cluster;
  private final String connector;
  private volatile WorkerProcess frozen;
  private String lastOwner = "";
  private long ownerSince;

  Workers(ConnectCluster cluster, String connector) {
    this.cluster = cluster;
    this.connector = connector;
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
    lastOwner = "";
    Pause.until("an owner that stays", this::ownerStays);
    return owner();
  }

  /** Whether the status says that the task is with another worker. */
  boolean isOwnedByAnother(WorkerProcess worker) {
    String id = ownerId();
    return !id.isEmpty() && !id.equals(worker.url().getAuthority());
  }

  /** Has a worker stand still; one at a time. */
  void freeze(WorkerProcess worker) {
    frozen = worker;
    worker.freeze();
  }

  /** Has the one that stands still go on, if there is one. */
  void thaw() {
    if (frozen != null) {
      frozen.thaw();
      frozen = null;
    }
  }

  /** Has all of them run again, whatever a scenario that broke off left behind. */
  void revive() {
    thaw();
    cluster.workers().stream().filter(worker -> !worker.isAlive()).forEach(WorkerProcess::start);
    cluster.workers().forEach(WorkerProcess::awaitReady);
  }

  /** Restarts those that have failed, and no others. */
  void restartFailedTasks() {
    rest().restart(connector, true);
  }

  /** The connector's status, or the error that came instead. */
  JsonNode status() {
    try {
      return rest().status(connector);
    } catch (RuntimeException e) {
      return TextNode.valueOf(e.toString());
    }
  }

  private ConnectRest rest() {
    return cluster.workers().stream()
        .filter(worker -> worker != frozen && worker.isAlive())
        .findFirst()
        .orElseThrow()
        .rest();
  }

  private boolean ownerStays() {
    JsonNode task = status().at("/tasks/0");
    String id = task.path("worker_id").asText();
    boolean running = task.path("state").asText().equals("RUNNING");
    if (!running || !id.equals(lastOwner)) {
      lastOwner = id;
      ownerSince = System.nanoTime();
    }
    return System.nanoTime() - ownerSince > STEADY_NANOS;
  }

  private String ownerId() {
    return status().at("/tasks/0/worker_id").asText();
  }
}
