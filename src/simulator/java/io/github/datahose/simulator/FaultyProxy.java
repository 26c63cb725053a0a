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
 * A socket in front of a {@link Simulator}, for faults that an HTTP server cannot produce. Each
 * connection carries one request. Faults affect only reads, in the order in which they were added;
 * all other requests pass. Thread-safe.
 */
public final class FaultyProxy extends SocketServer {

  private static final long MILLIS_BETWEEN_DROPS = 50;

  /** The effect on a read. */
  public enum Trouble {
    /** The connection is reset before the simulator receives the read. */
    RESET,
    /** The read is processed, and the connection is reset in the middle of the response. */
    CUT,
    /**
     * The read is accepted without a response, and the connection stays open. The simulator does
     * not receive the read.
     */
    HALF_OPEN,
    /** The body of the response arrives byte by byte, so that it never ends. */
    DRIPPING
  }

  private final int target;
  private final Deque<Trouble> script = new ArrayDeque<>();
  private volatile boolean dead;

  private FaultyProxy(int target) {
    super("127.0.0.1", 0);
    this.target = target;
  }

  /** Starts a proxy in front of a simulator. Bytes of a slow body are sent every 50 ms. */
  public static FaultyProxy of(Simulator simulator) {
    return started(new FaultyProxy(simulator.port()));
  }

  /** Adds faults for the next reads, after the planned ones. */
  public synchronized void add(Trouble trouble, int times) {
    script.addAll(Collections.nCopies(times, trouble));
  }

  /** Removes all planned faults. */
  public synchronized void clear() {
    script.clear();
  }

  /** Returns whether any fault is still planned. */
  public synchronized boolean pending() {
    return !script.isEmpty();
  }

  /** Simulates a stopped server: ends connections, and resets each new one. */
  public void die() throws IOException {
    dead = true;
    endConnections();
  }

  /** Simulates that the server has restarted. */
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
      // Closing then resets the connection instead of closing it gracefully.
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
