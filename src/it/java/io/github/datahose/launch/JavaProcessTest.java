// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

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

  private static final String PID = "child has pid ";

  @TempDir private Path directory;

  @Test
  void endsWhenParentIsKilled() {
    JavaProcess parent =
        JavaProcess.start(
            Jvm.quick(),
            CLASS_PATH,
            Parent.class.getName(),
            List.of(directory.resolve("child.log").toString()),
            directory.resolve("parent.log"));
    ProcessHandle child = awaitPid(parent);

    parent.kill();

    await().atMost(Duration.ofSeconds(15)).until(() -> !child.isAlive());
  }

  private static ProcessHandle awaitPid(JavaProcess process) {
    String line =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> process.output().lines().filter(l -> l.startsWith(PID)).findFirst(),
                Optional::isPresent)
            .get();
    return ProcessHandle.of(Long.parseLong(line.substring(PID.length()))).orElseThrow();
  }

  static final class Parent {
    public static void main(String[] arguments) throws InterruptedException {
      JavaProcess child =
          JavaProcess.start(
              Jvm.quick(), CLASS_PATH, Child.class.getName(), List.of(), Path.of(arguments[0]));
      System.out.println(PID + child.pid());
      new CountDownLatch(1).await();
    }
  }

  static final class Child {
    public static void main(String[] arguments) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }
}
