// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.launch.WorkerFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.launch.TopicReader;
import io.github.datahose.launch.WorkerFixture;
import io.github.datahose.launch.WorkerFixture.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ledger where transformations drop records and send others to topics that the connector does not
 * know, in a real worker; and its audit, run as an operator runs it.
 */
class LedgerTransformsIT {
  private static final int MESSAGES = 20;
  private static final int JOINED = 5;
  private static final int ODD = 2;
  private static final int LEFT = 4;
  private static final int EVENTS = MESSAGES + JOINED + ODD + LEFT;

  @Test
  void provesDropsAndReroutesOfTransformations(@TempDir Path directory) throws IOException {
    String name = Guarantee.EXACTLY_ONCE.name("ledger-transforms");
    String ledger = name + ".ledger";
    try (WorkerFixture connector =
        Guarantee.EXACTLY_ONCE
            .connector("ledger-transforms")
            .set("topic", name + ".${type}")
            .set("exactly.once.support", "required")
            .set("ledger.topic", ledger)
            .set("ledger.interval.ms", "1000")
            .set("heartbeat.topic", name + ".heartbeats")
            .set("transforms", "drop,odd,gather")
            .set("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter")
            .set("transforms.drop.predicate", "left")
            .set("transforms.odd.type", "org.apache.kafka.connect.transforms.RegexRouter")
            .set("transforms.odd.predicate", "odd")
            .set("transforms.odd.regex", ".*")
            .set("transforms.odd.replacement", name + ".odd")
            .set("transforms.gather.type", "org.apache.kafka.connect.transforms.RegexRouter")
            .set("transforms.gather.predicate", "kept")
            .set("transforms.gather.negate", "true")
            .set("transforms.gather.regex", ".*")
            .set("transforms.gather.replacement", name + ".messagesent")
            .set("predicates", "left,odd,kept")
            .set("predicates.left.type", predicate("TopicNameMatches"))
            .set("predicates.left.pattern", ".*\\.userleftroom")
            .set("predicates.odd.type", predicate("HasHeaderKey"))
            .set("predicates.odd.name", "symphony.mapping.error")
            .set("predicates.kept.type", predicate("TopicNameMatches"))
            .set("predicates.kept.pattern", ".*\\.(odd|ledger|heartbeats)")
            .start()) {
      List<String> mixed = new ArrayList<>(Events.messages(0, MESSAGES));
      for (int i = 0; i < JOINED; i++) {
        mixed.add(Events.userJoinedRoom(i));
      }
      for (int i = 0; i < ODD; i++) {
        mixed.add(Events.message(MESSAGES + i, "Odd", ",\"new\":\"field\""));
      }
      mixed.add(userLeftRoom(0));
      connector.bring(mixed);
      List<String> droppedOnly = new ArrayList<>();
      for (int i = 1; i < LEFT; i++) {
        droppedOnly.add(userLeftRoom(i));
      }
      connector.bring(droppedOnly);
      eventually("all events in the ledger")
          .until(() -> sum(connector, ledger, "/events") == EVENTS);

      assertThat(sum(connector, ledger, "/dropped")).isEqualTo(LEFT);
      assertThat(sum(connector, ledger, "/unmapped")).isEqualTo(ODD);
      assertThat(sum(connector, ledger, "/records/" + name + ".messagesent"))
          .as("by the topics of the connector, whatever a transformation makes of them")
          .isEqualTo(MESSAGES + ODD);
      assertThat(sum(connector, ledger, "/records/" + name + ".userjoinedroom")).isEqualTo(JOINED);
      assertThat(sum(connector, ledger, "/records/" + name + ".userleftroom")).isEqualTo(LEFT);
      assertThat(connector.records(name + ".heartbeats")).isNotEmpty();

      Path proven = directory.resolve("proven");
      String others = name + ".odd," + name + ".messagesent";
      assertThat(audit(connector, proven, "--ledger-topic", ledger, "--topics", others))
          .as(Files.readString(proven))
          .isZero();
      assertThat(Files.readString(proven))
          .containsPattern(
              "Proven: all " + EVENTS + " events of \\d+ windows are in Kafka, each once")
          .contains(
              ", except "
                  + LEFT
                  + " that the configuration dropped (transformations, errors.tolerance=all).");

      Path wrong = directory.resolve("wrong");
      assertThat(audit(connector, wrong, "--ledger-topic", ledger))
          .as(Files.readString(wrong))
          .isEqualTo(1);
      assertThat(Files.readString(wrong))
          .contains(ODD + " of " + (EVENTS - LEFT) + " records were not found")
          .contains("records are in a different topic")
          .contains("Name the topics of transformations with --topics");
    }
  }

  private static int audit(WorkerFixture connector, Path output, String... options) {
    return connector.cluster().audit(output, List.of(options));
  }

  private static long sum(WorkerFixture connector, String ledger, String number) {
    return connector.records(ledger).stream()
        .mapToLong(window -> TopicReader.value(window).at(number).asLong())
        .sum();
  }

  private static String predicate(String type) {
    return "org.apache.kafka.connect.transforms.predicates." + type;
  }

  private static String userLeftRoom(int number) {
    return Events.userJoinedRoom(number)
        .replace("USERJOINEDROOM", "USERLEFTROOM")
        .replace("userJoinedRoom", "userLeftRoom")
        .replace("joined-", "left-");
  }
}
