// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionFactory;

/**
 * A connector in a real worker, with a simulator of its own in this JVM: ask that one's ledger what
 * the vendor saw. It writes to the topic of its name unless told otherwise, and its name is its
 * tag. Closing it deletes the connector and ends the simulator.
 */
public final class WorkerFixture implements AutoCloseable {
  /** The types of {@link #produce} and {@link #bring}. */
  public static final Set<String> MESSAGES = Set.of("MESSAGESENT");

  private static final Duration VISIBILITY = Duration.ofSeconds(5);
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final ConnectCluster cluster;
  private final String name;
  private final Simulator simulator;
  private final Map<String, String> config = new TreeMap<>();
  private TopicReader topics;
  private int logStart;

  /** What a worker promises: for tests that are to hold in both kinds. */
  public enum Guarantee {
    AT_LEAST_ONCE,
    EXACTLY_ONCE;

    /** The worker of this kind that all tests share. */
    public ConnectCluster cluster() {
      return this == EXACTLY_ONCE ? ConnectCluster.sharedExactlyOnce() : ConnectCluster.shared();
    }

    /** A worker of this kind that is not shared, with these settings. */
    public ConnectCluster start(ConnectCluster.Builder settings) {
      return (this == EXACTLY_ONCE ? settings.exactlyOnce() : settings).start();
    }

    /** A name that differs between the two, for connectors and topics: they share the broker. */
    public String name(String base) {
      return base + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A connector in the shared worker, with a name of this base. */
    public WorkerFixture connector(String base) {
      return connector(base, shortTimes());
    }

    /** The same, with a simulator of these options. */
    public WorkerFixture connector(String base, SimulatorOptions options) {
      return new WorkerFixture(cluster(), name(base), options);
    }
  }

  /** Names a connector that is to run in this cluster; the name must not have been used before. */
  public WorkerFixture(ConnectCluster cluster, String name) {
    this(cluster, name, shortTimes());
  }

  /** The same, with a simulator of these options. */
  public WorkerFixture(ConnectCluster cluster, String name, SimulatorOptions options) {
    this.cluster = cluster;
    this.name = name;
    topics = cluster.topics();
    simulator = Simulator.start(options);
    forgetLog();
    set("connector.class", "io.github.datahose.connect.DatahoseSourceConnector");
    set("name", name);
    set("tasks.max", "1");
    set("symphony.pod.url", simulator.url());
    set("symphony.username", SimulatorKeys.USERNAME);
    set("symphony.private.key", SimulatorKeys.privateKey());
    set("topic", name);
    set("topic.creation.default.partitions", "2");
    set("topic.creation.default.replication.factor", "1");
    set("producer.override.linger.ms", "0");
  }

  /**
   * Long polls as short as the connector takes for long polls, and redelivery soon: tests wait for
   * both.
   */
  public static SimulatorOptions shortTimes() {
    return SimulatorOptions.defaults().longPoll(Duration.ofMillis(1500)).visibility(VISIBILITY);
  }

  /** Sets an option; has no effect on what runs until {@link #start} or {@link #apply}. */
  public WorkerFixture set(String option, String value) {
    config.put(option, value);
    return this;
  }

  /** Takes options out. */
  public WorkerFixture unset(String... options) {
    config.keySet().removeAll(List.of(options));
    return this;
  }

  /**
   * Leaves its topics to be created by hand. A producer that waits for a missing topic survives the
   * worker's graceful stop: the worker closes it after 5 s, and only then does the task stop.
   */
  public WorkerFixture withoutTopicCreation() {
    return unset("topic.creation.default.partitions", "topic.creation.default.replication.factor");
  }

  /**
   * Makes it write to another Kafka than the worker's, which can be unavailable without the worker;
   * with exactly-once delivery, its offsets are there, too. (A worker that loses its own Kafka
   * stops its tasks.)
   */
  public WorkerFixture writesTo(BrokerProcess other) {
    topics = new TopicReader(other.bootstrapServers());
    for (String client : List.of("producer", "consumer", "admin")) {
      set(client + ".override.bootstrap.servers", other.bootstrapServers());
    }
    return this;
  }

  /** Its configuration as it is set so far. */
  public Map<String, String> config() {
    return Map.copyOf(config);
  }

