// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static java.util.stream.Collectors.toSet;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import io.github.datahose.storm.Scenario.Trait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The simulated pod of a scenario, with events that flow and the trouble that it makes. Not
 * thread-safe, but for {@link #totals}.
 */
final class Pod implements AutoCloseable {
  private static final int LEAST_RATE = 200;
  private static final int MORE_RATE = 150;
  private static final List<Integer> BATCH_SIZES = List.of(10, 25, 100);
  private static final int SMALLEST = BATCH_SIZES.get(0);
  private static final int LARGEST = BATCH_SIZES.get(BATCH_SIZES.size() - 1);
  private static final Duration LONG_POLL = Duration.ofMillis(1500);

  /** How much longer than the visibility timeout an acknowledgement is held up. */
  private static final Duration TOO_LATE = Duration.ofSeconds(1);

  private final Scenario scenario;
  private final Mode mode;
  private final Random random;
  private final Simulator simulator;
  private final EventSource events;
  private final Production production;
  private final InFlight inFlight;
  private StaleAckId staleAckId = StaleAckId.IGNORED;

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
    events = new EventSource(simulator, scenario, LEAST_RATE + random.nextInt(MORE_RATE));
    production = new Production(events);
    inFlight = new InFlight(scenario.has(Trait.TROUBLE));
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

  /** Pauses the production, and waits until all is acknowledged. */
  void rest() {
    production.pause();
    Rest.of(simulator);
  }

  /** Whether events were given out that nobody has acknowledged. */
  boolean hasEventsInFlight() {
    LedgerSnapshot totals = totals();
    return totals.delivered() > totals.acknowledged();
  }

  /** Events that no reader was given yet. */
  long freshEvents() {
    LedgerSnapshot totals = totals();
    return totals.expected() - totals.delivered();
  }

  /** Notes that the task is dead. */
  void killed() {
    inFlight.killed(totals());
  }

  /** Draws anew what may change between two kills. */
  void vary() {
    int batchSize = BATCH_SIZES.get(random.nextInt(BATCH_SIZES.size()));
    StaleAckId drawn = StaleAckId.values()[random.nextInt(StaleAckId.values().length)];
    staleAckId = scenario.staleAckId() == null ? drawn : scenario.staleAckId();
    simulator.reconfigure(options -> options.batchSize(batchSize).staleAckId(staleAckId));
  }

  /** Makes some trouble, and ends the sessions now and then. */
  void makeTrouble() {
    Trouble.draw(random).forEach(simulator.faults()::add);
    if (random.nextInt(3) == 0) {
      simulator.expireTokens();
    }
  }

  /** Answers with few events at a time, and to stale ackIds as it usually does. */
  void giveSmallBatches() {
    simulator.reconfigure(options -> options.batchSize(SMALLEST).staleAckId(staleAckId));
  }

  /** How many events a large batch has. */
  static int largestBatch() {
    return LARGEST;
  }

  /**
   * Ends {@link #refuseReads}, so that the next read gets a large batch, and holds up the read that
   * follows, and acknowledges that batch, until it is too late for that.
   */
  void holdUpAcknowledgementOfNext() {
    // The next read may carry an ackId that is stale by now: refused, it would get no batch.
    simulator.reconfigure(options -> options.batchSize(LARGEST).staleAckId(StaleAckId.IGNORED));
    simulator.faults().clear();
    simulator.faults().add(Fault.delayed(Duration.ZERO));
    simulator.faults().add(Fault.delayed(mode.visibility().plus(TOO_LATE)));
  }

  /**
   * Refuses all reads, and so acknowledgements, until {@link #heal}.
   *
   * @return whether a read was refused since that was to acknowledge a batch: its ackId is one that
   *     no answered read has carried. (Those that keep the feed alive repeat one, and say nothing
   *     of Kafka.)
   */
  BooleanSupplier refuseReads() {
    simulator.faults().clear();
    Instant since = Instant.now();
    simulator.faults().add(Fault.status(503).times(Integer.MAX_VALUE));
    Set<String> carried =
        reads().filter(read -> !read.faulted()).map(RecordedRequest::ackId).collect(toSet());
    return () ->
        reads()
            .filter(read -> read.faulted() && read.receivedAt().isAfter(since))
            .map(RecordedRequest::ackId)
            .anyMatch(ackId -> !ackId.isEmpty() && !carried.contains(ackId));
  }

  /** Whether a read came after a time. */
  boolean hasReadSince(Instant since) {
    return reads().anyMatch(read -> read.receivedAt().isAfter(since));
  }

  private Stream<RecordedRequest> reads() {
    return simulator.requests().reads().list().stream();
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

  /** Holds the topics against the ledger, see {@link TopicAudit#of}; nothing is produced then. */
  TopicAudit audit(Map<Destination, List<Seen>> topics, Set<String> dropped) {
    LedgerSnapshot ledger = simulator.ledger().snapshot();
    return TopicAudit.of(
        scenario, ledger, inFlight.count(ledger), topics, dropped, events.unwantedEvents());
  }

  @Override
  public void close() {
    production.close();
    simulator.close();
  }
}
