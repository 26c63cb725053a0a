// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.launch.Ports;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/**
 * The rights that {@code docs/workers.md} names, in a Kafka that asks for them. The page's commands
 * give them, the names of its properties log in, and its table has the error that comes when one of
 * them is taken away.
 */
class SecuredClusterIT {
  private static final Path PAGE = Path.of("docs", "workers.md");
  private static final String SECTION = "Kafka with access control lists";
  private static final String SYMPHONY = "symphony";
  private static final String CONNECT = "connect";
  private static final List<String> TOPICS =
      List.of("symphony.events", "symphony.quarantine", "symphony.ledger", "symphony.heartbeats");

  /** Principal, operation, what it is about with its name, what is seen, and the error. */
  private static final Pattern ROW =
      Pattern.compile(
          "(?m)^\\| `(\\w+)` \\| `(\\w+)` \\| ([a-z ]+) `(\\S+)` \\| .+ \\| `(.+)` \\|$");

  private static final Pattern WORKER_PROPERTY =
      Pattern.compile("(?m)^    ((?:\\w+\\.)?(?:security\\.protocol|sasl\\.\\S+?))=");
  private static final Pattern OVERRIDE = Pattern.compile("(?m)^    \"(\\w+\\.override\\.\\S+)\":");

  private final String listener = "127.0.0.1:" + Ports.free();
  private final Map<AclBinding, String> errors = new LinkedHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private Admin admin;
  private WorkerFixture connector;

  @Test
  void requiresExactlyDocumentedPermissions() throws Exception {
    inPage(ROW)
        .forEach(
            row ->
                errors.put(
                    right(row.group(1), row.group(2), row.group(3), row.group(4)), row.group(5)));
    Shell shell = new Shell().withKafkaCommands().set("KAFKA", listener);
    Files.writeString(
        shell.directory().resolve("admin.properties"),
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config="
            + login("admin"));
    try (BrokerProcess broker = BrokerProcess.start("secured", brokerProperties());
        Admin client = broker.admin();
        Runbook page = Runbook.of(PAGE, SECTION, shell)) {
      admin = client;
      for (String name : List.of("configs", "offsets", "status")) {
        broker.createTopic("connect-" + name, 1, Map.of("cleanup.policy", "compact"));
      }
      TOPICS.forEach(topic -> broker.createTopic(topic, 1, Map.of()));
      page.run("worker");
      page.run("connector");
      assertThat(rights()).containsExactlyInAnyOrderElementsOf(errors.keySet());
      try (ConnectCluster cluster = worker(broker).start();
          WorkerFixture fixture =
              new WorkerFixture(
                  cluster,
                  SYMPHONY,
                  // Exactly-once delivery requires more than 20 s.
                  WorkerFixture.shortTimes().visibility(Duration.ofSeconds(22)))) {
        connector = fixture;
        areEnough();
        noneOfTheConnectorIsTooMany();
        noneOfTheWorkerIsTooMany();
        produce();
        connector.awaitAllAcknowledged();
        connector.assertAllThereOnce("symphony.events", "symphony.quarantine");
      }
    }
  }

  private void areEnough() {
    connector
        .withoutTopicCreation()
        .set("exactly.once.support", "required")
        .set("topic", "symphony.events")
        .set("quarantine.topic", "symphony.quarantine")
        .set("ledger.topic", "symphony.ledger")
        .set("ledger.interval.ms", "1000")
        .set("heartbeat.topic", "symphony.heartbeats")
        .set("heartbeat.interval.ms", "1000");
    inPage(OVERRIDE).forEach(override -> connector.set(override.group(1), login(SYMPHONY)));
    connector.start();
    produce();
    connector.awaitAllAcknowledged();
    for (String topic : TOPICS) {
      eventually("records in " + topic).until(() -> !connector.records(topic).isEmpty());
    }
  }

