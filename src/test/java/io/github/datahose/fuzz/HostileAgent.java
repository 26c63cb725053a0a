// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A simulator behind a proxy on plain sockets that fetches each true answer, spoils about half of
 * them, and keeps evidence. It lets at most five spoiled ones pass in a row before one that must
 * work, since ten malformed ones end a task by design. It also produces the events, makes
 * unacknowledged ones visible again and ends sessions, all between answers: what a connector is
 * asked in which order depends on the seed alone. Thread-safe.
 */
final class HostileAgent implements AutoCloseable {

  private static final int SPOILED_IN_A_ROW = 5;
  private static final int HISTORY = 12;

  private static final int END_OF_HEAD = 0x0d0a0d0a;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Headers that the client to the simulator sets itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "accept-encoding");

  private final Simulator simulator;
  private final Evidence evidence;
  private final Random random;
  private final OddEvents events;
  private final AnswerMutation mutation;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ServerSocket listener;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Set<String> kinds = new HashSet<>();
  private final Deque<String> history = new ArrayDeque<>();
  private boolean behaves;
  private int answers;
  private int mutated;
  private int spoiledInARow;
  private boolean closesNext;
  private boolean nothingCameLast;

  /** A request of the connector, with the names of headers in lower case. */
  private record Request(String method, String path, Map<String, String> headers, byte[] body) {

    /** The next one of a connection, or null when there is none. */
    static Request read(InputStream in) throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      for (int last = 0; last != END_OF_HEAD; ) {
        int next = in.read();
        if (next < 0) {
          return null;
        }
        head.write(next);
        last = last << 8 | next;
      }
      List<String> lines = head.toString(StandardCharsets.ISO_8859_1).lines().toList();
      String[] start = lines.get(0).split(" ");
      Map<String, String> headers = new HashMap<>();
      for (String line : lines.subList(1, lines.size() - 1)) {
        String[] header = line.split(": ", 2);
        headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      return new Request(start[0], start[1], headers, in.readNBytes(length));
    }

    boolean isRead() {
      return path.equals(Requests.READ);
    }

    /** What a read acknowledges. */
    String ackId() throws IOException {
      return JSON.readTree(body).path("ackId").asText();
    }
  }

  /** What goes out, and whether the connection ends then, by a reset or not. */
  private record Sent(byte[] bytes, boolean closes, boolean resets) {}

  HostileAgent(Simulator simulator, Evidence evidence, long seed) throws IOException {
    this.simulator = simulator;
    this.evidence = evidence;
    random = new Random(seed);
    events = new OddEvents(random);
    mutation = new AnswerMutation(random);
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  /** Spoils nothing any more, produces nothing, and shows what was not acknowledged again. */
  synchronized void behave() {
    behaves = true;
  }

  synchronized int answers() {
    return answers;
  }

  synchronized int mutated() {
    return mutated;
  }

  /** The kinds of mutations that there were. */
  synchronized Set<String> kinds() {
    return Set.copyOf(kinds);
  }

  /** The last answers, oldest first. */
  synchronized List<String> history() {
    return List.copyOf(history);
  }

  /** How many events were acknowledged. */
  int acknowledged() {
    return (int) simulator.ledger().totals().acknowledged();
  }

  /** How many events went into the feed. */
  int expected() {
    return (int) simulator.ledger().totals().expected();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connections.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the run is over
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      Sent sent;
      do {
        Request request = Request.read(in);
        if (request == null) {
          return;
        }
        sent = answer(request);
        connection.getOutputStream().write(sent.bytes());
      } while (!sent.closes());
      if (sent.resets()) {
        connection.setSoLinger(true, 0);
      }
    } catch (IOException | InterruptedException gone) {
      // the client hung up, or the run is over
    } finally {
      connections.remove(connection);
    }
  }

  private synchronized Sent answer(Request request) throws IOException, InterruptedException {
    boolean mustWork = behaves || spoiledInARow >= SPOILED_IN_A_ROW;
    if (request.isRead()) {
      evidence.acknowledged(request.ackId());
      meanwhile(mustWork);
    }
    HttpResponse<byte[]> truth = fetch(request);
    evidence.given(truth.body());
    boolean brings =
        request.isRead()
            && AnswerReading.of(truth.body()).filter(AnswerReading::brings).isPresent();
    nothingCameLast = request.isRead() && !brings;
    WireAnswer answer =
        new WireAnswer(
            truth.statusCode(),
            truth.headers().firstValue("Content-Type").orElse(null),
            truth.body());
    List<String> how = mustWork || random.nextBoolean() ? List.of() : mutation.spoil(answer);
    byte[] bytes = answer.bytes();
    evidence.sent(answer.body);
    if (!how.isEmpty()) {
      AnswerReading.bodies(bytes).forEach(evidence::sent);
    }
    count(how, brings);
    if (truth.statusCode() == 200) {
      mutation.remember(truth.body());
    }
    note(
        "%s %s: answered with %d, %d bytes; mutated: %s"
            .formatted(
                request.path(),
                request.isRead() ? request.ackId() : "",
                truth.statusCode(),
                truth.body().length,
                how));
    boolean closes = answer.closes || closesNext;
    closesNext = how.contains(AnswerMutation.TWICE);
    return new Sent(bytes, closes, answer.resets);
  }

  private void count(List<String> how, boolean brings) {
    answers++;
    kinds.addAll(how);
    if (!how.isEmpty()) {
      mutated++;
      spoiledInARow++;
    } else if (brings) {
      spoiledInARow = 0;
    }
  }

  /** What happens at a pod between two reads. */
  private void meanwhile(boolean mustHaveEvents) {
    if (behaves) {
      // Not before this read has acknowledged what came last.
      if (nothingCameLast) {
        simulator.returnUnacknowledged();
      }
      return;
    }
    // What is produced before the first read made the feed, nobody would see.
    if (!simulator.ledger().totals().feeds().isEmpty()) {
      int count = random.nextInt(4) == 0 ? 0 : random.nextInt(10);
      for (int i = mustHaveEvents ? Math.max(1, count) : count; i > 0; i--) {
        byte[] event = events.next();
        evidence.produced(Evidence.Event.of(event));
        simulator.produceUnfiltered(event);
      }
    }
    if (random.nextInt(6) == 0) {
      simulator.returnUnacknowledged();
    }
    if (random.nextInt(50) == 0) {
      simulator.expireTokens();
    }
  }

  private HttpResponse<byte[]> fetch(Request request) throws IOException, InterruptedException {
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(URI.create(simulator.url() + request.path()))
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
    request.headers().keySet().removeAll(OWN_HEADERS);
    request.headers().forEach(copy::header);
    return client.send(copy.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private void note(String line) {
    history.addLast(line);
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "hostile-agent");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
