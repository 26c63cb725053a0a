// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SingleOptionTest {

  @Test
  void theLeastConfigIsValid() {
    Given.assertValid(Given.valid());
  }

  @ParameterizedTest
  @ValueSource(strings = {"symphony.pod.url", "symphony.username", "topic"})
  void requiredOptionsAreMissedWhenAbsentOrBlank(String option) {
    assertThat(Given.onlyFault(Given.without(option), option)).contains("is required: set it");
    assertThat(Given.onlyFault(Given.valid(option, "  "), option)).contains("is required: set it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symphony.pod.url          | http://localhost:8080
          symphony.pod.url          | HTTPS://ACME.symphony.com/
          symphony.pod.url          | https://acme.symphony.com:8443/some/context///
          symphony.pod.url          | http://symphony_simulator:8080
          symphony.pod.url          | https://[::1]:8443
          symphony.agent.url        | https://agent.example.com/app
          symphony.agent.url        | https://agent.example.com/app,
          symphony.agent.url        | https://a.example.com, https://b.example.com:8443/x ,https://b.example.com
          symphony.key.manager.url  | https://km.example.com:8443
          symphony.username         | bot@example.com
          symphony.connect.timeout.ms | 1
          symphony.read.timeout.ms  | 45000
          symphony.retry.backoff.ms | 60000
          symphony.retry.backoff.max.ms | 500
          symphony.retry.backoff.max.ms | 600000
          heartbeat.interval.ms     | 1
          heartbeat.interval.ms     | 1500000
          symphony.proxy.url        | http://proxy.corp.example.com:3128
          symphony.proxy.url        | HTTP://proxy/
          symphony.proxy.url        | http://[::1]:3128
          symphony.proxy.exclude    | *.corp.example.com, agent_1,10.*,[::1],fe80::*,*
          datahose.tag              | Prod.v1_a-b
          datahose.event.types      | MESSAGESENT
          datahose.event.types      | message_sent, SOMETHINGNEW ,
          datahose.event.types      | MESSAGESENT,MESSAGESENT
          datahose.scopes           | internal, External,FEDERATED
          datahose.feeds            | a,b-c_9
          datahose.max.response.bytes | 1024
          datahose.max.response.bytes | 1073741824
          datahose.dedup.window     | 0
          datahose.dedup.window     | 10000000
          topic                     | a.${feed}-${type}_${feed}
          record.key                | MESSAGE
          record.value              | Json
          record.raw                | ALWAYS
          record.headers            | FALSE
          record.max.bytes          | 1024
          record.max.bytes          | 2147483647
          record.oversize           | fail
          quarantine.topic          | symphony.quarantine
          """)
  void acceptsWhatIsRight(String option, String value) {
    if (option.equals("datahose.feeds")) {
      Given.assertValid(
          Given.valid(
              option,
              value,
              "datahose.feed.a.event.types",
              "MESSAGESENT",
              "datahose.feed.b-c_9.event.types",
              "ROOMCREATED"));
    } else {
      Given.assertValid(Given.valid(option, value));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "symphony.agent.url",
        "symphony.key.manager.url",
        "symphony.private.key.path",
        "symphony.session.auth.url",
        "symphony.certificate.path",
        "symphony.certificate.content",
        "symphony.certificate.password",
        "symphony.truststore.path",
        "symphony.truststore.password",
        "symphony.truststore.certificates",
        "symphony.proxy.url",
        "symphony.proxy.username",
        "symphony.proxy.exclude",
        "datahose.tag",
        "datahose.scopes",
        "record.key",
        "record.raw",
        "record.value",
        "record.oversize",
        "quarantine.topic"
      })
  void aBlankFieldOfAFormMeansTheDefault(String option) {
    Given.assertValid(Given.valid(option, " "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symphony.pod.url          | acme.symphony.com           | must begin with https://
          symphony.pod.url          | ftp://acme.symphony.com     | must begin with https://
          symphony.pod.url          | https://                    | is no URL of a host
          symphony.pod.url          | https://acme.symphony.com:x | is no URL of a host
          symphony.pod.url          | https://acme symphony.com   | is no URL of a host
          symphony.pod.url          | https://acme.com/?a=b       | cannot have a query
          symphony.pod.url          | https://acme.com/#a         | cannot have a query
          symphony.agent.url        | agent.example.com           | must begin with https://
          symphony.agent.url        | https://a.com,b.com         | number 2, that must begin with https://
          symphony.agent.url        | https://a.com,https://A.com:443// | more than once
          symphony.agent.url        | https://a.com,https://x:y@b.com | number 2, that holds credentials
          symphony.key.manager.url  | km.example.com              | must begin with https://
          symphony.connect.timeout.ms | 0                         | must be at least 1
          symphony.connect.timeout.ms | soon                      | must be a whole number
          symphony.connect.timeout.ms | 3000000000                | must be a whole number
          symphony.connect.timeout.ms | ''                        | must be a whole number
          symphony.read.timeout.ms  | 44999                       | at least 45000, because
          symphony.retry.backoff.ms | 0                           | must be from 1 to 600000
          symphony.retry.backoff.ms | 600001                      | must be from 1 to 600000
          symphony.auth.type        | KERBEROS                    | must be one of RSA, CERTIFICATE
          symphony.truststore.certificates | none                 | holds no certificate
          symphony.retry.backoff.max.ms | 1.5                     | must be a whole number
          symphony.retry.backoff.max.ms | 600001                  | must be from 1 to 600000
          heartbeat.interval.ms     | 0                           | must be from 1 to 1500000
          heartbeat.interval.ms     | 1500001                     | must be from 1 to 1500000
          heartbeat.interval.ms     | 9223372036854775807         | must be from 1 to 1500000
          symphony.proxy.url        | proxy.example.com:3128      | must begin with http://
          symphony.proxy.url        | https://proxy.example.com   | spoken to in http
          symphony.proxy.url        | socks5://proxy.example.com  | must begin with http://
          symphony.proxy.url        | http://me:secret@proxy:3128 | by symphony.proxy.username and symphony.proxy.password
          symphony.proxy.url        | http://proxy:3128/path      | all that follows host and port
          symphony.proxy.url        | http://proxy:3128/?a=b      | all that follows host and port
          symphony.proxy.url        | http://proxy:port           | is no URL of a host
          symphony.proxy.exclude    | a.com,https://b.com         | number 2: it must be the name
          symphony.proxy.exclude    | a.com:8443                  | number 1: it must be the name
          symphony.proxy.exclude    | .example.com                | all hosts of a domain are *.example.com
          symphony.proxy.exclude    | 10.0.0.0/8                  | number 1: it must be the name
          symphony.proxy.exclude    | bücher.example              | number 1: it must be the name
          datahose.tag              | my tag                      | must be characters of
          datahose.tag              | a/b                         | must be characters of
          datahose.event.types      | ''                          | is empty
          datahose.event.types      | ,                           | is empty
          datahose.event.types      | MESSAGESENT,MESSAGE SENT    | number 2: it must be an event type
          datahose.event.types      | ROOM-CREATED                | number 1: it must be an event type
          datahose.event.types      | ___                         | number 1: it must be an event type
          datahose.scopes           | PUBLIC                      | INTERNAL, EXTERNAL and FEDERATED
          datahose.feeds            | ''                          | is empty
          datahose.feeds            | All                         | number 1: it must be 1 to 32
          datahose.feeds            | a,b.c                       | number 2: it must be 1 to 32
          datahose.feeds            | a,b,a                       | more than once
          datahose.feeds            | a,b,c,d,e,f                 | fair-use policy allows 5 active
          datahose.max.response.bytes | 1023                      | must be from 1024 to 1073741824
          datahose.max.response.bytes | 1073741825                | must be from 1024 to 1073741824
          datahose.dedup.window     | -1                          | must be from 0 to 10000000
          datahose.dedup.window     | 10000001                    | must be from 0 to 10000000
          datahose.keepalive.ms     | 1500001                     | from 0 to 1500000 ms (25 minutes; 0 is off), since
          datahose.keepalive.ms     | -1                          | from 0 to 1500000 ms (25 minutes; 0 is off), since
          topic                     | a b                         | the name of a Kafka topic
          topic                     | ..                          | the name of a Kafka topic
          topic                     | ${type}/x                   | the name of a Kafka topic
          topic                     | a.${tag}                    | placeholder other than
          topic                     | a.${feed                    | placeholder other than
          record.key                | messages                    | must be one of stream, message, none
          record.value              | avro                        | must be one of struct, json
          record.raw                | sometimes                   | must be one of unmapped, always, never
          record.headers            | yes                         | must be true or false
          record.max.bytes          | 1023                        | must be at least 1024
          record.max.bytes          | 1MB                         | must be a whole number
          record.oversize           | drop                        | must be one of ENVELOPE, FAIL
          quarantine.topic          | ${type}                     | the name of a Kafka topic
          quarantine.topic          | .                           | the name of a Kafka topic
          """)
  void refusesWhatIsWrongOnTheVeryOption(String option, String value, String says) {
    assertThat(Given.onlyFault(Given.valid(option, value), option)).contains(says);
  }

  @Test
  void aFeedNameHasAtMost32Characters() {
    Given.assertValid(Given.valid("datahose.feeds", "f".repeat(32)));
    Given.onlyFault(Given.valid("datahose.feeds", "f".repeat(33)), "datahose.feeds");
  }

  @Test
  void aTopicNameHasAtMost249Characters() {
    Given.assertValid(Given.valid("topic", "t".repeat(249)));
    Given.onlyFault(Given.valid("topic", "t".repeat(250)), "topic");
    Given.assertValid(Given.valid("quarantine.topic", "t".repeat(249)));
    Given.onlyFault(Given.valid("quarantine.topic", "t".repeat(250)), "quarantine.topic");
  }

  @Test
  void aUserNameHasNoControlCharacters() {
    assertThat(Given.onlyFault(Given.valid("symphony.username", "a\tb"), "symphony.username"))
        .contains("without control characters");
    Given.onlyFault(Given.valid("symphony.username", "a".repeat(256)), "symphony.username");
  }

  @Test
  void anEventTypeHasLettersOnly() {
    Given.onlyFault(Given.valid("datahose.event.types", "V2MESSAGE"), "datahose.event.types");
    Given.onlyFault(Given.valid("datahose.event.types", "RÄUME"), "datahose.event.types");
  }

  @Test
  void aNullOfOurOptionsIsAnErrorSinceTheWorkersOwnComplaintIsLost() {
    for (String option : DatahoseConfig.definition().names()) {
      String key = option.equals("symphony.private.key") ? "symphony.private.key.path" : option;
      assertThat(Given.onlyFault(Given.valid(key, null), key)).contains("is null");
    }
  }

  @Test
  void validateAnswersEveryOptionOnceWithItsValueOrDefault() {
    assertThat(ConfigValidation.answers(Given.valid()))
        .extracting(answer -> answer.name())
        .containsExactlyInAnyOrderElementsOf(DatahoseConfig.definition().names());
    assertThat(Given.answer(Given.valid(), "topic").value()).isEqualTo("symphony");
    assertThat(Given.answer(Given.valid(), "datahose.dedup.window").value()).isEqualTo(100_000);
    assertThat(Given.answer(Given.valid(), "symphony.private.key").value()).hasToString("[hidden]");
  }
}
