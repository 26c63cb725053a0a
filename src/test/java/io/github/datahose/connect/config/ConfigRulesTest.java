// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which configs are valid, and on which option a message stands, row by row. What a row means:
 * {@link Given#changed}. {@link LoginChecksTest} looks into files, keys and certificates.
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
  void acceptsWhatIsRight(String changes) {
    Given.assertValid(Given.changed(changes));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -symphony.pod.url         | is required: set it
          symphony.pod.url=         | is required: set it
          -symphony.username        | is required: set it
          symphony.username=        | is required: set it
          -topic                    | is required: set it
          topic=                    | is required: set it
          symphony.pod.url=acme.symphony.com | must begin with https://
          symphony.pod.url=ftp://acme.symphony.com | must begin with https://
          symphony.pod.url=https:// | is no URL of a host
          symphony.pod.url=https://acme.symphony.com:x | is no URL of a host
          symphony.pod.url=https://acme symphony.com | is no URL of a host
          symphony.pod.url=https://acme.com/?a=b | cannot have a query
          symphony.pod.url=https://acme.com/#a | cannot have a query
          symphony.agent.url=agent.example.com | must begin with https://
          symphony.agent.url=https://a.com,b.com | number 2, that must begin with https://
          symphony.agent.url=https://a.com,https://A.com:443// | more than once
          symphony.agent.url=https://a.com,https://x:y@b.com | number 2, that holds credentials
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
          symphony.truststore.certificates=none | holds no certificate
          symphony.retry.backoff.max.ms=1.5 | must be a whole number
          symphony.retry.backoff.max.ms=600001 | must be from 1 to 600000
          ledger.interval.ms=999 | must be from 1000 to 1500000
          ledger.interval.ms=1500001 | must be from 1000 to 1500000
          ledger.topic=a b; exactly.once.support=required | must be the name of a Kafka topic
          ledger.topic=ledger | requires exactly.once.support=required ... is a ledger exact after a crash
          ledger.topic=ledger; exactly.once.support=requested | requires exactly.once.support=required
          ledger.topic=ledger; exactly.once.support= | requires exactly.once.support=required
          ledger.topic=symphony; exactly.once.support=required | is the topic of events, too
          ledger.topic=chat.unknown; topic=chat.${type}; exactly.once.support=required | is the topic of events, too
          ledger.topic=own; datahose.feed.all.topic=own; exactly.once.support=required | is the topic of events, too
          ledger.topic=q; quarantine.topic=q; exactly.once.support=required | is the topic of events, too
          ledger.topic=h; heartbeat.topic=h; exactly.once.support=required | is the topic of heartbeats, too
          heartbeat.interval.ms=0 | must be from 1 to 1500000
          heartbeat.interval.ms=1500001 | must be from 1 to 1500000
          heartbeat.interval.ms=9223372036854775807 | must be from 1 to 1500000
          symphony.proxy.url=proxy.example.com:3128 | must begin with http://
          symphony.proxy.url=https://proxy.example.com | spoken to in http
          symphony.proxy.url=socks5://proxy.example.com | must begin with http://
          symphony.proxy.url=http://me:secret@proxy:3128 | by symphony.proxy.username and symphony.proxy.password
          symphony.proxy.url=http://proxy:3128/path | all that follows host and port
          symphony.proxy.url=http://proxy:3128/?a=b | all that follows host and port
          symphony.proxy.url=http://proxy:port | is no URL of a host
          symphony.proxy.exclude=a.com,https://b.com | number 2: it must be the name
          symphony.proxy.exclude=a.com:8443 | number 1: it must be the name
          symphony.proxy.exclude=.example.com | all hosts of a domain are *.example.com
          symphony.proxy.exclude=10.0.0.0/8 | number 1: it must be the name
          symphony.proxy.exclude=bücher.example | number 1: it must be the name
          datahose.tag=my tag | must be characters of
          datahose.tag=a/b | must be characters of
          datahose.event.types= | is empty
          datahose.event.types=, | is empty
          datahose.event.types=MESSAGESENT,MESSAGE SENT | number 2: it must be an event type
          datahose.event.types=ROOM-CREATED | number 1: it must be an event type
          datahose.event.types=___ | number 1: it must be an event type
          datahose.scopes=PUBLIC | INTERNAL, EXTERNAL and FEDERATED
          datahose.feeds= | is empty
          datahose.feeds=All | number 1: it must be 1 to 32
          datahose.feeds=a,b.c | number 2: it must be 1 to 32
          datahose.feeds=a,b,a | more than once
          datahose.feeds=a,b,c,d,e,f | fair-use policy allows 5 active
          datahose.max.response.bytes=1023 | must be from 1024 to 1073741824
          datahose.max.response.bytes=1073741825 | must be from 1024 to 1073741824
          datahose.dedup.window=-1 | must be from 0 to 10000000
          datahose.dedup.window=10000001 | must be from 0 to 10000000
          datahose.keepalive.ms=1500001 | from 0 to 1500000 ms (25 minutes; 0 is off), since
          datahose.keepalive.ms=-1 | from 0 to 1500000 ms (25 minutes; 0 is off), since
          topic=a b | the name of a Kafka topic
          topic=.. | the name of a Kafka topic
          topic=${type}/x | the name of a Kafka topic
          topic=a.${tag} | placeholder other than
          topic=a.${feed | placeholder other than
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
          datahose.event.types=V2MESSAGE | number 1: it must be an event type
          datahose.event.types=RÄUME | number 1: it must be an event type
          datahose.feeds=f{33} | number 1: it must be 1 to 32
          symphony.username=a{256} | 255
          topic=t{250} | the name of a Kafka topic
          quarantine.topic=t{250} | the name of a Kafka topic
          # The first backoff is not longer than the longest.
          symphony.retry.backoff.ms=60001 | is more than symphony.retry.backoff.max.ms (60000)
          symphony.retry.backoff.max.ms=499 | is less than symphony.retry.backoff.ms (500)
          # A proxy's login is whole or not there; a colon would end the user name.
          symphony.proxy.password; symphony.proxy.url=http://p; symphony.proxy.username=me | is not set, but symphony.proxy.username is: set both
          symphony.proxy.username= ; symphony.proxy.url=http://p; symphony.proxy.password=hunter2 | is not set, but symphony.proxy.password is: set both
          symphony.proxy.username=a:b; symphony.proxy.url=http://p; symphony.proxy.password=hunter2 | without colons
          # The worker's own options. Batches must not wait for an interval with their confirmation.
          transaction.boundary=interval | must not be interval ... Take the option out
          transaction.boundary=INTERVAL | must not be interval ... Take the option out
          'transaction.boundary= Interval ' | must not be interval ... Take the option out
          # One key, as text or as a file; an empty one comes from a config provider that gave nothing.
          -symphony.private.key | nor is symphony.private.key.path: set one of them
          symphony.private.key= | is empty, and symphony.private.key.path is not set ... allowed.paths
          'symphony.private.key= ' | is empty, and symphony.private.key.path is not set ... allowed.paths
          symphony.private.key=;symphony.private.key.path= | is empty, and symphony.private.key.path is not set
          symphony.private.key.path=/keys/bot.pem | are both set: take one of them out
          # A certificate without its kind of login is one fault, and not also a missing key.
          symphony.certificate.path=/bot.p12; -symphony.private.key | is for symphony.auth.type=CERTIFICATE, and it is RSA: take
          symphony.certificate.content=x | is for symphony.auth.type=CERTIFICATE, and it is RSA: take
          symphony.certificate.password=x | is for symphony.auth.type=CERTIFICATE, and it is RSA: take
          symphony.session.auth.url=https://a.com | is for symphony.auth.type=CERTIFICATE, and it is RSA: take
          symphony.truststore.password=hunter2 | is for symphony.truststore.path, which is not set
          # The tag, and the connector's name where it makes the tag.
          datahose.tag=t{77} | a tag of 81 characters ... Symphony allows 80
          datahose.tag; name=n{77} | connector's name ... set datahose.tag
          datahose.tag; name=my connector | connector's name ... set datahose.tag
          # Topics with each type and feed; "unknown" counts too.
          topic=t{224}${type} | gives feed all a topic name of 250 characters
          datahose.feed.all.topic=t{224}${type} | gives feed all a topic name of 250 characters
          topic=t{243}${type}; datahose.event.types=ABC | gives feed all a topic name of 250 characters
          # Two feeds with an event type in common would deliver it twice; told once.
          datahose.feeds=a,b,c | a and b both read
          datahose.feeds=a,b | both read
          datahose.feeds=a,b; datahose.feed.a.scopes=INTERNAL; datahose.feed.b.scopes=INTERNAL,EXTERNAL | both read
          datahose.feeds=a,b; datahose.feed.a.scopes=INTERNAL | both read
          datahose.feeds=a,b; datahose.feed.b.scopes=INTERNAL | both read
          # A fault in the list of feeds does not spoil the options of the feeds it names.
          datahose.feeds=a,b,c,d,e,f; datahose.feed.f.topic=x | allows 5 active
          """)
  void refusesWhatIsWrongOnTheVeryOption(String changes, String says) {
    Given.assertFault(Given.valid(), changes, says);
  }

  @ParameterizedTest
  @ValueSource(strings = {"datahose.task.id", "datahose.task.feeds"})
  void whatTheConnectorTellsItsTasksCannotBeSetByUsers(String option) {
    assertThat(Given.onlyFinding(Given.valid(option, "0"), option))
        .contains("is set by the connector for its tasks: take it out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "ALL", "-2", ""})
  void invariant1AProducerThatDoesNotWaitForAllReplicasIsRefused(String acks) {
    Given.assertFault(
        Given.valid(), "producer.override.acks=" + acks, "must be all ... Take the option out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          datahose.feed.chat.event.types= | is empty
          datahose.feed.chat.event.types=A1 | number 1: it must be an event type
          datahose.feed.chat.scopes=GLOBAL | INTERNAL, EXTERNAL and FEDERATED
          datahose.feed.chat.topic=a b | the name of a Kafka topic
          datahose.feed.chat.topic=${x} | placeholder other than
          datahose.feed.chat.readers=0 | must be at least 1
          datahose.feed.chat.readers=two | must be a whole number
          datahose.feed.chat.readers= | must be a whole number
          datahose.feed.chat.raw=always | is no option of a feed: take it out
          datahose.feed.chat=x | is no option of a feed: take it out
          datahose.feed.chat.=x | is no option of a feed: take it out
          datahose.feed.=x | is no option of a feed: take it out
          datahose.feed.CHAT.topic=x | datahose.feeds does not name
          datahose.feed.posts.topic=x | datahose.feeds does not name
          datahose.feed..topic=x | datahose.feeds does not name
          datahose.feed.rooms.event.types=ROOMCREATED,MESSAGE_SENT | chat and rooms both read MESSAGESENT ... would come twice
          # All readers together are at most five.
          datahose.feed.rooms.readers=4; datahose.feed.chat.readers=2 | makes 6 readers
          datahose.feed.chat.readers=2147483647; datahose.feed.rooms.readers=2147483647 | readers
          """)
  void aFaultStandsOnTheVeryOptionOfTheFeed(String changes, String says) {
    Given.assertFault(Given.changed(TWO_FEEDS), changes, says);
  }

  /** The worker's answer to its own options is not replaced, and none stands without its key. */
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
  void answersEachOptionOfTheDefinitionAndNoOtherThatIsNotAtFault(String changes) {
    Map<String, String> properties = Given.changed(changes);
    Given.assertValid(properties);
    assertThat(DatahoseConfig.validate(properties))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrderElementsOf(DatahoseConfig.definition().names());
  }

  @Test
  void answersWithTheValueOrTheDefault() {
    assertThat(Given.answer(Given.valid(), "topic").value()).isEqualTo("symphony");
    assertThat(Given.answer(Given.valid(), "datahose.dedup.window").value()).isEqualTo(100_000);
    assertThat(Given.answer(Given.valid(), "symphony.private.key").value()).hasToString("[hidden]");
  }

  @Test
  void aBlankFieldOfAFormMeansTheDefault() {
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
  void aNullOfOurOptionsIsAnErrorSinceTheWorkersOwnComplaintIsLost() {
    for (String option : DatahoseConfig.definition().names()) {
      String key = option.equals("symphony.private.key") ? "symphony.private.key.path" : option;
      assertThat(Given.onlyFault(Given.valid(key, null), key)).contains("is null");
    }
  }

  @Test
  void aNullOfAFeedsOptionIsLeftToTheWorkerWhoseComplaintStands() {
    Given.assertValid(Given.valid("datahose.feed.all.topic", null));
    Given.assertValid(Given.valid("datahose.feed.other.nonsense", null));
  }

  @Test
  void aMissingConnectorNameIsTheWorkersToTell() {
    assertThat(Given.faults(Given.without("name"))).isEmpty();
    assertThat(Given.faults(Given.valid("name", null))).isEmpty();
  }

  @Test
  void aUserNameHasNoControlCharacters() {
    assertThat(Given.onlyFault(Given.valid("symphony.username", "a\tb"), "symphony.username"))
        .contains("without control characters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          datahose.event.types=MESSAGESEND,ROOMCREATED,GENERICSYSTEMEVENT | names MESSAGESEND, which is none of the types this version knows: check its spelling
          datahose.event.types=MESSAGE_SENT | has event types with an underscore
          datahose.feed.all.event.types=MESSAGE_SENT | has event types with an underscore
          producer.override.delivery.timeout.ms=60000 | is set, and the Kafka client of this worker, 3.7.2, has CVE-2026-35554 ... might be written to another topic ... Take the option out
          producer.override.delivery.timeout.ms=${soon} | is set, and the Kafka client
          record.text=true; record.value=JSON | has no effect with record.value=json
          record.max.bytes=2000000 | is more than the 1048576 bytes ... Set producer.override.max.request.size
          record.max.bytes=3000; producer.override.max.request.size=2999 | is more than the 2999 bytes that producer.override.max.request.size
          heartbeat.topic=symphony | is a topic of events, too ... give heartbeats a topic of their own
          heartbeat.topic=q; quarantine.topic=q | is a topic of events, too
          heartbeat.topic=chat.unknown; topic=chat.${type} | is a topic of events, too
          heartbeat.topic=own; datahose.feed.all.topic=own | is a topic of events, too
          datahose.feed.all.event.types=MESSAGESENDS | names MESSAGESENDS, which is
          ledger.topic=l; exactly.once.support=required; errors.tolerance=All | with errors.tolerance=all: ... is lost, and the ledger counts it as dropped
          """)
  void warnsOnceOfWhatIsValidButHardlyMeant(String changes, String says) {
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
  void warnsOfPathsOfTheApiInBaseUrls(String url) {
    for (String option :
        List.of("symphony.pod.url", "symphony.agent.url", "symphony.key.manager.url")) {
      assertThat(onlyWarning(option + "=https://" + url))
          .contains("ends in a path of Symphony's API")
          .contains("without /agent, /pod, /login, /relay, /sessionauth or /keyauth")
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
  void warnsOfNothingElse(String changes) {
    assertThat(new ParsedConfig(Given.changed(changes)).warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symphony.proxy.username=worker; symphony.proxy.password=hunter2; symphony.proxy.exclude=a.com | no effect without symphony.proxy.url | symphony.proxy.username symphony.proxy.password symphony.proxy.exclude
          symphony.pod.url=HTTP://a; symphony.agent.url=https://a.com, http://b; symphony.key.manager.url=http://c; symphony.session.auth.url=http://d | travel unencrypted; use https | symphony.pod.url symphony.agent.url symphony.key.manager.url symphony.session.auth.url
          datahose.feeeds=a; symphony.user=b; tasks.max=1; topic.creation.x=y | is not an option of this version | datahose.feeeds symphony.user
          """)
  void warnsOfEachOptionOnItsOwn(String changes, String says, String options) {
    assertThat(new ParsedConfig(Given.changed(changes)).warnings())
        .allSatisfy(warning -> assertThat(warning).contains(says))
        .extracting(warning -> warning.split(" ")[0])
        .containsExactly(options.split(" "));
  }
}
