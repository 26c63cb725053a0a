// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import io.github.datahose.connect.delivery.FakeOffsetStorage;
import io.github.datahose.connect.reader.RunningTask;
import io.github.datahose.simulator.Simulator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockResponseBody;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.BufferedSink;
import okio.ByteString;
import okio.Okio;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A task in a JVM of its own with a small heap. Its agent answers the first read as no agent would,
 * and the second one with an event. Prints a line for each hostile answer that the task survived.
 */
public final class SmallHeap {

  private static final String GOOD =
      "{\"events\":[{\"type\":\"MESSAGESENT\",\"messageId\":\"good\"}],\"ackId\":\"good\"}";

  private interface Body {
    void write(BufferedSink out) throws IOException;
  }

  /** What a hostile agent answers to a read. */
  private enum Hostile {
    TEN_MILLION_EVENTS(
        "struct", body -> list(body, "{\"ackId\":\"many\",\"events\":", 10_000_000, "1", "}")),
    MOST_EVENTS(
        "struct",
        body -> {
          body.writeUtf8("{\"ackId\":\"most\",\"events\":[0");
          for (int i = 1; i < 75_000; i++) {
            body.writeUtf8(",{\"id\":\"" + i + "\"}");
          }
          body.writeUtf8("]}");
        }),
    EVENT_OF_EMPTY_OBJECTS(
        "struct",
        body ->
            list(
                body,
                "{\"ackId\":\"objects\",\"events\":[{\"type\":\"USERREQUESTEDTOJOINROOM\","
                    + "\"payload\":{\"userRequestedToJoinRoom\":{\"affectedUsers\":",
                20_000_000,
                "{}",
                "}}}]}")),
    UNKNOWN_FIELD_OF_EMPTY_OBJECTS(
        "json",
        body ->
            list(
                body,
                "{\"ackId\":\"unknown\",\"events\":[{\"type\":\"ROOMCREATED\",\"unknown\":",
                20_000_000,
                "{}",
                "}]}")),
    EVENT_OF_MANY_NAMES(
        "json",
        body -> {
          body.writeUtf8("{\"ackId\":\"names\",\"events\":[{\"type\":\"ROOMCREATED\"");
          for (int i = 0; i < 4_000_000; i++) {
            body.writeUtf8(",\"unknown" + Integer.toString(i, 36) + "\":1");
          }
          body.writeUtf8("}]}");
        }),
    EVENTS_OF_EMPTY_OBJECTS(
        "struct",
        body -> {
          body.writeUtf8("{\"ackId\":\"most objects\",\"events\":[0");
          for (int i = 0; i < 20_000; i++) {
            list(
                body,
                ",{\"id\":\""
                    + i
                    + "\",\"type\":\"USERREQUESTEDTOJOINROOM\","
                    + "\"payload\":{\"userRequestedToJoinRoom\":{\"affectedUsers\":",
                1_000,
                "{}",
                "}}}");
          }
          body.writeUtf8("]}");
        }),
    ENVELOPE_OF_MANY_TEXTS(
        "json",
        body -> {
          body.writeUtf8("{\"ackId\":\"texts\",\"events\":[{\"type\":\"ROOMCREATED\"");
          for (String name : List.of("id", "messageId", "diagnostic")) {
            body.writeUtf8(",\"" + name + "\":\"");
            write(body, "x", 15_000_000);
            body.writeUtf8("\"");
          }
          body.writeUtf8("}]}");
        }),
    CHUNK_EXTENSION_WITHOUT_END(
        "json",
        "Transfer-Encoding: chunked",
        body -> {
          body.writeUtf8("1;");
          write(body, "x", 1_000_000_000);
        }),
    GZIP_NAME_WITHOUT_END(
        "json",
        "Content-Encoding: gzip",
        body -> {
          body.write(ByteString.decodeHex("1f8b0808000000000003"));
          write(body, "x", 1_000_000_000);
        }),
    LONG_ACK_ID(
        "json",
        body -> {
          body.writeUtf8("{\"events\":[1],\"ackId\":\"");
          write(body, "x", 60_000_000);
          body.writeUtf8("\"}");
        });

    /** Of {@code record.value}. */
    private final String value;

    private final String header;
    private final Body body;

    Hostile(String value, Body content) {
      this(
          value,
          "Content-Encoding: gzip",
          out -> {
            GZIPOutputStream gzip = new GZIPOutputStream(out.outputStream());
            BufferedSink plain = Okio.buffer(Okio.sink(gzip));
            content.write(plain);
            plain.flush();
            gzip.finish();
          });
    }

    Hostile(String value, String header, Body body) {
      this.value = value;
      this.header = header;
      this.body = body;
    }

    private static void list(BufferedSink out, String begin, int times, String element, String end)
        throws IOException {
      out.writeUtf8(begin + "[" + element);
      write(out, "," + element, times - 1);
      out.writeUtf8("]" + end);
    }

    private static void write(BufferedSink out, String text, int times) throws IOException {
      ByteString block = ByteString.encodeUtf8(text.repeat(1000));
      for (int i = 0; i < times / 1000; i++) {
        out.write(block);
      }
      out.writeUtf8(text.repeat(times % 1000));
    }
  }

  private SmallHeap() {}

  /** Takes no arguments; the exit status is 0 when the task survived all. */
  public static void main(String[] arguments) throws Exception {
    try (Simulator pod = Simulator.start()) {
      for (Hostile hostile : Hostile.values()) {
        System.out.println(survive(pod, hostile));
      }
    }
    System.exit(0);
  }

  private static String survive(Simulator pod, Hostile hostile) throws Exception {
    try (MockWebServer agent = new MockWebServer()) {
      agent.setDispatcher(new HostileAgent(hostile));
      agent.start();
      Map<String, String> properties = RunningTask.properties(pod);
      properties.put("symphony.agent.url", "http://127.0.0.1:" + agent.getPort());
      properties.put("record.value", hostile.value);
      int records = 0;
      Object error = null;
      try (RunningTask running = RunningTask.started(properties, new FakeOffsetStorage())) {
        while (true) {
          for (SourceRecord record : running.poll()) {
            if (record.value().toString().contains("good")) {
              return hostile + ": " + records + " records, first misfit " + error;
            }
            Header misfit = record.headers().lastWithName("symphony.mapping.error");
            error = records == 0 && misfit != null ? misfit.value() : error;
            records++;
            // Not its offset, which is written for few of the records of a batch.
            running.task().commitRecord(record, null);
          }
        }
      }
    }
  }

  /** Answers health with nothing, the first read with hostility, and others with an event. */
  private static final class HostileAgent extends Dispatcher {

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Hostile hostile;

    HostileAgent(Hostile hostile) {
      this.hostile = hostile;
    }

    @Override
    public MockResponse dispatch(RecordedRequest request) {
      if (!request.getMethod().equals("POST")) {
        return new MockResponse.Builder().code(404).build();
      }
      if (!asked.compareAndSet(false, true)) {
        return new MockResponse.Builder().body(GOOD).build();
      }
      MockResponseBody body =
          new MockResponseBody() {
            @Override
            public long getContentLength() {
              return -1;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
              hostile.body.write(sink);
            }
          };
      return new MockResponse.Builder()
          .addHeader(hostile.header)
          .body(body)
          .removeHeader("Content-Length")
          .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)
          .build();
    }
  }
}
