// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FeedTopicsTest {
  private static FeedTopics topics(String pattern) {
    return new FeedTopics(
        new FeedConfig(
            "rooms", "v1.rooms", List.of("MESSAGESENT", "ROOMCREATED"), List.of(), pattern, 1));
  }

  @Test
  void replacesTheFeedsNameAndTheTypeInLowerCaseWhereverTheyStand() {
    assertThat(topics("${feed}.${type}.${feed}.${type}").topicFor("MESSAGESENT"))
        .isEqualTo("rooms.messagesent.rooms.messagesent");
  }

  @Test
  void nothingOnTheWireInventsTopics() {
    FeedTopics topics = topics("s.${type}");
    assertThat(topics.topicFor("ROOMCREATED")).isEqualTo("s.roomcreated");
    assertThat(topics.topicFor("SHAREDPOST")).isEqualTo("s.unknown");
    assertThat(topics.topicFor("messagesent")).isEqualTo("s.unknown");
    assertThat(topics.topicFor("../../x")).isEqualTo("s.unknown");
    assertThat(topics.topicFor("")).isEqualTo("s.unknown");
    assertThat(topics.topicFor(null)).isEqualTo("s.unknown");
  }

  @Test
  void aTopicWithoutTheTypeIsTheSameForAll() {
    FeedTopics topics = topics("symphony");
    assertThat(topics.topicFor("MESSAGESENT")).isEqualTo("symphony");
    assertThat(topics.topicFor(null)).isEqualTo("symphony");
    assertThat(topics.all()).containsExactly("symphony");
  }

  @Test
  void allTopicsAreKnownBeforehand() {
    assertThat(topics("s.${type}").all())
        .containsExactly("s.messagesent", "s.roomcreated", "s.unknown");
  }
}
