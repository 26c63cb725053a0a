// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.config.HangingFiles;
import io.github.datahose.connect.reader.RunningTask;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Login;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole task against the simulator; the test plays the worker. */
@Timeout(60)
class DatahoseSourceTaskTest {

  private static final String HEALTH = "/agent/v3/health/extended";

  private final RunningTask running =
      RunningTask.of(SimulatorOptions.defaults().longPoll(Duration.ofSeconds(2)));
  private final Simulator simulator = running.simulator;
  private final Map<String, String> properties = running.properties;

  @AfterEach
  void close() {
    running.close();
    // What tests put in place of a good answer is no agent's.
    OpenApiCheck.assertConforms(
        simulator.requests().where(request -> !answer(request).contains("takeover")));
  }

  @Test
  @Tag("invariant-3")
  void invariant3StartsWithoutWaitingForNetwork() {
    simulator.faults().add(Fault.delayed(Duration.ofSeconds(30)).at(Requests.SESSION_LOGIN));
    assertQuick(running::start);
    await().until(() -> simulator.requests().to(Requests.SESSION_LOGIN).count() == 1);
  }

  @Test
  @Tag("invariant-3")
  void invariant3PollsForAtMostOneSecond() {
    running.start();
    Duration poll = assertQuick(() -> assertThat(running.task().poll()).isNull());
    assertThat(poll).isGreaterThan(Duration.ofMillis(900));
  }

