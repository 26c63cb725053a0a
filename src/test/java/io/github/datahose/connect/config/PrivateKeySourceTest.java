// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateKeySourceTest {
  @TempDir Path folder;

  private static Map<String, String> withFile(String path) {
    Map<String, String> properties = Given.valid("symphony.private.key.path", path);
    properties.remove("symphony.private.key");
    return properties;
  }

  @Test
  void literalLineBreaksOfTheTextCountAsRealOnes() {
    String oneLine = SimulatorKeys.privateKey().strip().replace("\n", "\\n");
    DatahoseConfig config = new DatahoseConfig(Given.valid("symphony.private.key", oneLine));
    assertThat(config.symphony().privateKey().read().getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void theFileIsReadAnewEachTime() throws IOException {
    Path file = folder.resolve("bot.pem");
    Files.writeString(file, "being written");
    PrivateKeySource source = new DatahoseConfig(withFile(file.toString())).symphony().privateKey();
    assertThat(source.option()).isEqualTo("symphony.private.key.path");
    assertThatThrownBy(source::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("symphony.private.key.path is not PEM text");
    Files.writeString(file, SimulatorKeys.privateKey());
    assertThat(source.read().getAlgorithm()).isEqualTo("RSA");
    Files.delete(file);
    assertThatThrownBy(source::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("symphony.private.key.path names no regular file")
        .hasMessageContaining("on every worker")
        .hasMessageNotContaining("bot.pem");
  }

  @Test
  void validateReadsTheFileButAStartDoesNot() {
    Map<String, String> properties = withFile(folder.resolve("missing.pem").toString());
    assertThat(Given.faults(properties))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.name()).isEqualTo("symphony.private.key.path");
              assertThat(fault.errorMessages().toString())
                  .startsWith(
                      "[symphony.private.key.path names no regular file with content that this worker can see")
                  .doesNotContain("missing.pem");
            });
    assertThat(new DatahoseConfig(properties).symphony().privateKey()).isNotNull();
  }

  @Test
  void validateParsesTheKeyOfTheFile() throws IOException {
    Path file = folder.resolve("bot.pem");
    Files.writeString(file, SimulatorKeys.privateKeyPkcs1());
    Given.assertValid(withFile(file.toString()));
    Files.writeString(file, SimulatorKeys.privateKeyPkcs1().replace("RSA", "EC"));
    assertThat(Given.faults(withFile(file.toString())))
        .singleElement()
        .extracting(fault -> fault.errorMessages().toString())
        .asString()
        .startsWith("[symphony.private.key.path is PEM text of another kind");
  }

  @Test
  void aFolderIsNoKey() {
    assertThat(Given.faults(withFile(folder.toString())).toString())
        .contains("names no regular file");
  }

  @Test
  void aPathThatIsNoneIsToldWithoutRepeatingIt() {
    assertThat(Given.faults(withFile("hun\0ter2")).toString())
        .contains("is no valid path")
        .doesNotContain("ter2");
  }

  @Test
  void aFileThatIsTooLargeForAKeyIsRefused() throws IOException {
    Path file = folder.resolve("large");
    Files.write(file, new byte[1_048_576]);
    assertThat(Given.faults(withFile(file.toString())).toString()).doesNotContain("too large");
    Files.write(file, new byte[1_048_577]);
    assertThat(Given.faults(withFile(file.toString())).toString()).contains("too large");
  }
}
