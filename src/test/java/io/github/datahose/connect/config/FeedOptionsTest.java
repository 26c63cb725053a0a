// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedOptionsTest {
  private static final String[] TWO_FEEDS = {
    "datahose.feeds", "chat,rooms",
    "datahose.feed.chat.event.types", "MESSAGESENT,MESSAGESUPPRESSED",
    "datahose.feed.rooms.event.types", "ROOMCREATED"
  };

  private static Map<String, String> twoFeeds(String... further) {
    Map<String, String> properties = Given.valid(TWO_FEEDS);
    for (int i = 0; i < further.length; i += 2) {
      properties.put(further[i], further[i + 1]);
    }
    return properties;
  }

  @Test
  void withoutOptionsOfItsOwnAFeedHasTheGlobalOnes() {
    assertThat(Given.feeds("datahose.scopes", "internal", "topic", "t.${type}"))
        .containsExactly(
            new FeedConfig(
                "all",
                "compliance.all",
                EventTypes.DOCUMENTED,
                List.of("INTERNAL"),
                "t.${type}",
                1));
  }

  @Test
  void aFeedsOwnOptionsComeFirst() {
    Map<String, String> properties =
        twoFeeds(
            "datahose.tag", "v1",
            "datahose.feed.rooms.scopes", "FEDERATED,external,EXTERNAL",
            "datahose.feed.rooms.topic", "rooms.${feed}",
            "datahose.feed.rooms.readers", "3");
    assertThat(new DatahoseConfig(properties).feeds())
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

  @Test
  void aFeedCanHaveAllScopesThoughTheGlobalOptionNamesSome() {
    assertThat(Given.feeds("datahose.scopes", "INTERNAL", "datahose.feed.all.scopes", ""))
        .extracting(FeedConfig::scopes)
        .containsExactly(List.of());
  }

  @Test
  void eventTypesAreSortedWithoutRepeatsInUpperCaseAndWithoutUnderscores() {
    assertThat(Given.feeds("datahose.event.types", "ROOM_CREATED,messageSent,MESSAGE_SENT"))
        .extracting(FeedConfig::eventTypes)
        .containsExactly(List.of("MESSAGESENT", "ROOMCREATED"));
  }

  @Test
  void goodOptionsOfFeedsAreNotAnsweredSoTheyDoNotStandWithoutAKey() {
    assertThat(ConfigValidation.answers(twoFeeds("datahose.feed.chat.readers", "2")))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrderElementsOf(DatahoseConfig.definition().names());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          datahose.feed.chat.event.types | ''         | is empty
          datahose.feed.chat.event.types | A1         | number 1: it must be an event type
          datahose.feed.chat.scopes      | GLOBAL     | INTERNAL, EXTERNAL and FEDERATED
          datahose.feed.chat.topic       | a b        | the name of a Kafka topic
          datahose.feed.chat.topic       | ${x}       | placeholder other than
          datahose.feed.chat.readers     | 0          | must be at least 1
          datahose.feed.chat.readers     | two        | must be a whole number
          datahose.feed.chat.readers     | ''         | must be a whole number
          datahose.feed.chat.raw         | always     | is no option of a feed: take it out
          datahose.feed.chat             | x          | is no option of a feed: take it out
          datahose.feed.chat.            | x          | is no option of a feed: take it out
          datahose.feed.                 | x          | is no option of a feed: take it out
          datahose.feed.CHAT.topic       | x          | datahose.feeds does not name
          datahose.feed.posts.topic      | x          | datahose.feeds does not name
          datahose.feed..topic           | x          | datahose.feeds does not name
          """)
  void aFaultStandsOnTheVeryOptionOfTheFeed(String option, String value, String says) {
    assertThat(Given.onlyFault(twoFeeds(option, value), option)).contains(says);
  }

  @Test
  void aNullOfAFeedsOptionIsLeftToTheWorkerWhoseComplaintStands() {
    Given.assertValid(Given.valid("datahose.feed.all.topic", null));
    Given.assertValid(Given.valid("datahose.feed.other.nonsense", null));
  }

  @Test
  void aFaultInTheListOfFeedsDoesNotSpoilTheOptionsOfTheFeedsItNames() {
    Given.onlyFault(
        Given.valid("datahose.feeds", "a,b,c,d,e,f", "datahose.feed.f.topic", "x"),
        "datahose.feeds");
  }

  @Test
  void fiveFeedsAreAllowed() {
    Map<String, String> properties = Given.valid("datahose.feeds", "a,b,c,d,e");
    for (String feed : List.of("a", "b", "c", "d", "e")) {
      properties.put("datahose.feed." + feed + ".event.types", "TYPE" + feed);
    }
    Given.assertValid(properties);
  }

  @Test
  void twoFeedsWithAnEventTypeInCommonWouldDeliverItTwice() {
    assertThat(
            Given.onlyFault(
                twoFeeds("datahose.feed.rooms.event.types", "ROOMCREATED,MESSAGE_SENT"),
                "datahose.feed.rooms.event.types"))
        .contains("chat and rooms both read MESSAGESENT", "would come twice");
  }

  @Test
  void anOverlapOfGlobalEventTypesStandsOnTheListOfFeedsOnce() {
    assertThat(Given.onlyFault(Given.valid("datahose.feeds", "a,b,c"), "datahose.feeds"))
        .contains("a and b both read");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          INTERNAL,            EXTERNAL,            true
          INTERNAL,            'external,FEDERATED',true
          INTERNAL,            'INTERNAL,EXTERNAL', false
          INTERNAL,            -,                   false
          -,                   INTERNAL,            false
          -,                   -,                   false
          """)
  void feedsMayShareEventTypesOnlyWhenBothNameScopesAndHaveNoneInCommon(
      String scopesOfA, String scopesOfB, boolean valid) {
    Map<String, String> properties = Given.valid("datahose.feeds", "a,b");
    if (scopesOfA != null) {
      properties.put("datahose.feed.a.scopes", scopesOfA);
    }
    if (scopesOfB != null) {
      properties.put("datahose.feed.b.scopes", scopesOfB);
    }
    if (valid) {
      Given.assertValid(properties);
    } else {
      Given.onlyFault(properties, "datahose.feeds");
    }
  }

  @Test
  void allReadersTogetherAreAtMostFive() {
    Given.assertValid(Given.valid("datahose.feed.all.readers", "5"));
    Given.assertValid(twoFeeds("datahose.feed.chat.readers", "4"));
    assertThat(
            Given.onlyFault(
                twoFeeds("datahose.feed.chat.readers", "2", "datahose.feed.rooms.readers", "4"),
                "datahose.feed.rooms.readers"))
        .contains("makes 6 readers");
    Given.onlyFault(
        twoFeeds(
            "datahose.feed.chat.readers",
            "2147483647",
            "datahose.feed.rooms.readers",
            "2147483647"),
        "datahose.feed.chat.readers");
  }

  @Test
  void aTagOf80CharactersIsAllowedAndALongerOneNot() {
    Given.assertValid(Given.valid("datahose.tag", "t".repeat(76)));
    assertThat(Given.onlyFault(Given.valid("datahose.tag", "t".repeat(77)), "datahose.tag"))
        .contains("a tag of 81 characters", "Symphony allows 80")
        .doesNotContain("connector's name");
  }

  @Test
  void aConnectorNameThatMakesNoTagIsMendedBySettingTheTag() {
    assertThat(Given.onlyFault(Given.valid("name", "n".repeat(77)), "datahose.tag"))
        .contains("connector's name", "set datahose.tag");
    assertThat(Given.onlyFault(Given.valid("name", "my connector"), "datahose.tag"))
        .contains("connector's name", "set datahose.tag");
    Given.assertValid(Given.valid("name", "my connector", "datahose.tag", "mine"));
  }

  @Test
  void aMissingConnectorNameIsTheWorkersToTell() {
    Map<String, String> properties = Given.without("name");
    assertThat(Given.faults(properties)).isEmpty();
    properties.put("name", null);
    assertThat(Given.faults(properties)).isEmpty();
  }

  @Test
  void aTopicMustFitKafkasLimitWithEachTypeAndFeed() {
    String longest = "t".repeat(249 - "roommemberdemotedfromowner".length());
    Given.assertValid(Given.valid("topic", longest + "${type}"));
    assertThat(Given.onlyFault(Given.valid("topic", longest + "t${type}"), "topic"))
        .contains("gives feed all a topic name of 250 characters");
    Given.onlyFault(
        Given.valid("datahose.feed.all.topic", longest + "t${type}"), "datahose.feed.all.topic");
    // "unknown" counts too, when it is longer than every configured type.
    Given.onlyFault(
        Given.valid("datahose.event.types", "ABC", "topic", "t".repeat(243) + "${type}"), "topic");
  }
}
