// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A named pipe that nobody writes to hangs as the file of a network drive that is away does. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerFileTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir private Path folder;
  private Path hanging;

  @BeforeEach
  void makePipe() throws Exception {
    hanging = folder.resolve("hunter2");
    assertThat(new ProcessBuilder("mkfifo", hanging.toString()).start().waitFor()).isZero();
  }

  /** Takes as long as a file is waited for, four seconds, twice. */
  @Test
  void keyAndCertificateSayThatTheirFileHangs() {
    CertificateSource certificate =
        CertificateSource.of(null, hanging.toString(), new Password("changeit"));
    PrivateKeySource key = PrivateKeySource.of(null, hanging.toString());
    assertThatThrownBy(certificate::read).hasCauseInstanceOf(TimeoutException.class);
    assertThatThrownBy(key::read).hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aFileThatHangsIsAnErrorOnItsOptionUntilItCanBeReadAgain() throws Exception {
    WorkerFile file = new WorkerFile("symphony.x.path", hanging.toString(), "the x", 100);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> file.read(SHORT))
          .isInstanceOf(UnusableOptionException.class)
          .hasMessageStartingWith(
              "symphony.x.path names a file that could not be read in time: see")
          .hasMessageNotContaining("hunter2")
          .as("a login goes by that")
          .hasCauseInstanceOf(TimeoutException.class);
    }
    assertThat(readers()).as("threads that hang").isOne();
    try (OutputStream back = Files.newOutputStream(hanging)) {
      back.write("now".getBytes());
    }
    Files.delete(hanging);
    Files.writeString(hanging, "later");
    await().atMost(60, TimeUnit.SECONDS).until(() -> readers() == 0);
    assertThat(file.read()).asString().isEqualTo("later");
  }

  private static long readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("reader of symphony.x.path"))
        .count();
  }

  /** The pipe stays open behind the four bytes, so a read to the end would hang. */
  @Test
  void aFileThatIsTooLargeIsNotReadToItsEnd() throws Exception {
    WorkerFile file = new WorkerFile("symphony.x.path", hanging.toString(), "the x", 3);
    try (RandomAccessFile endless = new RandomAccessFile(hanging.toFile(), "rw")) {
      endless.write("1234".getBytes());
      assertThatThrownBy(() -> file.read(Duration.ofSeconds(30)))
          .isInstanceOf(UnusableOptionException.class)
          .hasMessageContaining("too large for that (over 3 bytes)");
    }
  }

  @Test
  void anInterruptEndsTheWaitAndStays() {
    WorkerFile file = new WorkerFile("symphony.x.path", hanging.toString(), "the x", 100);
    Thread.currentThread().interrupt();
    assertThatThrownBy(file::read).isInstanceOf(UnusableOptionException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void validateNamesBothFilesThatHang() {
    Map<String, String> properties =
        Given.valid(
            "symphony.private.key.path",
            hanging.toString(),
            "symphony.truststore.path",
            hanging.toString());
    properties.remove("symphony.private.key");
    assertThat(ConfigValidation.answers(properties, "test", Duration.ofSeconds(10)))
        .filteredOn(answer -> !answer.errorMessages().isEmpty())
        .allSatisfy(
            answer ->
                assertThat(answer.errorMessages().toString())
                    .contains(answer.name() + " names a file that could not be read in time")
                    .doesNotContain("hunter2"))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrder("symphony.private.key.path", "symphony.truststore.path");
  }
}
