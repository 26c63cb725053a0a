// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.documents.MadeParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

class ConfigurationDocsTest {

  private final ConfigurationPage page = new ConfigurationPage();

  @Test
  void theReferenceSaysWhatTheDefinitionsSay() {
    MadeParts.check(
        Path.of("docs", "configuration.md"),
        Map.of("contents", page.contents(), "options", page.text()),
        getClass());
  }

  @Test
  void hasEveryOptionAlsoThoseOfSingleFeeds() {
    assertThat(page.names())
        .containsAll(DatahoseConfig.definition().names())
        .endsWith(
            "datahose.feed.<name>.event.types",
            "datahose.feed.<name>.scopes",
            "datahose.feed.<name>.topic",
            "datahose.feed.<name>.readers");
  }

  @Test
  void saysOfEachOptionAllThatTheDefinitionHas() {
    List<String> facts =
        List.of("\n- Type: ", "\n- Default: ", "\n- Valid values: ", "\n- Importance: ");
    String[] sections = page.text().split("\n### ");
    assertThat(sections).hasSize(page.names().size() + 1);
    for (int i = 1; i < sections.length; i++) {
      assertThat(sections[i]).startsWith("`" + page.names().get(i - 1) + "`\n\n").contains(facts);
    }
    assertThat(page.text())
        .contains("`symphony.read.timeout.ms`\n", "- Default: `60000`", "- Importance: low")
        .doesNotContain("Default: null", "Default: .", "Default: \n");
  }

  /** Connect answers and stores a config as it was given, keys and passwords too. */
  @Test
  void saysOfEachPasswordWhereItIsShown() {
    long passwords =
        DatahoseConfig.definition().configKeys().values().stream()
            .filter(option -> option.type == ConfigDef.Type.PASSWORD)
            .count();
    assertThat(page.text().lines().filter(line -> line.startsWith("- Type: password")))
        .hasSize((int) passwords)
        .allMatch(line -> line.contains("its REST API and config topic show what the config holds"))
        .allMatch(line -> line.endsWith("[secrets](#secrets)"));
  }
}
