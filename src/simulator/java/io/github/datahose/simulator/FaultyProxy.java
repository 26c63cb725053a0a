// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A plain socket in front of a {@link Simulator}, for trouble that no HTTP server can make. Each
 * connection carries one request; trouble strikes reads only, in the order in which it was added,
 * all other requests pass. Thread-safe.
 */
public final class FaultyProxy extends SocketServer {

  private static final long MILLIS_BETWEEN_DROPS = 50;

  /** What happens to a read. */
  public enum Trouble {
    /** The connection is reset, the simulator does not see the read. */
    RESET,
    /** The read is answered, and the connection is reset in the middle of the answer. */
    CUT,
    /** Accepted and never answered, the connection stays open; the simulator does not see it. */
    HALF_OPEN,
    /** The answer's body comes a byte at a time, so that it never comes to an end. */
    DRIPPING
  }

  private final int target;
  private final Deque<Trouble> script = new ArrayDeque<>();
  private volatile boolean dead;

  private FaultyProxy(int target) {
    super("127.0.0.1", 0);
    this.target = target;
  }

  /** Puts one in front of a simulator; dripping bytes are 50 ms apart. */
  public static FaultyProxy of(Simulator simulator) {
    return started(new FaultyProxy(simulator.port()));
  }

  /** Lets trouble happen to the next reads, after what was added before. */
  public synchronized void add(Trouble trouble, int times) {
    script.addAll(Collections.nCopies(times, trouble));
  }

  /** Forgets all that is planned. */
  public synchronized void clear() {
    script.clear();
  }

  /** Whether trouble is still to come. */
  public synchronized boolean pending() {
    return !script.isEmpty();
  }

  /** As if what is behind it had died: connections end, and each new one is reset. */
  public void die() throws IOException {
    dead = true;
    endConnections();
  }

  /** What had died is back. */
  public void revive() {
    dead = false;
  }

  private synchronized Trouble next(Request request) {
    return request.line().contains(Requests.READ) ? script.pollFirst() : null;
  }

  @Override
  boolean answer(Request request, InputStream in, Socket client)
      throws IOException, InterruptedException {
    Trouble trouble = dead ? Trouble.RESET : next(request);
    if (trouble == Trouble.HALF_OPEN) {
      in.read();
    } else if (trouble != Trouble.RESET) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ask("127.0.0.1", target, request.head(), request.body(), client, answer);
      write(answer.toByteArray(), trouble, client.getOutputStream());
    }
    if (trouble == Trouble.RESET || trouble == Trouble.CUT) {
      // Closing then resets the connection in place of an orderly end.
      client.setSoLinger(true, 0);
    }
    return false;
  }

  private static void write(byte[] answer, Trouble trouble, OutputStream out)
      throws IOException, InterruptedException {
    int atOnce = answer.length;
    if (trouble == Trouble.CUT) {
      atOnce = answer.length - 1;
    } else if (trouble == Trouble.DRIPPING) {
      atOnce = new String(answer, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
    }
    out.write(answer, 0, atOnce);
    for (int i = atOnce; trouble == Trouble.DRIPPING && i < answer.length; i++) {
      TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_DROPS);
      out.write(answer[i]);
    }
  }
}
