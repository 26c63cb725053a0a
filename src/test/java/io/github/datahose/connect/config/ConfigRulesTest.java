// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of the configuration, one row each: valid changes, and errors with the option to fix.
 * {@link Given#changed} explains the rows. {@link LoginChecksTest} tests files, keys, and
 * certificates.
 */
class ConfigRulesTest {
  private static final String TWO_FEEDS =
      "datahose.feeds=chat,rooms"
          + ";datahose.feed.chat.event.types=MESSAGESENT,MESSAGESUPPRESSED"
          + ";datahose.feed.rooms.event.types=ROOMCREATED;";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name
          symphony.pod.url=http://localhost:8080
          symphony.pod.url=HTTPS://ACME.symphony.com/
          symphony.pod.url=https://acme.symphony.com:8443/some/context///
          symphony.pod.url=http://symphony_simulator:8080
          symphony.pod.url=https://[::1]:8443
          symphony.agent.url=https://agent.example.com/app
          symphony.agent.url=https://agent.example.com/app,
          symphony.agent.url=https://a.example.com, https://b.example.com:8443/x ,https://b.example.com
          symphony.key.manager.url=https://km.example.com:8443
          symphony.username=bot@example.com
          symphony.connect.timeout.ms=1
          symphony.read.timeout.ms=45000
          symphony.retry.backoff.ms=60000
          symphony.retry.backoff.max.ms=500
          symphony.retry.backoff.max.ms=600000
          heartbeat.interval.ms=1
          heartbeat.interval.ms=1500000
          ledger.interval.ms=1000
          ledger.interval.ms=1500000
          ledger.topic=ledger; exactly.once.support=required
          ledger.topic=ledger; exactly.once.support= Required
          ledger.topic=ledger; exactly.once.support=required; heartbeat.topic=beats; quarantine.topic=q; topic=${feed}.${type}
          symphony.proxy.url=http://proxy.corp.example.com:3128
          symphony.proxy.url=HTTP://proxy/
          symphony.proxy.url=http://[::1]:3128
          symphony.proxy.exclude=*.corp.example.com, agent_1,10.*,[::1],fe80::*,*
          datahose.tag=Prod.v1_a-b
          datahose.event.types=MESSAGESENT
          datahose.event.types=message_sent, SOMETHINGNEW ,
          datahose.event.types=MESSAGESENT,MESSAGESENT
          datahose.scopes=internal, External,FEDERATED
          datahose.max.response.bytes=1024
          datahose.max.response.bytes=1073741824
          datahose.dedup.window=0
          datahose.dedup.window=10000000
          topic=a.${feed}-${type}_${feed}
          record.key=MESSAGE
          record.value=Json
          record.raw=ALWAYS
          record.headers=FALSE
          record.max.bytes=1024
          record.max.bytes=2147483647
          record.oversize=fail
          quarantine.topic=symphony.quarantine
          datahose.feeds=a,b-c_9;datahose.feed.a.event.types=MESSAGESENT;datahose.feed.b-c_9.event.types=SHAREDPOST
          datahose.feeds=f{32}
          symphony.retry.backoff.ms=600000; symphony.retry.backoff.max.ms=600000
          symphony.proxy.url=http://proxy; symphony.proxy.username=worker; symphony.proxy.password=hunter2
          topic=symphony.${feed}.${type}
          topic=t{249}
          topic=t{223}${type}
          quarantine.topic=t{249}
          datahose.tag=t{76}
          name=my connector; datahose.tag=mine
          datahose.feed.all.readers=5
          # Feeds may share event types when both name scopes, and have none in common.
          datahose.feeds=a,b; datahose.feed.a.scopes=INTERNAL; datahose.feed.b.scopes=EXTERNAL
          datahose.feeds=a,b; datahose.feed.a.scopes=INTERNAL; datahose.feed.b.scopes=external,FEDERATED
          """)
  void acceptsValidConfiguration(String changes) {
    Given.assertValid(Given.changed(changes));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -symphony.pod.url         | is required. Set it
          symphony.pod.url=         | is required. Set it
          -symphony.username        | is required. Set it
          symphony.username=        | is required. Set it
          -topic                    | is required. Set it
          topic=                    | is required. Set it
          symphony.pod.url=acme.symphony.com | must begin with https://
          symphony.pod.url=ftp://acme.symphony.com | must begin with https://
          symphony.pod.url=https:// | must be the URL of a host
          symphony.pod.url=https://acme.symphony.com:x | must be the URL of a host
          symphony.pod.url=https://acme symphony.com | must be the URL of a host
          symphony.pod.url=https://acme.com/?a=b | without a query or fragment
          symphony.pod.url=https://acme.com/#a | without a query or fragment
          symphony.agent.url=agent.example.com | must begin with https://
          symphony.agent.url=https://a.com,b.com | (number 2) that must begin with https://
          symphony.agent.url=https://a.com,https://A.com:443// | more than once
          symphony.agent.url=https://a.com,https://x:y@b.com | (number 2) that contains credentials
          symphony.key.manager.url=km.example.com | must begin with https://
          symphony.connect.timeout.ms=0 | must be at least 1
          symphony.connect.timeout.ms=soon | must be a whole number
          symphony.connect.timeout.ms=3000000000 | must be a whole number
          symphony.connect.timeout.ms= | must be a whole number
          symphony.read.timeout.ms=44999 | at least 45000, because
          symphony.retry.backoff.ms=0 | must be from 1 to 600000
          symphony.retry.backoff.ms=600001 | must be from 1 to 600000
          symphony.auth.type=KERBEROS | must be one of RSA, CERTIFICATE
          symphony.auth.type=CERTİFICATE | must be one of RSA, CERTIFICATE
          symphony.truststore.certificates=none | no certificate
          symphony.retry.backoff.max.ms=1.5 | must be a whole number
          symphony.retry.backoff.max.ms=600001 | must be from 1 to 600000
          ledger.interval.ms=999 | must be from 1000 to 1500000
          ledger.interval.ms=1500001 | must be from 1000 to 1500000
          ledger.topic=a b; exactly.once.support=required | must be the name of a Kafka topic
          ledger.topic=ledger | requires exactly.once.support=required ... is exact after a crash
          ledger.topic=ledger; exactly.once.support=requested | requires exactly.once.support=required
          ledger.topic=ledger; exactly.once.support= | requires exactly.once.support=required
          ledger.topic=symphony; exactly.once.support=required | is also a topic of events
          ledger.topic=chat.unknown; topic=chat.${type}; exactly.once.support=required | is also a topic of events
          ledger.topic=own; datahose.feed.all.topic=own; exactly.once.support=required | is also a topic of events
          ledger.topic=q; quarantine.topic=q; exactly.once.support=required | is also a topic of events
          ledger.topic=h; heartbeat.topic=h; exactly.once.support=required | is also a topic of heartbeats
          heartbeat.interval.ms=0 | must be from 1 to 1500000
          heartbeat.interval.ms=1500001 | must be from 1 to 1500000
          heartbeat.interval.ms=9223372036854775807 | must be from 1 to 1500000
          symphony.proxy.url=proxy.example.com:3128 | must begin with http://
          symphony.proxy.url=https://proxy.example.com | must be an http URL
          symphony.proxy.url=socks5://proxy.example.com | must begin with http://
          symphony.proxy.url=http://me:secret@proxy:3128 | set symphony.proxy.username and symphony.proxy.password
          symphony.proxy.url=http://proxy:3128/path | only a host and a port
          symphony.proxy.url=http://proxy:3128/?a=b | only a host and a port
          symphony.proxy.url=http://proxy:port | must be the URL of a host
          symphony.proxy.exclude=a.com,https://b.com | (number 2). It must be a host name
          symphony.proxy.exclude=a.com:8443 | (number 1). It must be a host name
          symphony.proxy.exclude=.example.com | all hosts of a domain, use *.example.com
          symphony.proxy.exclude=10.0.0.0/8 | (number 1). It must be a host name
          symphony.proxy.exclude=bücher.example | (number 1). It must be a host name
          datahose.tag=my tag | must contain only the characters
          datahose.tag=a/b | must contain only the characters
          datahose.event.types= | is empty
          datahose.event.types=, | is empty
          datahose.event.types=MESSAGESENT,MESSAGE SENT | (number 2). It must be an event type
          datahose.event.types=ROOM-CREATED | (number 1). It must be an event type
          datahose.event.types=___ | (number 1). It must be an event type
          datahose.scopes=PUBLIC | must contain only INTERNAL
          datahose.feeds= | is empty
          datahose.feeds=All | (number 1). It must be 1 to 32
          datahose.feeds=a,b.c | (number 2). It must be 1 to 32
          datahose.feeds=a,b,a | more than once
          datahose.feeds=a,b,c,d,e,f | fair-use policy allows 5 active
          datahose.max.response.bytes=1023 | must be from 1024 to 1073741824
          datahose.max.response.bytes=1073741825 | must be from 1024 to 1073741824
          datahose.dedup.window=-1 | must be from 0 to 10000000
          datahose.dedup.window=10000001 | must be from 0 to 10000000
          datahose.keepalive.ms=1500001 | must be from 0 to 1500000 ms
          datahose.keepalive.ms=-1 | must be from 0 to 1500000 ms
          topic=a b | the name of a Kafka topic
          topic=.. | the name of a Kafka topic
          topic=${type}/x | the name of a Kafka topic
          topic=a.${tag} | unknown placeholder
          topic=a.${feed | unknown placeholder
          record.key=messages | must be one of stream, message, none
          record.value=avro | must be one of struct, json
          record.raw=sometimes | must be one of unmapped, always, never
          record.headers=yes | must be true or false
          record.max.bytes=1023 | must be at least 1024
          record.max.bytes=1MB | must be a whole number
          record.oversize=drop | must be one of ENVELOPE, FAIL
          record.oversize=FAİL | must be one of ENVELOPE, FAIL
          quarantine.topic=${type} | the name of a Kafka topic
          quarantine.topic=. | the name of a Kafka topic
          datahose.event.types=V2MESSAGE | (number 1). It must be an event type
          datahose.event.types=RÄUME | (number 1). It must be an event type
          datahose.feeds=f{33} | (number 1). It must be 1 to 32
          symphony.username=a{256} | 255
          topic=t{250} | the name of a Kafka topic
          quarantine.topic=t{250} | the name of a Kafka topic
          # The first backoff is at most the maximum.
          symphony.retry.backoff.ms=60001 | must be at most symphony.retry.backoff.max.ms (60000)
          symphony.retry.backoff.max.ms=499 | must be at least symphony.retry.backoff.ms (500)
          # A proxy login is complete or not set. A colon would end the user name.
          symphony.proxy.password; symphony.proxy.url=http://p; symphony.proxy.username=me | is required with symphony.proxy.username
          symphony.proxy.username= ; symphony.proxy.url=http://p; symphony.proxy.password=hunter2 | is required with symphony.proxy.password
          symphony.proxy.username=a:b; symphony.proxy.url=http://p; symphony.proxy.password=hunter2 | without colons
          # Options of the worker. Acknowledgements must not wait for an interval.
          transaction.boundary=interval | must not be interval ... Remove the option
          transaction.boundary=INTERVAL | must not be interval ... Remove the option
          'transaction.boundary= Interval ' | must not be interval ... Remove the option
          # One key, as text or as a file. An empty key is from a config provider without a value.
          -symphony.private.key | or symphony.private.key.path is required
          symphony.private.key= | is empty, and symphony.private.key.path is not set ... allowed.paths
          'symphony.private.key= ' | is empty, and symphony.private.key.path is not set ... allowed.paths
          symphony.private.key=;symphony.private.key.path= | is empty, and symphony.private.key.path is not set
          symphony.private.key.path=/keys/bot.pem | are mutually exclusive. Remove one
          # A certificate with the other login method is one error, and not also a missing key.
          symphony.certificate.path=/bot.p12; -symphony.private.key | requires symphony.auth.type=CERTIFICATE, but that option is RSA
          symphony.certificate.content=x | requires symphony.auth.type=CERTIFICATE, but that option is RSA
          symphony.certificate.password=x | requires symphony.auth.type=CERTIFICATE, but that option is RSA
          symphony.session.auth.url=https://a.com | requires symphony.auth.type=CERTIFICATE, but that option is RSA
          symphony.truststore.password=hunter2 | requires symphony.truststore.path. Set that option
          # The tag, also if it is derived from the connector's name.
          datahose.tag=t{77} | a tag of 81 characters ... Symphony allows 80
          datahose.tag; name=n{77} | connector's name ... Set datahose.tag
          datahose.tag; name=my connector | connector's name ... Set datahose.tag
          # Topics with each type and feed, including "unknown".
          topic=t{224}${type} | gives feed all a topic name of 250 characters
          datahose.feed.all.topic=t{224}${type} | gives feed all a topic name of 250 characters
          topic=t{243}${type}; datahose.event.types=ABC | gives feed all a topic name of 250 characters
          # Two feeds with a common event type would deliver duplicates. One error for all pairs.
          datahose.feeds=a,b,c | a and b both read
          datahose.feeds=a,b | both read
          datahose.feeds=a,b; datahose.feed.a.scopes=INTERNAL; datahose.feed.b.scopes=INTERNAL,EXTERNAL | both read
          datahose.feeds=a,b; datahose.feed.a.scopes=INTERNAL | both read
          datahose.feeds=a,b; datahose.feed.b.scopes=INTERNAL | both read
          # An error in the list of feeds does not invalidate the options of its feeds.
          datahose.feeds=a,b,c,d,e,f; datahose.feed.f.topic=x | allows 5 active
          """)
  void reportsErrorOnOptionToFix(String changes, String says) {
    Given.assertFault(Given.valid(), changes, says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"datahose.task.id", "datahose.task.feeds"})
  void rejectsTaskOptionSetByUser(String option) {
    assertThat(Given.onlyFinding(Given.valid(option, "0"), option))
        .contains("is set by the connector for its tasks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "ALL", "-2", ""})
  @Tag("invariant-1")
  void invariant1RejectsProducerAcksOtherThanAll(String acks) {
    Given.assertFault(
        Given.valid(), "producer.override.acks=" + acks, "must be all ... Remove the option");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          datahose.feed.chat.event.types= | is empty
          datahose.feed.chat.event.types=A1 | (number 1). It must be an event type
          datahose.feed.chat.scopes=GLOBAL | must contain only INTERNAL
          datahose.feed.chat.topic=a b | the name of a Kafka topic
          datahose.feed.chat.topic=${x} | unknown placeholder
          datahose.feed.chat.readers=0 | must be at least 1
          datahose.feed.chat.readers=two | must be a whole number
          datahose.feed.chat.readers= | must be a whole number
          datahose.feed.chat.raw=always | is not an option of a feed. Remove it
          datahose.feed.chat=x | is not an option of a feed. Remove it
          datahose.feed.chat.=x | is not an option of a feed. Remove it
          datahose.feed.=x | is not an option of a feed. Remove it
          datahose.feed.CHAT.topic=x | datahose.feeds does not name
          datahose.feed.posts.topic=x | datahose.feeds does not name
          datahose.feed..topic=x | datahose.feeds does not name
          datahose.feed.rooms.event.types=ROOMCREATED,MESSAGE_SENT | chat and rooms both read MESSAGESENT ... would be duplicates
          # At most five readers in total.
          datahose.feed.rooms.readers=4; datahose.feed.chat.readers=2 | results in 6 readers
          datahose.feed.chat.readers=2147483647; datahose.feed.rooms.readers=2147483647 | readers
          """)
  void reportsErrorOnOptionOfFeed(String changes, String says) {
    Given.assertFault(Given.changed(TWO_FEEDS), changes, says);
  }

  /** The results for options of the worker are not replaced, and no result is without its key. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "producer.override.acks=all",
        "producer.override.acks= all ",
        "producer.override.acks=-1",
        "transaction.boundary=poll",
        "transaction.boundary=connector",
        "transaction.boundary=nonsense",
        "transaction.boundary=",
        TWO_FEEDS + "datahose.feed.chat.readers=4"
      })
  void returnsOnlyDefinedOptionsWhenValid(String changes) {
    Map<String, String> properties = Given.changed(changes);
    Given.assertValid(properties);
    assertThat(DatahoseConfig.validate(properties))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrderElementsOf(DatahoseConfig.definition().names());
  }

  @Test
  void returnsValueOrDefault() {
    assertThat(Given.answer(Given.valid(), "topic").value()).isEqualTo("symphony");
    assertThat(Given.answer(Given.valid(), "datahose.dedup.window").value()).isEqualTo(100_000);
    assertThat(Given.answer(Given.valid(), "symphony.private.key").value()).hasToString("[hidden]");
  }

  @Test
  void usesDefaultWhenFormFieldIsBlank() {
    Set<String> needed = Set.of("symphony.private.key", "datahose.event.types", "datahose.feeds");
    for (ConfigDef.ConfigKey option : DatahoseConfig.definition().configKeys().values()) {
      boolean isText =
          List.of(ConfigDef.Type.STRING, ConfigDef.Type.PASSWORD, ConfigDef.Type.LIST)
              .contains(option.type);
      if (isText && option.hasDefault() && !needed.contains(option.name)) {
        Given.assertValid(Given.valid(option.name, " "));
      }
    }
  }

  @Test
  void reportsErrorWhenOptionIsNull() {
    for (String option : DatahoseConfig.definition().names()) {
      String key = option.equals("symphony.private.key") ? "symphony.private.key.path" : option;
      assertThat(Given.onlyFault(Given.valid(key, null), key)).contains("is null");
    }
  }

  @Test
  void leavesNullFeedOptionToWorker() {
    Given.assertValid(Given.valid("datahose.feed.all.topic", null));
    Given.assertValid(Given.valid("datahose.feed.other.nonsense", null));
  }

  @Test
  void leavesMissingConnectorNameToWorker() {
    assertThat(Given.faults(Given.without("name"))).isEmpty();
    assertThat(Given.faults(Given.valid("name", null))).isEmpty();
  }

  @Test
  void rejectsControlCharactersInUserName() {
    assertThat(Given.onlyFault(Given.valid("symphony.username", "a\tb"), "symphony.username"))
        .contains("without control characters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          datahose.event.types=MESSAGESEND,ROOMCREATED,GENERICSYSTEMEVENT | contains MESSAGESEND, which this version does not know. Check the spelling
          datahose.event.types=MESSAGE_SENT | contains event types with an underscore
          datahose.feed.all.event.types=MESSAGE_SENT | contains event types with an underscore
          producer.override.delivery.timeout.ms=60000 | is set, and the Kafka client of this worker, 3.7.2, has CVE-2026-35554 ... might be written to another topic ... Remove the option
          producer.override.delivery.timeout.ms=${soon} | is set, and the Kafka client
          record.text=true; record.value=JSON | has no effect with record.value=json
          record.max.bytes=2000000 | exceeds the 1048576 bytes ... Increase producer.override.max.request.size
          record.max.bytes=3000; producer.override.max.request.size=2999 | exceeds the 2999 bytes that producer.override.max.request.size
          heartbeat.topic=symphony | is also a topic of events ... Use a separate topic
          heartbeat.topic=q; quarantine.topic=q | is also a topic of events
          heartbeat.topic=chat.unknown; topic=chat.${type} | is also a topic of events
          heartbeat.topic=own; datahose.feed.all.topic=own | is also a topic of events
          datahose.feed.all.event.types=MESSAGESENDS | contains MESSAGESENDS, which
          ledger.topic=l; exactly.once.support=required; errors.tolerance=All | together with errors.tolerance=all ... is lost, and the ledger counts it as dropped
          """)
  void warnsOnceWhenValidOptionIsProbablyMistake(String changes, String says) {
    assertThat(onlyWarning(changes)).containsSubsequence(says.split(" \\.\\.\\. "));
  }

  private static String onlyWarning(String changes) {
    Map<String, String> properties = Given.changed(changes);
    Given.assertValid(properties);
    List<String> warnings = List.copyOf(new ParsedConfig(properties).warnings());
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).startsWith(changes.split("=")[0] + " ");
    return warnings.get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.example.com/agent",
        "agent.example.com/Agent/",
        "agent.example.com/agent/v5/events/read",
        "agent.example.com/ctx/agent",
        "acme.symphony.com/pod",
        "acme.symphony.com/pod/v2/user",
        "acme.symphony.com/login//",
        "acme.symphony.com/login/pubkey/authenticate",
        "km.example.com/relay",
        "km.example.com/relay/pubkey",
        "acme-api.symphony.com/sessionauth/v1/authenticate"
      })
  void warnsWhenBaseUrlEndsInApiPath(String url) {
    for (String option :
        List.of("symphony.pod.url", "symphony.agent.url", "symphony.key.manager.url")) {
      assertThat(onlyWarning(option + "=https://" + url))
          .contains("ends in a path of the Symphony API")
          .contains("without /agent, /pod, /login, /relay, /sessionauth, or /keyauth")
          .doesNotContain(url);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "symphony.agent.url=https://agent.example.com",
        "symphony.agent.url=https://login.example.com/",
        "symphony.agent.url=https://acme.symphony.com/agents",
        "symphony.agent.url=https://acme.symphony.com/agent/production",
        "symphony.agent.url=https://acme.symphony.com/v5",
        "symphony.agent.url=not a URL",
        "heartbeat.topic=heartbeats",
        "heartbeat.topic=",
        "producer.override.delivery.timeout.ms=",
        "producer.override.delivery.timeout.ms=2147483647",
        "ledger.topic=",
        "ledger.topic=ledger; exactly.once.support=required",
        "record.max.bytes=3000; producer.override.max.request.size=3000",
        "record.max.bytes=none",
        "record.text=true",
        "record.text=false; record.value=json",
        "record.text=yes; record.value=json",
        "record.text=true; record.value=xml"
      })
  void doesNotWarnOtherwise(String changes) {
    assertThat(new ParsedConfig(Given.changed(changes)).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symphony.proxy.username=worker; symphony.proxy.password=hunter2; symphony.proxy.exclude=a.com | no effect without symphony.proxy.url | symphony.proxy.username symphony.proxy.password symphony.proxy.exclude
          symphony.pod.url=HTTP://a; symphony.agent.url=https://a.com, http://b; symphony.key.manager.url=http://c; symphony.session.auth.url=http://d | are not encrypted. Use https | symphony.pod.url symphony.agent.url symphony.key.manager.url symphony.session.auth.url
          datahose.feeeds=a; symphony.user=b; tasks.max=1; topic.creation.x=y | is unknown in this version | datahose.feeeds symphony.user
          """)
  void warnsForEachOptionSeparately(String changes, String says, String options) {
    assertThat(new ParsedConfig(Given.changed(changes)).warnings())
        .allSatisfy(warning -> assertThat(warning).contains(says))
        .extracting(warning -> warning.split(" ")[0])
        .containsExactly(options.split(" "));
  }
}
