// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.config.option.Rule;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The definitions of the options, for forms and for {@code docs/configuration.md}, and a table of
 * all options with their types and defaults that is not generated from them.
 */
class ConfigurationDocsTest {

  private final ConfigurationPage page = new ConfigurationPage();

  static Stream<Named<ConfigKey>> options() {
    return DatahoseConfig.definition().configKeys().values().stream()
        .map(option -> Named.of(option.name, option));
  }

  @Test
  void matchesReferencePage() {
    MadeParts.check(
        Path.of("docs", "configuration.md"),
        Map.of("contents", page.contents(), "options", page.text()),
        getClass());
  }

  @Test
  void containsEveryOptionIncludingFeedOptions() {
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
  void definesAllFormFieldsOfEachOption(ConfigKey option) {
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
  void endsDocumentationWithDefaultOrRequired(ConfigKey option) {
    assertThat(option.documentation)
        .containsPattern(option.hasDefault() ? "Default: [^.].*\\.$" : " Required\\.$");
    if (option.hasDefault()) {
      assertThat(option.documentation).containsOnlyOnce("Default: ");
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void documentsUnitOfEachNumber(ConfigKey option) {
    if (option.type == ConfigDef.Type.INT || option.type == ConfigDef.Type.LONG) {
      assertThat(option.documentation).containsAnyOf("in milliseconds", "in bytes", "Number of");
      assertThat(option.displayName).containsAnyOf("(ms)", "(bytes)", "(events)");
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void definesEachSecretAsPassword(ConfigKey option) {
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
  void acceptsEnumerationValuesInAnyCase(String name) {
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
  void definesUniqueOrderInGroup() {
    assertThat(options().map(Named::getPayload).map(option -> option.group + option.orderInGroup))
        .doesNotHaveDuplicates();
  }

  /** Written by hand, so that a change of the code does not change it. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          symphony.pod.url,            STRING,   REQUIRED
          symphony.agent.url,          LIST,     null
          symphony.key.manager.url,    STRING,   null
          symphony.auth.type,          STRING,   RSA
          symphony.username,           STRING,   REQUIRED
          symphony.private.key,        PASSWORD, null
          symphony.private.key.path,   STRING,   null
          symphony.session.auth.url,   STRING,   null
          symphony.certificate.path,   STRING,   null
          symphony.certificate.password, PASSWORD, null
          symphony.certificate.content, PASSWORD, null
          symphony.truststore.path,    STRING,   null
          symphony.truststore.password, PASSWORD, null
          symphony.truststore.certificates, STRING, null
          symphony.connect.timeout.ms, INT,      15000
          symphony.read.timeout.ms,    INT,      60000
          symphony.retry.backoff.ms,   LONG,     500
          symphony.retry.backoff.max.ms, LONG,   60000
          symphony.proxy.url,          STRING,   null
          symphony.proxy.username,     STRING,   null
          symphony.proxy.password,     PASSWORD, null
          symphony.proxy.exclude,      LIST,     ''
          datahose.tag,                STRING,   null
          datahose.event.types,        LIST,     'CONNECTIONACCEPTED,CONNECTIONREQUESTED,INSTANTMESSAGECREATED,MESSAGESENT,MESSAGESUPPRESSED,ROOMCREATED,ROOMDEACTIVATED,ROOMMEMBERDEMOTEDFROMOWNER,ROOMMEMBERPROMOTEDTOOWNER,ROOMREACTIVATED,ROOMUPDATED,SHAREDPOST,SYMPHONYELEMENTSACTION,USERJOINEDROOM,USERLEFTROOM,USERREQUESTEDTOJOINROOM'
          datahose.scopes,             LIST,     ''
          datahose.feeds,              LIST,     all
          datahose.max.response.bytes, INT,      67108864
          datahose.dedup.window,       INT,      100000
          datahose.connection.check,   BOOLEAN,  true
          topic,                       STRING,   REQUIRED
          record.key,                  STRING,   stream
          record.value,                STRING,   struct
          record.raw,                  STRING,   unmapped
          record.text,                 BOOLEAN,  false
          record.headers,              BOOLEAN,  true
          record.max.bytes,            INT,      1000000
          record.oversize,             STRING,   ENVELOPE
          quarantine.topic,            STRING,   ''
          datahose.keepalive.ms,       LONG,     300000
          heartbeat.topic,             STRING,   ''
          heartbeat.interval.ms,       LONG,     60000
          ledger.topic,                STRING,   ''
          ledger.interval.ms,          LONG,     60000
          """)
  void definesTypeAndDefaultOfEachOption(String name, ConfigDef.Type type, String defaultValue) {
    ConfigKey option = DatahoseConfig.definition().configKeys().get(name);
    assertThat(option.type).isEqualTo(type);
    assertThat(
            option.hasDefault()
                ? String.valueOf(ConfigDef.convertToString(option.defaultValue, option.type))
                : "REQUIRED")
        .isEqualTo(defaultValue);
  }

  @Test
  void definesNoOtherOptions() {
    assertThat(DatahoseConfig.definition().names()).hasSize(43);
  }
}
