// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.connect.config.option.RecordOptions.RecordOversize;
import io.github.datahose.connect.config.option.RecordOptions.RecordRawMode;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.event.RecordKey;
import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.symphony.ProxySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatahoseConfigTest {

  private final CapturedLog log = new CapturedLog();

  @AfterEach
  void stopCapturing() {
    log.close();
  }

  /** The defaults are in {@code docs/configuration.md}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "symphony.agent.url=; symphony.key.manager.url=; symphony.private.key.path=; datahose.tag=;"
            + "record.key=; record.value= ; record.raw=; record.oversize=; quarantine.topic="
      })
  void usesDefaultWhenOptionIsUnsetOrBlank(String changes) {
    DatahoseConfig config = new DatahoseConfig(Given.changed(changes));
    SymphonyConfig symphony = config.symphony();
    assertThat(config.feeds().get(0).tag()).isEqualTo("compliance.all");
    assertThat(symphony.agentUrls()).containsExactly(symphony.podUrl());
    assertThat(symphony.keyManagerUrl()).isEqualTo(symphony.podUrl());
    assertThat(symphony.sessionAuthUrl()).isEqualTo(symphony.podUrl());
    assertThat(symphony.privateKey().option()).isEqualTo("symphony.private.key");
    assertThat(symphony.trustStore().certificates().get()).isEmpty();
    assertThat(symphony.proxy()).isEmpty();
    assertThat(config.records().keyMode()).isEqualTo(RecordKey.STREAM);
    assertThat(config.records().valueMode()).isEqualTo(RecordValueMode.STRUCT);
    assertThat(config.records().rawMode()).isEqualTo(RecordRawMode.UNMAPPED);
    assertThat(config.records().oversize()).isEqualTo(RecordOversize.ENVELOPE);
    assertThat(config.records().quarantineTopic()).isEmpty();
  }

  @Test
  @Tag("invariant-12")
  void invariant12LimitsRequestToFiveMinutes() {
    assertThat(new DatahoseConfig(Given.valid()).clientSettings("agent").timeouts().call())
        .isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void usesKeyFileWhenPrivateKeyIsBlank() {
    DatahoseConfig config =
        new DatahoseConfig(
            Given.valid("symphony.private.key", "", "symphony.private.key.path", "/keys/bot.pem"));
    assertThat(config.symphony().privateKey().option()).isEqualTo("symphony.private.key.path");
  }

  @Test
  void usesValuesThatAreSet() {
    DatahoseConfig config =
        new DatahoseConfig(
            Given.changed(
                """
                symphony.agent.url=https://agent.example.com:8443/app/, https://other.example.com;
                symphony.key.manager.url=https://km.example.com;
                symphony.proxy.url= http://proxy.example.com:3128/ ;
                symphony.proxy.username=worker;
                symphony.proxy.password=hunter2;
                symphony.proxy.exclude=*.Example.com, 10.*,[::1],;
                symphony.connect.timeout.ms=1;
                symphony.read.timeout.ms=45000;
                symphony.retry.backoff.ms=2;
                symphony.retry.backoff.max.ms=3;
                datahose.max.response.bytes=2000000;
                datahose.dedup.window=7;
                record.key=None;
                record.value=JSON;
                record.raw=never;
                record.headers=false;
                record.max.bytes=900000;
                record.oversize=Fail;
                quarantine.topic=odd;
                """));
    assertThat(config.connectorName()).isEqualTo("compliance");
    SymphonyConfig symphony = config.symphony();
    assertThat(symphony.username()).isEqualTo("datahose-bot");
    assertThat(symphony.agentUrls())
        .extracting(HttpUrl::toString)
        .containsExactly("https://agent.example.com:8443/app", "https://other.example.com/");
    assertThat(symphony.keyManagerUrl()).hasToString("https://km.example.com/");
    assertThat(symphony.proxy())
        .contains(
            new ProxySettings(
                "proxy.example.com",
                3128,
                "worker",
                "hunter2",
                List.of("*.example.com", "10.*", "::1")));
    assertThat(symphony.connectTimeout()).isEqualTo(Duration.ofMillis(1));
    assertThat(symphony.readTimeout()).isEqualTo(Duration.ofSeconds(45));
    assertThat(symphony.retryBackoff()).isEqualTo(Duration.ofMillis(2));
    assertThat(symphony.retryBackoffMax()).isEqualTo(Duration.ofMillis(3));
    assertThat(config.maxResponseBytes()).isEqualTo(2_000_000);
    assertThat(config.dedupWindow()).isEqualTo(7);
    assertThat(config.records().keyMode()).isEqualTo(RecordKey.NONE);
    assertThat(config.records().valueMode()).isEqualTo(RecordValueMode.JSON);
    assertThat(config.records().rawMode()).isEqualTo(RecordRawMode.NEVER);
    assertThat(config.records().headers()).isFalse();
    assertThat(config.records().recordMaxBytes()).isEqualTo(900_000);
    assertThat(config.records().oversize()).isEqualTo(RecordOversize.FAIL);
    assertThat(config.records().quarantineTopic()).contains("odd");
  }

  @ParameterizedTest
  @CsvSource({
    "8388608, 7969177",
    "' 2000000 ', 1900000",
    "2147483647, 2040109464",
    "500000, 475000",
    "0, 1000000",
    "-5, 1000000",
    "much, 1000000",
    "'', 1000000"
  })
  void derivesMaximumEventSizeFromProducerLimit(String requestSize, int limit) {
    String option = "producer.override.max.request.size";
    assertThat(new DatahoseConfig(Given.valid(option, requestSize)).records().recordMaxBytes())
        .isEqualTo(limit);
    assertThat(
            new DatahoseConfig(Given.valid(option, requestSize, "record.max.bytes", "5000"))
                .records()
                .recordMaxBytes())
        .as("the option that is set applies")
        .isEqualTo(5000);
  }

  @ParameterizedTest
  @CsvSource({
    "https://acme.symphony.com, https://acme.symphony.com/login, acme.symphony.com",
    "https://ACME.Symphony.com//, https://acme.symphony.com/login, acme.symphony.com",
    "HTTPS://acme.symphony.com:443/, https://acme.symphony.com/login, acme.symphony.com",
    "https://acme.symphony.com:8443/a/b//, https://acme.symphony.com:8443/a/b/login, acme.symphony.com",
    "https://acme.symphony.com:8444//ctx//, https://acme.symphony.com:8444/ctx/login, acme.symphony.com",
    "http://symphony_simulator:8080/x, http://symphony_simulator:8080/x/login, symphony_simulator"
  })
  void keepsContextPathWithoutTrailingSlashes(String url, String login, String host) {
    SymphonyConfig symphony =
        new DatahoseConfig(
                Given.valid(
                    "symphony.pod.url", url,
                    "symphony.agent.url", url,
                    "symphony.key.manager.url", " " + url))
            .symphony();
    assertThat(
            Stream.of(
                symphony.podUrl(),
                symphony.sessionAuthUrl(),
                symphony.keyManagerUrl(),
                symphony.agentUrls().get(0)))
        .extracting(base -> base.newBuilder().addPathSegment("login").build().toString())
        .containsOnly(login);
    assertThat(symphony.podHost()).isEqualTo(host);
  }

  @Test
  void reportsAllErrorsTogether() {
    assertThatThrownBy(() -> new DatahoseConfig(Map.of("name", "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "symphony.pod.url is required",
            "symphony.username is required",
            "topic is required",
            "symphony.private.key or ");
  }

  @Test
  void requiresConnectorName() {
    assertThatThrownBy(() -> new DatahoseConfig(Given.without("name")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("name is required");
  }

  @Test
  void returnsFeedsOfTask() {
    DatahoseConfig config =
        new DatahoseConfig(
            Given.valid(
                "datahose.feeds", "a,b,c",
                "datahose.feed.a.event.types", "MESSAGESENT",
                "datahose.feed.b.event.types", "SHAREDPOST",
                "datahose.feed.c.event.types", "ROOMCREATED",
                "datahose.task.feeds", "c,a",
                "datahose.task.id", "3"));
    assertThat(config.feeds()).extracting(FeedConfig::name).containsExactly("a", "b", "c");
    assertThat(config.taskFeeds()).extracting(FeedConfig::name).containsExactly("a", "c");
    assertThat(config.taskId()).isEqualTo(3);
  }

  @Test
  void rejectsConnectorConfigurationForTask() {
    DatahoseConfig config = new DatahoseConfig(Given.valid());
    assertThatThrownBy(config::taskFeeds).hasMessageStartingWith("datahose.task.feeds is required");
    assertThatThrownBy(config::taskId).hasMessageStartingWith("datahose.task.id is required");
  }

  @Test
  void rejectsTaskWithUnknownFeed() {
    DatahoseConfig config = new DatahoseConfig(Given.valid("datahose.task.feeds", "all,gone"));
    assertThatThrownBy(config::taskFeeds).hasMessageContaining("Restart the connector");
  }

  @Test
  void logsWarningsOnlyForConnector() {
    Map<String, String> properties = Given.valid("symphony.pod.url", "http://localhost");
    assertThat(new DatahoseConfig(properties)).isNotNull();
    properties.put("datahose.task.id", "0");
    properties.put("datahose.task.feeds", "all");
    assertThat(new DatahoseConfig(properties)).isNotNull();
    assertThat(log.text()).containsOnlyOnce("symphony.pod.url is an http URL");
  }

  @Test
  void logsUnknownOptionWithConnectorName() {
    assertThat(faults(Given.valid("datahose.feeed.all.readers", "2"))).isEmpty();
    assertThat(log.text())
        .containsOnlyOnce("Config of compliance: datahose.feeed.all.readers is unknown")
        .contains("WARN");
  }

  @Test
  void logsUnknownOptionWhenConfigurationHasErrors() {
    Map<String, String> properties = Given.valid("symphony.user.name", "bot");
    properties.remove("symphony.username");
    assertThat(faults(properties)).containsExactly("symphony.username");
    assertThat(log.text()).contains("Config of compliance: symphony.user.name is unknown");
  }

  @Test
  void logsWarningOnOneLineWhenNamesHaveLineBreaks() {
    Map<String, String> properties = Given.valid("record.a\n\u0085\u2028\u202e\ud800b", "");
    properties.put("name", "c\u2029d");
    faults(properties);
    assertThat(log.text().lines()).singleElement().asString().contains("c d", "record.a b");
    properties.remove("name");
    faults(properties);
    assertThat(log.text()).contains("Config of a connector without a name: record.a b");
  }

  @Test
  void reportsErrorOnOneLineWhenNamesHaveLineBreaks() {
    Map<String, String> properties =
        Given.valid("record.a\u0085\u202eb", "-----BEGIN PRIVATE KEY-----");
    assertThat(DatahoseConfig.validate(properties))
        .flatExtracting(ConfigValue::errorMessages)
        .singleElement()
        .asString()
        .startsWith("record.a b is unknown");
    assertThatThrownBy(() -> new DatahoseConfig(properties))
        .hasMessageStartingWith("record.a b is unknown");
  }

  private static List<String> faults(Map<String, String> properties) {
    properties.put("datahose.connection.check", "false");
    return DatahoseConfig.validate(properties, "test-agent", Duration.ofSeconds(10)).stream()
        .filter(answer -> !answer.errorMessages().isEmpty())
        .map(ConfigValue::name)
        .toList();
  }

  /** Event types are sorted, in upper case, and without duplicates and underscores. */
  @Test
  void usesConnectorOptionsWhenFeedHasNone() {
    assertThat(
            feeds(
                "datahose.event.types=ROOM_CREATED,messageSent,MESSAGE_SENT;"
                    + "datahose.scopes=internal; topic=t.${type}"))
        .containsExactly(
            new FeedConfig(
                "all",
                "compliance.all",
                List.of("MESSAGESENT", "ROOMCREATED"),
                List.of("INTERNAL"),
                "t.${type}",
                1));
  }

  @Test
  void prefersFeedOptions() {
    assertThat(
            feeds(
                """
                datahose.tag=v1; datahose.scopes=INTERNAL; datahose.feeds=chat,rooms;
                datahose.feed.chat.event.types=message_suppressed,MESSAGESENT;
                datahose.feed.chat.scopes=;
                datahose.feed.rooms.event.types=ROOMCREATED;
                datahose.feed.rooms.scopes=FEDERATED,external,EXTERNAL;
                datahose.feed.rooms.topic=rooms.${feed};
                datahose.feed.rooms.readers=3;
                """))
        .containsExactly(
            new FeedConfig(
                "chat",
                "v1.chat",
                List.of("MESSAGESENT", "MESSAGESUPPRESSED"),
                List.of(),
                "symphony",
                1),
            new FeedConfig(
                "rooms",
                "v1.rooms",
                List.of("ROOMCREATED"),
                List.of("EXTERNAL", "FEDERATED"),
                "rooms.${feed}",
                3));
  }

  private static List<FeedConfig> feeds(String changes) {
    return new DatahoseConfig(Given.changed(changes)).feeds();
  }

  @Test
  void createsNoTopicFromUnknownType() {
    FeedConfig.Topics topics = topics("s.${type}.${feed}.${type}");
    assertThat(topics.topicFor("ROOMCREATED")).isEqualTo("s.roomcreated.rooms.roomcreated");
    assertThat(Stream.of("SHAREDPOST", "roomcreated", "../../x", "", null))
        .extracting(topics::topicFor)
        .containsOnly("s.unknown.rooms.unknown");
    assertThat(topics.all())
        .as("known in advance")
        .containsExactly(
            "s.messagesent.rooms.messagesent",
            "s.roomcreated.rooms.roomcreated",
            "s.unknown.rooms.unknown");
  }

  @Test
  void usesOneTopicWhenPatternHasNoType() {
    FeedConfig.Topics topics = topics("symphony");
    assertThat(topics.topicFor("MESSAGESENT")).isEqualTo("symphony");
    assertThat(topics.topicFor(null)).isEqualTo("symphony");
    assertThat(topics.all()).containsExactly("symphony");
  }

  private static FeedConfig.Topics topics(String pattern) {
    return new FeedConfig(
            "rooms", "v1.rooms", List.of("MESSAGESENT", "ROOMCREATED"), List.of(), pattern, 1)
        .topics();
  }
}
