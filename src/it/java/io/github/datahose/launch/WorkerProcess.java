// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.management.remote.JMXConnector;

/**
 * A distributed Connect worker in a process of its own. It keeps its port, so that it can be
 * stopped or killed and started again. Workers with the same {@code group.id} and storage topics
 * share their connectors. Only one thread at a time may start or stop it; everything else is
 * thread-safe.
 *
 * <p>Surprising behavior of workers:
 *
 * <ul>
 *   <li>One that was killed with exactly-once support leaves a transaction open, and waits after
 *       its restart at its offsets topic until the broker aborts that: {@code
 *       producer.transaction.timeout.ms}, 60 s by default.
 *   <li>One that loses its own Kafka stops its tasks: when the group's coordinator cannot be found
 *       for {@code heartbeat.interval.ms}, {@code WorkerCoordinator.poll} revokes the worker's own
 *       assignment. The worker then waits in a flush of the tasks' states until Kafka is back.
 *   <li>It shows a failed task late: it closes the producer first, and gives one that cannot end
 *       its transaction 30 s.
 *   <li>One that was frozen reports the tasks that it had when it joins again, also a task that has
 *       failed in the meantime because another worker fenced it. If that other worker has stopped
 *       in the meantime, Connect treats the failed task as a running one ({@code
 *       IncrementalCooperativeAssignor} trusts the members): it stays FAILED until it is restarted.
 * </ul>
 */
public final class WorkerProcess extends KafkaProcess {
  private static final Duration READY = Duration.ofSeconds(90);

  private final URI url = URI.create("http://127.0.0.1:" + Ports.free());
  private final ConnectRest rest = new ConnectRest(url);

  private WorkerProcess(KafkaClassPath kafka, Jvm jvm, Path directory) {
    super(kafka, jvm, directory, "worker");
  }

  /**
   * Starts a worker without waiting for it: see {@link #awaitReady}.
   *
   * @param directory where it keeps configuration and log; new
   * @param properties at least bootstrap servers, group and plugin path; they win over those of the
   *     launcher
   */
  public static WorkerProcess start(
      KafkaClassPath kafka, Jvm jvm, Path directory, Map<String, String> properties) {
    WorkerProcess worker = new WorkerProcess(kafka, jvm, directory);
    worker.configure(
        Map.of(
            "listeners",
            worker.url.toString(),
            "rest.advertised.port",
            Integer.toString(worker.url.getPort())),
        properties);
    worker.start();
    return worker;
  }

  /** Its REST interface. */
  public ConnectRest rest() {
    return rest;
  }

  /** Where its REST interface listens. */
  public URI url() {
    return url;
  }

  /** Its {@code plugin.path}, when it was started by a {@link ConnectCluster}. */
  public PluginDirectory plugins() {
    return PluginDirectory.of(directory());
  }

  /** Starts it again, on the same port, without waiting for it: see {@link #awaitReady}. */
  public void start() {
    start("org.apache.kafka.connect.cli.ConnectDistributed");
  }

  /** The same, with these variables in its environment instead of those before. */
  public void start(Map<String, String> environment) {
    environment(environment);
    start();
  }

  /** Waits until it has joined its group and takes requests. */
  public void awaitReady() {
    await("worker " + url + " ready")
        .atMost(READY)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              process().requireAlive();
              return rest.isReady();
            });
  }

  /** Connects to its MBeans; the caller closes the connection. Needs a JDK, not a mere runtime. */
  public JMXConnector jmx() {
    return process().jmx();
  }
}
