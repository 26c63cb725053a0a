// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a simulator as a process of its own. Options as {@code --name=value}; prints its URL, and
 * ends when it is told to by a signal.
 */
public final class SimulatorMain {

  private SimulatorMain() {}

  /** Starts it; see the class. */
  public static void main(String[] arguments) throws InterruptedException {
    SimulatorOptions options;
    ForwardProxy proxy;
    Simulator simulator;
    try {
      CommandLine line = CommandLine.of(arguments);
      if (line.help()) {
        System.out.println(CommandLine.list());
        return;
      }
      options = line.simulator();
      proxy = line.startProxy();
      simulator = Simulator.start(options);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
    System.out.println("Simulator listens on " + simulator.url());
    if (options.identity != null) {
      System.out.println("With client certificates only: " + simulator.certificateUrl());
    }
    if (proxy != null) {
      System.out.println("Proxy listens on " + proxy.url());
    }
    new CountDownLatch(1).await();
  }
}
