// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.containers;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.PluginDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The image that has the plugin alone, built from {@code src/docker/plugin}, and its content on
 * this machine. Closing it removes the image; what it was built from stays.
 */
final class PluginImage implements AutoCloseable {
  static final String NAME = "datahose-plugin:lane";
  private static final String LABEL = "io.github.datahose.lane=plugin";

  /** What Docker puts into each container when it makes one. */
  private static final List<String> OF_DOCKER = List.of(".dockerenv", "dev", "etc", "proc", "sys");

  private final Path content;

  private PluginImage(Path content) {
    this.content = content;
  }

  /** Builds it, and copies its content out of a container that is never started. */
  static PluginImage build() throws IOException {
    Path unzipped = Build.newDirectory("containers-plugin-archive");
    new PluginDirectory(unzipped).install(Build.componentArchive());
    docker(
        "build",
        "-q",
        "--label",
        LABEL,
        "-t",
        NAME,
        "-f",
        "src/docker/plugin/Dockerfile",
        unzipped.toString());
    Path content = Build.newDirectory("containers-plugin-image");
    // It has no command of its own, and none that could be run.
    String container = docker("create", "--label", LABEL, NAME, "none");
    try {
      docker("cp", container + ":/.", content.toString());
    } finally {
      docker("rm", container);
    }
    return new PluginImage(content);
  }

  /** The only folder in its root, a copy on this machine. */
  Path folder() throws IOException {
    return content.resolve(names().get(0));
  }

  /** The names in the image's root. */
  List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(content)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !OF_DOCKER.contains(name))
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    docker("image", "rm", "-f", NAME);
  }

  /** What the command printed. */
  private static String docker(String... arguments) throws IOException {
    List<String> command = Stream.concat(Stream.of("docker"), Stream.of(arguments)).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    // It has closed its output, so it ends by itself.
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
    return output;
  }
}
