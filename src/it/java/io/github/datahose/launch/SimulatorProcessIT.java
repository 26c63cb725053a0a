// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the simulator as other projects get it. */
class SimulatorProcessIT {
  @Test
  void runsFromItsArtifactAlone(@TempDir Path directory) {
    try (SimulatorProcess simulator =
        SimulatorProcess.start(
            Jvm.quick(), directory.resolve("simulator.log"), "--batch-size=10")) {
      simulator.produce(50, 1_000_000, List.of("MESSAGESENT"));

      await().until(() -> simulator.totals().produced() == 50);
      assertThat(simulator.ledger().withoutFeed()).isEqualTo(50);
    }
  }

  @Test
  void hasNoTestsInsideAndNothingOfThem() throws IOException {
    try (JarFile jar = new JarFile(Build.simulatorJar().toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.github.datahose.simulator.SimulatorMain");
      assertThat(jar.stream().map(Object::toString))
          .contains("io/github/datahose/simulator/SimulatorMain.class")
          .noneMatch(entry -> entry.contains("Test.class") || entry.contains("Test$"))
          .noneMatch(entry -> entry.contains("openapi"))
          .noneMatch(entry -> entry.startsWith("org/"))
          .noneMatch(entry -> entry.startsWith("io/github/datahose/connect"));
    }
  }
}
