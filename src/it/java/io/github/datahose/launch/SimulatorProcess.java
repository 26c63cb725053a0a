// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The simulator's artifact in a process of its own, spoken to by its control API. Its feeds outlive
 * the worker, as those of a real pod do. Safe for use by several threads.
 */
public final class SimulatorProcess extends SimulatorControl implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("Simulator listens on (\\S+)");

  private final JavaProcess process;

  private SimulatorProcess(JavaProcess process, String url) {
    super(url);
    this.process = process;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param log the file for its output; new
   * @param options as its main class takes them, such as {@code --batch-size=10}
   */
  public static SimulatorProcess start(Jvm jvm, Path log, String... options) {
    JavaProcess process =
        JavaProcess.start(
            // Otherwise the JDK's HttpServer delays small answers by 40 ms.
            jvm.with("-Dsun.net.httpserver.nodelay=true"),
            List.of(Build.simulatorJar()),
            "io.github.datahose.simulator.SimulatorMain",
            List.of(options),
            log);
    return new SimulatorProcess(process, process.awaitOutput(READY));
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
  }
}
