// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.SimulatorProcess;
import io.github.datahose.simulator.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;

/**
 * Sends events through a worker with exactly-once, one event in each transaction. With transactions
 * of the second kind (KIP-890) each one raises the producer's epoch, which has 16 bits: beyond
 * 32,766 of them the broker gives the producer another id. Each event must be in the topic once all
 * the same, by the simulator's ledger and by the connector's own.
 */
final class ManyTransactions {
  private static final String NAME = "endurance-transactions";
  private static final String LEDGER = NAME + "-ledger";

  /** More than a producer's epoch has numbers. */
  private static final int TRANSACTIONS = 40_000;

  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration LONGEST = Duration.ofHours(1);

  private ManyTransactions() {}

  /** Runs them; some two minutes. */
  static List<Row> rows() throws IOException {
    try (SimulatorProcess pod =
            SimulatorProcess.start(
                Jvm.current(),
                Build.newDirectory(NAME + "-simulator").resolve("simulator.log"),
                "--batch-size=1",
                "--long-poll-ms=1000");
        ConnectCluster cluster =
            Endurance.start(
                ConnectCluster.named(NAME).jvm(Jvm.current()).exactlyOnce(),
                NAME,
                pod.url(),
                Map.of(
                    "exactly.once.support", "required",
                    "consumer.override.fetch.min.bytes", "1000000",
                    "ledger.topic", LEDGER,
                    "ledger.interval.ms", "1000"))) {
      await("first read").atMost(STARTED).until(() -> !pod.totals().feeds().isEmpty());
      pod.produce(1, 1, pod.totals().feeds().get(0).eventTypes());
      await("first event acknowledged")
          .atMost(STARTED)
          .until(() -> pod.totals().acknowledged() == 1);
      TransactionDescription first = producer(cluster);
      long start = System.nanoTime();
      pod.produce(TRANSACTIONS - 1, TRANSACTIONS - 1, pod.totals().feeds().get(0).eventTypes());
      await("all events acknowledged")
          .atMost(LONGEST)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> pod.totals().acknowledged() >= TRANSACTIONS);
      double seconds = (System.nanoTime() - start) / 1e9;
      TransactionDescription last = producer(cluster);
      System.out.println(NAME + ": first " + first + ", last " + last);
      String what = TRANSACTIONS + " transactions: ";
      List<Row> rows = new ArrayList<>();
      rows.add(Row.of(what + "transactions a second", (TRANSACTIONS - 1) / seconds));
      rows.add(
          Row.of(
              what + "short of a second id of the producer",
              first.producerId() == last.producerId() ? 1 : 0,
              0));
      // Whatever the ledger counts can be read: the broker has ended these transactions.
      await("ledger with all events")
          .atMost(STARTED)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> cluster.topics().inLedger(LEDGER, "/events") >= TRANSACTIONS);
      Audit audit = Audit.of(pod.ledger(), cluster.topics().entries(NAME));
      rows.add(Row.of(what + "lost", audit.lost(), 0));
      rows.add(Row.of(what + "duplicated", audit.duplicated(), 0));
      rows.add(Row.of(what + "out of order", audit.outOfOrder(), 0));
      rows.add(Row.of(what + "unknown", audit.unknown(), 0));
      rows.add(
          Row.of(
              what + "missing in the ledger, or too many there",
              Math.abs(TRANSACTIONS - cluster.topics().inLedger(LEDGER, "/events")),
              0));
      Path output = cluster.directory().resolve("audit.log");
      int status = cluster.audit(output, List.of("--ledger-topic", LEDGER));
      System.out.println(Files.readString(output));
      rows.add(Row.of(what + "exit status of the ledger's audit", status, 0));
      return rows;
    }
  }

  /** The producer of the connector's only task, as the broker knows it. */
  private static TransactionDescription producer(ConnectCluster cluster) {
    try (Admin admin = cluster.broker().admin()) {
      String id =
          admin.listTransactions(new ListTransactionsOptions()).all().get().stream()
              .map(TransactionListing::transactionalId)
              .filter(each -> each.endsWith(NAME + "-0"))
              .findFirst()
              .orElseThrow();
      return admin.describeTransactions(List.of(id)).description(id).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot describe the task's transactions", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
