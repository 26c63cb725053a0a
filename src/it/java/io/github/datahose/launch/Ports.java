// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for processes that must be told theirs. Below the range that systems give to outgoing
 * connections: a port of that range can be taken by any client between this question and the
 * process that listens on it. None is given twice, and JVMs that test beside each other have ranges
 * of their own.
 */
public final class Ports {

  private static final int RANGE = 4_000;

  /** By the number that Surefire and Failsafe give each JVM that tests. */
  private static final int FIRST =
      15_000 + Integer.getInteger("surefire.forkNumber", 0) % 4 * RANGE;

  private static final int TRIES = 1_000;
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /** A port of the loopback interface that nobody has now; each is given once. */
  public static int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST + RANGE);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + FIRST + " to " + (FIRST + RANGE));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
