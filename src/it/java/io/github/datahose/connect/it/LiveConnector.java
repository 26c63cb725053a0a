// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.DatahoseSourceConnector;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.LedgerSnapshot;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionFactory;

/**
 * A connector in a real worker, with a simulator of its own in this JVM: what the vendor saw is to
 * be asked of that one's ledger. It writes to the topic of its name unless told otherwise, and uses
 * its name as tag. Closing it deletes the connector and ends the simulator.
 */
public final class LiveConnector implements AutoCloseable {
  private static final Duration VISIBILITY = Duration.ofSeconds(5);

  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final ConnectCluster cluster;
  private final Topics topics;
  private final String name;
  private final Simulator simulator;
  private final Map<String, String> config = new TreeMap<>();

  /** Names a connector that is to run in this cluster; the name must not have been used before. */
  LiveConnector(ConnectCluster cluster, String name) {
    this(cluster, name, shortTimes());
  }

  /** The same, with a simulator of these options. */
  public LiveConnector(ConnectCluster cluster, String name, SimulatorOptions options) {
    this.cluster = cluster;
    topics = new Topics(cluster);
    this.name = name;
    simulator = Simulator.start(options);
    set("connector.class", DatahoseSourceConnector.class.getName());
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
  public LiveConnector set(String option, String value) {
    config.put(option, value);
    return this;
  }

  /** Takes an option out. */
  public LiveConnector unset(String option) {
    config.remove(option);
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

  /** Creates it and waits until it runs and each of its feeds is read: events reach it then. */
  public LiveConnector start() {
    apply(tags().size());
    awaitRead(tags());
    return this;
  }

  /** Creates or reconfigures it and waits until so many tasks run. */
  void apply(int tasks) {
    cluster.rest().putConfig(name, config);
    cluster.rest().awaitRunning(name, Math.min(tasks, Integer.parseInt(config.get("tasks.max"))));
  }

  /** The tags of its feeds, in the order of the feeds. */
  List<String> tags() {
    return Arrays.stream(config.getOrDefault("datahose.feeds", "all").split(","))
        .map(feed -> name + "." + feed)
        .toList();
  }

  /** The tag of its only feed. */
  String tag() {
    return tags().get(0);
  }

  private void awaitRead(List<String> tags) {
    eventually("reads of " + tags)
        .until(
            () -> tags.stream().noneMatch(tag -> simulator.ledger().totals(tag).feeds().isEmpty()));
  }

  /** Stops it through REST and waits until it has no tasks. */
  public void stop() {
    cluster.rest().stop(name);
    cluster.rest().awaitState(name, "STOPPED", 0);
  }

  /** Lets it run again, and answers the ackIds of its first reads; an empty one for none. */
  public List<String> ackIdsAfterResume(int reads) {
    int before = simulator.requests().readsOf(tag()).count();
    cluster.rest().resume(name);
    cluster.rest().awaitRunning(name, 1);
    return eventually("reads after the change")
        .until(
            () -> simulator.requests().readsOf(tag()).list(), list -> list.size() >= before + reads)
        .subList(before, before + reads)
        .stream()
        .map(read -> read.json().path("ackId").asText("missing"))
        .toList();
  }

  /** Restarts connector and tasks through REST and waits until a new task has logged in. */
  void restart() {
    int logins = simulator.logins().size();
    cluster.rest().restart(name, false);
    eventually("a login of the new task").until(() -> simulator.logins().size() > logins);
    cluster.rest().awaitRunning(name, tags().size());
  }

  /** Waits for progress: more events that the simulator saw acknowledged than now. */
  public void awaitMoreAcknowledged(long more) {
    long now = totals().acknowledged();
    eventually("more acknowledgements at " + name)
        .until(() -> totals().acknowledged() >= now + more);
  }

  /** Waits until the simulator has all acknowledgements of what it has produced so far. */
  void awaitAllAcknowledged() {
    long expected = totals().expected();
    eventually("acknowledgements of " + expected + " events at " + name)
        .until(this::totals, totals -> totals.acknowledged() >= expected);
  }

  /** What the simulator has seen so far. */
  public LedgerSnapshot totals() {
    return simulator.ledger().totals();
  }

  /** What stands in the topic of its name. */
  List<ConsumerRecord<String, String>> records() {
    return topics.records(name);
  }

  /** Holds what stands in the topic of its name against the ledger. */
  public Audit audit() {
    return audit(name);
  }

  /**
   * Holds what stands in these topics against the ledger. A commit is answered, and the batch
   * acknowledged, a moment before the broker has written the transaction's marker, which readers of
   * committed records wait for; so does this for what seems lost.
   */
  Audit audit(String... topicNames) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    Audit audit = simulator.ledger().audit(topics.entries(topicNames));
    while (audit.lost() > 0 && System.nanoTime() < end) {
      audit = simulator.ledger().audit(topics.entries(topicNames));
    }
    return audit;
  }

  Topics topics() {
    return topics;
  }

  /** To wait for something that must come, within a deadline for a busy machine. */
  public static ConditionFactory eventually(String what) {
    return await(what)
        .atMost(DEADLINE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20));
  }

  /** Until simulators give out again what was read before this and not acknowledged. */
  static void awaitVisibilityTimeout() {
    await().pollDelay(VISIBILITY).until(() -> true);
  }

  @Override
  public void close() {
    try {
      if (cluster.rest().connectors().contains(name)) {
        cluster.rest().delete(name);
        cluster.rest().awaitGone(name);
      }
    } finally {
      simulator.close();
    }
  }
}
