// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Jvm;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.PluginDirectory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Doctor as its users run it: a process with the jars of the archive and of Kafka. */
@Timeout(120)
class DoctorIT {

  private final Path directory = Build.newDirectory("doctor");

  /** Without a configuration, the Log4j of Kafka 4 writes errors to the standard output. */
  @Test
  @Tag("invariant-10")
  void invariant10PrintsJsonAloneWhenKafkaLogsErrors() throws Exception {
    Path worker =
        write(
            "worker.properties",
            "config.providers=file\nconfig.providers.file.class="
                + "org.apache.kafka.common.config.provider.FileConfigProvider\n");
    Path config = write("config.json", "{\"symphony.username\": \"${file:/nowhere:user}\"}");
    assertThat(doctor("--json", "--worker-config", worker.toString(), config.toString())).isOne();
    assertThat(Files.readString(directory.resolve("err"))).contains(" ERROR ", "/nowhere");
    JsonNode json = new ObjectMapper().readTree(directory.resolve("out").toFile());
    assertThat(json.path("ok").isBoolean()).isTrue();
    assertThat(json.path("steps").path(0).path("step").asText()).isEqualTo("variables");
  }

  private int doctor(String... arguments) throws IOException, InterruptedException {
    PluginDirectory plugins = new PluginDirectory(directory.resolve("plugins"));
    plugins.install(Build.componentArchive());
    String classPath =
        Stream.concat(
                Stream.of(plugins.jars()), KafkaClassPath.of(Build.kafkaVersion()).jars().stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    String java = Jvm.current().home().resolve("bin").resolve("java").toString();
    List<String> command =
        Stream.concat(
                Stream.of(java, "-cp", classPath, "io.github.datahose.connect.tools.Doctor"),
                Stream.of(arguments))
            .toList();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }
}
