// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.SimulatorClient.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatorReadTest {

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

  private void behave(UnaryOperator<SimulatorOptions> change) {
    simulator.reconfigure(change);
  }

  @Test
  void aReadThatWaitsReturnsAtOnceWhenEventsCome() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)));
    CompletableFuture<Reply> reply = inBackground("tag");
    awaitWaiting(1);
    simulator.produce(1, List.of("MESSAGESENT"));
    assertThat(reply.get(20, TimeUnit.SECONDS).messageIds()).hasSize(1);
  }

  @Test
  void anEmptyReadTakesTheWholeLongPoll() throws Exception {
    behave(options -> options.longPoll(Duration.ofMillis(300)));
    long begin = System.nanoTime();
    Reply reply = client.read("tag", "");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(299));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.messageIds()).isEmpty();
  }

  @Test
  void anEmptyAnswerHasAnAckIdOrNoneOrNoContent() throws Exception {
    String ackId = client.read("tag", "").ackId();
    assertThat(ackId).isNotEmpty();
    behave(options -> options.emptyAnswer(EmptyAnswer.WITHOUT_ACK_ID));
    assertThat(client.read("tag", ackId).text()).isEqualTo("{\"events\":[]}");
    behave(options -> options.emptyAnswer(EmptyAnswer.NO_CONTENT));
    Reply noContent = client.read("tag", ackId);
    assertThat(noContent.status()).isEqualTo(204);
    assertThat(noContent.text()).isEmpty();
  }

  @Test
  void competingReadersOfOneFeedShareItsEvents() throws Exception {
    client.read("tag", "");
    behave(options -> options.longPoll(Duration.ofSeconds(50)).batchSize(5));
    simulator.produce(20, List.of("MESSAGESENT"));
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      replies.add(inBackground("tag"));
    }
    List<String> all = new ArrayList<>();
    for (CompletableFuture<Reply> reply : replies) {
      List<String> part = reply.get(20, TimeUnit.SECONDS).messageIds();
      assertThat(part).hasSize(5);
      all.addAll(part);
    }
    assertThat(new HashSet<>(all)).hasSize(20);
  }

  @Test
  void closeEndsReadsThatWaitAndAllThreads() throws Exception {
    behave(options -> options.longPoll(Duration.ofSeconds(50)));
    CompletableFuture<Reply> reply = inBackground("tag");
    awaitWaiting(1);
    simulator.close();
    assertThat(reply).failsWithin(Duration.ofSeconds(20));
    // A thread that has done its last work may take a moment to be gone.
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(SimulatorReadTest::isOfASimulator));
  }

  private static boolean isOfASimulator(String thread) {
    return thread.startsWith("simulator-") || thread.equals("HTTP-Dispatcher");
  }

  private void awaitWaiting(int reads) {
    await().until(() -> simulator.requests().reads().waiting().count() == reads);
    await().until(() -> !simulator.ledger().totals().feeds().isEmpty());
  }

  private CompletableFuture<Reply> inBackground(String tag) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return client.read(tag, "");
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }
}
