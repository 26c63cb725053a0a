// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.it.FeedBean;
import io.github.datahose.connect.it.Guarantee;
import io.github.datahose.connect.it.Topics;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.FeedSnapshot;
import io.github.datahose.simulator.LedgerSnapshot;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Other event types are another feed: three ways to get there, and what each costs. */
class EventTypesRunbookIT {
  private static final String FIRST_TYPES = "MESSAGESENT,SHAREDPOST";
  private static final String MORE = "symphony.more";
  private static final String SECOND = "symphony-2.all";
  private static final String NEW_FEED = "event types or scopes are not those of the last start";

  @ParameterizedTest
  @EnumSource
  void typesThatAreAddedHaveAFeedOfTheirOwnAndTheOldOneGoesOn(Guarantee guarantee) {
    try (Stage stage = begin(guarantee);
        Runbook runbook = Runbook.of("Add event types", stage.shell())) {
      long lines = stage.linesOfLog();
      stage.refuseAnAcknowledgement();
      runbook.run("add");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("the new feed").until(() -> !stage.totals(MORE).feeds().isEmpty());
      stage.simulator().produce(150, Set.of("USERJOINEDROOM"));
      stage.awaitMore();
      assertThat(stage.log(lines))
          .anyMatch(line -> line.contains("Reader 0 of feed more (tag symphony.more)"))
          .noneMatch(line -> line.contains(NEW_FEED));
      stage.calm();
      eventually("the acknowledgements of the new feed")
          .until(() -> stage.totals(MORE), feed -> feed.acknowledged() == feed.expected());
      LedgerSnapshot both = stage.simulator().ledger().snapshot();
      Audit audit = Audit.of(both, stage.topics().entries(Stage.TOPIC));
      assertThat(both.feeds()).hasSize(2);
      assertThat(both.ofTag(MORE).acknowledged()).isGreaterThanOrEqualTo(150);
      assertThat(audit.lost()).as("%s", audit).isZero();
      assertThat(audit.duplicated()).as("%s", audit).isZero();

      runbook.run("back");
      stage.flow();
      stage.awaitMore();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOverlapLosesNothingAndRepeatsWhatBothFeedsHave(Guarantee guarantee) {
    try (Stage stage = begin(guarantee);
        Runbook runbook = Runbook.of("Replace event types with an overlap", stage.shell())) {
      runbook.run("begin");
      stage.awaitMore(SECOND);
      stage.refuseReads();
      runbook.run("end");
      stage.takeReadsAgain();
      stage.awaitMore(SECOND);
      stage.endFlow();
      eventually("the acknowledgements of the second connector")
          .until(() -> stage.totals(SECOND), feed -> feed.acknowledged() == feed.expected());
      // The old feed goes on to get what nobody reads from it: all events there were.
      Set<String> all = messageIds(stage, Stage.TAG);
      List<String> inKafka = messageIds(stage);
      assertThat(inKafka).containsAll(all);
      assertThat(inKafka.size() - all.size())
          .as("twice, for the two ran beside each other")
          .isPositive()
          .isLessThanOrEqualTo(messageIds(stage, SECOND).size());

      runbook.run("back");
      stage.flow();
      stage.awaitMore();
      stage.calm();
      assertThat(messageIds(stage)).containsAll(messageIds(stage, Stage.TAG));
    }
  }

  @Test
  void inPlaceThereIsAGapAndTheLogAndAMetricTellOfIt() {
    try (Stage stage = begin(Guarantee.AT_LEAST_ONCE);
        Runbook runbook = Runbook.of("Replace event types in place", stage.shell())) {
      long lines = stage.linesOfLog();
      // The old feed has a backlog, and nobody reads it any more.
      stage.refuseAnAcknowledgement();
      runbook.run("change");
      stage.awaitRestart();
      stage.takeReadsAgain();
      eventually("the new feed").until(() -> stage.totals(Stage.TAG).feeds().size() == 2);
      eventually("events of the new feed")
          .until(() -> stage.totals(Stage.TAG).feeds().get(1).acknowledged() > 100);
      stage.refuseReads();
      assertThat(stage.log(lines))
          .anyMatch(line -> line.contains(" WARN ") && line.contains(NEW_FEED));
      FeedBean metrics = new FeedBean(Guarantee.AT_LEAST_ONCE.cluster().worker(), "symphony");
      assertThat(metrics.counter("possible-gaps-total")).isEqualTo(1);
      FeedSnapshot old = stage.totals(Stage.TAG).feeds().get(0);
      assertThat(old.expected() - old.acknowledged()).as("the gap").isPositive();

      runbook.run("back");
      stage.takeReadsAgain();
      eventually("what the old feed still had")
          .until(() -> stage.totals(Stage.TAG).feeds().get(0).acknowledged() > old.acknowledged());
    }
  }

  private static Stage begin(Guarantee guarantee) {
    return Stage.in(guarantee.cluster())
        .set("datahose.event.types", FIRST_TYPES)
        .ofType("MESSAGESENT")
        .start();
  }

  private static List<String> messageIds(Stage stage) {
    return stage.topics().records(Stage.TOPIC).stream().map(Topics::messageId).toList();
  }

  private static Set<String> messageIds(Stage stage, String tag) {
    return stage.simulator().ledger().snapshot().ofTag(tag).feeds().stream()
        .flatMap(feed -> Stream.of(feed.messageIds()))
        .collect(Collectors.toSet());
  }
}
