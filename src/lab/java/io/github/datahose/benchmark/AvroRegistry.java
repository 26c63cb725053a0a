// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.registry.ConverterPlugin;
import io.github.datahose.registry.RegistryProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Confluent's Avro converter and a schema registry in a process of its own. Both are large and not
 * among the build's dependencies: the Maven profile {@code registry} brings them.
 */
final class AvroRegistry implements AutoCloseable {

  private final RegistryProcess process = RegistryProcess.start(log());

  private AvroRegistry() {}

  /**
   * Starts one when the system property {@code avro} asks for it.
   *
   * @return null when it does not
   * @throws IllegalStateException when there is none to start
   */
  static AvroRegistry startIfWanted() {
    if (System.getProperty("avro", "false").equals("false")) {
      return null;
    }
    if (!Files.isDirectory(Build.directory().resolve("registry"))) {
      throw new IllegalStateException(
          "-Davro takes the converter and the registry from target/registry, which is not there:"
              + " `mvn -q -Pregistry pre-integration-test` brings them (some 220 MB)");
    }
    return new AvroRegistry();
  }

  /** Lets a worker find the converter. */
  static void addConverter(ConnectCluster.Builder worker) {
    worker
        .plugins(ConverterPlugin.prepare().directory())
        // The other ways do not find this one: it has no service file.
        .workerProperty("plugin.discovery", "hybrid_warn");
  }

  /** As a converter is given it. */
  URI url() {
    return process.url();
  }

  @Override
  public void close() {
    process.close();
  }

  private static Path log() {
    return Build.newDirectory("benchmark-registry").resolve("registry.log");
  }
}
