// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines are from real virtual machines; Java 25 indents continued lines, 17 does not. */
class VirtualMachineLogTest {
  private static final String GONE = "NoClassDefFoundError | com/example/Gone";
  private static final String KAFKA =
      "NoClassDefFoundError | org/apache/kafka/common/metrics/PluginMetrics";
  private static final String OURS = "io/github/datahose/connect/delivery/Batch$Part";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // What our code misses,
        GONE + " | " + OURS + " | NoClassDefFoundError: com/example/Gone, in OURS.use",
        "NoSuchMethodError | 'void com.example.Half.m()' | "
            + OURS
            + " | NoSuchMethodError: 'void com.example.Half.m()', in OURS.use",
        // a class of Kafka's that is missing, for any caller, once with our method that called it,
        KAFKA
            + " | java/lang/Class | NoClassDefFoundError:"
            + " org/apache/kafka/common/metrics/PluginMetrics",
        KAFKA
            + " | "
            + OURS
            + " | NoClassDefFoundError: org/apache/kafka/common/metrics/PluginMetrics, in OURS.use",
        // and not what others probe, or what is no error.
        GONE + " | com/example/Logging | ",
        "ClassNotFoundException | io.github.datahose.connect.Nope | " + OURS + " | "
      })
  void findsMissingClassesOnJava17And25(String error, String what, String by, String found)
      throws IOException {
    for (String indent : new String[] {"", "[                        ] "}) {
      write(
          """
          [0.4s][info][exceptions] Exception <a 'java/lang/%1$s'{0x000000069ec19ff0}: %2$s> (0x000000069ec19ff0)\s
          thrown [./src/hotspot/share/classfile/systemDictionary.cpp, line 245]
          for thread 0x00007f983c018410
          [0.4s][info][exceptions] Exception <a 'java/lang/%1$s'{0x000000069ec19ff0}: %2$s>
          %3$s thrown in interpreter method <{method} {0x00007f97b7400478} 'use' '()V' in '%4$s'>
          %3$s at bci 0 for thread 0x00007f983c018410 (main)
          """
              .formatted(error, what, indent, by));
      assertThat(String.join("; ", new VirtualMachineLog(directory).linkageErrors()))
          .isEqualTo(found == null ? "" : found.replace("OURS", OURS.replace('/', '.')));
    }
  }

  @Test
  void assignsErrorAtEndOfProcessToThatProcess() throws IOException {
    write(
        "[0.4s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x6}:"
            + " com/example/Gone>\n");
    Files.writeString(
        directory.resolve("vm-2.log"), " thrown in <{method} {0x7} 'use' '()V' in '" + OURS + "'>");
    assertThat(new VirtualMachineLog(directory).linkageErrors()).isEmpty();
  }

  @Test
  void countsOwnClassesOnceWithoutLambdas() throws IOException {
    String lines =
        """
        [0.5s][info][class,load     ] io.github.datahose.connect.DatahoseSourceTask source: file:/plugins/lib/datahose.jar
        [0.6s][info][class,load] io.github.datahose.connect.delivery.Batch$Part source: file:/plugins/lib/datahose.jar
        [0.6s][info][class,load] io.github.datahose.connect.delivery.Batch$$Lambda$12/0x0000000800c8 source: io.github.datahose.connect.delivery.Batch
        [0.7s][info][class,load] io.github.datahose.launch.ParentWatch source: file:/target/
        """;
    write(lines);
    Files.writeString(directory.resolve("vm-2.log"), lines);
    assertThat(new VirtualMachineLog(directory).loadedClasses())
        .containsExactly(
            "io.github.datahose.connect.DatahoseSourceTask",
            "io.github.datahose.connect.delivery.Batch$Part");
  }

  private void write(String lines) throws IOException {
    Files.writeString(directory.resolve("vm-1.log"), lines);
  }
}
