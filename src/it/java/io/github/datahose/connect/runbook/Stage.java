// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.it.LiveConnector;
import io.github.datahose.connect.it.Topics;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerProcess;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;

/**
 * What a runbook is played on: the connector {@code symphony} of {@code config/minimal.json} in a
 * worker, a simulated pod of its own, and an operator's {@link Shell}. Closing it takes away all
 * that is called {@code symphony} in the worker and in Kafka, offsets too, so that the next one
 * finds nothing.
 */
final class Stage implements AutoCloseable {
  static final String CONNECTOR = "symphony";
  static final String TOPIC = "symphony.events";
  static final String TAG = "symphony.all";
  static final String ACCOUNT = "datahose-service-account";
  private static final double RATE = 200;
  private static final AtomicLong SEEDS = new AtomicLong(700);

  private final ConnectCluster cluster;
  private final WorkerProcess worker;
  private final Topics topics;
  private final Simulator simulator;
  private final Shell shell = new Shell();
  private final Path keyFile = shell.directory().resolve("symphony-private-key.pem");
  private final Map<String, String> config;
  private List<String> types = List.of();
  private long refusedFrom;
  private CompletableFuture<Void> flow = CompletableFuture.completedFuture(null);

  private Stage(ConnectCluster cluster, WorkerProcess worker) {
    this.cluster = cluster;
    this.worker = worker;
    topics = new Topics(cluster);
    simulator =
        Simulator.start(
            LiveConnector.shortTimes()
                // Exactly once stands on more than 20 s, and this machine may be slow.
                .visibility(Duration.ofSeconds(22))
                // Each has events of its own, so that none is taken for another's.
                .seed(SEEDS.incrementAndGet())
                .account(ACCOUNT, SimulatorKeys.publicKey()));
    shell.set("CONNECT", worker.url().toString()).set("KAFKA", cluster.bootstrapServers());
    try {
      Files.writeString(keyFile, SimulatorKeys.privateKey());
      config =
          new ObjectMapper()
              .readValue(
                  Path.of("config", "minimal.json").toFile(),
                  new TypeReference<LinkedHashMap<String, String>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    set("symphony.pod.url", simulator.url());
    set("symphony.private.key.path", keyFile.toString());
  }

  /** For the connector in a worker that is shared with other tests. */
  static Stage in(ConnectCluster cluster) {
    return new Stage(cluster, cluster.worker());
  }

  /** For the connector in a worker of the test's own, which writes to this cluster's Kafka. */
  static Stage in(WorkerProcess worker, ConnectCluster kafka) {
    return new Stage(kafka, worker);
  }

  /** Sets an option besides those of the minimal example. */
  Stage set(String option, String value) {
    config.put(option, value);
    return this;
  }

  /** Has only events of this type flow, instead of all. */
  Stage ofType(String type) {
    types = List.of(type);
    return this;
  }

  /** Creates the connector, and has events flow from its first read on. */
  Stage start() {
    rest().putConfig(CONNECTOR, config);
    rest().awaitRunning(CONNECTOR, 1);
    eventually("a first read").until(() -> !totals(TAG).feeds().isEmpty());
    flow();
    awaitMore();
    return this;
  }

  /** Has events flow until {@link #calm}. */
  void flow() {
    flow = simulator.produceAtRate(Integer.MAX_VALUE, RATE, types);
  }

  /** Waits until some more events were acknowledged: it flows through. */
  void awaitMore() {
    awaitMore(TAG);
  }

  void awaitMore(String tag) {
    long now = totals(tag).acknowledged();
    eventually("more acknowledgements of " + tag)
        .until(() -> totals(tag).acknowledged() >= now + 100);
  }

  /** Ends the flow and waits until all that went into the feed is acknowledged. */
  void calm() {
    endFlow();
    eventually("acknowledgements of all")
        .until(() -> totals(TAG).acknowledged() == totals(TAG).expected());
  }

  void endFlow() {
    flow.cancel(true);
  }

  /** Has the pod refuse reads, and waits until none is open: one that is cut off takes events. */
  void refuseReads() {
    refusedFrom = linesOfLog();
    simulator.faults().add(Fault.status(503).times(Integer.MAX_VALUE));
    eventually("no read is open").until(() -> simulator.requests().reads().waiting().count() == 0);
  }

  /**
   * The same, and waits until a batch is in Kafka and not acknowledged; answers how many events
   * that are. They come again, once {@link #takeReadsAgain} is called.
   */
  long refuseAnAcknowledgement() {
    refuseReads();
    eventually("a batch in Kafka, and its acknowledgement refused")
        .until(
            () -> {
              LedgerSnapshot totals = totals(TAG);
              return totals.delivered() > totals.acknowledged()
                  && topics.records(TOPIC).size() == totals.delivered();
            });
    return totals(TAG).delivered() - totals(TAG).acknowledged();
  }

  /**
   * Waits until the task that runs now is another than when reads were refused. The one before must
   * not read again: its acknowledgement would be in time, and what the pod gives out again too
   * early.
   */
  void awaitRestart() {
    eventually("a restart")
        .until(
            () ->
                log(refusedFrom).stream()
                    .dropWhile(line -> !line.contains(" STOPPED: "))
                    .anyMatch(line -> line.contains(" STARTED: ")));
  }

  /**
   * Has the pod answer reads again, what was not acknowledged first of all. In this order: what is
   * read from now on is the reader's for as long as the pod promises.
   */
  void takeReadsAgain() {
    simulator.returnUnacknowledged();
    simulator.faults().clear();
  }

  /** Holds topics against the feed of the connector's tag, once all of it is acknowledged. */
  Audit audit(String... topicNames) {
    calm();
    // The last transaction's marker may be written only after its commit was answered.
    eventually("all that was acknowledged").until(() -> auditNow(topicNames).lost() == 0);
    Audit audit = auditNow(topicNames);
    assertThat(audit.produced()).isGreaterThan(200);
    assertThat(audit.unknown()).as("unknown in %s", audit).isZero();
    return audit;
  }

  private Audit auditNow(String... topicNames) {
    return Audit.of(simulator.ledger().snapshot().ofTag(TAG), topics.entries(topicNames));
  }

  LedgerSnapshot totals(String tag) {
    return simulator.ledger().totals(tag);
  }

  Simulator simulator() {
    return simulator;
  }

  Shell shell() {
    return shell;
  }

  Topics topics() {
    return topics;
  }

  Path keyFile() {
    return keyFile;
  }

  ConnectRest rest() {
    return worker.rest();
  }

  /** What the worker logged of the connector since that line. */
  List<String> log(long sinceLine) {
    return worker.log().lines().skip(sinceLine).filter(line -> line.contains(CONNECTOR)).toList();
  }

  long linesOfLog() {
    return worker.log().lines().count();
  }

  /** Takes all that is called so away in a worker. */
  static void clean(ConnectRest rest) {
    for (String connector : rest.connectors()) {
      if (connector.startsWith(CONNECTOR)) {
        rest.stop(connector);
        rest.awaitState(connector, "STOPPED", 0);
        rest.deleteOffsets(connector);
        rest.delete(connector);
        rest.awaitGone(connector);
      }
    }
  }

  @Override
  public void close() {
    endFlow();
    try (Admin admin = cluster.broker().admin()) {
      if (worker.isAlive()) {
        clean(rest());
      }
      List<String> ours =
          topics.names().stream().filter(name -> name.startsWith(CONNECTOR + ".")).toList();
      admin.deleteTopics(ours).all().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot clean up", e);
    } finally {
      simulator.close();
    }
  }
}
