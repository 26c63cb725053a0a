// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import io.github.datahose.simulator.Simulator;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Events at a steady rate, on a thread of its own, that can be stopped and go on. */
final class Production implements AutoCloseable {
  private static final int TICKS_A_SECOND = 50;

  private final Simulator simulator;
  private final Set<String> types;
  private final int rate;
  private final boolean wrongTypes;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private int wrong;
  private volatile boolean paused = true;
  private volatile RuntimeException failure;

  Production(Simulator simulator, Set<String> types, int rate, boolean wrongTypes) {
    this.simulator = simulator;
    this.types = types;
    this.rate = rate;
    this.wrongTypes = wrongTypes;
    long period = TimeUnit.SECONDS.toNanos(1) / TICKS_A_SECOND;
    thread.scheduleAtFixedRate(this::tick, period, period, TimeUnit.NANOSECONDS);
  }

  void resume() {
    paused = false;
  }

  /** Returns before the last events are there. */
  void pause() {
    paused = true;
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void tick() {
    if (paused || failure != null) {
      return;
    }
    try {
      simulator.produce(rate / TICKS_A_SECOND, types);
      if (wrongTypes) {
        simulator.produce(wrongEvent(++wrong));
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private static String wrongEvent(int number) {
    return """
        {"id":"w%1$d","messageId":"wrong-%1$d","timestamp":"yesterday","type":"MESSAGESENT",\
        "payload":{"messageSent":{"message":{"messageId":"wrong-%1$d","attachments":"none",\
        "stream":{"streamId":"stream%2$d","streamType":"ROOM"}}}}}"""
        .formatted(number, number % 7);
  }
}
