// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;

/**
 * Runs a simulator as a process of its own. Options as {@code --name=value}; prints its URL, and
 * ends when it is told to by a signal.
 */
public final class SimulatorMain {

  private static final Map<String, BiFunction<SimulatorOptions, String, SimulatorOptions>> OPTIONS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("host", SimulatorOptions::host),
              Map.entry("port", (options, value) -> options.port(Integer.parseInt(value))),
              Map.entry("context-path", SimulatorOptions::contextPath),
              Map.entry("account", SimulatorMain::account),
              Map.entry(
                  "token-lifetime-ms", (options, value) -> options.tokenLifetime(millis(value))),
              Map.entry("agent-version", SimulatorOptions::agentVersion),
              Map.entry("long-poll-ms", (options, value) -> options.longPoll(millis(value))),
              Map.entry(
                  "batch-size", (options, value) -> options.batchSize(Integer.parseInt(value))),
              Map.entry("visibility-ms", (options, value) -> options.visibility(millis(value))),
              Map.entry("latency-ms", (options, value) -> options.latency(millis(value))),
              Map.entry("feed-expiry-ms", (options, value) -> options.feedExpiry(millis(value))),
              Map.entry(
                  "feed-limit", (options, value) -> options.feedLimit(Integer.parseInt(value))),
              Map.entry("rate", (options, value) -> options.rate(Double.parseDouble(value))),
              Map.entry(
                  "recorded-requests",
                  (options, value) -> options.recordedRequests(Integer.parseInt(value))),
              Map.entry("seed", (options, value) -> options.seed(Long.parseLong(value))),
              Map.entry("streams", (options, value) -> options.streams(Integer.parseInt(value)))));

  private SimulatorMain() {}

  /** Starts it; see the class. */
  public static void main(String[] arguments) throws InterruptedException {
    SimulatorOptions options;
    try {
      options = options(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    Simulator simulator = Simulator.start(options);
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
    System.out.println("Simulator listens on " + simulator.url());
    new CountDownLatch(1).await();
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a sentence for the user when it is not understood
   */
  static SimulatorOptions options(String... arguments) {
    SimulatorOptions options = SimulatorOptions.defaults();
    for (String argument : arguments) {
      String[] nameAndValue = argument.split("=", 2);
      String name = nameAndValue[0].replaceFirst("^--", "");
      var option = OPTIONS.get(name);
      if (option == null || nameAndValue.length < 2) {
        throw new IllegalArgumentException(
            "Unknown option "
                + argument
                + "; known, each as --name=value: "
                + OPTIONS.keySet()
                + " (account: <username>:<file with its public key as PEM>)");
      }
      try {
        options = option.apply(options, nameAndValue[1]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("Option --" + name + " needs a number", e);
      }
    }
    return options;
  }

  private static SimulatorOptions account(SimulatorOptions options, String value) {
    int colon = value.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("Option --account needs <username>:<public key file>");
    }
    try {
      String pem = Files.readString(Path.of(value.substring(colon + 1)));
      return options.account(value.substring(0, colon), SimulatorKeys.publicKey(pem));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the public key " + value, e);
    }
  }

  private static Duration millis(String value) {
    return Duration.ofMillis(Long.parseLong(value));
  }
}
