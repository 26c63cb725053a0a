// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.reader.RunningTask;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;

/**
 * A pod, and three tasks that read it one after the other through a proxy that spoils what it
 * likes. The first two are killed with a batch half confirmed; while the last one runs, the proxy
 * comes to its senses, and then all has to become well. All that is random comes from the seed.
 */
final class FuzzRound {

  private static final int TASKS = 3;
  private static final int ANSWERS_OF_A_TASK = 250;

  /** Without any progress; a machine may be busy. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final String TOPIC = "events";
  private static final String QUARANTINE = "odd";
  private static final String READER_METRICS =
      "io.github.datahose.connect:type=feed-metrics,connector=played,task=0,feed=all,reader=0";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LOG_SHOWN = 4_000;

  private final long seed;
  private final Random random;
  private final Evidence evidence = new Evidence();
  private final StringConverter keys = new StringConverter();
  private final JsonConverter values = new JsonConverter();
  private final SimpleHeaderConverter headers = new SimpleHeaderConverter();
  private final FakeOffsetStorage offsets = new FakeOffsetStorage();
  private final CapturedLog log = new CapturedLog();
  private HostileAgent agent;
  private long records;

  private FuzzRound(long seed) {
    this.seed = seed;
    random = new Random(seed);
    keys.configure(Map.of(), true);
    values.configure(Map.of("schemas.enable", "false"), false);
  }

  /**
   * Runs one, and adds to the tally what it came to.
   *
   * @throws AssertionError when something is wrong, with the seed, the last answers and the log
   */
  static void run(long seed, FuzzTest.Tally tally) throws IOException, InterruptedException {
    FuzzRound round = new FuzzRound(seed);
    try {
      round.run(tally);
    } finally {
      round.log.close();
    }
  }

  private void run(FuzzTest.Tally tally) throws IOException, InterruptedException {
    try (Simulator simulator = Simulator.start(options());
        HostileAgent fuzzed = new HostileAgent(simulator, evidence, random.nextLong())) {
      agent = fuzzed;
      Map<String, String> properties = properties(simulator);
      for (int task = 1; task < TASKS; task++) {
        try (RunningTask worker = start(properties)) {
          int enough = agent.answers() + 1 + random.nextInt(2 * ANSWERS_OF_A_TASK);
          workUntil(worker, agent::answers, enough);
          dieWithABatchInFlight(worker);
        }
      }
      try (RunningTask worker = start(properties)) {
        int enough = agent.answers() + ANSWERS_OF_A_TASK;
        workUntil(worker, agent::answers, enough);
        agent.behave();
        workUntil(worker, agent::acknowledged, agent.expected());
      }
      judge(evidence.lost().isEmpty(), "lost: " + evidence.lost());
      judge(!log.text().contains("eyJhbGciOi"), "a token is in the log");
      judge(bugs(log.text()).isEmpty(), "a bug of ours was met: " + bugs(log.text()));
      tally.add("rounds", 1);
      tally.add("tasks", TASKS);
      tally.add("answers", agent.answers());
      tally.add("of them mutated", agent.mutated());
      tally.add("events", evidence.produced());
      tally.add("of them altered on the way", evidence.altered());
      tally.add("records", records);
      tally.kinds().addAll(agent.kinds());
    }
  }

  /** Where the unexpected was thrown, but for what OkHttp throws over answers that are no HTTP. */
  static List<String> bugs(String log) {
    List<String> bugs = new ArrayList<>();
    boolean begun = false;
    for (String line : log.lines().toList()) {
      if (line.contains("failed unexpectedly. The reader retries")) {
        begun = true;
      } else if (begun && line.matches("\\s+at (?!(\\S+/)?(java|javax|jdk|sun|kotlin)\\.).*")) {
        begun = false;
        if (!line.matches("\\s+at (\\S+/)?(okhttp3|okio)\\..*")) {
          bugs.add(line.strip());
        }
      }
    }
    return bugs;
  }

  private SimulatorOptions options() {
    return SimulatorOptions.defaults()
        .longPoll(Duration.ofMillis(3))
        // Unacknowledged events are redelivered when the agent of the test decides so.
        .visibility(Duration.ofHours(1))
        .batchSize(pick(List.of(1, 5, 20, 100)))
        .emptyAnswer(pick(List.of(SimulatorOptions.EmptyAnswer.values())))
        .staleAckId(pick(List.of(SimulatorOptions.StaleAckId.values())))
        .recordedRequests(100);
  }

