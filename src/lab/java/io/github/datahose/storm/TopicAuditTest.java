// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.LedgerSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TopicAuditTest {
  private static final Scenario PLAIN = scenario("plain");
  private static final Scenario DROPPING = scenario("dropping-smt");
  private static final Scenario QUARANTINE = scenario("quarantine");
  private static final Scenario REROUTING = scenario("rerouting-smt");

  /** An event that the Filter drops, and one that it lets pass. */
  private static final String DROPPED = id(true);

  private static final String PASSED = id(false);

  private final LedgerSnapshot twoEvents = new AFeed(DROPPED, PASSED).gave(0).ledger();

  @Test
  void anEventThatTheFilterNotedIsNotLost() {
    TopicAudit audit = dropping(Set.of(DROPPED), PASSED);
    assertThat(audit.complaints()).isEmpty();
    assertThat(audit.audit().lost()).isZero();
    assertThat(audit.audit().duplicated()).isZero();
    assertThat(audit.dropped()).isOne();
  }

  @Test
  void anEventThatTheFilterWouldHaveDroppedButNeverSawIsLost() {
    assertThat(dropping(Set.of(), PASSED).audit().lostMessageIds()).containsExactly(DROPPED);
  }

  @Test
  void anEventThatTheFilterLetsPassIsLostWhenItIsNotThere() {
    assertThat(dropping(Set.of(DROPPED)).audit().lostMessageIds()).containsExactly(PASSED);
  }

  @Test
  void anEventThatTheFilterShouldHaveDroppedDoesNotBelongIntoTheTopic() {
    assertThat(dropping(Set.of(), DROPPED, PASSED).complaints())
        .singleElement()
        .asString()
        .contains("should have dropped", DROPPED);
  }

  @Test
  void wrongEventsBelongIntoTheQuarantineAndNoOthers() {
    LedgerSnapshot ledger = new AFeed("good", "wrong-1").gave(0).ledger();
    assertThat(
            audit(QUARANTINE, ledger, Map.of(), List.of(seen("good")), List.of(seen("wrong-1")))
                .complaints())
        .isEmpty();
    assertThat(
            audit(QUARANTINE, ledger, Map.of(), List.of(seen("wrong-1")), List.of(seen("good")))
                .complaints())
        .hasSize(2)
        .allSatisfy(complaint -> assertThat(complaint).contains("do not belong into"));
  }

  @Test
  void reroutedEventsBelongIntoTheTopicOfTheirType() {
    LedgerSnapshot ledger = new AFeed("joined", "sent").gave(0).ledger();
    Seen sent = new Seen("key", "sent", "MESSAGESENT");
    Seen joined = new Seen("key", "joined", "USERJOINEDROOM");
    assertThat(audit(REROUTING, ledger, Map.of(), List.of(sent), List.of(joined)).complaints())
        .isEmpty();
    assertThat(audit(REROUTING, ledger, Map.of(), List.of(), List.of(sent, joined)).complaints())
        .singleElement()
        .asString()
        .contains("1 events that do not belong into ${name}.user, for example [sent]");
  }

  @Test
  void anEventIsThereAsOftenAsItCameToAnotherTaskAndOnceMoreAtMost() {
    LedgerSnapshot ledger = new AFeed("a", "b").gave(0).ledger();
    List<Seen> records = List.of(seen("a"), seen("a"), seen("b"));
    assertThat(audit(PLAIN, ledger, Map.of("a", 1), records).complaints()).isEmpty();
    assertThat(audit(PLAIN, ledger, Map.of("a", 1), records).inFlight()).isOne();
    assertThat(audit(PLAIN, ledger, Map.of("b", 1), records).complaints())
        .singleElement()
        .asString()
        .contains("more often than they came to another task", "[a]");
  }

  @Test
  void oneFeedIsUsedAndNothingBesidesUnwantedTypesMissesIt() {
    AFeed feed = new AFeed("a").gave(0);
    LedgerSnapshot two = new LedgerSnapshot(1, 0, List.of(feed.feed(), feed.feed()));
    assertThat(audit(PLAIN, two, Map.of(), List.of(seen("a"))).complaints())
        .containsExactly("one feed was to be used, not 2");
    LedgerSnapshot missed = new LedgerSnapshot(3, 2, List.of(feed.feed()));
    assertThat(audit(PLAIN, missed, Map.of(), List.of(seen("a"))).complaints())
        .containsExactly("2 events went into no feed, and should have been 0");
  }

  private TopicAudit dropping(Set<String> dropped, String... topic) {
    List<Seen> records = Stream.of(topic).map(TopicAuditTest::seen).toList();
    return TopicAudit.of(
        DROPPING, twoEvents, Map.of(), Map.of(DROPPING.destinations().get(0), records), dropped, 0);
  }

  @SafeVarargs
  private static TopicAudit audit(
      Scenario scenario,
      LedgerSnapshot ledger,
      Map<String, Integer> inFlight,
      List<Seen>... topics) {
    Map<Destination, List<Seen>> records = new LinkedHashMap<>();
    for (int i = 0; i < topics.length; i++) {
      records.put(scenario.destinations().get(i), new ArrayList<>(topics[i]));
    }
    return TopicAudit.of(scenario, ledger, inFlight, records, Set.of(), 0);
  }

  private static Seen seen(String messageId) {
    return new Seen("key", messageId, "MESSAGESENT");
  }

  private static Scenario scenario(String name) {
    return Scenario.all().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String id(boolean dropped) {
    return IntStream.range(0, 1_000)
        .mapToObj(number -> "message" + number)
        .filter(messageId -> HashedMessageId.holds(messageId) == dropped)
        .findFirst()
        .orElseThrow();
  }
}
