// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.config.model.BdkConfig;
import com.symphony.bdk.core.config.model.BdkRetryConfig;
import com.symphony.bdk.core.config.model.BdkRsaKeyConfig;
import com.symphony.bdk.core.service.datafeed.EventException;
import com.symphony.bdk.core.service.datafeed.RealTimeEventListener;
import com.symphony.bdk.gen.api.model.UserV2;
import com.symphony.bdk.gen.api.model.V3HealthStatus;
import com.symphony.bdk.gen.api.model.V4Event;
import com.symphony.bdk.gen.api.model.V4Initiator;
import com.symphony.bdk.gen.api.model.V4MessageSent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judge of the simulator: the vendor's own SDK takes it for a pod, key manager and agent. */
@Timeout(120)
class SymphonyBdkConformanceTest {

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> loopFailure = new AtomicReference<>();
  private Simulator simulator;
  private SymphonyBdk bdk;
  private Thread loop;

  /** Given each message's id before it counts as received; may refuse the batch. */
  private volatile Consumer<String> onMessage = messageId -> {};

  @BeforeEach
  void startLoop() throws Exception {
    simulator =
        Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ofMillis(500)).batchSize(10));
    bdk = new SymphonyBdk(config());
    bdk.datahose().subscribe(new Listener());
    loop =
        new Thread(
            () -> {
              try {
                bdk.datahose().start();
              } catch (Throwable failure) {
                loopFailure.set(failure);
              }
            });
    loop.setDaemon(true);
    loop.start();
    // What is produced before the first read has made the feed, no feed sees.
    await().until(() -> !simulator.ledger().totals().feeds().isEmpty());
  }

  @AfterEach
  void stopLoop() throws Exception {
    bdk.datahose().stop();
    loop.join(30_000);
    simulator.close();
    assertThat(loop.isAlive()).isFalse();
    assertThat(loopFailure).hasNullValue();
  }

  @Test
  void itLogsInByRsaAtPodAndKeyManager() {
    assertThat(simulator.logins())
        .extracting(Login::header)
        .containsExactlyInAnyOrder(Login.SESSION_TOKEN, Login.KEY_MANAGER_TOKEN);
    assertThat(bdk.botInfo().getUsername()).isEqualTo(SimulatorKeys.USERNAME);
    assertThat(simulator.requests().reads().first().header("sessionToken"))
        .isEqualTo(simulator.logins().get(0).token());
  }

  @Test
  void itReadsHealthAndVersionOfTheAgent() {
    assertThat(bdk.health().healthCheckExtended().getUsers().get("ceservice").getStatus())
        .isEqualTo(V3HealthStatus.UP);
    assertThat(bdk.health().getAgentInfo().getVersion()).startsWith("Agent-25.8.1");
  }

  @Test
  void itReadsAndAcknowledgesEachEventOfAllTypesThatItKnowsOnce() {
    simulator.produce(1_000, typesItKnows());
    await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged() == 1_000);
    assertThat(received)
        .doesNotHaveDuplicates()
        .containsExactly(simulator.ledger().snapshot().feeds().get(0).messageIds());
    assertThat(simulator.ledger().totals().redelivered()).isZero();
  }

  @Test
  void itLogsInAnewWhenItsTokensExpireAndLosesNothing() {
    produceAndAwait(10);
    simulator.expireTokens();
    produceAndAwait(10);
    assertThat(simulator.requests().reads().answered(401).count()).isPositive();
    assertThat(simulator.logins()).hasSize(4);
    assertThat(simulator.requests().reads().last().header("sessionToken"))
        .isEqualTo(
            simulator.logins().stream()
                .filter(login -> login.header().equals(Login.SESSION_TOKEN))
                .toList()
                .get(1)
                .token());
    assertThat(received).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void itSurvivesAnAgentInMaintenance() {
    produceAndAwait(10);
    simulator.faults().add(Fault.status(503).times(3));
    simulator.produce(10, List.of("MESSAGESENT"));
    await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged() == 20);
    assertThat(simulator.requests().reads().answered(503).count()).isEqualTo(3);
    assertThat(received).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void itIsRedeliveredWhatItDidNotAcknowledge() {
    simulator.reconfigure(options -> options.visibility(Duration.ofSeconds(2)));
    AtomicReference<String> refused = new AtomicReference<>();
    onMessage =
        messageId -> {
          if (refused.compareAndSet(null, messageId)) {
            throw new EventException("Refused once, so that the batch is not acknowledged");
          }
        };
    simulator.produce(5, List.of("MESSAGESENT"));
    await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged() == 5);
    assertThat(simulator.ledger().totals().redelivered()).isEqualTo(5);
    assertThat(received).contains(refused.get());
  }

  private void produceAndAwait(int count) {
    long before = acknowledged();
    simulator.produce(count, List.of("MESSAGESENT"));
    await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged() == before + count);
  }

  private long acknowledged() {
    return simulator.ledger().totals().acknowledged();
  }

  /** This version drops generic system events, and acknowledges them. */
  private List<String> typesItKnows() {
    return simulator.types().stream().filter(type -> !type.equals("GENERICSYSTEMEVENT")).toList();
  }

  private BdkConfig config() {
    BdkRsaKeyConfig key = new BdkRsaKeyConfig();
    key.setContent(SimulatorKeys.privateKey().getBytes(StandardCharsets.US_ASCII));
    BdkRetryConfig retry = new BdkRetryConfig();
    retry.setInitialIntervalMillis(20L);
    retry.setMaxAttempts(-1);
    BdkConfig config = new BdkConfig();
    config.setScheme("http");
    config.setHost("127.0.0.1");
    config.setPort(simulator.port());
    config.getBot().setUsername(SimulatorKeys.USERNAME);
    config.getBot().setPrivateKey(key);
    config.getDatahose().setTag("conformance");
    config.getDatahose().setEventTypes(typesItKnows());
    config.getDatahose().setRetry(retry);
    return config;
  }

  private final class Listener implements RealTimeEventListener {

    @Override
    public boolean isAcceptingEvent(V4Event event, UserV2 bot) {
      if (!"MESSAGESENT".equals(event.getType())) {
        received.add(event.getMessageId());
      }
      return true;
    }

    @Override
    public void onMessageSent(V4Initiator initiator, V4MessageSent event) {
      String messageId = event.getMessage().getMessageId();
      onMessage.accept(messageId);
      received.add(messageId);
    }
  }
}
