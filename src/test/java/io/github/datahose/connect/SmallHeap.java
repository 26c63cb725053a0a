// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import io.github.datahose.connect.feed.FakeOffsetStorage;
import io.github.datahose.connect.feed.RunningTask;
import io.github.datahose.simulator.Simulator;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A task in a JVM of its own with a small heap. Its agent answers the first read as no agent would,
 * and the second one with an event. Prints a line for each hostile answer that the task survived.
 */
public final class SmallHeap {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");
  private static final String GOOD =
      "{\"events\":[{\"type\":\"MESSAGESENT\",\"messageId\":\"good\"}],\"ackId\":\"good\"}";

  /** What a hostile agent answers to a read. */
  enum Hostile {
    TEN_MILLION_EVENTS("struct") {
      @Override
      void write(OutputStream body) throws IOException {
        list(body, "1", 10_000_000, "");
      }
    },
    MOST_EVENTS("struct") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"ackId\":\"most\",\"events\":[0");
        for (int i = 1; i < 75_000; i++) {
          text(body, ",{\"id\":\"" + i + "\"}");
        }
        text(body, "]}");
      }
    },
    EVENT_OF_EMPTY_OBJECTS("struct") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"ackId\":\"objects\",\"events\":[{\"type\":\"USERREQUESTEDTOJOINROOM\",");
        text(body, "\"payload\":{\"userRequestedToJoinRoom\":{\"affectedUsers\":");
        list(body, "{}", 20_000_000, "}}}]}");
      }
    },
    UNKNOWN_FIELD_OF_EMPTY_OBJECTS("json") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"ackId\":\"unknown\",\"events\":[{\"type\":\"ROOMCREATED\",\"unknown\":");
        list(body, "{}", 20_000_000, "}]}");
      }
    },
    EVENT_OF_MANY_NAMES("json") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"ackId\":\"names\",\"events\":[{\"type\":\"ROOMCREATED\"");
        for (int i = 0; i < 4_000_000; i++) {
          text(body, ",\"unknown" + Integer.toString(i, 36) + "\":1");
        }
        text(body, "}]}");
      }
    },
    EVENTS_OF_EMPTY_OBJECTS("struct") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"ackId\":\"most objects\",\"events\":[0");
        for (int i = 0; i < 20_000; i++) {
          text(body, ",{\"id\":\"" + i + "\",\"type\":\"USERREQUESTEDTOJOINROOM\",");
          text(body, "\"payload\":{\"userRequestedToJoinRoom\":{\"affectedUsers\":");
          list(body, "{}", 1_000, "}}}");
        }
        text(body, "]}");
      }
    },
    ENVELOPE_OF_MANY_TEXTS("json") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"ackId\":\"texts\",\"events\":[{\"type\":\"ROOMCREATED\"");
        for (String name : List.of("id", "messageId", "diagnostic")) {
          text(body, ",\"" + name + "\":\"");
          text(body, "x", 15_000_000);
          text(body, "\"");
        }
        text(body, "}]}");
      }
    },
    CHUNK_EXTENSION_WITHOUT_END("json") {
      @Override
      void answer(OutputStream out) throws IOException {
        text(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;");
        write(out);
      }

      @Override
      void write(OutputStream out) throws IOException {
        text(out, "x", 1_000_000_000);
      }
    },
    GZIP_NAME_WITHOUT_END("json") {
      @Override
      void answer(OutputStream out) throws IOException {
        text(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
        out.write(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3});
        write(out);
      }

      @Override
      void write(OutputStream out) throws IOException {
        text(out, "x", 1_000_000_000);
      }
    },
    LONG_ACK_ID("json") {
      @Override
      void write(OutputStream body) throws IOException {
        text(body, "{\"events\":[1],\"ackId\":\"");
        text(body, "x", 60_000_000);
        text(body, "\"}");
      }
    };

    /** Of {@code record.value}. */
    private final String value;

    Hostile(String value) {
      this.value = value;
    }

    /** Writes the answer, headers and all. */
    void answer(OutputStream out) throws IOException {
      text(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
      GZIPOutputStream gzip = new GZIPOutputStream(out);
      write(gzip);
      gzip.finish();
    }

    abstract void write(OutputStream body) throws IOException;

    private static void list(OutputStream out, String element, int times, String end)
        throws IOException {
      if (end.isEmpty()) {
        text(out, "{\"ackId\":\"many\",\"events\":");
      }
      text(out, "[" + element);
      text(out, "," + element, times - 1);
      text(out, "]" + (end.isEmpty() ? "}" : end));
    }

    static void text(OutputStream out, String text, int times) throws IOException {
      byte[] block = text.repeat(1000).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < times / 1000; i++) {
        out.write(block);
      }
      text(out, text.repeat(times % 1000));
    }

    static void text(OutputStream out, String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
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
    try (HostileAgent agent = new HostileAgent(hostile)) {
      Map<String, String> properties = RunningTask.properties(pod);
      properties.put("symphony.agent.url", "http://127.0.0.1:" + agent.listener.getLocalPort());
      properties.put("record.value", hostile.value);
      int records = 0;
      String error = null;
      try (RunningTask running = RunningTask.started(properties, new FakeOffsetStorage())) {
        while (true) {
          for (SourceRecord record : running.poll()) {
            if (record.value().toString().contains("good")) {
              return hostile + ": " + records + " records, first misfit " + error;
            }
            error = records == 0 ? header(record, "symphony.mapping.error") : error;
            records++;
            // Not its offset, which is written for few of the records of a batch.
            running.task().commitRecord(record, null);
          }
        }
      }
    }
  }

  private static String header(SourceRecord record, String name) {
    Header header = record.headers().lastWithName(name);
    return header == null ? null : Objects.toString(header.value());
  }

  /** Answers health with nothing, the first read with hostility, and others with an event. */
  private static final class HostileAgent implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Hostile hostile;

    HostileAgent(Hostile hostile) throws IOException {
      this.hostile = hostile;
      start(
          () -> {
            while (true) {
              Socket connection = listener.accept();
              start(() -> serve(connection));
            }
          });
    }

    private void serve(Socket connection) throws IOException {
      try (connection) {
        String head = head(new BufferedInputStream(connection.getInputStream()));
        OutputStream out = new BufferedOutputStream(connection.getOutputStream());
        if (!head.startsWith("POST")) {
          Hostile.text(out, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        } else if (asked.compareAndSet(false, true)) {
          hostile.answer(out);
        } else {
          Hostile.text(
              out,
              "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                  + GOOD.length()
                  + "\r\n\r\n"
                  + GOOD);
        }
        out.flush();
      }
    }

    private static String head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      Matcher length = LENGTH.matcher(head);
      in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
      return head.toString();
    }

    private interface Task {
      void run() throws IOException;
    }

    private static void start(Task task) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  task.run();
                } catch (IOException gone) {
                  // the client hung up, or the agent is closed
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }
}
