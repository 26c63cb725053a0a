// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.WorkerFixture.Guarantee;
import io.github.datahose.simulator.FeedSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Other event types, which are another feed: three ways to get there, and what each costs; more
 * readers of a feed; another topic.
 */
class FeedRunbooksIT {
  private static final String MORE = "symphony.more";
  private static final String SECOND = "symphony-2.all";
  private static final String OTHER_TOPIC = "symphony.chat";
  private static final String NEW_FEED = "Event types or scopes changed";

  @ParameterizedTest
  @EnumSource
  void readsAddedTypesFromSeparateFeedAndContinuesOldOne(Guarantee guarantee) {
    try (Stage stage = withTwoTypes(guarantee);
        Runbook runbook = Runbook.of("Add event types", stage.shell())) {
      stage.refuseAnAcknowledgement();
      runbook.run("add");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("the new feed").until(() -> !stage.totals(MORE).feeds().isEmpty());
      stage.simulator().produce(150, Set.of("USERJOINEDROOM"));
      stage.awaitMore();
      assertThat(stage.connector().log())
          .anyMatch(line -> line.contains("Reader 0 of feed more (tag symphony.more)"))
          .noneMatch(line -> line.contains(NEW_FEED));
      stage.endFlow();
      stage.awaitAllAcknowledged(MORE);
      assertThat(stage.connector().totals().feeds()).hasSize(2);
      assertThat(stage.totals(MORE).acknowledged()).isGreaterThanOrEqualTo(150);
      stage.assertDuplicated(0, Stage.TOPIC);

      runbook.run("back");
      stage.flow();
      stage.awaitMore();
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingAndRepeatsSharedEventsWithOverlap(Guarantee guarantee) {
    try (Stage stage = withTwoTypes(guarantee);
        Runbook runbook = Runbook.of("Replace event types with an overlap", stage.shell())) {
      runbook.run("begin");
      stage.awaitMore(SECOND);
      stage.refuseReads();
      runbook.run("end");
      stage.takeReadsAgain();
      stage.awaitMore(SECOND);
      stage.endFlow();
      stage.awaitAllAcknowledged(SECOND);
      // The old feed still receives all events, although no connector reads it.
      Set<String> all = ofTag(stage, Stage.TAG);
      List<String> inKafka = awaitInKafka(stage, all);
      assertThat(inKafka.size() - all.size())
          .as("twice, for the two ran beside each other")
          .isPositive()
          .isLessThanOrEqualTo(ofTag(stage, SECOND).size());

      runbook.run("back");
      stage.flow();
      stage.awaitMore();
      stage.calm();
      awaitInKafka(stage, ofTag(stage, Stage.TAG));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reportsGapInLogAndMetricWhenChangedInPlace(Guarantee guarantee) {
    try (Stage stage = withTwoTypes(guarantee);
        Runbook runbook = Runbook.of("Replace event types in place", stage.shell())) {
      // The old feed has a backlog, and nobody reads it any more.
      stage.refuseAnAcknowledgement();
      runbook.run("change");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("the new feed").until(() -> stage.totals(Stage.TAG).feeds().size() == 2);
      eventually("events of the new feed")
          .until(() -> stage.totals(Stage.TAG).feeds().get(1).acknowledged() > 100);
      assertThat(stage.connector().log(" WARN ", NEW_FEED)).isNotEmpty();
      stage.endFlow();
      eventually("acknowledgements of the new feed")
          .until(
              () -> stage.totals(Stage.TAG).feeds().get(1),
              feed -> feed.acknowledged() == feed.expected());
      FeedSnapshot fresh = stage.simulator().ledger().snapshot().ofTag(Stage.TAG).feeds().get(1);
      assertThat(awaitInKafka(stage, Set.of(fresh.messageIds())))
          .as("what the new feed had is there, and nothing twice")
          .doesNotHaveDuplicates();
      stage.refuseReads();
      assertThat(stage.connector().counter("possible-gaps-total")).isEqualTo(1);
      FeedSnapshot old = stage.totals(Stage.TAG).feeds().get(0);
      assertThat(old.expected() - old.acknowledged()).as("the gap").isPositive();

      runbook.run("back");
      stage.takeReadsAgain();
      eventually("what the old feed still had")
          .until(() -> stage.totals(Stage.TAG).feeds().get(0).acknowledged() > old.acknowledged());
    }
  }

  /** From one reader to three and back, with events flowing from an agent that is 20 ms away. */
  @ParameterizedTest
  @EnumSource
  void deliversEachEventOnceWhenNumberOfReadersChanges(Guarantee guarantee) {
    try (Stage stage = new Stage(guarantee.cluster()).start();
        Runbook runbook = Runbook.of("More readers", stage.shell())) {
      stage.simulator().reconfigure(pod -> pod.batchSize(10).latency(Duration.ofMillis(20)));
      stage.restartBy(runbook, "more");
      eventually("reads of three readers at a time")
          .until(() -> stage.simulator().requests().reads().waiting().count() == 3);
      assertThat(stage.connector().log("Reader 2 of feed all")).isNotEmpty();
      stage.restartBy(runbook, "back");
      stage.assertDuplicated(0, Stage.TOPIC);
      assertThat(stage.totals(Stage.TAG).feeds()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void deliversEachEventOnceToOneOfTwoTopics(Guarantee guarantee) {
    try (Stage stage = new Stage(guarantee.cluster()).start();
        Runbook runbook = Runbook.of("Write to another topic", stage.shell())) {
      stage.restartBy(runbook, "change");
      eventually("records in the new topic")
          .until(() -> stage.connector().cluster().broker().topicNames().contains(OTHER_TOPIC));
      // All of them: the restart waited until the last batch's could be read.
      int inTheOld = stage.connector().records(Stage.TOPIC).size();
      stage.awaitMore();
      assertThat(stage.connector().records(Stage.TOPIC)).hasSize(inTheOld);

      stage.refuseReads();
      runbook.run("back");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("records in the old topic again")
          .until(() -> stage.connector().records(Stage.TOPIC).size() > inTheOld);
      stage.assertDuplicated(0, Stage.TOPIC, OTHER_TOPIC);
      assertThat(stage.connector().records(OTHER_TOPIC)).isNotEmpty();
    }
  }

  private static Stage withTwoTypes(Guarantee guarantee) {
    return new Stage(guarantee.cluster())
        .set("datahose.event.types", "MESSAGESENT,SHAREDPOST")
        .ofType("MESSAGESENT")
        .start();
  }

  /** The marker of the last transaction might be written only after the response to its commit. */
  private static List<String> awaitInKafka(Stage stage, Set<String> messageIds) {
    return eventually("all events in Kafka")
        .until(
            () -> stage.connector().messageIds(),
            inKafka -> Set.copyOf(inKafka).containsAll(messageIds));
  }

  private static Set<String> ofTag(Stage stage, String tag) {
    return stage.simulator().ledger().snapshot().ofTag(tag).feeds().stream()
        .flatMap(feed -> Stream.of(feed.messageIds()))
        .collect(Collectors.toSet());
  }
}
