// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.JavaProcess;
import io.github.datahose.launch.Jvm;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What no agent would answer costs a failed read or an odd record, never the worker's heap. */
@Timeout(300)
class SmallHeapTest {

  /** Logs each failed read, not only the second consecutive one. */
  private static final String FAILED_READS =
      "-Dorg.slf4j.simpleLogger.log.io.github.datahose.connect.reader.RetryingFeed=debug";

  @TempDir private Path directory;

  @Test
  @Tag("invariant-12")
  void invariant12SurvivesHostileResponsesWithHeapOf256Megabytes() {
    List<Path> classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .toList();
    try (JavaProcess small =
        JavaProcess.start(
            Jvm.quick().with("-Xmx256m", "-XX:+ExitOnOutOfMemoryError", FAILED_READS),
            classPath,
            SmallHeap.class.getName(),
            List.of(),
            directory.resolve("small-heap.log"))) {
      int status = small.awaitExit();
      assertThat(small.output()).doesNotContain("OutOfMemoryError");
      assertThat(small.output().lines())
          .contains(
              "TEN_MILLION_EVENTS: 0 records, first misfit null",
              "MOST_EVENTS: 75000 records, first misfit /",
              "EVENT_OF_EMPTY_OBJECTS: 1 records, first misfit /",
              "UNKNOWN_FIELD_OF_EMPTY_OBJECTS: 1 records, first misfit /",
              "EVENT_OF_MANY_NAMES: 1 records, first misfit /",
              "EVENTS_OF_EMPTY_OBJECTS: 20001 records, first misfit /",
              "ENVELOPE_OF_MANY_TEXTS: 1 records, first misfit null",
              "CHUNK_EXTENSION_WITHOUT_END: 0 records, first misfit null",
              "GZIP_NAME_WITHOUT_END: 0 records, first misfit null",
              "LONG_ACK_ID: 0 records, first misfit null");
      assertThat(small.output())
          .as("reason of each rejection")
          .containsSubsequence(
              "too many events",
              "TEN_MILLION_EVENTS:",
              "no complete response from a server",
              "(IOException)",
              "CHUNK_EXTENSION_WITHOUT_END:",
              "no complete response from a server",
              "(IOException)",
              "GZIP_NAME_WITHOUT_END:",
              "its ackId is longer than 8192 characters",
              "LONG_ACK_ID:");
      assertThat(status).isZero();
    }
  }
}
