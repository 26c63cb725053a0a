// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.BrokerProcess;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.Jvm;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;

/**
 * The heap for a response of 60 MB: a worker with the heap for a small response plus three times
 * the large response (four times if texts are not Latin-1) must read, deliver, and acknowledge it.
 * A worker that succeeds with a heap never needed more. If it fails, larger heaps show how much is
 * missing. More than four times the response fails.
 */
final class LargeAnswer {
  private static final String NAME = "endurance-answer";

  /** With so many MiB a worker handles a small answer, and hardly with less. */
  private static final int SMALL_HEAP = 32;

  /** MiB that a large answer has at least; a target is a multiple of it. */
  private static final int LARGE = 57;

  private static final double STEP = 0.25;

  /** Where a search for a heap that is enough ends. */
  private static final double TOO_MUCH = 6;

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final String EIGHT_MIB = Integer.toString(8 << 20);

  private final BrokerProcess broker;
  private int workers;
  private RuntimeException lastFailure;

  private LargeAnswer(BrokerProcess broker) {
    this.broker = broker;
  }

  /**
   * What the agent answers one read with. The large answers have about 60 MB.
   *
   * @param title as the report has it
   * @param events how many it has
   * @param target the largest heap that is meant, by the answer's size; 0 for a small answer
   * @param text of each of its messages; null for the mix of a pod
   */
  private record Given(String title, int events, double target, String text) {
    private static final String LARGEST_TEXT = "x".repeat(1_499_700);

    /** What any worker needs that reads at all. */
    static final Given SMALL = new Given("10 events of 1.5 kB", 10, 0, null);

    static final Given ORDINARY = new Given("60 MB of events of 1.5 kB", 41_500, 3, null);

    /** As large as Symphony lets an event be. */
    static final Given LARGEST = new Given("60 MB of events of 1.5 MB", 40, 3, LARGEST_TEXT);

    /** The same, with a character in each for which Java keeps two bytes for every character. */
    static final Given LARGEST_WITH_EMOJI =
        new Given(LARGEST.title + " with an emoji in each", 40, 4, LARGEST_TEXT + "👍");

    /** Has the pod answer the read that waits. */
    void give(Simulator pod) {
      if (text == null) {
        // For one feed, since only then do all of them come at once.
        FeedSnapshot feed = pod.ledger().totals().feeds().get(0);
        pod.produce(events, feed.eventTypes(), feed.tag());
      } else {
        pod.produceAll(IntStream.range(0, events).mapToObj(this::message).toList());
      }
    }

    private String message(int number) {
      return """
          {"id":"e%1$d","messageId":"message-%1$d","timestamp":1764000000000,"type":"MESSAGESENT",\
          "payload":{"messageSent":{"message":{"messageId":"message-%1$d","message":"%2$s",\
          "stream":{"streamId":"streamA","streamType":"ROOM"}}}}}"""
          .formatted(number, text);
    }
  }

  /** How the connector has the events in its records. */
  private enum Value {
    STRUCT(Map.of()),
    JSON(
        Map.of(
            "record.value",
            "json",
            "value.converter",
            "org.apache.kafka.connect.storage.StringConverter"));

    private final Map<String, String> options;

    Value(Map<String, String> options) {
      this.options = options;
    }
  }

  /** How the body of an answer comes. */
  private enum Coding {
    PLAIN,
    COMPRESSED,
    CHUNKED;

    private MockResponse answer(Response response) throws IOException {
      MockResponse.Builder answer =
          new MockResponse.Builder().code(response.code()).headers(response.headers());
      Buffer body = new Buffer();
      if (this == CHUNKED) {
        body.writeAll(response.body().source());
        return answer.chunkedBody(body, 8192).build();
      }
      try (BufferedSink sink = Okio.buffer(new GzipSink(body))) {
        sink.writeAll(response.body().source());
      }
      return answer.setHeader("Content-Encoding", "gzip").body(body).build();
    }
  }

  /**
   * A proxy in front of the simulator, which sends its responses uncompressed and with their
   * length.
   */
  private static final class Relay extends Dispatcher {
    private final OkHttpClient client =
        new OkHttpClient.Builder().readTimeout(Duration.ZERO).build();
    private final String pod;
    private final Coding coding;

    Relay(String pod, Coding coding) {
      this.pod = pod;
      this.coding = coding;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      RequestBody body =
          request.getMethod().equals("POST") ? RequestBody.create(request.getBody(), null) : null;
      Request onward =
          new Request.Builder()
              .url(pod + request.getTarget())
              .headers(request.getHeaders())
              .method(request.getMethod(), body)
              .build();
      try (Response response = client.newCall(onward).execute()) {
        return coding.answer(response);
      } catch (IOException e) {
        return new MockResponse.Builder().code(502).build();
      }
    }
  }

