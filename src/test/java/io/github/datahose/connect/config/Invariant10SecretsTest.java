// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.datahose.connect.config.option.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, passwords, and variables in the wrong place are rejected, and never shown. */
class Invariant10SecretsTest {
  private static final String BASE64 =
      Base64.getEncoder()
          .encodeToString(
              new HeldCertificate.Builder().rsa2048().build().keyPair().getPrivate().getEncoded());

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
        Given.options()
            .filter(
                option ->
                    !DatahoseConfig.definition().names().contains(option)
                        || typeOf(option) != ConfigDef.Type.PASSWORD),
        Stream.of("datahose.feed.all.nonsense"));
  }

  private static ConfigDef.Type typeOf(String option) {
    return DatahoseConfig.definition().configKeys().get(option).type;
  }

  static Stream<String> misspeltOptions() {
    return Stream.of(
        "symphony.private.kye",
        "datahose.key",
        "record.key.path",
        "quarantine.topic.key",
        "heartbeat.key",
        "ledger.key");
  }

  @ParameterizedTest
  @MethodSource({"optionsThatAreNoPasswords", "misspeltOptions"})
  @Tag("invariant-10")
  void invariant10RejectsKeyInWrongOptionWithoutShowingIt(String option) {
    for (String secret : secrets()) {
      Map<String, String> properties = Given.effective(option, secret);
      String message = Given.onlyFault(properties, option);
      assertShowsNothingOf(secret, message);
      assertShowsNothingOf(secret, Given.answer(properties, option).toString());
      assertShowsNothingOf(secret, catchThrowable(() -> new DatahoseConfig(properties)).toString());
      if (misspeltOptions().anyMatch(option::equals)) {
        assertThat(message).contains("Check the spelling");
      }
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
  @Tag("invariant-10")
  void invariant10RejectsCredentialsInUrlWithoutShowingThem(String url) {
    for (String option :
        List.of(
            "symphony.pod.url",
            "symphony.agent.url",
            "symphony.key.manager.url",
            "symphony.session.auth.url",
            "symphony.proxy.url")) {
      assertThat(Given.onlyFault(Given.valid(option, url), option)).doesNotContain("hun", "ter2");
    }
  }

  @ParameterizedTest
  @MethodSource("optionsThatAreNoPasswords")
  @Tag("invariant-10")
  void invariant10RepeatsNoUnparsableValue(String option) {
    Map<String, String> properties = Given.valid(option, "hunter2 !§$");
    List<ConfigValue> faults = Given.faults(properties);
    assertThat(faults.toString()).doesNotContain("hunter2");
    // A running connector does not throw for what only validate checks, such as a missing file.
    assertThat(String.valueOf(catchThrowable(() -> new DatahoseConfig(properties))))
        .doesNotContain("hunter2");
  }

  @Test
  @Tag("invariant-10")
  void invariant10TreatsMultilineTextAsKey() {
    for (String option : DatahoseConfig.definition().names()) {
      if (typeOf(option) == ConfigDef.Type.STRING) {
        assertThat(Given.onlyFault(Given.valid(option, "hunter2\nhunter3"), option))
            .contains(
                option.equals("symphony.truststore.certificates")
                    ? "contains no certificate"
                    : "looks like a key");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.private.key=hunter2",
        "symphony.proxy.url=http://p; symphony.proxy.username=me; symphony.proxy.password=hunter2"
      })
  @Tag("invariant-10")
  void invariant10ShowsNoPasswordInResultOrText(String changes) {
    Map<String, String> properties = Given.changed(changes);
    DatahoseConfig config = new DatahoseConfig(properties);
    assertThat(
            List.of(
                DatahoseConfig.validate(properties),
                config,
                config.values(),
                config.symphony().privateKey(),
                config.symphony().proxy()))
        .extracting(Object::toString)
        .noneMatch(text -> text.contains("hunter2"));
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
  void acceptsOrdinaryValues(String value) {
    assertThat(Secrets.looksLikeKey(value)).isFalse();
  }

  private static final List<String> VARIABLES =
      List.of(
          "${file:/opt/kafka/secrets/symphony.properties:private.key}",
          "${directory:/opt/kafka/secrets:symphony-private-key.pem}",
          "${env:SYMPHONY_PRIVATE_KEY}",
          " ${vault:a/b?c=d:e} ");

  static Stream<String> options() {
    return Given.options();
  }

  @ParameterizedTest
  @MethodSource("options")
  void reportsUnresolvedVariableWithNextStep(String option) {
    for (String variable : VARIABLES) {
      assertThat(Given.onlyFault(Given.effective(option, variable), option))
          .startsWith(option + " contains an unresolved variable")
          .contains("config.providers", "worker-secrets.properties", "allowed.paths")
          .doesNotContain(variable.strip());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symphony.pod.url=https://${env:POD}.symphony.com  | contains an unresolved variable
          datahose.event.types=MESSAGESENT,${env:TYPES}     | contains an unresolved variable
          """)
  void reportsVariableWithinValue(String changes, String says) {
    Given.assertFault(Given.valid(), changes, says);
  }

  @Test
  void acceptsPasswordThatResemblesVariable() {
    Given.assertFinding(
        Given.valid("symphony.private.key", "hun${te:r}2"),
        "symphony.private.key",
        "is not PEM text");
  }

  private static void assertShowsNothingOf(String secret, String text) {
    String body = secret.replace("-----BEGIN PRIVATE KEY-----", "").strip();
    for (int i = 0; i + 12 <= Math.min(body.length(), 200); i += 12) {
      assertThat(text).doesNotContain(body.substring(i, i + 12));
    }
  }
}
