// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.feed.CapturedLog;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTPS through a real proxy: what goes through its tunnels it cannot see. */
@Timeout(60)
class ProxyTunnelTest {

  /** Less than the long poll that must not be waited for. */
  private static final Duration LONG = Duration.ofSeconds(25);

  private static final String HOST = "agent.bank.test";

  private final Authority authority = new Authority("Test CA");
  private final Identity server = authority.server(HOST, "127.0.0.1");
  private final Simulator simulator =
      Simulator.start(
          SimulatorOptions.defaults()
              .longPoll(Duration.ZERO)
              .https(server.key(), server.chain())
              .importCertificate(authority.certificate()));
  private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");
  private final String url = "https://" + HOST + ":" + simulator.port();
  private SymphonyClient client;
  private Duration shift = Duration.ZERO;

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    proxy.close();
    simulator.close();
  }

  @Test
  void opensATunnelWithTheLoginAndShowsItToTheServerNever() throws Exception {
    use(settings("hunter2"));
    assertThat(feed().read("").status()).isEqualTo(200);
    assertThat(proxy.asked())
        .as("one connection for all that goes there")
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.line())
                  .isEqualTo("CONNECT " + HOST + ":" + simulator.port() + " HTTP/1.1");
              assertThat(asked.authorization()).startsWith("Basic ");
              assertThat(asked.head()).doesNotContain("Token", "User-Agent: kafka");
            });
    assertThat(simulator.requests().count()).isEqualTo(3);
    assertThat(simulator.requests())
        .allMatch(request -> request.header("Proxy-Authorization") == null);
  }

  @Test
  void showsTheClientCertificateThroughATunnel() throws Exception {
    Identity bot = authority.client(SimulatorKeys.USERNAME);
    String certificateUrl = simulator.certificateUrl().replace("127.0.0.1", HOST);
    use(
        settings("hunter2")
            .sessionAuth(certificateUrl)
            .keyManager(certificateUrl)
            .certificate(() -> ClientCertificate.of(bot.pkcs12("changeit"), "changeit")));
    assertThat(feed().read("").status()).isEqualTo(200);
    assertThat(
            simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN).last().clientCertificate())
        .isEqualTo(bot.certificate());
    assertThat(simulator.requests().reads().last().clientCertificate()).isNull();
    assertThat(proxy.asked()).allMatch(ForwardProxy.Asked::isTunnel);
  }

  @Test
  void tellsAWrongPasswordOnce() {
    use(settings("hunter3"));
    SymphonyException failure = Reads.failureOf(feed());
    assertThat(failure.isProxyLogin()).isTrue();
    assertThat(failure.status()).isEqualTo(407);
    assertThat(failure)
        .hasMessageContaining("through the proxy 127.0.0.1:" + proxy.port())
        .hasMessageContaining("the proxy refused the login (407)");
    assertThat(proxy.asked()).as("tries").hasSize(1);
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void triesALoginThatWasRefusedAgainAfterAMinuteAndIsReadyForANextRefusalWhenItIsRight()
      throws Exception {
    proxy.requireLogin("worker", "another");
    use(settings("hunter2").nanoTime(() -> System.nanoTime() + shift.toNanos()));
    for (int i = 0; i < 3; i++) {
      assertThat(Reads.failureOf(feed()).isProxyLogin()).isTrue();
    }
    assertThat(proxy.asked()).as("tries").hasSize(1);
    proxy.requireLogin("worker", "hunter2");
    assertThat(Reads.failureOf(feed()))
        .as("nobody knows that it is right again")
        .hasMessageMatching(
            ".* it is not tried again for \\d+ s, so that the account is not locked");
    shift = Duration.ofMinutes(1);
    assertThat(feed().read("").status()).isEqualTo(200);
    client.checkAgentOnce(HttpUrl.get("https://127.0.0.1:" + simulator.port()));
    assertThat(proxy.asked()).as("nothing is held back any more").hasSize(3);
  }

  @Test
  void goesOnUsingATunnelThatIsOpenWhileTheLoginIsHeldBack() throws Exception {
    use(settings("hunter2"));
    feed().read("");
    proxy.requireLogin("worker", "another");
    try (CapturedLog log = new CapturedLog()) {
      client.checkAgentOnce(HttpUrl.get("https://other.bank.test"));
      assertThat(log.text()).contains("the proxy refused the login (407)", "not tried again for ");
    }
    assertThat(feed().read("").status()).isEqualTo(200);
    assertThat(proxy.asked()).as("one tunnel, and one that was refused").hasSize(2);
  }

  /** What goes through a tunnel that is open says nothing of the password as it is now. */
  @Test
  void holdsTheLoginBackLongerEachTimeAlsoWhileATunnelThatIsOpenIsInUse() throws Exception {
    use(settings("hunter2").nanoTime(() -> System.nanoTime() + shift.toNanos()));
    feed().read("");
    proxy.requireLogin("worker", "another").beforeEachRefusal(() -> feed().read(""));
    for (int minutes : new int[] {0, 1, 2}) {
      shift = Duration.ofMinutes(minutes);
      client.checkAgentOnce(HttpUrl.get("https://agent" + minutes + ".bank.test"));
    }
    assertThat(proxy.asked()).as("one tunnel, and tries at 0 and 1 minute").hasSize(3);
    assertThat(simulator.requests().reads().count()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"403,REFUSED", "404,REFUSED", "502,SERVER", "503,SERVER"})
  void tellsThatTheProxyRefusesATunnel(int status, FailureKind kind) {
    proxy.refuseTunnels(status);
    use(settings("hunter2"));
    SymphonyException failure = Reads.failureOf(feed());
    assertThat(failure.isFromProxy()).isTrue();
    assertThat(failure.isProxyLogin()).isFalse();
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure)
        .hasMessageContaining("the proxy refused a connection to that server, with " + status);
  }

  @Test
  void doesNotShowTheLoginToAServerThatAsksForItThroughTheTunnel() throws Exception {
    Fault asks = Fault.status(407).header("Proxy-Authenticate", "Basic realm=\"x\"");
    simulator.faults().add(asks.at("/agent/v3/health/extended"));
    simulator.faults().add(asks);
    use(settings("hunter2"));
    SymphonyException failure = Reads.failureOf(feed());
    assertThat(failure.status()).isEqualTo(407);
    assertThat(failure.isFromProxy()).isFalse();
    try (CapturedLog log = new CapturedLog()) {
      client.checkAgentOnce(HttpUrl.get(url));
      assertThat(log.text()).contains("was answered with 407");
    }
    assertThat(simulator.requests().to("/agent/v3/health/extended").count()).isOne();
    assertThat(simulator.requests())
        .allMatch(request -> request.header("Proxy-Authorization") == null);
  }

  @Test
  void reachesAnExcludedHostDirectly() throws Exception {
    ProxySettings proxied =
        new ProxySettings("127.0.0.1", proxy.port(), "worker", "hunter2", List.of("127.0.0.1"));
    use(
        GivenSettings.of(simulator.url())
            .trusting(() -> List.of(authority.certificate()))
            .proxy(proxied));
    client.feed("t", List.of("A"), List.of(), Reads.at(simulator.url()), () -> {}).read("");
    assertThat(proxy.asked()).isEmpty();
    assertThat(simulator.requests().count()).isEqualTo(3);
  }

  @Test
  void invariant3EndsALongPollThroughATunnelAtOnce() throws Exception {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(30)));
    use(settings("hunter2"));
    CompletableFuture<SymphonyException> read =
        CompletableFuture.supplyAsync(() -> Reads.failureOf(feed()));
    await().atMost(LONG).until(() -> simulator.requests().reads().waiting().count() == 1);
    client.close();
    assertThat(read.get().kind()).isEqualTo(FailureKind.NETWORK);
    await().atMost(LONG).until(() -> proxy.connections() == 0);
    assertThat(simulator.requests().reads().waiting().count()).as("well before its end").isOne();
  }

  private GivenSettings settings(String password) {
    return GivenSettings.of(url)
        .trusting(() -> List.of(authority.certificate()))
        .proxy(new ProxySettings("127.0.0.1", proxy.port(), "worker", password, List.of()));
  }

  private void use(GivenSettings settings) {
    client = new SymphonyClient(settings.build());
  }

  private DatahoseFeed feed() {
    return client.feed("tag", List.of("A"), List.of(), Reads.at(url), () -> {});
  }
}
