// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.awaitility.Awaitility.await;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A JVM of its own that never outlives this one: a shutdown hook ends it, and {@link ParentWatch}
 * does when this JVM is killed. Its output goes to a file. Safe for use by several threads.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(60);

  /**
   * More than Jetty's stop timeout of 60 s. A worker of Kafka 4.3.1 did not end within 30 s once;
   * its own shutdown hook and Jetty's were stopping the server at the same time.
   */
  private static final long STOP_SECONDS = 90;

  private final Process process;
  private final Path log;
  private final Thread hook;

  private JavaProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.hook = new Thread(process::destroyForcibly, "end-process-" + process.pid());
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts a main class.
   *
   * @param log where output and errors are appended
   */
  public static JavaProcess start(
      Jvm jvm, List<Path> classPath, String mainClass, List<String> arguments, Path log) {
    List<String> command = new ArrayList<>();
    command.add(jvm.home().resolve("bin").resolve("java").toString());
    command.addAll(jvm.options());
    command.add("-cp");
    command.add(
        Stream.concat(Stream.of(parentWatch()), classPath.stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(ParentWatch.class.getName());
    command.add(Long.toString(ProcessHandle.current().pid()));
    command.add(mainClass);
    command.addAll(arguments);
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.appendTo(log.toFile()));
      builder.environment().putAll(jvm.environment());
      return new JavaProcess(builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Connects to its MBeans; the caller closes the connection. Needs a JDK, not a mere runtime. */
  public synchronized JMXConnector jmx() {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid()));
      try {
        return JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that it and its predecessors on the same file wrote. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until it has written something that says that it is ready, and kills it when it does not.
   *
   * @return the first group of the pattern
   */
  public String awaitOutput(Pattern ready) {
    try {
      return await(ready.pattern())
          .atMost(READY)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                requireAlive();
                return ready.matcher(output()).results().findFirst();
              },
              Optional::isPresent)
          .get()
          .group(1);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Fails when it has ended, with the end of what it wrote. Call it while waiting for something of
   * the process.
   *
   * @throws IllegalStateException when it does not run
   */
  public void requireAlive() {
    if (!process.isAlive()) {
      List<String> lines = output().lines().toList();
      String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
      throw new IllegalStateException(
          "process ended with status " + process.exitValue() + ", see " + log + ":\n" + end);
    }
  }

  /** Waits for it to end by itself and answers its exit status. */
  public int awaitExit() {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      forget();
    }
  }

  /**
   * Asks it to end, as an operator would (SIGTERM), and waits; kills it when it does not within 90
   * s.
   */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        kill();
        throw new IllegalStateException("did not end within " + STOP_SECONDS + " s, see " + log);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      forget();
    }
  }

  /** Kills the process, like {@code kill -9}, and waits until it has ended. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /**
   * Sends it a signal of the system.
   *
   * @param name without SIG, such as {@code STOP}
   */
  public void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("cannot send " + name + " to the process of " + log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The same as {@link #kill}. */
  @Override
  public void close() {
    kill();
  }

  private void forget() {
    if (process.isAlive()) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is going down, and the hook with it.
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for a process", e);
  }

  /** A directory with {@link ParentWatch} alone: the tests' classes must not be seen by Kafka. */
  private static synchronized Path parentWatch() {
    String name = ParentWatch.class.getName().replace('.', '/') + ".class";
    Path directory = Build.directory().resolve("launch").resolve("parent-watch");
    Path target = directory.resolve(name);
    try (InputStream source = ParentWatch.class.getClassLoader().getResourceAsStream(name)) {
      byte[] bytes = source.readAllBytes();
      if (!Files.exists(target) || Files.size(target) != bytes.length) {
        Files.createDirectories(target.getParent());
        // Whole or not at all: another JVM's tests may start a process right now.
        Path whole = Files.createTempFile(directory, "ParentWatch", null);
        Files.write(whole, bytes);
        Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
