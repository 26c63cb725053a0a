// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.config.model.BdkCertificateConfig;
import com.symphony.bdk.core.config.model.BdkConfig;
import com.symphony.bdk.core.config.model.BdkProxyConfig;
import com.symphony.bdk.core.config.model.BdkRsaKeyConfig;
import com.symphony.bdk.core.config.model.BdkServerConfig;
import com.symphony.bdk.core.service.datafeed.EventException;
import com.symphony.bdk.core.service.datafeed.RealTimeEventListener;
import com.symphony.bdk.gen.api.model.UserV2;
import com.symphony.bdk.gen.api.model.V3HealthStatus;
import com.symphony.bdk.gen.api.model.V4Event;
import com.symphony.bdk.gen.api.model.V4Initiator;
import com.symphony.bdk.gen.api.model.V4MessageSent;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of the simulator: the vendor's own SDK takes it for a pod, key manager and agent. */
@Timeout(120)
class SymphonyBdkConformanceTest {

  private static final String PASSWORD = "store-password";
  private static final String PROXIED_HOST = "pod.bank.test";

  private final Authority authority = new Authority("Test CA");
  private final Identity certified = authority.client(SimulatorKeys.USERNAME);
  private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> loopFailure = new AtomicReference<>();
  private Simulator simulator;
  private SymphonyBdk bdk;
  private Thread loop;

  /** Receives the ID of each message before it counts as received; can reject the batch. */
  private volatile Consumer<String> onMessage = messageId -> {};

