// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static io.github.datahose.simulator.SimulatorOptions.StaleAckId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.SimulatorClient.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcknowledgementTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochMilli(System.currentTimeMillis()));
  private Simulator simulator;
  private SimulatorClient client;

  @BeforeEach
  void start() throws Exception {
    simulator =
        Simulator.start(
            SimulatorOptions.defaults().clock(now::get).longPoll(Duration.ZERO).batchSize(10));
    client = SimulatorClient.loggedIn(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private void elapse(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  private void behave(UnaryOperator<SimulatorOptions> change) {
    simulator.reconfigure(change);
  }

  @Test
  void anAcknowledgedBatchIsGoneAndTheNextOneComesInOrder() throws Exception {
    client.read("tag", "");
    simulator.produce(25, List.of("MESSAGESENT"));
    List<String> read = new ArrayList<>();
    String ackId = "";
    for (int i = 0; i < 3; i++) {
      Reply reply = client.read("tag", ackId);
      read.addAll(reply.messageIds());
      ackId = reply.ackId();
    }
    assertThat(client.read("tag", ackId).messageIds()).isEmpty();
    elapse(Duration.ofMinutes(1));
    assertThat(client.read("tag", "").messageIds()).isEmpty();
    FeedSnapshot feed = simulator.ledger().snapshot().feeds().get(0);
    assertThat(read).hasSize(25).containsExactly(feed.messageIds());
    assertThat(feed.acknowledged()).isEqualTo(25);
    assertThat(feed.redelivered()).isZero();
  }

  @Test
  void anAckIdConfirmsItsOwnBatchOnly() throws Exception {
    client.read("tag", "");
    simulator.produce(20, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    Reply second = client.read("tag", "");
    client.read("tag", second.ackId());
    assertThat(simulator.ledger().totals().acknowledged()).isEqualTo(10);
    elapse(Duration.ofSeconds(30));
    assertThat(client.read("tag", "").messageIds()).isEqualTo(first.messageIds());
  }

  @Test
  void whatIsNotAcknowledgedInTimeComesBackMixedWithNewEvents() throws Exception {
    client.read("tag", "");
    simulator.produce(4, List.of("MESSAGESENT"));
    List<String> old = client.read("tag", "").messageIds();
    simulator.produce(4, List.of("MESSAGESENT"));
    elapse(Duration.ofMillis(29_999));
    behave(options -> options.batchSize(1));
    assertThat(old).doesNotContainAnyElementsOf(client.read("tag", "").messageIds());
    behave(options -> options.batchSize(10));
    elapse(Duration.ofMillis(1));
    Reply mixed = client.read("tag", "");
    assertThat(mixed.messageIds()).hasSize(7).containsAll(old);
    assertThat(mixed.messageIds().subList(0, 4)).containsOnlyOnce(old.get(0), old.get(1));
    assertThat(simulator.ledger().totals().redelivered()).isEqualTo(4);
  }

  @Test
  void aRedeliveredEventHasTheSameBytes() throws Exception {
    client.read("tag", "");
    simulator.produce(10, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    elapse(Duration.ofSeconds(30));
    Reply second = client.read("tag", "");
    assertThat(second.json().path("events")).isEqualTo(first.json().path("events"));
    assertThat(second.ackId()).isNotEqualTo(first.ackId());
  }

  @Test
  void aStaleAckIdIsIgnoredOrRefused() throws Exception {
    client.read("tag", "");
    simulator.produce(3, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    elapse(Duration.ofSeconds(30));
    assertThat(client.read("tag", first.ackId()).messageIds()).hasSize(3);
    assertThat(simulator.ledger().totals().acknowledged()).isZero();
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    assertThat(client.read("tag", first.ackId()).status()).isEqualTo(400);
  }

  @Test
  void anAckIdThatDidItsWorkIsAcceptedAgain() throws Exception {
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    client.read("tag", "");
    simulator.produce(3, List.of("MESSAGESENT"));
    String ackId = client.read("tag", "").ackId();
    assertThat(client.read("tag", ackId).status()).isEqualTo(200);
    elapse(Duration.ofMinutes(2));
    assertThat(client.read("tag", ackId).status()).isEqualTo(200);
    assertThat(simulator.ledger().totals().acknowledged()).isEqualTo(3);
  }

  @Test
  void whatIsInFlightComesBackAtOnceWhenAskedTo() throws Exception {
    client.read("tag", "");
    simulator.produce(4, List.of("MESSAGESENT"));
    Reply first = client.read("tag", "");
    simulator.returnUnacknowledged();
    behave(options -> options.batchSize(2));
    Reply again = client.read("tag", first.ackId());
    assertThat(again.messageIds()).isEqualTo(first.messageIds().subList(0, 2));
    assertThat(simulator.ledger().totals().acknowledged()).isZero();
    client.read("tag", again.ackId());
    simulator.returnUnacknowledged();
    assertThat(simulator.ledger().totals().acknowledged()).isEqualTo(2);
  }

  @Test
  void anAckIdOfAnotherSimulatorIsStaleAndAcknowledgesNothingHere() throws Exception {
    client.read("tag", "");
    simulator.produce(3, List.of("MESSAGESENT"));
    client.read("tag", "");
    String foreign = new Batch.AckId(UUID.randomUUID(), 0).encoded();
    assertThat(client.read("tag", foreign).status()).isEqualTo(200);
    assertThat(simulator.ledger().totals().acknowledged()).isZero();
    behave(options -> options.staleAckId(StaleAckId.REFUSED));
    assertThat(client.read("tag", foreign).status()).isEqualTo(400);
    assertThat(client.read("a feed that is not there", foreign).status()).isEqualTo(400);
    assertThat(simulator.ledger().totals().feeds()).hasSize(1);
  }

  @Test
  void anAckIdThatIsNoneIsRefused() throws Exception {
    assertThat(client.read("tag", "bm9uc2Vuc2U=").status()).isEqualTo(400);
    assertThat(client.read("tag", "no base64 at all!").status()).isEqualTo(400);
  }
}
