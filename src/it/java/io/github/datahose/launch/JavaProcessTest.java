// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
  private static final List<Path> CLASS_PATH =
      Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(Path::of)
          .toList();

  @TempDir private Path directory;

  @Test
  void endsWhenItsParentIsKilled() {
    JavaProcess parent = start(Parent.class, directory.resolve("child.log").toString());
    ProcessHandle child = awaitPid(parent, "child");

    parent.kill();

    await().atMost(Duration.ofSeconds(15)).until(() -> !child.isAlive());
  }

  @Test
  void endsOnRequest() {
    try (JavaProcess process = start(Child.class)) {
      awaitPid(process, "self");
      process.stop();
      assertThat(process.isAlive()).isFalse();
    }
  }

  @Test
  void tellsWhatAProcessWroteThatEndedByItself() {
    try (JavaProcess process = start(Failing.class)) {
      assertThat(process.awaitExit()).isEqualTo(1);
      assertThatThrownBy(process::requireAlive)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("status 1")
          .hasMessageContaining("no such luck");
    }
  }

  private JavaProcess start(Class<?> main, String... arguments) {
    return JavaProcess.start(
        Jvm.quick(),
        CLASS_PATH,
        main.getName(),
        List.of(arguments),
        directory.resolve(main.getSimpleName() + ".log"));
  }

  private static ProcessHandle awaitPid(JavaProcess process, String name) {
    String prefix = name + " has pid ";
    String line =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> process.output().lines().filter(l -> l.startsWith(prefix)).findFirst(),
                Optional::isPresent)
            .get();
    return ProcessHandle.of(Long.parseLong(line.substring(prefix.length()))).orElseThrow();
  }

  static final class Parent {
    public static void main(String[] arguments) throws InterruptedException {
      JavaProcess child =
          JavaProcess.start(
              Jvm.quick(), CLASS_PATH, Child.class.getName(), List.of(), Path.of(arguments[0]));
      System.out.println("child has pid " + child.pid());
      new CountDownLatch(1).await();
    }
  }

  static final class Child {
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println("self has pid " + ProcessHandle.current().pid());
      new CountDownLatch(1).await();
    }
  }

  static final class Failing {
    public static void main(String[] arguments) {
      throw new IllegalArgumentException("no such luck");
    }
  }
}
