// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines are those of real virtual machines. */
class VirtualMachineLogTest {
  @TempDir private Path directory;

  @Test
  void findsWhatOurCodeMissedOnJava17() throws IOException {
    write(
        """
        [0.439s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x000000069ec19ff0}: com/example/Gone> (0x000000069ec19ff0)\s
        thrown [./src/hotspot/share/classfile/systemDictionary.cpp, line 245]
        for thread 0x00007f983c018410
        [0.439s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x000000069ec19ff0}: com/example/Gone>
         thrown in interpreter method <{method} {0x00007f97b7400478} 'use' '()V' in 'io/github/datahose/connect/DatahoseSourceTask'>
         at bci 0 for thread 0x00007f983c018410 (main)
        """);
    assertThat(new VirtualMachineLog(directory).linkageErrors())
        .containsExactly(
            "NoClassDefFoundError: com/example/Gone, in io.github.datahose.connect.DatahoseSourceTask.use");
  }

  @Test
  void findsWhatOurCodeMissedOnJava25() throws IOException {
    write(
        """
        [0.457s][info][exceptions] Exception <a 'java/lang/NoSuchMethodError'{0x000000069ec18158}: 'void com.example.Half.m()'>
        [                        ]  thrown in compiled method <{method} {0x00007fcb84400560} 'main' '([Ljava/lang/String;)V' in 'io/github/datahose/connect/feed/Batch$Part'>
        [                        ]  at bci 21 for thread 0x00007fcbc402ad40 (main)
        """);
    assertThat(new VirtualMachineLog(directory).linkageErrors())
        .containsExactly(
            "NoSuchMethodError: 'void com.example.Half.m()', in io.github.datahose.connect.feed.Batch$Part.main");
  }

  @Test
  void findsAMissingClassOfKafkaWhoeverAskedForIt() throws IOException {
    write(
        """
        [1.2s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x000000069ec19ff0}: org/apache/kafka/common/metrics/PluginMetrics>
         thrown in interpreter method <{method} {0x00007f97bb440b38} 'getDeclaredMethods0' '(Z)[Ljava/lang/reflect/Method;' in 'java/lang/Class'>
         at bci 0 for thread 0x00007f983c018410 (main)
        """);
    assertThat(new VirtualMachineLog(directory).linkageErrors())
        .containsExactly("NoClassDefFoundError: org/apache/kafka/common/metrics/PluginMetrics");
  }

  @Test
  void namesAMissingClassOfKafkaOnceWithOurMethodThatAskedForIt() throws IOException {
    write(
        """
        [0.4s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x6}: org/apache/kafka/common/metrics/PluginMetrics> (0x6)\s
        thrown [./src/hotspot/share/classfile/systemDictionary.cpp, line 245]
        for thread 0x00007f983c018410
        [0.4s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x6}: org/apache/kafka/common/metrics/PluginMetrics>
         thrown in interpreter method <{method} {0x7} 'start' '(Ljava/util/Map;)V' in 'io/github/datahose/connect/DatahoseSourceTask'>
         at bci 0 for thread 0x00007f983c018410 (main)
        """);
    assertThat(new VirtualMachineLog(directory).linkageErrors())
        .containsExactly(
            "NoClassDefFoundError: org/apache/kafka/common/metrics/PluginMetrics, in io.github.datahose.connect.DatahoseSourceTask.start");
  }

  @Test
  void leavesOutWhatJavaAndOthersProbe() throws IOException {
    write(
        """
        [0.1s][info][exceptions] Exception <a 'java/lang/NoSuchMethodError'{0x00000000e00c1540}: 'java.lang.Object java.lang.invoke.Invokers$Holder.linkToTargetMethod(java.lang.Object)'> (0x00000000e00c1540)\s
        thrown [./src/hotspot/share/interpreter/linkResolver.cpp, line 758]
        for thread 0x00007f983c018410
        [0.2s][info][exceptions] Exception <a 'java/lang/NoClassDefFoundError'{0x000000069ec19ff0}: com/example/Optional>
         thrown in interpreter method <{method} {0x00007f97bb07b250} 'probe' '()V' in 'com/example/Logging'>
         at bci 36 for thread 0x00007f983c018410 (main)
        [0.3s][info][exceptions] Exception <a 'java/lang/ClassNotFoundException'{0x000000069ec1b620}: io.github.datahose.connect.Nope>
         thrown in interpreter method <{method} {0x00007f97bb07b250} 'loadClass' '()V' in 'io/github/datahose/connect/DatahoseSourceTask'>
         at bci 36 for thread 0x00007f983c018410 (main)
        """);
    assertThat(new VirtualMachineLog(directory).linkageErrors()).isEmpty();
  }

  @Test
  void countsOurClassesOnceAndNoLambdas() throws IOException {
    String lines =
        """
        [0.5s][info][class,load     ] io.github.datahose.connect.DatahoseSourceTask source: file:/plugins/lib/datahose.jar
        [0.6s][info][class,load] io.github.datahose.connect.feed.Batch$Part source: file:/plugins/lib/datahose.jar
        [0.6s][info][class,load] io.github.datahose.connect.feed.Batch$$Lambda$12/0x0000000800c8 source: io.github.datahose.connect.feed.Batch
        [0.7s][info][class,load] io.github.datahose.launch.ParentWatch source: file:/target/
        """;
    write(lines);
    Files.writeString(directory.resolve("vm-2.log"), lines);
    assertThat(new VirtualMachineLog(directory).loadedClasses())
        .containsExactly(
            "io.github.datahose.connect.DatahoseSourceTask",
            "io.github.datahose.connect.feed.Batch$Part");
  }

  private void write(String lines) throws IOException {
    Files.writeString(directory.resolve("vm-1.log"), lines);
  }
}