  private void start(SimulatorOptions options, Consumer<BdkConfig> login) throws Exception {
    simulator = Simulator.start(options.longPoll(Duration.ofMillis(500)).batchSize(10));
    BdkConfig config = new BdkConfig();
    config.setScheme("http");
    config.setHost("127.0.0.1");
    config.setPort(simulator.port());
    config.getBot().setUsername(SimulatorKeys.USERNAME);
    config.getDatahose().setTag("conformance");
    config.getDatahose().setEventTypes(typesItKnows());
    config.getDatahose().getRetry().setInitialIntervalMillis(20L);
    config.getDatahose().getRetry().setMaxAttempts(-1);
    login.accept(config);
    bdk = new SymphonyBdk(config);
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
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !simulator.ledger().totals().feeds().isEmpty());
  }

  private void start() throws Exception {
    start(SimulatorOptions.defaults(), SymphonyBdkConformanceTest::byKey);
  }

  private static void byKey(BdkConfig config) {
    BdkRsaKeyConfig key = new BdkRsaKeyConfig();
    key.setContent(SimulatorKeys.privateKey().getBytes(StandardCharsets.US_ASCII));
    config.getBot().setPrivateKey(key);
  }

  private SimulatorOptions https(String... hosts) {
    Identity server = authority.server(hosts);
    return SimulatorOptions.defaults()
        .https(server.key(), server.chain())
        .importCertificate(authority.certificate())
        .toleratesContentType(true);
  }

  private void trustingTheAuthority(BdkConfig config) {
    config.setScheme("https");
    config.getSsl().setTrustStore(store(Stores.trusting("JKS", PASSWORD, authority.certificate())));
  }

  private void byCertificate(BdkConfig config) {
    trustingTheAuthority(config);
    int port = URI.create(simulator.certificateUrl()).getPort();
    for (BdkServerConfig block : List.of(config.getSessionAuth(), config.getKeyManager())) {
      block.setPort(port);
    }
    config.getBot().setCertificate(store(certified.pkcs12(PASSWORD)));
  }

  private static BdkCertificateConfig store(byte[] content) {
    BdkCertificateConfig store = new BdkCertificateConfig();
    store.setContent(content);
    store.setPassword(PASSWORD);
    return store;
  }

  @AfterEach
  void stopLoop() throws Exception {
    bdk.datahose().stop();
    loop.join(30_000);
    simulator.close();
    proxy.close();
    assertThat(loop.isAlive()).isFalse();
    assertThat(loopFailure).hasNullValue();
  }

  private void assertLoggedInOnce() {
    assertThat(simulator.logins())
        .extracting(Login::header)
        .containsExactlyInAnyOrder(Login.SESSION_TOKEN, Login.KEY_MANAGER_TOKEN);
    assertThat(bdk.botInfo().getUsername()).isEqualTo(SimulatorKeys.USERNAME);
  }

  @Test
  void logsInByRsaAndReadsHealthAndVersionOfAgent() throws Exception {
    start();
    assertLoggedInOnce();
    assertThat(simulator.requests().reads().first().header("sessionToken"))
        .isEqualTo(simulator.logins().get(0).token());
    assertThat(bdk.health().healthCheckExtended().getUsers().get("ceservice").getStatus())
        .isEqualTo(V3HealthStatus.UP);
    assertThat(bdk.health().getAgentInfo().getVersion()).startsWith("Agent-25.8.1");
  }

  @Test
  void logsInByCertificateOnlyAtPodAndKeyManager() throws Exception {
    start(https("127.0.0.1"), this::byCertificate);
    assertLoggedInOnce();
    for (String path :
        List.of(Requests.CERTIFICATE_SESSION_LOGIN, Requests.CERTIFICATE_KEY_MANAGER_LOGIN)) {
      assertThat(simulator.requests().to(path).last().clientCertificate())
          .isEqualTo(certified.certificate());
    }
    assertThat(simulator.requests().reads().first().clientCertificate()).isNull();
    OpenApiCheck.assertConforms(
        simulator.requests().where(request -> request.path().contains("auth/v1/authenticate")));
  }

  @Test
  void readsAndAcknowledgesEachEventOfKnownTypesOnce() throws Exception {
    start();
    simulator.produce(1_000, typesItKnows());
    awaitAcknowledged(1_000);
    assertThat(received)
        .doesNotHaveDuplicates()
        .containsExactly(simulator.ledger().snapshot().feeds().get(0).messageIds());
    assertThat(simulator.ledger().totals().redelivered()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void logsInAgainAndLosesNothingWhenTokensExpire(boolean byCertificate) throws Exception {
    if (byCertificate) {
      start(https("127.0.0.1"), this::byCertificate);
    } else {
      start();
    }
    produceAndAwait(10);
    simulator.expireTokens();
    produceAndAwait(20);
    assertThat(simulator.requests().reads().answered(401).count()).isPositive();
    assertThat(simulator.logins()).hasSize(4);
    List<Login> sessions =
        simulator.logins().stream()
            .filter(login -> login.header().equals(Login.SESSION_TOKEN))
            .toList();
    assertThat(simulator.requests().reads().last().header("sessionToken"))
        .isEqualTo(sessions.get(1).token());
    assertThat(received).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void survivesMaintenanceOfAgent() throws Exception {
    start();
    produceAndAwait(10);
    simulator.faults().add(Fault.status(503).times(3));
    produceAndAwait(20);
    assertThat(simulator.requests().reads().answered(503).count()).isEqualTo(3);
    assertThat(received).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void redeliversUnacknowledgedEvents() throws Exception {
    AtomicReference<String> refused = new AtomicReference<>();
    onMessage =
        messageId -> {
          if (refused.compareAndSet(null, messageId)) {
            throw new EventException("Refused once, so that the batch is not acknowledged");
          }
        };
    start(
        SimulatorOptions.defaults().visibility(Duration.ofSeconds(2)),
        SymphonyBdkConformanceTest::byKey);
    simulator.produce(5, List.of("MESSAGESENT"));
    awaitAcknowledged(5);
    assertThat(simulator.ledger().totals().redelivered()).isEqualTo(5);
    assertThat(received).contains(refused.get());
  }

  /** The judge of the proxy: through it, with a login, to a host that it alone knows. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsThroughTunnelAfterLoginByKeyOrCertificate(boolean byCertificate) throws Exception {
    start(
        https(PROXIED_HOST),
        config -> {
          BdkProxyConfig throughProxy = new BdkProxyConfig();
          throughProxy.setHost("127.0.0.1");
          throughProxy.setPort(proxy.port());
          throughProxy.setUsername("worker");
          throughProxy.setPassword("hunter2");
          config.setHost(PROXIED_HOST);
          config.setProxy(throughProxy);
          trustingTheAuthority(config);
          if (byCertificate) {
            byCertificate(config);
          } else {
            byKey(config);
          }
        });
    produceAndAwait(10);
    assertThat(received).hasSize(10).doesNotHaveDuplicates();
    String tunnel = "CONNECT " + PROXIED_HOST + ":" + simulator.port();
    assertThat(proxy.asked())
        .allMatch(ForwardProxy.Asked::isTunnel)
        .anyMatch(asked -> asked.line().startsWith(tunnel));
    assertThat(simulator.requests())
        .allMatch(request -> request.header("Proxy-Authorization") == null)
        .allMatch(request -> request.header("Host").startsWith(PROXIED_HOST));
  }

  /** Produces 10, and waits until so many in total are acknowledged. */
  private void produceAndAwait(long total) {
    simulator.produce(10, List.of("MESSAGESENT"));
    awaitAcknowledged(total);
  }

  private void awaitAcknowledged(long total) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> simulator.ledger().totals().acknowledged() == total);
  }

  /** This version drops generic system events, and acknowledges them. */
  private List<String> typesItKnows() {
    return simulator.types().stream().filter(type -> !type.equals("GENERICSYSTEMEVENT")).toList();
  }

  private final class Listener implements RealTimeEventListener {

    /** Also what the account itself has written, which is ignored otherwise. */
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
