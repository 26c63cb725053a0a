// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Apicurio Registry in a process of its own, in memory, as a schema registry with Confluent's API.
 * It exists only where {@code src/lab/registry/pom.xml} has brought it. Safe for use by several
 * threads.
 */
public final class RegistryProcess implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("Listening on: (http://[^\\s]+)");

  private final JavaProcess process;
  private final URI url;

  private RegistryProcess(JavaProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts it and waits until it listens. */
  public static RegistryProcess start(Path log) {
    JavaProcess process =
        JavaProcess.start(
            Jvm.quick()
                .with(
                    "-Dquarkus.http.host=127.0.0.1",
                    "-Dquarkus.http.port=0",
                    "-Dquarkus.log.level=WARN",
                    "-DREGISTRY_LOG_LEVEL=WARN",
                    // Its line with the port.
                    "-Dquarkus.log.category.\"io.quarkus\".level=INFO"),
            List.of(runner()),
            "io.quarkus.runner.GeneratedMain",
            List.of(),
            log);
    return new RegistryProcess(
        process, URI.create(process.awaitOutput(LISTENS) + "/apis/ccompat/v7"));
  }

  /** The base URL of the API, as clients and converters are given it. */
  public URI url() {
    return url;
  }

  /** Its name and version. */
  static String name() {
    return runner().getFileName().toString().replace("-runner.jar", "");
  }

  /** Kills it, with all that it holds. */
  @Override
  public void close() {
    process.close();
  }

  private static Path runner() {
    Path directory = Build.directory().resolve("registry").resolve("apicurio");
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no registry in " + directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
