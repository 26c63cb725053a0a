// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Invariant10SecretsTest {
  private static final String BASE64 = base64OfANewKey();

  private static String base64OfANewKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return Base64.getEncoder()
          .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> secrets() {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + BASE64.replaceAll("(.{64})", "$1\n")
            + "\n-----END PRIVATE KEY-----";
    return List.of(
        pem,
        pem.replace("\n", "\\n"),
        pem.replace("\n", " "),
        BASE64,
        BASE64.replaceAll("(.{64})", "$1\n"),
        Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)),
        BASE64.replace('+', '-').replace('/', '_'),
        BASE64.replaceAll("[+/=]", "").replaceAll("(.{10})", "$1-"),
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "0100" + "3fa94c".repeat(40),
        "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJib3QifQ.c2lnbmF0dXJl");
  }

  static Stream<String> optionsThatAreNoPasswords() {
    return Stream.concat(
        DatahoseConfig.definition().configKeys().values().stream()
            .filter(option -> option.type != ConfigDef.Type.PASSWORD)
            .map((ConfigKey option) -> option.name),
        Stream.of("event.types", "scopes", "topic", "readers", "nonsense")
            .map(option -> "datahose.feed.all." + option));
  }

  @ParameterizedTest
  @MethodSource("optionsThatAreNoPasswords")
  void invariant10AKeyInTheWrongOptionIsRefusedAndShownNowhere(String option) {
    for (String secret : secrets()) {
      Map<String, String> properties = Given.valid(option, secret);
      if (option.equals("symphony.private.key.path")) {
        properties.remove("symphony.private.key");
      }
      String message = Given.onlyFault(properties, option);
      assertShowsNothingOf(secret, message);
      ConfigValue answer = Given.answer(properties, option);
      assertThat(answer.value()).isNull();
      assertShowsNothingOf(secret, answer.toString());
      assertShowsNothingOf(secret, catchThrowable(() -> new DatahoseConfig(properties)).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.private.kye",
        "datahose.key",
        "record.key.path",
        "quarantine.topic.key",
        "heartbeat.key"
      })
  void invariant10AKeyInAMisspeltOptionIsRefusedAndShownNowhere(String option) {
    for (String secret : secrets()) {
      Map<String, String> properties = Given.valid(option, secret);
      String message = Given.onlyFault(properties, option);
      assertThat(message).contains("check its spelling");
      assertShowsNothingOf(secret, message);
      ConfigValue answer = Given.answer(properties, option);
      assertThat(answer.value()).isNull();
      assertShowsNothingOf(secret, answer.toString());
      assertShowsNothingOf(secret, catchThrowable(() -> new DatahoseConfig(properties)).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://bot:hunter2@acme.symphony.com",
        "https://hunter2@acme.symphony.com",
        "https://bot:hun/ter2@acme.symphony.com",
        "bot:hunter2@acme.symphony.com",
        "https:\\\\bot:hunter2@acme.symphony.com",
        "https://acme.symphony.com?password=hunter2",
        "https://acme.symphony.com#hunter2",
        "hunter2"
      })
  void invariant10CredentialsInAUrlAreRefusedAndShownNowhere(String url) {
    for (String option :
        List.of(
            "symphony.pod.url",
            "symphony.agent.url",
            "symphony.key.manager.url",
            "symphony.session.auth.url",
            "symphony.proxy.url")) {
      Map<String, String> properties = Given.valid(option, url);
      assertThat(Given.onlyFault(properties, option)).doesNotContain("hun", "ter2");
      assertThat(Given.answer(properties, option).value()).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("optionsThatAreNoPasswords")
  void invariant10NoMessageRepeatsAValueThatCannotBeParsed(String option) {
    Map<String, String> properties = Given.valid(option, "hunter2 !§$");
    List<ConfigValue> faults = Given.faults(properties);
    assertThat(faults.toString()).doesNotContain("hunter2");
    // What only validate finds, as a file that is not there, a running connector does not throw.
    assertThat(String.valueOf(catchThrowable(() -> new DatahoseConfig(properties))))
        .doesNotContain("hunter2");
  }

  @Test
  void invariant10ATextOfSeveralLinesIsTakenForAKey() {
    for (ConfigKey option : DatahoseConfig.definition().configKeys().values()) {
      if (option.type == ConfigDef.Type.STRING) {
        assertThat(Given.onlyFault(Given.valid(option.name, "hunter2\nhunter3"), option.name))
            .contains(
                option.name.equals("symphony.truststore.certificates")
                    ? "holds no certificate"
                    : "looks like a key")
            .doesNotContain("hunter");
      }
    }
  }

  @Test
  void invariant10APasswordIsNeitherInAnAnswerNorInTheConfigsText() {
    Map<String, String> properties = Given.valid("symphony.private.key", "hunter2");
    assertThat(ConfigValidation.answers(properties).toString()).doesNotContain("hunter2");
    DatahoseConfig config = new DatahoseConfig(properties);
    assertThat(config.toString()).doesNotContain("hunter2");
    assertThat(config.values().toString()).doesNotContain("hunter2");
    assertThat(config.symphony().privateKey().toString()).doesNotContain("hunter2");
  }

  @Test
  void invariant10AProxysPasswordIsNeitherInAnAnswerNorInTheConfigsText() {
    Map<String, String> properties =
        Given.valid(
            "symphony.proxy.url", "http://proxy.example.com:3128",
            "symphony.proxy.username", "worker",
            "symphony.proxy.password", "hunter2");
    assertThat(ConfigValidation.answers(properties).toString()).doesNotContain("hunter2");
    DatahoseConfig config = new DatahoseConfig(properties);
    assertThat(config.values().toString()).doesNotContain("hunter2");
    assertThat(config.symphony().proxy().toString()).doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/var/lib/kafka/connect/secrets/symphony/datahose/production2/Key/file/pem",
        "/etc/kafka/secrets/bot.pem",
        "C:\\keys\\bot.pem",
        "prod-compliance-surveillance-symphony-datahose-events-of-all-feeds-2026-v1",
        "Prod.Compliance.Surveillance.Symphony.Datahose.Events.Of.All.Feeds.2026.v1",
        "https://agent-1.eu-west-1.example.com:8443/symphony/agents/production/primary",
        "ROOMMEMBERDEMOTEDFROMOWNER,ROOMMEMBERPROMOTEDTOOWNER,USERREQUESTEDTOJOINROOM",
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
      })
  void ordinaryValuesAreNotTakenForKeys(String value) {
    assertThat(Secrets.looksLikeKey(value)).isFalse();
  }

  @Test
  void theTimeToJudgeAValueDoesNotGrowWithItsSquare() {
    // That would be minutes.
    assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> Secrets.looksLikeKey("/" + "a".repeat(500_000)));
    assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> Secrets.looksLikeKey(".a".repeat(250_000)));
  }

  private static void assertShowsNothingOf(String secret, String text) {
    String body = secret.replace("-----BEGIN PRIVATE KEY-----", "").strip();
    for (int i = 0; i + 12 <= Math.min(body.length(), 200); i += 12) {
      assertThat(text).doesNotContain(body.substring(i, i + 12));
    }
  }
}
