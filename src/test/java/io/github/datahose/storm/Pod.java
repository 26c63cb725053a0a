// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import io.github.datahose.storm.Scenario.Trait;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The simulated pod of a scenario, with events that flow and the trouble that it makes. Not
 * thread-safe, but for {@link #totals}.
 */
final class Pod implements AutoCloseable {
  private static final int LEAST_RATE = 200;
  private static final int MORE_RATE = 150;
  private static final List<Integer> BATCH_SIZES = List.of(10, 25, 100);
  private static final Duration LONG_POLL = Duration.ofMillis(1500);

  /** How much longer than the visibility timeout an acknowledgement is held up. */
  private static final Duration TOO_LATE = Duration.ofSeconds(1);

  private final Scenario scenario;
  private final Mode mode;
  private final Random random;
  private final Simulator simulator;
  private final Production production;

  Pod(Scenario scenario, Mode mode, Random random) {
    this.scenario = scenario;
    this.mode = mode;
    this.random = random;
    simulator =
        Simulator.start(
            SimulatorOptions.defaults()
                .longPoll(LONG_POLL)
                .visibility(mode.visibility())
                .seed(random.nextLong())
                // They keep their answers, which are many and large.
                .recordedRequests(50));
    production =
        new Production(
            simulator,
            scenario.eventTypes(),
            LEAST_RATE + random.nextInt(MORE_RATE),
            scenario.has(Trait.WRONG_TYPES));
  }

  String url() {
    return simulator.url();
  }

  Production production() {
    return production;
  }

  LedgerSnapshot totals() {
    return simulator.ledger().totals();
  }

  boolean isRead() {
    return !totals().feeds().isEmpty();
  }

  boolean allAcknowledged() {
    LedgerSnapshot totals = totals();
    return totals.acknowledged() == totals.expected();
  }

  /** Whether a batch is out that nobody has acknowledged. */
  boolean hasBatchInFlight() {
    LedgerSnapshot totals = totals();
    return totals.delivered() > totals.acknowledged();
  }

  /** Draws anew what may change between two kills. */
  void vary() {
    int batchSize = BATCH_SIZES.get(random.nextInt(BATCH_SIZES.size()));
    StaleAckId drawn = StaleAckId.values()[random.nextInt(StaleAckId.values().length)];
    StaleAckId staleAckId = scenario.staleAckId() == null ? drawn : scenario.staleAckId();
    simulator.reconfigure(options -> options.batchSize(batchSize).staleAckId(staleAckId));
  }

  /** Makes some trouble; each kind heals within some seconds. */
  void makeTrouble() {
    int times = 1 + random.nextInt(6);
    List<Fault> faults =
        List.of(
            Fault.lostAnswer(),
            Fault.lostAnswer().times(times),
            Fault.status(503).times(times),
            Fault.status(429).header("Retry-After", "1"),
            Fault.delayed(Duration.ofMillis(random.nextInt(1_500))),
            Fault.truncated(300 + random.nextInt(5_000)),
            Fault.closed().times(times),
            Fault.withoutAckId(),
            Fault.htmlPage());
    for (int i = 0; i < 3; i++) {
      simulator.faults().add(faults.get(random.nextInt(faults.size())));
    }
    if (random.nextInt(3) == 0) {
      simulator.expireTokens();
    }
  }

  /** Answers with few events at a time. */
  void giveSmallBatches() {
    simulator.reconfigure(options -> options.batchSize(BATCH_SIZES.get(0)));
  }

  /**
   * Holds up the acknowledgement of a batch, a large one if there are the events, until it is too
   * late for that.
   */
  void holdUpAcknowledgement() {
    int largest = BATCH_SIZES.get(BATCH_SIZES.size() - 1);
    long delivered = totals().delivered();
    simulator.reconfigure(options -> options.batchSize(largest));
    Strikes.until("a large batch", () -> totals().delivered() > delivered);
    simulator.faults().add(Fault.delayed(mode.visibility().plus(TOO_LATE)));
  }

  /** Refuses all reads, and so acknowledgements, until {@link #heal}. */
  void refuseReads() {
    simulator.faults().clear();
    simulator.faults().add(Fault.status(503).times(Integer.MAX_VALUE));
  }

  /** Whether the last read came to grief. */
  boolean hasRefusedLastRead() {
    Requests reads = simulator.requests().reads();
    return reads.count() > 0 && reads.last().faulted();
  }

  boolean hasTroubleToCome() {
    return simulator.faults().pending();
  }

  void heal() {
    simulator.faults().clear();
  }

  /** The visibility timeout of all that is in flight passes now. */
  void passVisibilityTimeout() {
    simulator.returnUnacknowledged();
  }

  /**
   * Holds the topics against the ledger. What a transformation drops must not be in them: it counts
   * as if it were there once, so that it is not lost, and doubled if it is there.
   */
  Audit audit(List<Audit.Entry> topics) {
    LedgerSnapshot ledger = simulator.ledger().snapshot();
    if (!scenario.has(Trait.DROPS)) {
      return Audit.of(ledger, topics);
    }
    Stream<Audit.Entry> dropped =
        ledger.feeds().stream()
            .flatMap(feed -> Stream.of(feed.messageIds()))
            .filter(HashedMessageId::holds)
            .map(messageId -> new Audit.Entry(null, messageId));
    return Audit.of(ledger, Stream.concat(topics.stream(), dropped).toList());
  }

  @Override
  public void close() {
    production.close();
    simulator.close();
  }
}
