// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.config.KeyMaterial.UnusableOptionException;
import io.github.datahose.connect.config.option.LoginOptions;
import io.github.datahose.connect.config.option.TlsOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerFileTest {

  private static final Duration SHORT = Duration.ofMillis(50);
  private static final String NO_FILE =
      "symphony.x.path names no regular, non-empty file that this worker can see. Put the x there on"
          + " every worker, readable by the user of the worker";

  @TempDir private Path folder;
  private Path path;
  private WorkerFile file;

  @BeforeEach
  void nameAFile() {
    noneReads();
    path = folder.resolve("hunter2");
    file = named(path.toString());
  }

  private static WorkerFile named(String path) {
    return new WorkerFile("symphony.x.path", path, "the x", 100);
  }

  /** Takes four seconds, the timeout of a read. */
  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void reportsTimeoutWhenCertificateFileIsUnresponsive() {
    String path = this.path.toString();
    try (HangingFiles hanging = new HangingFiles()) {
      hanging.add(KeyMaterial.file(LoginOptions.CERTIFICATE_PATH, path));
      assertThatThrownBy(KeyMaterial.certificate(null, path, new Password("changeit"))::read)
          .hasCauseInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void reportsErrorUntilUnresponsiveFileRecovers() throws Exception {
    CountDownLatch back = new CountDownLatch(1);
    try {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(
                () ->
                    file.read(
                        SHORT,
                        () -> {
                          back.await();
                          return "now".getBytes();
                        }))
            .isInstanceOf(UnusableOptionException.class)
            .hasMessageStartingWith("symphony.x.path names a file that could not be read in time")
            .hasMessageNotContaining("hunter2")
            .as("a login uses it")
            .hasCauseInstanceOf(TimeoutException.class);
      }
      assertThat(readers()).as("blocked threads").isOne();
    } finally {
      back.countDown();
    }
    Files.writeString(path, "later");
    noneReads();
    assertThat(file.read()).asString().isEqualTo("later");
  }

  private static void noneReads() {
    await("blocked threads").atMost(60, TimeUnit.SECONDS).until(() -> readers() == 0);
  }

  private static long readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("reader of symphony.x.path"))
        .count();
  }

  private static void assertRefused(String path) {
    assertThatThrownBy(named(path)::read).as(path).hasMessage(NO_FILE);
  }

  @Test
  void rejectsPipeWithoutOpeningIt() throws Exception {
    makePipe();
    assertRefused(path.toString());
    noneReads();
    assertRefused(Files.createSymbolicLink(folder.resolve("link"), path).toString());
  }

  private void makePipe() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/dev/null", "/dev/tty", "/dev", "/", "."})
  void rejectsDeviceOrFolderWithSameMessage(String path) {
    assertRefused(path);
  }

  /** Their size is always 0. The environment can contain keys, and kmsg blocks. */
  @ParameterizedTest
  @EnabledOnOs(OS.LINUX)
  @ValueSource(strings = {"/proc/self/environ", "/proc/self/cmdline", "/proc/kmsg"})
  void rejectsKernelFileWithSameMessage(String path) {
    assertRefused(path);
  }

  @Test
  void rejectsMissingOrEmptyFileWithSameMessage() throws IOException {
    assertRefused(path.toString());
    assertRefused(path + "/below");
    Path round = folder.resolve("round");
    assertRefused(Files.createSymbolicLink(round, round).toString());
    assertRefused(Files.createFile(path).toString());
  }

  /** The open pipe of a child process, and a named pipe. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void rejectsPipeDescriptorWithSameMessage() throws Exception {
    makePipe();
    Process child = new ProcessBuilder("cat").start();
    try (RandomAccessFile open = new RandomAccessFile(path.toFile(), "rw")) {
      List<Path> pipes;
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
        pipes = descriptors.filter(this::isPipe).toList();
      }
      assertThat(pipes).hasSizeGreaterThanOrEqualTo(2);
      pipes.forEach(pipe -> assertRefused(pipe.toString()));
      assertThat(open.getChannel().isOpen()).isTrue();
    } finally {
      child.destroy();
    }
  }

  private boolean isPipe(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("pipe:") || target.endsWith("/hunter2");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void followsLink() throws IOException {
    Files.writeString(path, "content");
    Path link = Files.createSymbolicLink(folder.resolve("link"), path);
    assertThat(named(link.toString()).read()).asString().isEqualTo("content");
  }

  /** The files of a Secret are links to links. At most one change happens during a read. */
  @Test
  void readsSecretWhileKubernetesReplacesIt() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("key"), Path.of("..data", "key"));
    switchTo(0);
    CyclicBarrier together = new CyclicBarrier(2);
    int times = 1000;
    Thread kubernetes =
        new Thread(
            () -> {
              try {
                for (int i = 1; i <= times; i++) {
                  together.await();
                  switchTo(i);
                  together.await();
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    kubernetes.start();
    for (int i = 1; i <= times; i++) {
      together.await();
      byte[] read = named(link.toString()).read();
      together.await();
      assertThat(new String(read)).isIn("secret " + (i - 1), "secret " + i);
    }
    kubernetes.join();
  }

  private void switchTo(int version) throws IOException {
    Path now = Files.createDirectory(folder.resolve("..version" + version));
    Files.writeString(now.resolve("key"), "secret " + version);
    Path data =
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..version" + version));
    Files.move(data, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Path before = folder.resolve("..version" + (version - 1));
    if (version > 0) {
      Files.delete(before.resolve("key"));
      Files.delete(before);
    }
  }

  @Test
  void rejectsTooLargeFileWithoutReadingItWhole() throws Exception {
    try (RandomAccessFile large = new RandomAccessFile(path.toFile(), "rw")) {
      large.setLength(1L << 40);
      assertThatThrownBy(file::read)
          .isInstanceOf(UnusableOptionException.class)
          .hasMessageContaining("too large (more than 100 bytes)");
    }
  }

  @Test
  void stopsWaitingWhenInterrupted() {
    try (HangingFiles hanging = new HangingFiles()) {
      hanging.add(file);
      Thread.currentThread().interrupt();
      assertThatThrownBy(file::read).isInstanceOf(UnusableOptionException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  void reportsBothFilesWhenUnresponsive() {
    Map<String, String> properties = Given.effective("symphony.private.key.path", path.toString());
    properties.put("symphony.truststore.path", path.toString());
    try (HangingFiles hanging = new HangingFiles()) {
      hanging.add(KeyMaterial.file(LoginOptions.PRIVATE_KEY_PATH, path.toString()));
      hanging.add(KeyMaterial.file(TlsOptions.TRUSTSTORE_PATH, path.toString()));
      assertThat(Given.faults(properties))
          .allSatisfy(
              fault ->
                  assertThat(fault.errorMessages().toString())
                      .contains(fault.name() + " names a file that could not be read in time")
                      .doesNotContain("hunter2"))
          .extracting(ConfigValue::name)
          .containsExactlyInAnyOrder("symphony.private.key.path", "symphony.truststore.path");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.private.key.path",
        "symphony.certificate.path",
        "symphony.truststore.path"
      })
  void rejectsPipeForEachPathOption(String option) throws Exception {
    makePipe();
    Given.assertFinding(
        Given.effective(option, path.toString()), option, "names no regular, non-empty file");
  }
}