  /** Measures; quick: each way of an answer and of a record once, with ordinary events only. */
  static List<Row> rows(boolean quick) {
    List<Row> rows = new ArrayList<>();
    try (ConnectCluster brokerAlone =
        ConnectCluster.named(NAME).jvm(Jvm.current()).workers(0).start()) {
      LargeAnswer all = new LargeAnswer(brokerAlone.broker());
      if (!all.succeeds(Given.SMALL, Value.STRUCT, Coding.PLAIN, SMALL_HEAP)) {
        throw new IllegalStateException(
            "A heap of " + SMALL_HEAP + " MiB is not enough for a small answer.", all.lastFailure);
      }
      for (Value value : Value.values()) {
        for (Coding coding : Coding.values()) {
          if (!quick || value == Value.STRUCT || coding == Coding.PLAIN) {
            rows.add(all.measured(Given.ORDINARY, value, coding));
          }
        }
        if (!quick) {
          rows.add(all.measured(Given.LARGEST, value, Coding.PLAIN));
          rows.add(all.measured(Given.LARGEST_WITH_EMOJI, value, Coding.PLAIN));
        }
      }
      return rows;
    }
  }

  /** The target where that is enough, otherwise the next larger heap that is. */
  private Row measured(Given answer, Value value, Coding coding) {
    double times = answer.target;
    while (!succeeds(answer, value, coding, SMALL_HEAP + (int) (times * LARGE))) {
      times += STEP;
      if (times > TOO_MUCH) {
        throw new IllegalStateException(
            "A heap of " + TOO_MUCH + " times the answer is not enough either.", lastFailure);
      }
    }
    String how = (coding + ", " + value).toLowerCase(Locale.ROOT);
    String name = "large answer: heap by its size, " + answer.title + ", " + how;
    Row row = Row.of(name, times, answer.target);
    System.out.println(row.cells());
    return row;
  }

  private boolean succeeds(Given answer, Value value, Coding coding, int mebibytes) {
    Map<String, String> all = new HashMap<>(value.options);
    // Lets the largest event through whole.
    all.put("producer.override.max.request.size", EIGHT_MIB);
    all.put("topic.creation.default.partitions", "1");
    all.put("topic.creation.default.max.message.bytes", EIGHT_MIB);
    // A trial writes 60 MB, and there are dozens of them.
    all.put("topic.creation.default.segment.bytes", "134217728");
    all.put("topic.creation.default.retention.bytes", "268435456");
    // Ends at once when its heap is too small, so that a trial does not wait for it.
    Jvm strict =
        Jvm.current().with("-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-Xmx" + mebibytes + "m");
    // The relay goes last: it waits for the pod's answers.
    try (MockWebServer relay = new MockWebServer();
        Simulator pod =
            Simulator.start(
                SimulatorOptions.defaults()
                    .batchSize(answer.events)
                    .visibility(Duration.ofMinutes(30))
                    .recordedRequests(100))) {
      relay.setDispatcher(new Relay(pod.url(), coding));
      relay.start();
      String url = coding == Coding.PLAIN ? pod.url() : "http://127.0.0.1:" + relay.getPort();
      if (!isAcknowledged(answer, pod, url, all, strict)) {
        return false;
      }
      requireOneAnswer(pod, answer);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a worker with these options of connector and JVM acknowledges all. */
  private boolean isAcknowledged(
      Given answer, Simulator pod, String url, Map<String, String> options, Jvm jvm) {
    try (ConnectCluster cluster =
        Endurance.start(
            ConnectCluster.named(NAME + "-" + ++workers).on(broker).jvm(jvm), NAME, url, options)) {
      awaitUnlessDead(cluster, () -> !pod.ledger().totals().feeds().isEmpty());
      answer.give(pod);
      awaitUnlessDead(cluster, () -> pod.ledger().totals().acknowledged() == answer.events);
      return true;
    } catch (RuntimeException e) {
      // A heap that is too small shows in many ways; only a larger heap shows that it was the heap.
      lastFailure = e;
      return false;
    }
  }

  /** Otherwise the trial was set up wrong, and says nothing about the heap. */
  private static void requireOneAnswer(Simulator pod, Given answer) {
    FeedSnapshot feed = pod.ledger().totals().feeds().get(0);
    int bytes =
        pod.requests().reads().list().stream()
            .mapToInt(read -> read.answerBody().length)
            .max()
            .orElseThrow();
    if (feed.answers() != 1 || answer.target > 0 && bytes < LARGE << 20) {
      throw new IllegalStateException(
          "The pod did not give all in one answer of %d MiB: %d bytes, %s"
              .formatted(LARGE, bytes, feed));
    }
  }

  private static void awaitUnlessDead(ConnectCluster cluster, BooleanSupplier condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> condition.getAsBoolean() || !cluster.worker().isAlive());
    if (!condition.getAsBoolean()) {
      throw new IllegalStateException("The worker ended: see " + cluster.worker().logFile());
    }
  }
}