  private void noneOfTheConnectorIsTooMany() {
    for (AclBinding right : rights(SYMPHONY, AclOperation.ANY)) {
      long mark = take(right);
      if (isNeededAtTheStart(right)) {
        connector.rest().restart(SYMPHONY, false);
      } else {
        produce();
      }
      awaitError(right, mark);
      boolean ends = right.entry().operation() == AclOperation.WRITE;
      if (ends) {
        // REST says FAILED when the producer is closed, up to 30 s later.
        awaitLog("Task is being killed and will not recover until manually restarted", mark);
      }
      // One that was cut off would take the next events.
      eventually("no read is open")
          .until(() -> connector.simulator().requests().reads().waiting().count() == 0);
      connector.simulator().returnUnacknowledged();
      give(right);
      if (ends) {
        connector.rest().restart(SYMPHONY, false);
      }
      connector.awaitAnotherRead();
      connector.awaitAllAcknowledged();
    }
  }

  private static boolean isNeededAtTheStart(AclBinding right) {
    return right.entry().operation() == AclOperation.READ
        || right.pattern().resourceType() == ResourceType.TRANSACTIONAL_ID;
  }

  private void noneOfTheWorkerIsTooMany() {
    for (AclBinding right : rights(CONNECT, AclOperation.WRITE)) {
      long mark = take(right);
      CompletableFuture<Integer> change = CompletableFuture.supplyAsync(this::changeConfig);
      awaitError(right, mark);
      give(right);
      int status = change.join();
      if (right.pattern().resourceType() == ResourceType.TOPIC) {
        assertThat(status)
            .as("without %s", right)
            .isEqualTo(right.pattern().name().equals("connect-configs") ? 500 : 200);
      }
      connector.awaitRunning();
    }

    WorkerProcess worker = connector.cluster().worker();
    worker.stop();
    List<AclBinding> reads = rights(CONNECT, AclOperation.READ);
    long mark = reads.stream().mapToLong(this::take).max().getAsLong();
    worker.start();
    // The page has them in the order in which a worker that starts needs them.
    for (AclBinding right : reads) {
      awaitError(right, mark);
      assertThat(worker.rest().isReady()).as("without %s", right).isFalse();
      boolean waits = errors.get(right).startsWith("Not authorized to read from partition");
      if (!waits) {
        worker.kill();
      }
      mark = endOfLog();
      give(right);
      if (!waits) {
        worker.start();
      }
    }
    worker.awaitReady();
  }

  /** Takes a right away, and returns where the worker's log ended before that. */
  private long take(AclBinding right) {
    long mark = endOfLog();
    done(admin.deleteAcls(List.of(right.toFilter())).all());
    eventually("the broker without " + right).until(() -> !rights().contains(right));
    return mark;
  }

  private void give(AclBinding right) {
    done(admin.createAcls(List.of(right)).all());
    eventually("the broker with " + right).until(() -> rights().contains(right));
  }

  /** Returns the permissions that the broker applies now. */
  private Collection<AclBinding> rights() {
    return done(admin.describeAcls(AclBindingFilter.ANY).values());
  }

  private void awaitError(AclBinding right, long mark) {
    awaitLog(errors.get(right), mark);
  }

  private void awaitLog(String text, long mark) {
    LogSearch search = new LogSearch(connector.cluster().worker().logFile(), mark, text);
    eventually(text).until(search::finds);
  }

