// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static io.github.datahose.launch.WorkerFixture.eventually;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The simulated pod of a scenario, with a flow of events and injected faults, and its observations
 * of the outages. Among the events are some of types that the connector did not subscribe to, which
 * must not arrive anywhere. Used by one thread, and by two of its own: one produces, one observes.
 */
final class Pod implements AutoCloseable {
  private static final String WRONG = "wrong-";
  private static final int TICKS_A_SECOND = 50;
  private static final int TICKS_UNTIL_UNWANTED = 10;
  private static final int LEAST_RATE = 200;
  private static final int MORE_RATE = 150;
  private static final int SMALLEST_BATCH = 10;
  private static final int LARGEST_BATCH = 100;
  private static final List<Integer> BATCH_SIZES = List.of(SMALLEST_BATCH, 25, LARGEST_BATCH);
  private static final Duration LONG_POLL = Duration.ofMillis(1500);

  /** How much longer than the visibility timeout an acknowledgement is held up. */
  private static final Duration TOO_LATE = Duration.ofSeconds(1);

  /** What the pod gets a moment after a kill was sent before it. */
  private static final int LAST_WORDS_MILLIS = 100;

  private final Simulator simulator;
  private final Scenario scenario;
  private final Mode mode;
  private final Random random;
  private final int rate;
  private final Set<String> wanted;
  private final List<String> unwanted;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  private final List<Integer> answersAtKills = new ArrayList<>();
  private final Object production = new Object();
  private final Object watch = new Object();
  private StaleAckId staleAckId = StaleAckId.IGNORED;

  private boolean paused = true;
  private int ticks;
  private long unwantedEvents;
  private RuntimeException failure;

  private final List<Long> recoveries = new ArrayList<>();
  private long acknowledged;

  /** Answers that there were at the last kill; null when what came later is acknowledged. */
  private Integer answersBeforeOutage;

  private long outageFrom;
  private long idleUntil = System.nanoTime();
  private long longestStall;

  /** Begins without events; the connector reads its feed. */
  Pod(Simulator simulator, Scenario scenario, Mode mode, Random random) {
    this.simulator = simulator;
    this.scenario = scenario;
    this.mode = mode;
    this.random = random;
    rate = LEAST_RATE + random.nextInt(MORE_RATE);
    wanted = Set.copyOf(totals().feeds().get(0).eventTypes());
    unwanted = simulator.types().stream().filter(type -> !wanted.contains(type)).toList();
    threads.scheduleAtFixedRate(this::tick, 0, 1_000 / TICKS_A_SECOND, TimeUnit.MILLISECONDS);
    threads.scheduleWithFixedDelay(this::look, 0, 10, TimeUnit.MILLISECONDS);
  }

  /** What its simulator is started with. */
  static SimulatorOptions options(Mode mode, Random random) {
    return SimulatorOptions.defaults()
        .longPoll(LONG_POLL)
        .visibility(mode.visibility())
        .seed(random.nextLong())
        // They keep their answers, which are many and large.
        .recordedRequests(50);
  }

  /** Whether an event has a field of the wrong type. */
  static boolean isWrong(String messageId) {
    return messageId.startsWith(WRONG);
  }

  /** How many events a large batch has. */
  static int largestBatch() {
    return LARGEST_BATCH;
  }

  LedgerSnapshot totals() {
    return simulator.ledger().totals();
  }

  /** Has events flow. */
  void produce() {
    synchronized (production) {
      paused = false;
    }
  }

