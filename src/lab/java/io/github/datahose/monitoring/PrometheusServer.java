// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import static org.awaitility.Awaitility.await;

import io.github.datahose.launch.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real Prometheus in a process of its own that never outlives this JVM. Not for use by several
 * threads at once.
 */
final class PrometheusServer implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(30);

  /** Ends the program when this JVM has ended, even if it was killed; $1 is the ID of this JVM. */
  private static final String WATCH =
      "parent=$1; shift; \"$@\" & child=$!; trap 'kill -9 $child' TERM;"
          + " while kill -0 $parent 2>&- && kill -0 $child 2>&-; do sleep 1; done; kill -9 $child";

  private final Process process;
  private final Thread hook;
  private final Path directory;
  private final PrometheusApi api;

  private PrometheusServer(Process process, Path directory, PrometheusApi api) {
    this.process = process;
    this.directory = directory;
    this.api = api;
    this.hook = new Thread(this::end, "end-prometheus");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param directory with {@code prometheus.yml}; data and log are kept there, too
   */
  static PrometheusServer start(PrometheusTools tools, Path directory) {
    String address = "127.0.0.1:" + Ports.free();
    List<String> command =
        List.of(
            "sh",
            "-c",
            WATCH,
            "watch",
            Long.toString(ProcessHandle.current().pid()),
            tools.prometheus().toAbsolutePath().toString(),
            "--config.file=" + directory.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=" + address);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log(directory).toFile())
              .start();
      PrometheusServer server =
          new PrometheusServer(process, directory, new PrometheusApi("http://" + address));
      server.awaitReady();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its HTTP interface. */
  PrometheusApi api() {
    return api;
  }

  /** Where its configuration, rules, data and log are. */
  Path directory() {
    return directory;
  }

  private static Path log(Path directory) {
    return directory.resolve("prometheus.log");
  }

  private void awaitReady() {
    try {
      await("Prometheus ready")
          .atMost(READY)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                if (!process.isAlive()) {
                  throw new IllegalStateException("ended: " + Files.readString(log(directory)));
                }
                return api.isReady();
              });
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Kills it. */
  @Override
  public void close() {
    end();
    Runtime.getRuntime().removeShutdownHook(hook);
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
