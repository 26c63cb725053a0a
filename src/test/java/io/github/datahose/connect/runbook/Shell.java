// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import io.github.datahose.launch.Build;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.resolver.api.maven.Maven;

/**
 * An operator's shell: {@code sh} in a directory of its own. It has the machine's {@code curl} and
 * {@code unzip}; where there is none, since a build needs no more than a JDK and Maven, {@link
 * Curl} and the JDK's {@code jar}. {@code -Drunbook.own.tools=true} takes these in any case.
 */
final class Shell {
  private static final long SECONDS = 90;

  private final Path directory = Build.newDirectory("runbook");
  private final Map<String, String> variables = new TreeMap<>();

  /** Takes the machine's tools where it has them. */
  Shell() {
    this(Boolean.getBoolean("runbook.own.tools"));
  }

  Shell(boolean ownTools) {
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    set("PATH", String.join(File.pathSeparator, directory + "/bin", java, System.getenv("PATH")));
    set("CURL_HOME", directory.toString());
    // A rejected request fails a block. Retries cover HTTP 409 during a rebalance.
    write(
        ".curlrc",
        "fail\nsilent\nshow-error\nnoproxy = \"*\"\nretry = 20\nretry-delay = 1\nretry-all-errors\n");
    if (ownTools || isMissing("curl")) {
      command(
          "curl",
          "exec java -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\""
              .formatted(testClasses(), Curl.class.getName()));
    }
    if (ownTools || isMissing("unzip")) {
      command("unzip", "cd \"$4\" && exec jar --extract --file \"$2\"");
    }
  }

  /** Sets a variable for all that is run from now on. */
  Shell set(String variable, String value) {
    variables.put(variable, value);
    return this;
  }

  /** Adds the commands of Kafka's that are used, which its distribution starts in the same way. */
  Shell withKafkaCommands() {
    String jars =
        Stream.of(
                Maven.resolver()
                    .resolve("org.apache.kafka:kafka-tools:" + Build.kafkaVersion())
                    .withTransitivity()
                    .asFile())
            .map(File::getPath)
            .collect(Collectors.joining(File.pathSeparator));
    String java =
        "exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
            + jars
            + "' org.apache.kafka.tools.";
    command("kafka-console-consumer.sh", java + "consumer.ConsoleConsumer \"$@\"");
    command("kafka-acls.sh", java + "AclCommand \"$@\"");
    return this;
  }

  /** Where it runs: what blocks write to files is here. */
  Path directory() {
    return directory;
  }

  /** Runs commands until the first that fails; that, or more than 90 seconds, is an error. */
  String run(String commands) {
    try {
      Path output = Files.createTempFile(directory, "output", ".txt");
      ProcessBuilder builder = new ProcessBuilder("sh", "-euc", commands);
      builder.environment().putAll(variables);
      Process process =
          builder
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      String text = Files.readString(output);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            (ended ? "status " + process.exitValue() : "no end after " + SECONDS + " s")
                + " of\n"
                + commands
                + "\nwhich wrote\n"
                + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void command(String name, String line) {
    if (!write("bin/" + name, "#!/bin/sh\n" + line + "\n").toFile().setExecutable(true)) {
      throw new IllegalStateException(name + " cannot be made executable");
    }
  }

  private Path write(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMissing(String command) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .noneMatch(place -> Files.isExecutable(Path.of(place, command)));
  }

  private static Path testClasses() {
    return Path.of(Curl.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}