  /** Its name, and that of its topic. */
  public String name() {
    return name;
  }

  /** The simulated pod that it reads. */
  public Simulator simulator() {
    return simulator;
  }

  /** Where it runs. */
  public ConnectCluster cluster() {
    return cluster;
  }

  /** The REST interface of its worker. */
  public ConnectRest rest() {
    return cluster.rest();
  }

  /** The tags of its feeds, in the order of the feeds. */
  public List<String> tags() {
    return Arrays.stream(config.getOrDefault("datahose.feeds", "all").split(","))
        .map(feed -> name + "." + feed)
        .toList();
  }

  /** The tag of its only feed. */
  public String tag() {
    return tags().get(0);
  }

  /** Creates it and waits until it runs and each of its feeds is read: events reach it then. */
  public WorkerFixture start() {
    apply();
    eventually("reads of " + tags())
        .until(() -> tags().stream().noneMatch(tag -> totals(tag).feeds().isEmpty()));
    return this;
  }

  /** Creates or reconfigures it and waits until its tasks run. */
  public void apply() {
    rest().putConfig(name, config);
    awaitRunning();
  }

  /** Waits until REST says that it and its tasks run. */
  public void awaitRunning() {
    rest().awaitRunning(name, Math.min(tags().size(), Integer.parseInt(config.get("tasks.max"))));
  }

  /** Pauses it through REST and waits for that. */
  public void pause() {
    rest().pause(name);
    rest().awaitState(name, "PAUSED", 1);
  }

  /** Stops it through REST and waits until it has no tasks. */
  public void stop() {
    rest().stop(name);
    rest().awaitState(name, "STOPPED", 0);
  }

  /** Lets it run again when it was paused or stopped, and waits for that. */
  public void resume() {
    rest().resume(name);
    awaitRunning();
  }

  /** The same, and answers the ackIds of its first reads; an empty one for none. */
  public List<String> ackIdsAfterResume(int reads) {
    int before = simulator.requests().readsOf(tag()).count();
    resume();
    return eventually("reads after the change")
        .until(
            () -> simulator.requests().readsOf(tag()).list(), list -> list.size() >= before + reads)
        .subList(before, before + reads)
        .stream()
        .map(read -> read.json().path("ackId").asText("missing"))
        .toList();
  }

  /** Restarts connector and tasks through REST and waits until a new task has logged in. */
  public void restart() {
    int logins = simulator.logins().size();
    rest().restart(name, false);
    eventually("a login of the new task").until(() -> simulator.logins().size() > logins);
    awaitRunning();
  }

