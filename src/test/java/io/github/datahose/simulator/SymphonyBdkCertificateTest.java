// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.config.model.BdkCertificateConfig;
import com.symphony.bdk.core.config.model.BdkConfig;
import com.symphony.bdk.core.config.model.BdkServerConfig;
import com.symphony.bdk.core.service.datafeed.RealTimeEventListener;
import com.symphony.bdk.gen.api.model.UserV2;
import com.symphony.bdk.gen.api.model.V4Event;
import com.symphony.bdk.gen.api.model.V4Initiator;
import com.symphony.bdk.gen.api.model.V4MessageSent;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judge, second part: the vendor's own SDK logs in by certificate, over HTTPS. */
@Timeout(120)
class SymphonyBdkCertificateTest {

  private static final String PASSWORD = "store-password";

  private final Authority authority = new Authority("Test CA");
  private final Identity server = authority.server();
  private final Identity client = authority.client(SimulatorKeys.USERNAME);
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> loopFailure = new AtomicReference<>();
  private Simulator simulator;
  private SymphonyBdk bdk;
  private Thread loop;

  @BeforeEach
  void startLoop() throws Exception {
    simulator =
        Simulator.start(
            SimulatorOptions.defaults()
                .longPoll(Duration.ofMillis(500))
                .https(server.key(), server.chain())
                .importCertificate(authority.certificate())
                .toleratesContentType(true));
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
  void itLogsInByCertificateAtPodAndKeyManagerAndShowsItToNobodyElse() {
    assertThat(bdk.botInfo().getUsername()).isEqualTo(SimulatorKeys.USERNAME);
    assertThat(simulator.logins())
        .extracting(Login::header)
        .containsExactlyInAnyOrder(Login.SESSION_TOKEN, Login.KEY_MANAGER_TOKEN);
    for (String path :
        List.of(Requests.CERTIFICATE_SESSION_LOGIN, Requests.CERTIFICATE_KEY_MANAGER_LOGIN)) {
      assertThat(simulator.requests().to(path).last().clientCertificate())
          .isEqualTo(client.certificate());
    }
    assertThat(simulator.requests().reads().first().clientCertificate()).isNull();
    OpenApiCheck.assertConforms(
        simulator.requests().where(request -> request.path().contains("auth/v1/authenticate")));
  }

  @Test
  void itReadsAndLogsInAnewWhenItsTokensExpire() {
    produceAndAwait(10);
    simulator.expireTokens();
    produceAndAwait(20);
    assertThat(simulator.logins()).hasSize(4);
    assertThat(received).hasSize(20).doesNotHaveDuplicates();
  }

  private void produceAndAwait(int total) {
    simulator.produce(10, List.of("MESSAGESENT"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> simulator.ledger().totals().acknowledged() == total);
  }

  private BdkConfig config() {
    BdkConfig config = new BdkConfig();
    config.setScheme("https");
    config.setHost("127.0.0.1");
    config.setPort(simulator.port());
    int certificatePort = URI.create(simulator.certificateUrl()).getPort();
    for (BdkServerConfig block : List.of(config.getSessionAuth(), config.getKeyManager())) {
      block.setPort(certificatePort);
    }
    BdkCertificateConfig certificate = new BdkCertificateConfig();
    certificate.setContent(client.pkcs12(PASSWORD));
    certificate.setPassword(PASSWORD);
    config.getBot().setUsername(SimulatorKeys.USERNAME);
    config.getBot().setCertificate(certificate);
    BdkCertificateConfig trustStore = new BdkCertificateConfig();
    trustStore.setContent(Stores.trusting("JKS", PASSWORD, authority.certificate()));
    trustStore.setPassword(PASSWORD);
    config.getSsl().setTrustStore(trustStore);
    config.getDatahose().setTag("conformance");
    config.getDatahose().setEventTypes(List.of("MESSAGESENT"));
    config.getDatahose().getRetry().setInitialIntervalMillis(20L);
    config.getDatahose().getRetry().setMaxAttempts(-1);
    return config;
  }

  private final class Listener implements RealTimeEventListener {

    /** Also what the account itself has written, which is ignored otherwise. */
    @Override
    public boolean isAcceptingEvent(V4Event event, UserV2 bot) {
      return true;
    }

    @Override
    public void onMessageSent(V4Initiator initiator, V4MessageSent event) {
      received.add(event.getMessage().getMessageId());
    }
  }
}
