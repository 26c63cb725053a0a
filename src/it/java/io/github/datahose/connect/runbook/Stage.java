// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.WorkerFixture;
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

  private final WorkerFixture connector;
  private final Shell shell = new Shell();
  private final Path keyFile = shell.directory().resolve("symphony-private-key.pem");
  private List<String> types = List.of();
  private CompletableFuture<Void> flow = CompletableFuture.completedFuture(null);

  /** For the connector in the first worker of this cluster. */
  Stage(ConnectCluster cluster) {
    connector =
        new WorkerFixture(
            cluster,
            CONNECTOR,
            WorkerFixture.shortTimes()
                // Exactly-once delivery requires more than 20 s, and this machine might be slow.
                .visibility(Duration.ofSeconds(22))
                // Each has events of its own, so that none is taken for another's.
                .seed(SEEDS.incrementAndGet())
                .account(ACCOUNT, SimulatorKeys.publicKey()));
    shell
        .set("CONNECT", cluster.worker().url().toString())
        .set("KAFKA", cluster.bootstrapServers());
    connector.unset(connector.config().keySet().toArray(String[]::new));
    try {
      Files.writeString(keyFile, SimulatorKeys.privateKey());
      new ObjectMapper()
          .readValue(
              Path.of("config", "minimal.json").toFile(),
              new TypeReference<Map<String, String>>() {})
          .forEach(connector::set);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    set("symphony.pod.url", simulator().url());
    set("symphony.private.key.path", keyFile.toString());
  }

  /** Sets an option in addition to those of the minimal example. */
  Stage set(String option, String value) {
    connector.set(option, value);
    return this;
  }

  /** Has only events of this type flow, instead of all. */
  Stage ofType(String type) {
    types = List.of(type);
    return this;
  }

  /** Creates the connector, and has events flow from its first read on. */
  Stage start() {
    connector.start();
    flow();
    awaitMore();
    return this;
  }

  /** Has events flow until {@link #calm}. */
  void flow() {
    flow = simulator().produceAtRate(Integer.MAX_VALUE, RATE, types);
  }

  /** Waits until some more events were acknowledged: it flows through. */
  void awaitMore() {
    awaitMore(TAG);
  }

  void awaitMore(String tag) {
    connector.awaitMoreAcknowledged(tag, 100);
  }

  /** Ends the flow and waits until all that went into the feed is acknowledged. */
  void calm() {
    endFlow();
    awaitAllAcknowledged(TAG);
  }

  void endFlow() {
    flow.cancel(true);
  }

  void awaitAllAcknowledged(String tag) {
    eventually("acknowledgements of all of " + tag)
        .until(() -> totals(tag), feed -> feed.acknowledged() == feed.expected());
  }

  /** Makes the pod reject reads, and waits until none is open: an interrupted one takes events. */
  void refuseReads() {
    connector.forgetLog();
    simulator().faults().add(Fault.status(503).times(Integer.MAX_VALUE));
    eventually("no read is open")
        .until(() -> simulator().requests().reads().waiting().count() == 0);
  }

  /**
   * Does the same, and waits until a batch is in Kafka and not acknowledged. Returns its number of
   * events, which are redelivered after {@link #takeReadsAgain}.
   */
  long refuseAnAcknowledgement() {
    refuseReads();
    eventually("a batch in Kafka, and its acknowledgement refused")
        .until(
            () -> {
              LedgerSnapshot totals = totals(TAG);
              return totals.delivered() > totals.acknowledged()
                  && connector.records(TOPIC).size() == totals.delivered();
            });
    return totals(TAG).delivered() - totals(TAG).acknowledged();
  }

  /**
   * Waits until the running task is another one than when reads were rejected. The previous one
   * must not read again: its acknowledgment would be in time, and the redelivery of the pod too
   * early.
   */
  void awaitRestart() {
    eventually("a restart")
        .until(
            () ->
                connector.log().stream()
                    .dropWhile(line -> !line.contains(" STOPPED: "))
                    .anyMatch(line -> line.contains(" STARTED: ")));
  }

  /**
   * Has the pod answer reads again, what was not acknowledged first of all. In this order: what is
   * read from now on is the reader's for as long as the pod promises.
   */
  void takeReadsAgain() {
    simulator().returnUnacknowledged();
    simulator().faults().clear();
  }

  /**
   * Has a block of a runbook run that restarts the connector, while a batch waits for its
   * acknowledgement, and waits for events after it.
   */
  void restartBy(Runbook runbook, String block) {
    refuseAnAcknowledgement();
    runbook.run(block);
    awaitRestart();
    takeReadsAgain();
    awaitMore();
  }

  /** Holds topics against the ledger, once all is acknowledged; this many events come twice. */
  void assertDuplicated(long events, String... topics) {
    calm();
    Audit audit = connector.audit(topics);
    assertThat(audit.produced()).isGreaterThan(200);
    assertThat(audit.lost()).as("lost: %s", audit).isZero();
    assertThat(audit.unknown()).as("unknown: %s", audit).isZero();
    assertThat(audit.duplicated()).as("duplicated: %s", audit).isEqualTo(events);
  }

  LedgerSnapshot totals(String tag) {
    return connector.totals(tag);
  }

  WorkerFixture connector() {
    return connector;
  }

  Simulator simulator() {
    return connector.simulator();
  }

  Shell shell() {
    return shell;
  }

  Path keyFile() {
    return keyFile;
  }

  ConnectRest rest() {
    return connector.rest();
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
    try (Admin admin = connector.cluster().broker().admin()) {
      // A test that failed with all workers dead is to say why, not that none answers.
      if (connector.cluster().workers().stream().anyMatch(WorkerProcess::isAlive)) {
        clean(rest());
      }
      List<String> ours =
          connector.cluster().broker().topicNames().stream()
              .filter(name -> name.startsWith(CONNECTOR + "."))
              .toList();
      admin.deleteTopics(ours).all().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("cannot clean up", e);
    } finally {
      simulator().close();
    }
  }
}