  /**
   * Restarts failed tasks, like a timer of an operator; it does not affect healthy ones. More than
   * one restart is needed only if the machine is too busy for the short timeouts of a test. The
   * events of a failed task are redelivered at once.
   */
  public void restartUntilAllIsAcknowledged() {
    eventually("acknowledgements of all at " + name)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              if (hasFailed(task())) {
                simulator.returnUnacknowledged();
              }
              rest().restart(name, true);
              return isAllAcknowledged();
            });
  }

  /**
   * Waits until its task has failed and answers the failure's stack trace. Waits long: a worker
   * shows a failure when it has given up the producer, up to 30 s later.
   */
  public String failure() {
    return eventually("the failure of " + name)
        .atMost(Duration.ofMinutes(4))
        .until(this::task, WorkerFixture::hasFailed)
        .path("trace")
        .asText();
  }

  private JsonNode task() {
    return rest().status(name).at("/tasks/0");
  }

  private static boolean hasFailed(JsonNode task) {
    return task.path("state").asText().equals("FAILED");
  }

  /** Produces messages. */
  public void produce(int messages) {
    simulator.produce(messages, MESSAGES);
  }

  /** Produces messages in the background. */
  public CompletableFuture<Void> produceAtRate(int messages, double ratePerSecond) {
    return simulator.produceAtRate(messages, ratePerSecond, MESSAGES);
  }

  /** Produces messages and waits until they are acknowledged. */
  public void bring(int messages) {
    produce(messages);
    awaitAllAcknowledged();
  }

  /** Produces these events and waits until they are acknowledged. */
  public void bring(List<String> events) {
    simulator.produceAll(events);
    awaitAllAcknowledged();
  }

  /** Waits for progress: more events that the simulator saw acknowledged than now. */
  public void awaitMoreAcknowledged(long more) {
    long now = totals().acknowledged();
    eventually("more acknowledgements at " + name)
        .until(() -> totals().acknowledged() >= now + more);
  }

  /** The same, of a feed that may be another connector's. */
  public void awaitMoreAcknowledged(String tag, long more) {
    long now = totals(tag).acknowledged();
    eventually("more acknowledgements of " + tag)
        .until(() -> totals(tag).acknowledged() >= now + more);
  }

  /** Waits until the simulator has all acknowledgements of what it has produced so far. */
  public void awaitAllAcknowledged() {
    long expected = totals().expected();
    eventually("acknowledgements of " + expected + " events at " + name)
        .until(this::totals, totals -> totals.acknowledged() >= expected);
  }

  /**
   * Waits until the worker has stored the offset of the last batch, so that no flush of offsets is
   * under way. Seen once with Kafka 4.3.1, at least once: Kafka went away during a flush, the
   * task's thread began its last flush, and the worker had not stopped the task after 90 s. Why is
   * not known.
   */
  public void awaitOffsetStored() {
    List<String> ackIds =
        simulator.requests().readsOf(tag()).answered(200).list().stream()
            .map(RecordedRequest::answerJson)
            .filter(answer -> !answer.path("events").isEmpty())
            .map(answer -> answer.path("ackId").asText())
            .toList();
    eventually("the stored offset of " + name)
        .until(
            () -> rest().offsets(name).at("/offsets/0/offset/ackId").asText(),
            ackIds.get(ackIds.size() - 1)::equals);
  }

  /** Waits until events were given out that nobody has acknowledged. */
  public void awaitBatchInFlight() {
    eventually("a batch in flight").pollInterval(Duration.ofMillis(1)).until(this::isInFlight);
  }

  /** Waits for a read that begins after this call and has received a response. */
  public void awaitAnotherRead() {
    int before = simulator.requests().reads().count();
    eventually("another read")
        .until(
            () ->
                simulator.requests().reads().count() > before
                    && simulator.requests().reads().at(before).status() == 200);
  }

  /** Until simulators give out again what was read before this and not acknowledged. */
  public static void awaitVisibilityTimeout() {
    await().pollDelay(VISIBILITY).until(() -> true);
  }

  /** Kills its worker ({@code kill -9}) when a batch is in flight. */
  public void killInTheMiddleOfABatch() {
    awaitBatchInFlight();
    cluster.worker().kill();
  }

  /**
   * Kills its worker when a batch is in Kafka, and the read that would acknowledge it to the
   * simulator returned HTTP 503.
   */
  public void killBetweenCommitAndAcknowledgement() {
    simulator.faults().add(Fault.status(503).times(Integer.MAX_VALUE));
    eventually("a refused acknowledgement")
        .until(() -> isInFlight() && simulator.requests().reads().last().faulted());
    cluster.worker().kill();
    simulator.faults().clear();
  }

  private boolean isInFlight() {
    LedgerSnapshot totals = totals();
    return totals.delivered() > totals.acknowledged();
  }

  private boolean isAllAcknowledged() {
    LedgerSnapshot totals = totals();
    return totals.acknowledged() >= totals.expected();
  }

  /** What the simulator has seen so far. */
  public LedgerSnapshot totals() {
    return simulator.ledger().totals();
  }

  /** The same of one tag. */
  public LedgerSnapshot totals(String tag) {
    return simulator.ledger().totals(tag);
  }

  /** Returns the records of these topics; without any, those of the configured topic. */
  public List<ConsumerRecord<String, String>> records(String... topicNames) {
    return Stream.of(topicNames.length == 0 ? new String[] {config.get("topic")} : topicNames)
        .flatMap(topic -> topics.committed(topic).stream())
        .toList();
  }

  /** The messageIds of what {@link #records} answers. */
  public List<String> messageIds(String... topicNames) {
    return records(topicNames).stream().map(TopicReader::messageId).toList();
  }

  /**
   * Compares topics with the ledger. A commit returns, and the batch is acknowledged, a moment
   * before the broker has written the transaction's marker, for which readers of committed records
   * wait. So this waits for events that seem lost.
   */
  public Audit audit(String... topicNames) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    Audit audit;
    do {
      audit =
          simulator
              .ledger()
              .audit(
                  records(topicNames).stream()
                      .map(record -> new Audit.Entry(record.key(), TopicReader.messageId(record)))
                      .toList());
    } while (audit.lost() > 0 && System.nanoTime() < end);
    return audit;
  }

  /** That all that was produced is in the topics, and nothing that was not. */
  public void assertNothingLost(String... topicNames) {
    assertNothingLost(audit(topicNames));
  }

  private static void assertNothingLost(Audit audit) {
    assertThat(audit.lost()).as("lost: %s", audit).isZero();
    assertThat(audit.unknown()).as("unknown: %s", audit).isZero();
  }

  /** That each event is in the topics once. */
  public void assertAllThereOnce(String... topicNames) {
    Audit audit = audit(topicNames);
    assertNothingLost(audit);
    assertThat(audit.duplicated()).as("duplicated: %s", audit).isZero();
  }

  /** What a worker of this kind promises, whatever happens to it. */
  public void assertHolds(Guarantee guarantee) {
    if (guarantee == Guarantee.EXACTLY_ONCE) {
      assertAllThereOnce();
    } else {
      assertNothingLost();
    }
  }

  /** That so many events were acknowledged, and each is in the topics once and in order. */
  public void assertAllThereInOrder(int events, String... topicNames) {
    Audit audit = audit(topicNames);
    assertThat(audit.ok()).as("%s", audit).isTrue();
    assertThat(audit.inKafka()).isEqualTo(events);
  }

  /** The lines of the worker's log that name it and have all these texts. */
  public List<String> log(String... texts) {
    return cluster
        .worker()
        .log()
        .substring(logStart)
        .lines()
        .filter(line -> line.contains(name) && Stream.of(texts).allMatch(line::contains))
        .toList();
  }

  /** Waits for such a line. */
  public void awaitLog(String... texts) {
    eventually("a line with " + List.of(texts)).until(() -> !log(texts).isEmpty());
  }

  /** Has {@link #log} begin with what the worker logs from now on. */
  public void forgetLog() {
    logStart = cluster.worker().log().length();
  }

  /** A metric of the first reader of its only feed, as JMX shows it. */
  public Object metric(String attribute) {
    try (JMXConnector jmx = cluster.worker().jmx()) {
      return jmx.getMBeanServerConnection().getAttribute(metrics(), attribute);
    } catch (JMException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The value of such a counter. */
  public long counter(String attribute) {
    return (long) metric(attribute);
  }

  /** Waits until such a counter has at least this value. */
  public void awaitCounter(String attribute, long atLeast) {
    try (JMXConnector jmx = cluster.worker().jmx()) {
      var beans = jmx.getMBeanServerConnection();
      ObjectName metrics = metrics();
      eventually(attribute + " of " + name)
          .ignoreException(InstanceNotFoundException.class)
          .until(() -> (long) beans.getAttribute(metrics, attribute) >= atLeast);
    } catch (JMException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private ObjectName metrics() throws JMException {
    return new ObjectName(
        "io.github.datahose.connect:type=feed-metrics,connector=%s,task=0,feed=all,reader=0"
            .formatted(name));
  }

  /** The names of the worker's threads that read for it; empty when no reader of it is left. */
  public List<String> readers() {
    try (JMXConnector jmx = cluster.worker().jmx()) {
      ThreadMXBean threads =
          ManagementFactory.newPlatformMXBeanProxy(
              jmx.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class);
      return Arrays.stream(threads.dumpAllThreads(false, false))
          .map(ThreadInfo::getThreadName)
          .filter(thread -> thread.startsWith("datahose-" + name + "-"))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until no thread reads for it. */
  public void awaitNoReader() {
    eventually("nobody reads for " + name)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> readers().isEmpty());
  }

  /** To wait for something that must come, within a deadline for a busy machine. */
  public static ConditionFactory eventually(String what) {
    return await(what)
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20));
  }

  @Override
  public void close() {
    try {
      if (rest().connectors().contains(name)) {
        rest().delete(name);
        rest().awaitGone(name);
      }
    } finally {
      simulator.close();
    }
  }
}
