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
import com.symphony.bdk.core.service.datafeed.RealTimeEventListener;
import com.symphony.bdk.gen.api.model.UserV2;
import com.symphony.bdk.gen.api.model.V4Event;
import com.symphony.bdk.gen.api.model.V4Initiator;
import com.symphony.bdk.gen.api.model.V4MessageSent;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
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

/**
 * The judge of the proxy: the vendor's own SDK goes through it, with a login, to a host that it
 * alone knows.
 */
@Timeout(120)
class SymphonyBdkProxyTest {

  private static final String HOST = "pod.bank.test";
  private static final String PASSWORD = "store-password";

  private final Authority authority = new Authority("Test CA");
  private final Identity server = authority.server(HOST);
  private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");
  private final Simulator simulator =
      Simulator.start(
          SimulatorOptions.defaults()
              .longPoll(Duration.ofMillis(500))
              .https(server.key(), server.chain())
              .importCertificate(authority.certificate())
              .toleratesContentType(true));
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final AtomicReference<Throwable> loopFailure = new AtomicReference<>();
  private SymphonyBdk bdk;
  private Thread loop;

  @AfterEach
  void stopLoop() throws Exception {
    if (loop != null) {
      bdk.datahose().stop();
      loop.join(30_000);
    }
    simulator.close();
    proxy.close();
    assertThat(loopFailure).hasNullValue();
  }

  @Test
  void itReadsThroughATunnelAfterALoginByKey() throws Exception {
    startLoop(
        config -> {
          BdkRsaKeyConfig key = new BdkRsaKeyConfig();
          key.setContent(SimulatorKeys.privateKey().getBytes(StandardCharsets.US_ASCII));
          config.getBot().setPrivateKey(key);
        });
    assertReadsThroughTheProxy();
  }

  @Test
  void itReadsThroughATunnelAfterALoginByCertificate() throws Exception {
    startLoop(
        config -> {
          int port = URI.create(simulator.certificateUrl()).getPort();
          for (BdkServerConfig block : List.of(config.getSessionAuth(), config.getKeyManager())) {
            block.setPort(port);
          }
          BdkCertificateConfig certificate = new BdkCertificateConfig();
          certificate.setContent(authority.client(SimulatorKeys.USERNAME).pkcs12(PASSWORD));
          certificate.setPassword(PASSWORD);
          config.getBot().setCertificate(certificate);
        });
    assertReadsThroughTheProxy();
    assertThat(
            simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN).last().clientCertificate())
        .isNotNull();
  }

  private void assertReadsThroughTheProxy() {
    simulator.produce(20, List.of("MESSAGESENT"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> simulator.ledger().totals().acknowledged() == 20);
    assertThat(received).hasSize(20).doesNotHaveDuplicates();
    assertThat(proxy.asked()).allMatch(ForwardProxy.Asked::isTunnel);
    assertThat(proxy.asked())
        .anyMatch(asked -> asked.line().startsWith("CONNECT " + HOST + ":" + simulator.port()));
    assertThat(simulator.requests())
        .allMatch(request -> request.header("Proxy-Authorization") == null)
        .allMatch(request -> request.header("Host").startsWith(HOST));
  }

  private void startLoop(Consumer<BdkConfig> login) throws Exception {
    BdkProxyConfig throughProxy = new BdkProxyConfig();
    throughProxy.setHost("127.0.0.1");
    throughProxy.setPort(proxy.port());
    throughProxy.setUsername("worker");
    throughProxy.setPassword("hunter2");
    BdkCertificateConfig trustStore = new BdkCertificateConfig();
    trustStore.setContent(Stores.trusting("JKS", PASSWORD, authority.certificate()));
    trustStore.setPassword(PASSWORD);
    BdkConfig config = new BdkConfig();
    config.setScheme("https");
    config.setHost(HOST);
    config.setPort(simulator.port());
    config.setProxy(throughProxy);
    config.getSsl().setTrustStore(trustStore);
    config.getBot().setUsername(SimulatorKeys.USERNAME);
    config.getDatahose().setTag("conformance");
    config.getDatahose().setEventTypes(List.of("MESSAGESENT"));
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
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !simulator.ledger().totals().feeds().isEmpty());
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
