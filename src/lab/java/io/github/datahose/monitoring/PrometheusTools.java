// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.launch.Build;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Prometheus and promtool as they are on this machine.
 *
 * @param prometheus the server's program
 * @param promtool the program that checks configurations and runs the tests of rules
 */
record PrometheusTools(Path prometheus, Path promtool) {

  /** What a program said. */
  record Result(int status, String output) {}

  /**
   * Looks for both where {@code .ci/prometheus} puts them, and on the path; empty when one is
   * missing.
   */
  static Optional<PrometheusTools> find() {
    return program("prometheus")
        .flatMap(
            prometheus ->
                program("promtool").map(promtool -> new PrometheusTools(prometheus, promtool)));
  }

  /** Runs promtool to its end, in a directory. */
  Result check(Path directory, String... arguments) {
    return run(directory, promtool, arguments);
  }

  /** Returns the version that Prometheus reports, such as 2.42.0. */
  String version() {
    return run(Path.of("."), prometheus, "--version").output().split(" ")[2];
  }

  private static Result run(Path directory, Path program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes());
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + program + " ran", e);
    }
  }

  private static Optional<Path> program(String name) {
    Stream<Path> unpacked = Stream.of(Build.directory().resolve("prometheus/usr/bin"));
    Stream<Path> path =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).map(Path::of);
    return Stream.concat(unpacked, path)
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
