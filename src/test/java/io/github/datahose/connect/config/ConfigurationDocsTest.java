// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.documents.MadeParts;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the definitions of the options say, to a form and to {@code docs/configuration.md}, which is
 * the one table of all options with their types and defaults.
 */
class ConfigurationDocsTest {

  private final ConfigurationPage page = new ConfigurationPage();

  static Stream<Named<ConfigKey>> options() {
    return DatahoseConfig.definition().configKeys().values().stream()
        .map(option -> Named.of(option.name, option));
  }

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

  @ParameterizedTest
  @MethodSource("options")
  void everyOptionSaysAllThatAFormNeeds(ConfigKey option) {
    assertThat(option.group).isNotBlank();
    assertThat(option.orderInGroup).isPositive();
    assertThat(option.width).isNotEqualTo(ConfigDef.Width.NONE);
    assertThat(option.displayName).isNotBlank().isNotEqualTo(option.name);
    assertThat(option.validator).isInstanceOf(Rule.class);
    assertThat(option.validator.toString()).isNotBlank();
    assertThat(option.internalConfig).isFalse();
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyDocumentationEndsWithTheDefaultToldOnceOrSaysRequired(ConfigKey option) {
    assertThat(option.documentation)
        .containsPattern(option.hasDefault() ? "Default: [^.].*\\.$" : " Required\\.$");
    if (option.hasDefault()) {
      assertThat(option.documentation).containsOnlyOnce("Default: ");
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyNumberNamesItsUnit(ConfigKey option) {
    if (option.type == ConfigDef.Type.INT || option.type == ConfigDef.Type.LONG) {
      assertThat(option.documentation).containsAnyOf("in milliseconds", "in bytes", "Number of");
      assertThat(option.displayName).containsAnyOf("(ms)", "(bytes)", "(events)");
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void everySecretIsAPassword(ConfigKey option) {
    boolean soundsSecret =
        Stream.of("password", "key", "token", "secret", "content")
            .anyMatch(
                word ->
                    option.name.contains(word + ".")
                        || option.name.endsWith(word) && !option.name.startsWith("record."));
    boolean isHarmless =
        Set.of("symphony.private.key.path", "symphony.key.manager.url").contains(option.name);
    assertThat(option.type == ConfigDef.Type.PASSWORD).isEqualTo(soundsSecret && !isHarmless);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.auth.type",
        "record.key",
        "record.value",
        "record.raw",
        "record.oversize"
      })
  void everyEnumerationIsOfferedAndReadWithoutRegardToCase(String name) {
    ConfigKey option = DatahoseConfig.definition().configKeys().get(name);
    assertThat(option.recommender.visible(name, Map.of())).isTrue();
    List<Object> offered = option.recommender.validValues(name, Map.of());
    assertThat(Given.answer(Given.valid(), name).recommendedValues())
        .isNotEmpty()
        .isEqualTo(offered);
    for (Object value : offered) {
      String upper = value.toString().toUpperCase(Locale.ROOT);
      String lower = value.toString().toLowerCase(Locale.ROOT);
      assertThat(Given.answer(Given.valid(name, upper), name).errorMessages()).isEmpty();
      assertThat(Given.answer(Given.valid(name, lower), name).errorMessages()).isEmpty();
    }
  }

  @Test
  void ordersInAGroupAreDifferent() {
    assertThat(options().map(Named::getPayload).map(option -> option.group + option.orderInGroup))
        .doesNotHaveDuplicates();
  }
}
