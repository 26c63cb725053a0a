// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptionTableTest {
  private static final Set<String> ENUMERATIONS =
      Set.of("symphony.auth.type", "record.key", "record.value", "record.raw", "record.oversize");

  static Stream<ConfigKey> options() {
    return DatahoseConfig.definition().configKeys().values().stream();
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyOptionSaysAllThatAFormNeeds(ConfigKey option) {
    assertThat(option.group).as(option.name).isNotBlank();
    assertThat(option.orderInGroup).as(option.name).isPositive();
    assertThat(option.width).as(option.name).isNotEqualTo(ConfigDef.Width.NONE);
    assertThat(option.displayName).as(option.name).isNotBlank().isNotEqualTo(option.name);
    assertThat(option.validator).as(option.name).isInstanceOf(Rule.class);
    assertThat(option.validator.toString()).as(option.name).isNotBlank();
    assertThat(option.internalConfig).as(option.name).isFalse();
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyDocumentationEndsWithTheDefaultOrSaysRequired(ConfigKey option) {
    assertThat(option.documentation)
        .as(option.name)
        .containsPattern(option.hasDefault() ? "Default: [^.].*\\.$" : " Required\\.$");
    if (option.hasDefault() && option.documentation.split("Default: ", -1).length != 2) {
      throw new AssertionError(option.name + " tells its default more than once");
    }
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyNumberNamesItsUnit(ConfigKey option) {
    if (option.type == ConfigDef.Type.INT || option.type == ConfigDef.Type.LONG) {
      assertThat(option.documentation)
          .as(option.name)
          .containsAnyOf("in milliseconds", "in bytes", "Number of");
      assertThat(option.displayName).as(option.name).containsAnyOf("(ms)", "(bytes)", "(events)");
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
    assertThat(option.type == ConfigDef.Type.PASSWORD)
        .as(option.name)
        .isEqualTo(soundsSecret && !isHarmless);
  }

  @ParameterizedTest
  @MethodSource("options")
  void everyEnumerationIsOfferedAndReadWithoutRegardToCase(ConfigKey option) {
    if (!ENUMERATIONS.contains(option.name)) {
      return;
    }
    assertThat(option.recommender.visible(option.name, Map.of())).isTrue();
    assertThat(option.recommender.validValues(option.name, Map.of()))
        .isNotEmpty()
        .allSatisfy(
            value -> {
              String upper = value.toString().toUpperCase(Locale.ROOT);
              String lower = value.toString().toLowerCase(Locale.ROOT);
              assertThat(Given.answer(Given.valid(option.name, upper), option.name).errorMessages())
                  .isEmpty();
              assertThat(Given.answer(Given.valid(option.name, lower), option.name).errorMessages())
                  .isEmpty();
            });
    assertThat(Given.answer(Given.valid(), option.name).recommendedValues())
        .isEqualTo(option.recommender.validValues(option.name, Map.of()));
  }

  @Test
  void ordersInAGroupAreDifferent() {
    assertThat(options().map(option -> option.group + option.orderInGroup)).doesNotHaveDuplicates();
  }

  @Test
  void whatTheConnectorTellsItsTasksIsNoOptionForUsers() {
    assertThat(DatahoseConfig.definition().names())
        .doesNotContain("datahose.task.feeds", "datahose.task.id");
  }

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
          """)
  void optionsHaveTheirTypesAndDefaults(String name, ConfigDef.Type type, String defaultValue) {
    ConfigKey option = DatahoseConfig.definition().configKeys().get(name);
    assertThat(option.type).isEqualTo(type);
    assertThat(
            option.hasDefault()
                ? String.valueOf(ConfigDef.convertToString(option.defaultValue, option.type))
                : "REQUIRED")
        .isEqualTo(defaultValue);
  }

  @Test
  void thereAreNoOtherOptions() {
    assertThat(DatahoseConfig.definition().names()).hasSize(41);
  }
}