  /** Where the worker's log ends now. */
  private long endOfLog() {
    try {
      return Files.size(connector.cluster().worker().logFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those of a principal for this operation, in the order of the page. */
  private List<AclBinding> rights(String principal, AclOperation operation) {
    AccessControlEntryFilter filter =
        new AccessControlEntryFilter("User:" + principal, null, operation, AclPermissionType.ALLOW);
    return errors.keySet().stream().filter(right -> filter.matches(right.entry())).toList();
  }

  /** Has the feed bring an event, and one for the quarantine. */
  private void produce() {
    connector
        .simulator()
        .produceAll(
            Stream.of("1764000000000", "\"yesterday\"")
                .map(
                    timestamp ->
                        """
                        {"messageId":"message-%d","timestamp":%s,"type":"MESSAGESENT"}"""
                            .formatted(numbers.getAndIncrement(), timestamp))
                .toList());
  }

  /** Answers the status of the answer. */
  private int changeConfig() {
    connector.set("datahose.keepalive.ms", Integer.toString(100_000 + numbers.getAndIncrement()));
    try {
      connector.rest().putConfig(SYMPHONY, connector.config());
      return 200;
    } catch (ConnectRestException e) {
      return e.status();
    }
  }

  private ConnectCluster.Builder worker(BrokerProcess broker) {
    ConnectCluster.Builder worker =
        ConnectCluster.named("secured")
            .on(broker)
            .exactlyOnce()
            // Tasks that nobody waits for: those that close their producer after a failure.
            .workerProperty("task.shutdown.graceful.timeout.ms", "500")
            .workerProperty("bootstrap.servers", listener)
            .workerProperty("group.id", "connect-cluster")
            .workerProperty("config.storage.topic", "connect-configs")
            .workerProperty("offset.storage.topic", "connect-offsets")
            .workerProperty("status.storage.topic", "connect-status");
    inPage(WORKER_PROPERTY)
        .map(property -> property.group(1))
        .forEach(
            name ->
                worker.workerProperty(
                    name,
                    name.endsWith("protocol")
                        ? "SASL_PLAINTEXT"
                        : name.endsWith("mechanism") ? "PLAIN" : login(CONNECT)));
    return worker;
  }

  /** The broker itself and the test need no login, at the listener that all tests have. */
  private Map<String, String> brokerProperties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("listeners", "SASL_PLAINTEXT://" + listener);
    properties.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT");
    properties.put("sasl.enabled.mechanisms", "PLAIN");
    properties.put(
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " user_admin=\"admin\" user_connect=\"connect\" user_symphony=\"symphony\";");
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:ANONYMOUS;User:admin");
    return properties;
  }

  private static String login(String user) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required"
        + " username=\"%1$s\" password=\"%1$s\";".formatted(user);
  }

  private static AclBinding right(String principal, String operation, String kind, String name) {
    return new AclBinding(
        new ResourcePattern(
            ResourceType.fromString(kind.replace(" ", "_").toUpperCase(Locale.ROOT)),
            name,
            PatternType.LITERAL),
        new AccessControlEntry(
            "User:" + principal,
            "*",
            AclOperation.fromString(operation.toUpperCase(Locale.ROOT)),
            AclPermissionType.ALLOW));
  }

  private static Stream<MatchResult> inPage(Pattern pattern) {
    try {
      return pattern.matcher(Files.readString(PAGE)).results();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T done(KafkaFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Looks for a text in a log from a mark on. Each call reads only what was added since the last
   * one: without a right, the worker logs megabytes a second.
   */
  private static final class LogSearch {
    private static final int BLOCK = 1 << 16;

    private final Path log;
    private final String text;
    private long position;

    /**
     * Begins at the mark.
     *
     * @param text in ASCII, without a line break
     */
    LogSearch(Path log, long mark, String text) {
      this.log = log;
      this.position = mark;
      this.text = text;
    }

    boolean finds() throws IOException {
      byte[] block = new byte[BLOCK];
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
        file.seek(position);
        String before = "";
        for (int read = file.read(block); read > 0; read = file.read(block)) {
          String now = before + new String(block, 0, read, StandardCharsets.ISO_8859_1);
          if (now.contains(text)) {
            return true;
          }
          // The text may begin here and end in what is read next.
          before = now.substring(Math.max(0, now.length() - text.length() + 1));
          position = file.getFilePointer() - before.length();
        }
      }
      return false;
    }
  }
}
