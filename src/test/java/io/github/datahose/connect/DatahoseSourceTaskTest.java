// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.config.HangingFiles;
import io.github.datahose.connect.feed.CapturedLog;
import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.simulator.Audit;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole task against the simulator; the test plays the worker. */
@Timeout(60)
class DatahoseSourceTaskTest {

  /**
   * The waits that must not happen take 30 s and more. A bound near the promised second would tell
   * of the machine's load; that the threads are gone after a stop tells of the second, since it
   * waits for them no longer.
   */
  private static final Duration FAR_LESS_THAN_THE_WAIT = Duration.ofSeconds(10);

  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ofSeconds(2)));
  private final Map<String, String> properties = PlayedWorker.properties(simulator);
  private final FakeOffsetStorage offsets = new FakeOffsetStorage();

  @AfterEach
  void stop() {
    // What tests put in place of a good answer is no agent's.
    OpenApiCheck.assertConforms(
        simulator.requests().where(request -> !answer(request).contains("takeover")));
    simulator.close();
  }

  @Test
  void invariant3StartsWithoutWaitingForTheNetwork() {
    simulator.faults().add(Fault.delayed(Duration.ofSeconds(30)).at(Requests.SESSION_LOGIN));
    long begin = System.nanoTime();
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      assertThat(worker.task).isNotNull();
      assertThat(since(begin)).isLessThan(FAR_LESS_THAN_THE_WAIT);
      await().until(() -> simulator.requests().to(Requests.SESSION_LOGIN).count() == 1);
    }
  }

  @Test
  void invariant3PollsForASecondAtMost() throws InterruptedException {
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      long begin = System.nanoTime();
      assertThat(worker.task.poll()).isNull();
      assertThat(since(begin)).isBetween(Duration.ofMillis(900), FAR_LESS_THAN_THE_WAIT);
    }
  }

  @Test
  void invariant3StopsWithinASecondInTheMiddleOfALongPollAndLeavesNoThread() {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(30)));
    properties.put("datahose.feed.all.readers", "3");
    PlayedWorker worker = PlayedWorker.started(properties, offsets);
    await().until(() -> simulator.requests().reads().waiting().count() == 3);
    assertThat(threads()).hasSize(3).allMatch(name -> name.startsWith("datahose-played-all-"));
    long begin = System.nanoTime();
    worker.close();
    assertThat(since(begin)).isLessThan(FAR_LESS_THAN_THE_WAIT);
    assertThat(threads()).isEmpty();
    worker.close();
  }

  @Test
  void invariant3StopsWithinASecondWhileABatchIsInFlightOrTheReaderBacksOff()
      throws InterruptedException {
    properties.put("symphony.retry.backoff.ms", "60000");
    properties.put("symphony.retry.backoff.max.ms", "60000");
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      produceOnceReading(10);
      await().until(() -> !worker.poll().isEmpty());
      long begin = System.nanoTime();
      worker.close();
      assertThat(since(begin)).isLessThan(FAR_LESS_THAN_THE_WAIT);
    }
    simulator.faults().add(Fault.status(503).header("Retry-After", "300"));
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      await().until(() -> !simulator.faults().pending());
      long begin = System.nanoTime();
      worker.close();
      assertThat(since(begin)).isLessThan(FAR_LESS_THAN_THE_WAIT);
    }
    assertThat(threads()).isEmpty();
  }

  @Test
  void invariant3StopsWithinASecondWhileTheFileOfTheKeyHangsAndLeavesNoReader(@TempDir Path folder)
      throws Exception {
    String key = folder.resolve("key.pem").toString();
    properties.remove("symphony.private.key");
    properties.put("symphony.private.key.path", key);
    properties.put("datahose.feed.all.readers", "3");
    HangingFiles hanging = new HangingFiles();
    hanging.addPrivateKey(key);
    try (hanging;
        PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      await().until(DatahoseSourceTaskTest::aReaderWaitsForAFile);
      worker.close();
      assertThat(threads()).isEmpty();
    }
  }

  private static boolean aReaderWaitsForAFile() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("datahose-"))
        .flatMap(thread -> Stream.of(thread.getValue()))
        .anyMatch(frame -> frame.getClassName().endsWith(".WorkerFile"));
  }

  @Test
  void canBeStoppedWithoutHavingStarted() {
    assertThatCode(new DatahoseSourceTask()::stop).doesNotThrowAnyException();
  }

  @Test
  void leavesNothingBehindWhenItCannotStart() {
    properties.put("topic", "");
    PlayedWorker worker = new PlayedWorker(offsets);
    assertThatThrownBy(() -> worker.task.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("topic");
    worker.close();
    assertThat(threads()).isEmpty();
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void readsTwoFeedsInOneTask() throws InterruptedException {
    properties.put("datahose.feeds", "messages,rooms");
    properties.put("datahose.feed.messages.event.types", "MESSAGESENT");
    properties.put("datahose.feed.rooms.event.types", "ROOMCREATED,ROOMUPDATED");
    properties.put("topic", "symphony.${feed}");
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      await().until(() -> simulator.requests().reads().waiting().count() == 2);
      await().until(() -> simulator.ledger().totals().feeds().size() == 2);
      simulator.produce(50, List.of("MESSAGESENT"));
      simulator.produce(30, List.of("ROOMCREATED", "ROOMUPDATED"));
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 80);
      assertAuditIsGood(worker.entries());
      assertThat(worker.records()).extracting(SourceRecord::topic).contains("symphony.rooms");
      assertThat(simulator.ledger().totals("played.messages").acknowledged()).isEqualTo(50);
      assertThat(simulator.ledger().totals("played.rooms").acknowledged()).isEqualTo(30);
      assertThat(simulator.logins()).as("one login for the task").hasSize(2);
    }
  }

  @Test
  void invariant6ReadsAFeedByTwoReadersAndBringsEachEventOnce() throws InterruptedException {
    properties.put("datahose.feed.all.readers", "2");
    simulator.reconfigure(options -> options.batchSize(20).visibility(Duration.ofMillis(300)));
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      await().until(() -> simulator.requests().reads().waiting().count() == 2);
      await().until(() -> !simulator.ledger().totals().feeds().isEmpty());
      simulator.produceAtRate(2000, 2000, List.of());
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 2000);
      Audit audit = simulator.ledger().audit(worker.entries());
      assertThat(audit.lost()).isZero();
      assertThat(audit.duplicated()).isZero();
      Set<Object> readers = new HashSet<>();
      worker.records().forEach(record -> readers.add(record.sourcePartition().get("reader")));
      assertThat(readers).hasSize(2);
    }
  }

  @Test
  void invariant3CommitsAnyRecordWithoutThrowing() throws InterruptedException {
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      SourceTask task = worker.task;
      SourceRecord foreign =
          new SourceRecord(Map.of(), Map.of(), "t", 0, Schema.STRING_SCHEMA, "of an SMT");
      assertThatCode(
              () -> {
                task.commitRecord(null, null);
                task.commitRecord(foreign, null);
                task.commit();
              })
          .doesNotThrowAnyException();
      produceOnceReading(1);
      await().until(() -> !worker.poll().isEmpty());
      SourceRecord record = worker.records().get(0);
      assertThatCode(
              () -> {
                task.commitRecord(record, null);
                task.commitRecord(record, null);
              })
          .doesNotThrowAnyException();
    }
  }

  @Test
  void invariant3ThrowsNothingWhenTheWorkerCallsBeforeTheStart() {
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
  void bringsEachEventOfAllTypesOnceInOrderAndAcknowledgesIt() throws InterruptedException {
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      produceOnceReading(5000);
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 5000);
      assertAuditIsGood(worker.entries());
      assertThat(worker.records())
          .as("nothing of what a pod sends is unknown")
          .allMatch(record -> record.headers().lastWithName("symphony.mapping.error") == null);
    }
  }

  @Test
  void asksTheAgentOnceForItsHealthAndMakesNoRequestsButLongPollsThen()
      throws InterruptedException {
    simulator.reconfigure(options -> options.contentExport(ContentExport.ABSENT));
    properties.put("datahose.feed.all.readers", "2");
    try (CapturedLog captured = new CapturedLog();
        PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      worker.workUntil(() -> simulator.requests().reads().count() >= 6);
      assertThat(simulator.requests())
          .extracting(RecordedRequest::path)
          .filteredOn(path -> !path.equals(Requests.READ))
          .containsExactly(
              Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, "/agent/v3/health/extended");
      assertThat(captured.text()).containsOnlyOnce("account (ceservice) is not configured");
    }
  }

  @Test
  void tellsOfAnAgentThatIsTooOldWhenItRefusesTheFirstRead() throws InterruptedException {
    simulator.reconfigure(options -> options.agentVersion("22.6.5-402"));
    try (CapturedLog captured = new CapturedLog();
        PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      worker.workUntil(() -> simulator.requests().reads().answered(400).count() > 2);
      assertThat(captured.text()).containsOnlyOnce("is of version 22.6.5, and the Datahose needs");
    }
  }

  @Test
  void bringsEventsWhenTheAgentsHealthHangsAndStopsWithinASecondMeanwhile()
      throws InterruptedException {
    Fault hangs = Fault.delayed(Duration.ofSeconds(25));
    simulator.faults().add(hangs.at("/agent/v3/health/extended"));
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      produceOnceReading(10);
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 10);
      assertAuditIsGood(worker.entries());
    }
    simulator.faults().add(hangs.at("/agent/v3/health/extended"));
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      await().until(() -> simulator.requests().to("/agent/v3/health/extended").count() == 2);
      long begin = System.nanoTime();
      worker.close();
      assertThat(since(begin)).isLessThan(FAR_LESS_THAN_THE_WAIT);
      assertThat(threads()).isEmpty();
    }
  }

  @Test
  void invariant4GoesOnFromTheStoredOffset() throws InterruptedException {
    // What the stopped task's last read took comes again soon.
    simulator.reconfigure(options -> options.visibility(Duration.ofSeconds(2)));
    List<Audit.Entry> topic = new ArrayList<>();
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      produceOnceReading(250);
      worker.poll().forEach(worker::confirm);
      while (worker.records().size() < 100) {
        worker.poll().forEach(worker::confirm);
      }
      topic.addAll(worker.entries());
    }
    int readsBefore = simulator.requests().reads().count();
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 250);
      topic.addAll(worker.entries());
    }
    assertAuditIsGood(topic);
    assertThat(simulator.requests().reads().at(readsBefore).ackId())
        .as("the ack came with the start")
        .isNotEmpty();
  }

  @Test
  void invariant7RecognisesAfterAKillWhatKafkaHasAndTheFeedDeliversAgain()
      throws InterruptedException {
    simulator.reconfigure(options -> options.visibility(Duration.ofMillis(300)));
    List<Audit.Entry> topic = new ArrayList<>();
    try (PlayedWorker killed = PlayedWorker.started(properties, offsets)) {
      produceOnceReading(60);
      await().until(() -> !killed.poll().isEmpty());
      List<SourceRecord> inKafka = killed.records().subList(0, killed.records().size() / 2);
      inKafka.forEach(record -> offsets.put(record.sourcePartition(), record.sourceOffset()));
      topic.addAll(killed.entries().subList(0, inKafka.size()));
    }
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 60);
      topic.addAll(worker.entries());
    }
    Audit audit = simulator.ledger().audit(topic);
    assertThat(audit.lost()).isZero();
    assertThat(audit.duplicated()).isZero();
    assertThat(simulator.ledger().totals().redelivered()).isPositive();
  }

  @Test
  void showsMetricsWhileItRuns() throws Exception {
    ObjectName name =
        new ObjectName(
            "io.github.datahose.connect:type=feed-metrics,connector=played,task=0,feed=all,reader=0");
    try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
      produceOnceReading(10);
      worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 10);
      await().until(() -> metric(name, "acks-total").equals(1L) || !worker.poll().isEmpty());
      assertThat(metric(name, "records-total")).isEqualTo(10L);
      assertThat(metric(name, "logins-total")).isEqualTo(1L);
      assertThat(metric(name, "agent").toString()).startsWith(simulator.url());
    }
    assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isFalse();
  }

  @Test
  void invariant10LogsNoKeyNoTokenAndNoText() throws InterruptedException {
    simulator.reconfigure(options -> options.visibility(Duration.ofMillis(500)));
    String log;
    try (CapturedLog captured = new CapturedLog()) {
      try (PlayedWorker worker = PlayedWorker.started(properties, offsets)) {
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
        worker.workUntil(
            () -> !simulator.faults().pending() && simulator.ledger().totals().acknowledged() == 3);
        simulator.expireTokens();
        simulator.produce("{\"type\":\"MESSAGESENT\",\"messageId\":\"m2\"}");
        worker.workUntil(() -> simulator.ledger().totals().acknowledged() == 4);
      }
      log = captured.text();
    }
    assertThat(log).contains("starts as account", "was answered with 400", "Trying again");
    assertThat(log).doesNotContain("takeover");
    assertThat(log.lines().filter(line -> line.contains(" DEBUG ")))
        .as("what a support case needs")
        .anyMatch(
            line ->
                line.matches(
                    ".* read of the Datahose feed \\(\\S+, trace id \\w{6}\\) was answered with 200"
                        + " after \\d+ ms: 3 events, \\d+ bytes; ackId sent none, got #[0-9a-f]{8};"
                        + " agent http://.*"))
        .anyMatch(
            line -> line.matches(".*trace id \\w{6}\\) was answered with 502.*next try in .*"))
        .anyMatch(line -> line.matches(".*login at the pod \\(\\S+\\) was answered with 200 .*"))
        .anyMatch(line -> line.matches(".*login at the key manager \\(\\S+\\) was answered .*"))
        .anyMatch(line -> line.matches(".*batch of ackId #\\w{8} is settled \\d+ ms after .*"));
    simulator
        .requests()
        .reads()
        .list()
        .forEach(
            read ->
                assertThat(read.ackId().isEmpty() || !log.contains(read.ackId()))
                    .as("the log has no ackId")
                    .isTrue());
    for (Login login : simulator.logins()) {
      assertThat(log).doesNotContain(login.token().substring(0, 30));
    }
    simulator
        .requests()
        .to(Requests.SESSION_LOGIN)
        .forEach(
            login ->
                assertThat(log)
                    .doesNotContain(login.json().path("token").asText().substring(0, 30)));
    SimulatorKeys.privateKey().lines().forEach(line -> assertThat(log).doesNotContain(line));
  }

  private static String answer(RecordedRequest request) {
    return new String(request.answerBody(), StandardCharsets.UTF_8);
  }

  private void produceOnceReading(int events) {
    await().until(() -> simulator.requests().reads().waiting().count() == 1);
    // A read is counted before its feed is made, and what is produced before that, no feed sees.
    await().until(() -> !simulator.ledger().totals().feeds().isEmpty());
    simulator.produce(events);
  }

  private void assertAuditIsGood(List<Audit.Entry> topic) {
    Audit audit = simulator.ledger().audit(topic);
    assertThat(audit.ok()).as(audit.toString()).isTrue();
  }

  private static Object metric(ObjectName name, String attribute) throws Exception {
    return ManagementFactory.getPlatformMBeanServer().getAttribute(name, attribute);
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("datahose-"))
        .toList();
  }
}