  /**
   * Once this has returned no event comes any more.
   *
   * @throws RuntimeException what came in the way of the production, each time
   */
  void pause() {
    synchronized (production) {
      paused = true;
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** Pauses the production, and waits until all is acknowledged. */
  void rest() {
    pause();
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

  /**
   * Notes that the task is dead: what the pod answers from now on goes to another one. An outage
   * begins, or the current one continues.
   *
   * @param at just before the kill, as {@link System#nanoTime} has it
   */
  void killed(long at) {
    int answers = totals().feeds().get(0).answers();
    answersAtKills.add(answers);
    synchronized (watch) {
      outageFrom = answersBeforeOutage == null ? at : outageFrom;
      answersBeforeOutage = answers;
    }
    Strikes.pause(LAST_WORDS_MILLIS);
  }

  /**
   * Waits until the pod has an acknowledgement of what it gave out after the last kill: a task
   * reads, and what it read is in Kafka.
   */
  void awaitRecovery() {
    eventually("acknowledgements after a kill")
        .until(
            () -> {
              synchronized (watch) {
                return answersBeforeOutage == null;
              }
            });
  }

  /**
   * Whether one of the answers after the first ones is acknowledged. The first read of a new task
   * acknowledges the last batch of the dead one, by the ackId that is stored, before it has written
   * anything.
   */
  static boolean hasAcknowledgedAfter(int answers, LedgerSnapshot ledger) {
    return IntStream.of(ledger.feeds().get(0).acknowledgedAnswers())
        .anyMatch(answer -> answer >= answers);
  }

  /**
   * Times, in ms, from kills to the first acknowledgement of what was given out after it; not of
   * one to come.
   */
  List<Long> recoveries() {
    synchronized (watch) {
      return List.copyOf(recoveries);
    }
  }

  /**
   * Longest time, in ms, in which no acknowledgement came although at each look there were events
   * without one.
   */
  long longestStall() {
    synchronized (watch) {
      return TimeUnit.NANOSECONDS.toMillis(longestStall);
    }
  }

  /** Selects again what can change between two kills. */
  void vary() {
    int batchSize = BATCH_SIZES.get(random.nextInt(BATCH_SIZES.size()));
    StaleAckId drawn = StaleAckId.values()[random.nextInt(StaleAckId.values().length)];
    staleAckId = scenario.staleAckId() == null ? drawn : scenario.staleAckId();
    simulator.reconfigure(options -> options.batchSize(batchSize).staleAckId(staleAckId));
  }

  /** Injects some transient faults of a few seconds, and sometimes ends the sessions. */
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
    random.ints(3, 0, faults.size()).mapToObj(faults::get).forEach(simulator.faults()::add);
    if (random.nextInt(3) == 0) {
      simulator.expireTokens();
    }
  }

  /** Answers with few events at a time, and to stale ackIds as it usually does. */
  void giveSmallBatches() {
    simulator.reconfigure(options -> options.batchSize(SMALLEST_BATCH).staleAckId(staleAckId));
  }

  /**
   * Ends {@link #refuseReads}, so that the next read gets a large batch, and holds up the read that
   * follows, and acknowledges that batch, until it is too late for that.
   */
  void holdUpAcknowledgementOfNext() {
    // The next read might have a stale ackId: if rejected, it would receive no batch.
    simulator.reconfigure(
        options -> options.batchSize(LARGEST_BATCH).staleAckId(StaleAckId.IGNORED));
    simulator.faults().clear();
    simulator.faults().add(Fault.delayed(Duration.ZERO));
    simulator.faults().add(Fault.delayed(mode.visibility().plus(TOO_LATE)));
  }

  /**
   * Rejects all reads, and so all acknowledgments, until {@link #heal}.
   *
   * @return whether a read that would acknowledge a batch was rejected since then: no successful
   *     read has had its ackId. (Keep-alive reads repeat an ackId, and prove nothing about Kafka.)
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

  /** What the audit is to judge, see {@link Outcome}; nothing is produced then. */
  Outcome.Evidence evidence(
      Map<Scenario.Destination, List<Outcome.Seen>> topics, Set<String> dropped) {
    LedgerSnapshot ledger = simulator.ledger().snapshot();
    // If the pod itself ends sessions, a task has several: then the kills separate the tasks.
    return new Outcome.Evidence(
        ledger,
        Outcome.inFlight(ledger, scenario.has(Trait.TROUBLE) ? answersAtKills : null),
        topics,
        dropped,
        unwantedEvents,
        null);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private Stream<RecordedRequest> reads() {
    return simulator.requests().reads().list().stream();
  }

  private void tick() {
    synchronized (production) {
      if (paused || failure != null) {
        return;
      }
      try {
        simulator.produce(
            rate / TICKS_A_SECOND,
            scenario.eventTypes().isEmpty() ? wanted : scenario.eventTypes());
        ticks++;
        if (scenario.has(Trait.WRONG_TYPES)) {
          simulator.produce(wrongEvent(ticks));
        }
        if (ticks % TICKS_UNTIL_UNWANTED == 0) {
          simulator.produce(1, unwanted);
          unwantedEvents++;
        }
      } catch (RuntimeException e) {
        failure = e;
      }
    }
  }

  private void look() {
    synchronized (watch) {
      LedgerSnapshot totals = totals();
      long now = System.nanoTime();
      if (answersBeforeOutage != null
          && totals.acknowledged() > acknowledged
          && hasAcknowledgedAfter(answersBeforeOutage, simulator.ledger().snapshot())) {
        answersBeforeOutage = null;
        recoveries.add(TimeUnit.NANOSECONDS.toMillis(now - outageFrom));
      }
      longestStall = Math.max(longestStall, now - idleUntil);
      if (totals.acknowledged() > acknowledged || totals.acknowledged() == totals.expected()) {
        idleUntil = now;
      }
      acknowledged = totals.acknowledged();
    }
  }

  private static String wrongEvent(int number) {
    return """
        {"id":"w%1$d","messageId":"%3$s%1$d","timestamp":"yesterday","type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"%3$s%1$d","attachments":"none",\
        "stream":{"streamId":"stream%2$d","streamType":"ROOM"}}}}}"""
        .formatted(number, number % 7, WRONG);
  }
}