  private Map<String, String> properties(Simulator simulator) {
    Map<String, String> properties = RunningTask.properties(simulator);
    properties.put("symphony.pod.url", agent.url());
    properties.put("record.raw", "always");
    properties.put("record.value", pick(List.of("struct", "struct", "json")));
    properties.put("record.text", pick(List.of("true", "false")));
    properties.put("record.key", pick(List.of("stream", "message", "none")));
    // What is too large for a record is another test's.
    properties.put("record.max.bytes", "1000000000");
    if (random.nextBoolean()) {
      properties.put("quarantine.topic", QUARANTINE);
    }
    if (random.nextBoolean()) {
      properties.put("heartbeat.topic", "heartbeats");
      properties.put("heartbeat.interval.ms", "1000");
    }
    return properties;
  }

  private RunningTask start(Map<String, String> properties) {
    evidence.taskStarts();
    return RunningTask.started(properties, offsets);
  }

  /** Polls and confirms until a number that must keep growing is high enough. */
  private void workUntil(RunningTask worker, IntSupplier progress, int enough)
      throws InterruptedException {
    int before = progress.getAsInt();
    long lastProgressAt = System.nanoTime();
    while (before < enough) {
      List<SourceRecord> polled = poll(worker);
      polled.forEach(record -> confirm(worker, record));
      judge(evidence.complaints().isEmpty(), "");
      judge(!polled.isEmpty() || readerIsAlive(), "the reader's thread has ended");
      int now = progress.getAsInt();
      lastProgressAt = now > before ? System.nanoTime() : lastProgressAt;
      judge(
          System.nanoTime() - lastProgressAt < PATIENCE.toNanos(),
          "the feed stands still at " + now + " of " + enough + ", for " + PATIENCE);
      before = now;
    }
    judge(readerIsAlive(), "the reader's thread has ended");
    judge(!"FAILED".equals(readerState()), "the metric state is FAILED");
  }

  /** Confirms a part of the next batch; nothing is on its way to the agent meanwhile. */
  private void dieWithABatchInFlight(RunningTask worker) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<SourceRecord> polled = List.of();
    while (polled.stream().noneMatch(FuzzRound::isOfAnEvent)) {
      polled = poll(worker);
      polled.stream()
          .filter(record -> !isOfAnEvent(record))
          .forEach(record -> confirm(worker, record));
      judge(System.nanoTime() < deadline, "no batch came for " + PATIENCE.toSeconds() + " s");
    }
    polled.stream()
        .filter(FuzzRound::isOfAnEvent)
        .limit(random.nextInt(polled.size()))
        .forEach(record -> confirm(worker, record));
    judge(evidence.complaints().isEmpty(), "");
  }

  private List<SourceRecord> poll(RunningTask worker) throws InterruptedException {
    try {
      return worker.poll();
    } catch (RuntimeException failed) {
      throw failure("the task ended: " + failed, failed);
    }
  }

  private void confirm(RunningTask worker, SourceRecord record) {
    byte[] value = converted(record);
    if (isOfAnEvent(record)) {
      evidence.inKafka(originalText(value));
      records++;
    }
    worker.confirm(record);
  }

  /** The value's bytes by Kafka's own converters, after key and headers were converted, too. */
  private byte[] converted(SourceRecord record) {
    keys.fromConnectData(record.topic(), record.keySchema(), record.key());
    for (Header header : record.headers()) {
      headers.fromConnectHeader(record.topic(), header.key(), header.schema(), header.value());
    }
    return values.fromConnectData(record.topic(), record.valueSchema(), record.value());
  }

  /** Returns the original text of an event from the bytes of its record's value. */
  private static String originalText(byte[] value) {
    try {
      JsonNode json = JSON.readTree(value);
      return json.isTextual() ? json.textValue() : json.path("raw").textValue();
    } catch (IOException e) {
      throw new UncheckedIOException("No JSON came out of the converter", e);
    }
  }

  private static boolean readerIsAlive() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("datahose-played-all-0"));
  }

  private static Object readerState() {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .getAttribute(new ObjectName(READER_METRICS), "state");
    } catch (JMException e) {
      throw new AssertionError("The reader has no metrics", e);
    }
  }

  private static boolean isOfAnEvent(SourceRecord record) {
    return record.topic().equals(TOPIC) || record.topic().equals(QUARANTINE);
  }

  private void judge(boolean right, String what) {
    if (!right) {
      throw failure(what, null);
    }
  }

  private AssertionError failure(String what, Throwable cause) {
    String text = log.text();
    return new AssertionError(
        String.join(
            "\n",
            "The round with the seed %1$d (repeat it with -Dfuzz.seed=%1$d): %2$s"
                .formatted(seed, what),
            String.join("\n", evidence.complaints()),
            "The last answers:",
            String.join("\n", agent.history()),
            "The end of the log:",
            text.substring(Math.max(0, text.length() - LOG_SHOWN))),
        cause);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
