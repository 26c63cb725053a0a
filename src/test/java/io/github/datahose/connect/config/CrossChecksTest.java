// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossChecksTest {

  @Test
  void theFirstBackoffIsNotLongerThanTheLongest() {
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.retry.backoff.ms", "60001"), "symphony.retry.backoff.ms"))
        .contains("is more than symphony.retry.backoff.max.ms (60000)");
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.retry.backoff.max.ms", "499"),
                "symphony.retry.backoff.max.ms"))
        .contains("is less than symphony.retry.backoff.ms (500)");
    Given.assertValid(
        Given.valid(
            "symphony.retry.backoff.ms", "600000", "symphony.retry.backoff.max.ms", "600000"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n"})
  void anEmptyKeyPointsToTheConfigProviderThatGaveNothing(String empty) {
    assertThat(Given.onlyFault(Given.valid("symphony.private.key", empty), "symphony.private.key"))
        .contains("is empty, and symphony.private.key.path is not set", "allowed.paths");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "ALL", "-2", ""})
  void invariant1AProducerThatDoesNotWaitForAllReplicasIsRefused(String acks) {
    String option = "producer.override.acks";
    assertThat(Given.onlyFault(Given.valid(option, acks), option))
        .contains("must be all", "Take the option out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", " all ", "-1"})
  void aProducerMayBeToldToWaitForAllReplicas(String acks) {
    Map<String, String> properties = Given.valid("producer.override.acks", acks);
    Given.assertValid(properties);
    assertThat(ConfigValidation.answers(properties))
        .extracting(ConfigValue::name)
        .doesNotContain("producer.override.acks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"interval", "INTERVAL", " Interval "})
  void transactionsByIntervalAreRefusedOnTheWorkersOwnOption(String boundary) {
    assertThat(
            Given.onlyFault(Given.valid("transaction.boundary", boundary), "transaction.boundary"))
        .contains("must not be interval", "Take the option out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"poll", "connector", "nonsense", ""})
  void otherTransactionBoundariesAreTheWorkersToJudgeSoItsAnswerIsNotReplaced(String boundary) {
    assertThat(ConfigValidation.answers(Given.valid("transaction.boundary", boundary)))
        .extracting(ConfigValue::name)
        .doesNotContain("transaction.boundary");
  }

  @Test
  void aProxysLoginIsWholeOrNotThere() {
    String url = "http://proxy.example.com:3128";
    Given.assertValid(
        Given.valid(
            "symphony.proxy.url", url,
            "symphony.proxy.username", "worker",
            "symphony.proxy.password", "hunter2"));
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.proxy.url", url, "symphony.proxy.username", "worker"),
                "symphony.proxy.password"))
        .contains("is not set, but symphony.proxy.username is: set both");
    assertThat(
            Given.onlyFault(
                Given.valid(
                    "symphony.proxy.url", url,
                    "symphony.proxy.username", " ",
                    "symphony.proxy.password", "hunter2"),
                "symphony.proxy.username"))
        .contains("is not set, but symphony.proxy.password is: set both")
        .doesNotContain("hunter2");
  }

  @Test
  void aProxysUserNameHasNoColonWhichWouldEndIt() {
    assertThat(
            Given.onlyFault(
                Given.valid(
                    "symphony.proxy.url", "http://proxy.example.com",
                    "symphony.proxy.username", "corp:worker",
                    "symphony.proxy.password", "hunter2"),
                "symphony.proxy.username"))
        .contains("without colons");
  }

  @Test
  void warnsOfWhatHasNoEffectWithoutAProxy() {
    assertThat(
            new Examination(
                    Given.valid(
                        "symphony.proxy.exclude", "a.example.com",
                        "symphony.proxy.username", "worker",
                        "symphony.proxy.password", "hunter2"))
                .warnings())
        .allSatisfy(warning -> assertThat(warning).contains("no effect without symphony.proxy.url"))
        .extracting(warning -> warning.split(" ")[0])
        .containsExactly(
            "symphony.proxy.username", "symphony.proxy.password", "symphony.proxy.exclude");
  }

  @Test
  void whatTheConnectorTellsItsTasksCannotBeSetByUsers() {
    assertThat(Given.faults(Given.valid("datahose.task.id", "0", "datahose.task.feeds", "all")))
        .extracting(ConfigValue::name)
        .containsExactly("datahose.task.feeds", "datahose.task.id");
  }

  @Test
  void warnsOfUnencryptedUrls() {
    assertThat(
            new Examination(
                    Given.valid(
                        "symphony.pod.url",
                        "HTTP://localhost",
                        "symphony.agent.url",
                        "https://agent.example.com, http://localhost",
                        "symphony.key.manager.url",
                        "http://localhost",
                        "symphony.session.auth.url",
                        "http://localhost"))
                .warnings())
        .allSatisfy(warning -> assertThat(warning).contains("travel unencrypted; use https"))
        .extracting(warning -> warning.split(" ")[0])
        .containsExactly(
            "symphony.pod.url",
            "symphony.agent.url",
            "symphony.key.manager.url",
            "symphony.session.auth.url");
    assertThat(new Examination(Given.valid()).warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://agent.example.com/agent",
        "https://agent.example.com/Agent/",
        "https://agent.example.com/agent/v5/events/read",
        "https://agent.example.com/ctx/agent",
        "https://acme.symphony.com/pod",
        "https://acme.symphony.com/pod/v2/user",
        "https://acme.symphony.com/login//",
        "https://acme.symphony.com/login/pubkey/authenticate",
        "https://km.example.com/relay",
        "https://km.example.com/relay/pubkey",
        "https://acme-api.symphony.com/sessionauth/v1/authenticate"
      })
  void warnsOfPathsOfTheApiInBaseUrls(String url) {
    for (String option :
        List.of("symphony.pod.url", "symphony.agent.url", "symphony.key.manager.url")) {
      Map<String, String> properties = Given.valid(option, url);
      Given.assertValid(properties);
      assertThat(new Examination(properties).warnings())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith(option + " ends in a path of Symphony's API")
          .contains("without /agent, /pod, /login, /relay, /sessionauth or /keyauth")
          .doesNotContain(url);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://acme.symphony.com",
        "https://agent.example.com",
        "https://login.example.com/",
        "https://acme.symphony.com/agents",
        "https://acme.symphony.com/agent/production",
        "https://acme.symphony.com/v5",
        "not a URL"
      })
  void doesNotWarnOfOtherContextPaths(String url) {
    assertThat(new Examination(Given.valid("symphony.agent.url", url)).warnings()).isEmpty();
  }

  @Test
  void warnsOfHeartbeatsAmongTheEvents() {
    for (Map<String, String> properties :
        List.of(
            Given.valid("heartbeat.topic", "symphony"),
            Given.valid("heartbeat.topic", "q", "quarantine.topic", "q"),
            Given.valid("heartbeat.topic", "chat.unknown", "topic", "chat.${type}"),
            Given.valid("heartbeat.topic", "own", "datahose.feed.all.topic", "own"))) {
      Given.assertValid(properties);
      assertThat(new Examination(properties).warnings())
          .singleElement(InstanceOfAssertFactories.STRING)
          .startsWith("heartbeat.topic is a topic of events, too")
          .endsWith("give heartbeats a topic of their own");
    }
    for (String other : List.of("heartbeats", "")) {
      assertThat(new Examination(Given.valid("heartbeat.topic", other)).warnings()).isEmpty();
    }
  }

  @Test
  void warnsOnceOfAnEventTypeThatNobodyKnows() {
    Map<String, String> properties =
        Given.valid("datahose.event.types", "MESSAGESEND,ROOMCREATED,GENERICSYSTEMEVENT");
    Given.assertValid(properties);
    assertThat(new Examination(properties).warnings())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith(
            "datahose.event.types names MESSAGESEND, which is none of the types this version knows:"
                + " check its spelling");
    assertThat(
            new Examination(Given.valid("datahose.feed.all.event.types", "message_sends"))
                .warnings())
        .anyMatch(
            warning ->
                warning.startsWith("datahose.feed.all.event.types names MESSAGESENDS, which is"));
  }

  @Test
  void warnsOfALargestEventThatTheProducerWouldRefuse() {
    assertThat(new Examination(Given.valid("record.max.bytes", "2000000")).warnings())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("record.max.bytes is more than the 1048576 bytes")
        .contains("Set producer.override.max.request.size");
    String option = "producer.override.max.request.size";
    assertThat(new Examination(Given.valid("record.max.bytes", "3000", option, "2999")).warnings())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("record.max.bytes is more than the 2999 bytes that " + option);
    assertThat(new Examination(Given.valid("record.max.bytes", "3000", option, "3000")).warnings())
        .isEmpty();
    assertThat(new Examination(Given.valid("record.max.bytes", "none")).warnings()).isEmpty();
  }

  @Test
  void warnsOfTextsThatTheOriginalJsonCannotHave() {
    assertThat(
            new Examination(Given.valid("record.text", "true", "record.value", "JSON")).warnings())
        .singleElement(InstanceOfAssertFactories.STRING)
        .startsWith("record.text has no effect with record.value=json");
    for (Map<String, String> others :
        List.of(
            Given.valid("record.text", "true"),
            Given.valid("record.text", "false", "record.value", "json"),
            Given.valid("record.text", "yes", "record.value", "json"),
            Given.valid("record.text", "true", "record.value", "xml"))) {
      assertThat(new Examination(others).warnings()).isEmpty();
    }
  }

  @Test
  void warnsOfUnderscoresOnTheOptionThatHasThem() {
    assertThat(new Examination(Given.valid("datahose.event.types", "MESSAGE_SENT")).warnings())
        .singleElement()
        .asString()
        .startsWith("datahose.event.types has event types with an underscore");
    assertThat(
            new Examination(Given.valid("datahose.feed.all.event.types", "MESSAGE_SENT"))
                .warnings())
        .singleElement()
        .asString()
        .startsWith("datahose.feed.all.event.types has");
  }

  @Test
  void warnsOfMisspeltOptionsOfOursOnly() {
    Map<String, String> properties =
        Given.valid(
            "datahose.feeeds",
            "a",
            "symphony.user",
            "b",
            "tasks.max",
            "1",
            "topic.creation.x",
            "y");
    Given.assertValid(properties);
    assertThat(new Examination(properties).warnings())
        .extracting(warning -> warning.split(" ")[0])
        .containsExactly("datahose.feeeds", "symphony.user");
  }
}