  @Test
  @Tag("invariant-3")
  void invariant3StopsWithinOneSecondDuringLongPoll() {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(30)));
    properties.put("datahose.feed.all.readers", "3");
    running.start();
    await().until(() -> simulator.requests().reads().waiting().count() == 3);
    assertThat(threads()).hasSize(3).allMatch(name -> name.startsWith("datahose-played-all-"));
    assertStopsWithinASecond();
  }

  @Test
  @Tag("invariant-3")
  void invariant3StopsWithinOneSecondDuringInFlightBatchOrBackoff() throws Exception {
    properties.put("symphony.retry.backoff.ms", "60000");
    properties.put("symphony.retry.backoff.max.ms", "60000");
    startAndProduce(10);
    running.awaitRecords();
    assertStopsWithinASecond();
    simulator.faults().add(Fault.status(503).header("Retry-After", "300"));
    running.start();
    await().until(() -> !simulator.faults().pending());
    assertStopsWithinASecond();
  }

  @Test
  @Tag("invariant-3")
  void invariant3StopsWithinOneSecondWhenKeyFileIsUnresponsive(@TempDir Path folder)
      throws Exception {
    String key = folder.resolve("key.pem").toString();
    properties.remove("symphony.private.key");
    properties.put("symphony.private.key.path", key);
    properties.put("datahose.feed.all.readers", "3");
    HangingFiles hanging = new HangingFiles();
    hanging.addPrivateKey(key);
    try (hanging) {
      running.start();
      await().until(DatahoseSourceTaskTest::aReaderWaitsForAFile);
      assertStopsWithinASecond();
    }
  }

  private static boolean aReaderWaitsForAFile() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("datahose-"))
        .flatMap(thread -> Stream.of(thread.getValue()))
        .anyMatch(frame -> frame.getClassName().endsWith(".WorkerFile"));
  }

  @Test
  void releasesEverythingWhenStartFails() {
    SourceTask task = new DatahoseSourceTask();
    properties.put("topic", "");
    assertThatThrownBy(() -> task.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("topic");
    task.stop();
    assertThat(threads()).isEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void readsTwoFeedsInOneTask() throws InterruptedException {
    properties.put("datahose.feeds", "messages,rooms");
    properties.put("datahose.feed.messages.event.types", "MESSAGESENT");
    properties.put("datahose.feed.rooms.event.types", "ROOMCREATED,ROOMUPDATED");
    properties.put("topic", "symphony.${feed}");
    running.start();
    await().until(() -> simulator.requests().reads().waiting().count() == 2);
    await().until(() -> simulator.ledger().totals().feeds().size() == 2);
    simulator.produce(50, List.of("MESSAGESENT"));
    simulator.produce(30, List.of("ROOMCREATED", "ROOMUPDATED"));
    running.awaitAllAcknowledged();
    assertThat(running.audit().ok()).as("%s", running.audit()).isTrue();
    assertThat(running.topic()).extracting(SourceRecord::topic).contains("symphony.rooms");
    assertThat(simulator.ledger().totals("played.messages").acknowledged()).isEqualTo(50);
    assertThat(simulator.ledger().totals("played.rooms").acknowledged()).isEqualTo(30);
    assertThat(simulator.logins()).as("one login for the task").hasSize(2);
  }

  @Test
  @Tag("invariant-6")
  void invariant6DeliversEachEventOnceWhenTwoReadersShareFeed() throws InterruptedException {
    properties.put("datahose.feed.all.readers", "2");
    simulator.reconfigure(options -> options.batchSize(20).visibility(Duration.ofMillis(300)));
    running.start();
    await().until(() -> simulator.requests().reads().waiting().count() == 2);
    await().until(() -> !simulator.ledger().totals().feeds().isEmpty());
    simulator.produceAtRate(2000, 2000, List.of());
    running.workUntil(() -> simulator.ledger().totals().acknowledged() == 2000);
    running.assertNothingIsLostOrTwice();
    assertThat(running.topic())
        .extracting(record -> (Object) record.sourcePartition().get("reader"))
        .containsOnly(
            "127.0.0.1/settlement-bot/played.all/0", "127.0.0.1/settlement-bot/played.all/1");
  }

  @Test
  @Tag("invariant-3")
  void invariant3CommitsAnyRecordWithoutThrowing() throws InterruptedException {
    startAndProduce(1);
    SourceRecord ours = running.awaitRecords().get(0);
    SourceRecord foreign =
        new SourceRecord(Map.of(), Map.of(), "t", 0, Schema.STRING_SCHEMA, "of an SMT");
    assertThatCode(
            () -> {
              running.task().commitRecord(null, null);
              running.task().commitRecord(foreign, null);
              running.task().commit();
              running.task().commitRecord(ours, null);
              running.task().commitRecord(ours, null);
            })
        .doesNotThrowAnyException();
  }

  @Test
  @Tag("invariant-3")
  void invariant3DoesNotThrowWhenCalledBeforeStart() {
    SourceTask task = new DatahoseSourceTask();
    assertThatCode(
            () -> {
              task.commitRecord(null, null);
              task.commit();
              assertThat(task.poll()).isNull();
              task.stop();
              task.commit();
            })
        .doesNotThrowAnyException();
  }

  @Test
  void deliversAndAcknowledgesEachEventOnceInOrder() throws Exception {
    ObjectName name =
        new ObjectName(
            "io.github.datahose.connect:type=feed-metrics,connector=played,task=0,feed=all,reader=0");
    startAndProduce(5000);
    running.awaitAllAcknowledged();
    assertThat(running.audit().ok()).as("%s", running.audit()).isTrue();
    assertThat(running.topic())
        .as("nothing of what a pod sends is unknown")
        .allMatch(record -> record.headers().lastWithName("symphony.mapping.error") == null);
    assertThat(running.metric("records-total")).isEqualTo(5000L);
    assertThat(running.metric("logins-total")).isEqualTo(1L);
    assertThat(running.metric("agent").toString()).startsWith(simulator.url());
    running.stop();
    assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isFalse();
  }

  @Test
  void checksHealthOnceAndThenOnlySendsLongPolls() throws InterruptedException {
    simulator.reconfigure(options -> options.contentExport(ContentExport.ABSENT));
    properties.put("datahose.feed.all.readers", "2");
    running.start();
    running.workUntil(() -> simulator.requests().reads().count() >= 6);
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .filteredOn(path -> !path.equals(Requests.READ))
        .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH);
    assertThat(running.log()).containsOnlyOnce("account (ceservice) is not configured");
  }

  @Test
  void reportsTooOldAgentWhenItRejectsFirstRead() throws InterruptedException {
    simulator.reconfigure(options -> options.agentVersion("22.6.5-402"));
    running.start();
    running.workUntil(() -> simulator.requests().reads().answered(400).count() > 2);
    assertThat(running.log()).containsOnlyOnce("has version 22.6.5. Datahose requires");
  }

  @Test
  void deliversEventsWhenHealthCheckIsUnresponsive() throws InterruptedException {
    Fault hangs = Fault.delayed(Duration.ofSeconds(25)).at(HEALTH);
    simulator.faults().add(hangs);
    startAndProduce(10);
    running.awaitAllAcknowledged();
    running.stop();
    simulator.faults().add(hangs);
    running.start();
    await().until(() -> simulator.requests().to(HEALTH).count() == 2);
    assertStopsWithinASecond();
    assertThat(running.audit().ok()).as("%s", running.audit()).isTrue();
  }

  @Test
  @Tag("invariant-4")
  void invariant4ContinuesFromStoredOffset() throws InterruptedException {
    // The events of the stopped task's last read are redelivered soon.
    simulator.reconfigure(options -> options.visibility(Duration.ofSeconds(2)));
    startAndProduce(250);
    while (running.topic().size() < 100) {
      running.poll().forEach(running::confirm);
    }
    running.stop();
    int readsBefore = simulator.requests().reads().count();
    running.start();
    running.awaitAllAcknowledged();
    assertThat(running.audit().ok()).as("%s", running.audit()).isTrue();
    assertThat(simulator.requests().reads().at(readsBefore).ackId())
        .as("the ack came with the start")
        .isNotEmpty();
  }

  @Test
  @Tag("invariant-7")
  void invariant7DropsRedeliveredEventsAfterKill() throws InterruptedException {
    simulator.reconfigure(options -> options.visibility(Duration.ofMillis(300)));
    startAndProduce(60);
    List<SourceRecord> batch = running.awaitRecords();
    batch.subList(0, batch.size() / 2).forEach(running::confirm);
    running.stop();
    running.start();
    running.awaitAllAcknowledged();
    running.assertNothingIsLostOrTwice();
    assertThat(simulator.ledger().totals().redelivered()).isPositive();
  }

  @Test
  @Tag("invariant-10")
  void invariant10LogsNoKeyTokenOrText() throws InterruptedException {
    simulator.reconfigure(options -> options.visibility(Duration.ofMillis(500)));
    running.start();
    await().until(() -> simulator.requests().reads().waiting().count() == 1);
    String session = simulator.logins().get(0).token();
    simulator
        .faults()
        .add(Fault.status(400).body("{\"code\":400,\"message\":\"bad " + session + "\"}"));
    simulator.faults().add(Fault.status(200).body("{\"events\":[{\"message\":\"takeover"));
    simulator.faults().add(Fault.status(502).body("<html>takeover</html>"));
    simulator.faults().add(Fault.redirect("http://h/?takeover"));
    simulator.produceAll(
        List.of(
            "{\"type\":\"MESSAGESENT\",\"messageId\":\"m1\",\"payload\":{\"messageSent\":"
                + "{\"message\":{\"message\":\"takeover\",\"data\":{\"new\":\"takeover\"}}}}}",
            "{\"type\":\"NEW\",\"text\":\"takeover\"}",
            "\"takeover\"",
            "{\"type\":\"MESSAGESENT\",\"diagnostic\":[\"takeover\"]}"));
    running.workUntil(
        () -> !simulator.faults().pending() && simulator.ledger().totals().acknowledged() == 3);
    simulator.expireTokens();
    simulator.produce("{\"type\":\"MESSAGESENT\",\"messageId\":\"m2\"}");
    running.workUntil(() -> simulator.ledger().totals().acknowledged() == 4);
    running.stop();
    String log = running.log();
    assertThat(log)
        .contains("starts as account", "returned HTTP 400", "Retrying")
        .doesNotContain("takeover")
        .doesNotContain(SimulatorKeys.privateKey().lines().toList());
    assertThat(log.lines().filter(line -> line.contains(" DEBUG ")))
        .as("what a support case needs")
        .anyMatch(
            line ->
                line.matches(
                    ".* read of the Datahose feed \\(\\S+, trace id \\w{6}\\) returned HTTP 200"
                        + " after \\d+ ms: 3 events, \\d+ bytes; ackId sent none, received #[0-9a-f]{8};"
                        + " agent http://.*"))
        .anyMatch(line -> line.matches(".*trace id \\w{6}\\) returned HTTP 502.*retrying in .*"))
        .anyMatch(line -> line.matches(".*login to the pod \\(\\S+\\) returned HTTP 200 .*"))
        .anyMatch(line -> line.matches(".*login to the key manager \\(\\S+\\) returned .*"))
        .anyMatch(line -> line.matches(".*batch with ackId #\\w{8} is settled \\d+ ms after .*"));
    List<String> ackIds =
        simulator.requests().reads().list().stream()
            .map(RecordedRequest::ackId)
            .filter(ackId -> !ackId.isEmpty())
            .toList();
    assertThat(ackIds).isNotEmpty().noneMatch(log::contains);
    for (Login login : simulator.logins()) {
      assertThat(log).doesNotContain(login.token().substring(0, 30));
    }
    for (RecordedRequest login : simulator.requests().to(Requests.SESSION_LOGIN)) {
      assertThat(log).doesNotContain(login.json().path("token").asText().substring(0, 30));
    }
  }

  private static String answer(RecordedRequest request) {
    return new String(request.answerBody(), StandardCharsets.UTF_8);
  }

  private void startAndProduce(int events) throws InterruptedException {
    running.start();
    await().until(() -> simulator.requests().reads().waiting().count() == 1);
    running.awaitLongPolls(1);
    simulator.produce(events);
  }

  /** Threads that have ended prove the second, because a stop waits no longer for them. */
  private void assertStopsWithinASecond() {
    assertQuick(running::stop);
    assertThat(threads()).isEmpty();
  }

  private interface Call {
    void run() throws Exception;
  }

  /**
   * Checks that it takes far less than the delays that must not occur, of 30 s and more. A limit
   * near the promised second would measure the load of the machine.
   */
  private static Duration assertQuick(Call call) {
    long begin = System.nanoTime();
    assertThatCode(call::run).doesNotThrowAnyException();
    Duration time = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(time).isLessThan(Duration.ofSeconds(10));
    return time;
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("datahose-"))
        .toList();
  }
}
