// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.proxy;

import static io.github.datahose.connect.symphony.ClientUnderTest.AUTHORITY;
import static io.github.datahose.connect.symphony.ClientUnderTest.HEALTH;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ProxySettings;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.check.ConnectionCheck;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client through a real proxy, which alone knows the host of Symphony. */
@Timeout(120)
class ProxyTest {

  private static final String HOST = "agent.bank.test";

  @AutoClose
  private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");

  /** Plain requests. */
  @Nested
  class Plain {

    @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
    private final Simulator simulator = symphony.simulator;
    private final String url = "http://" + HOST + ":" + simulator.port();

    @BeforeEach
    void reachByProxy() {
      symphony.settings.allAt(url).proxy(proxy, "worker", "hunter2");
    }

    @Test
    void sendsLoginToProxyOnlyWithEachRequest() throws Exception {
      symphony.read();
      assertThat(proxy.asked())
          .as("no request is rejected first")
          .extracting(ForwardProxy.Asked::line)
          .containsExactly(
              "POST " + url + Requests.SESSION_LOGIN + " HTTP/1.1",
              "POST " + url + Requests.KEY_MANAGER_LOGIN + " HTTP/1.1",
              "POST " + url + Requests.READ + " HTTP/1.1");
      assertThat(simulator.requests())
          .allMatch(request -> request.header("Proxy-Authorization") == null)
          .extracting(request -> request.header("Host"))
          .containsOnly(HOST + ":" + simulator.port());
    }

    @Test
    void sendsNoLoginWhenNoneIsConfigured() {
      symphony.settings.proxy(proxy, null, null);
      assertThat(symphony.failure()).hasMessageContaining("the proxy requires a login (407)");
      assertThat(proxy.asked()).allMatch(asked -> asked.authorization() == null);
    }

    @Test
    void reportsUnsupportedLoginScheme() {
      proxy.requireLoginBy("Negotiate");
      assertThat(symphony.failure()).hasMessageContaining("only the scheme Negotiate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proxy-Authorization: Basic %s", "login %s", "worker with hunter2"})
    @Tag("invariant-10")
    void invariant10HidesLoginRepeatedInPageOfProxy(String echo) throws Exception {
      String login = Base64.getEncoder().encodeToString("worker:hunter2".getBytes(UTF_8));
      String page = "{\"code\":403,\"message\":\"No entry: " + echo.formatted(login) + "\"}";
      try (MockWebServer repeats = new MockWebServer()) {
        repeats.enqueue(new MockResponse.Builder().code(403).body(page).build());
        repeats.start();
        symphony.settings.proxy(
            new ProxySettings("127.0.0.1", repeats.getPort(), "worker", "hunter2", List.of()));
        assertThat(symphony.failure())
            .hasMessageContaining("403: No entry: ")
            .hasMessageContaining("(hidden)")
            .hasMessageNotContaining("hunter2")
            .hasMessageNotContaining(login.substring(0, 8));
        assertThat(repeats.takeRequest().getHeaders().get("Proxy-Authorization"))
            .isEqualTo("Basic " + login);
      }
    }

    @Test
    void doesNotRetryLoginThatProxyRejectedForOtherClient() {
      symphony.settings.proxy(proxy, "worker", "hunter3");
      for (int i = 0; i < 3; i++) {
        symphony.forgetClient();
        assertThat(symphony.failure().kind()).isEqualTo(FailureKind.PROXY_LOGIN);
        assertThat(symphony.check().findings())
            .extracting(ConnectionCheck.Finding::subject)
            .containsOnly(ConnectionCheck.Subject.PROXY_LOGIN);
      }
      assertThat(proxy.asked()).as("tries").hasSize(1);
      symphony.settings.proxy(proxy, "worker", "hunter4");
      symphony.check();
      assertThat(proxy.asked()).as("a correction is tried at once").hasSize(2);
      symphony.settings.proxy(proxy, "worker", "hunter5");
      symphony.check();
      assertThat(proxy.asked()).as("not password after password").hasSize(2);
    }

    @Test
    void doesNotBypassProxyWhenUnreachable() {
      proxy.close();
      symphony.settings.allAt(simulator.url());
      SymphonyException failure = symphony.failure();
      assertThat(failure.kind()).isEqualTo(FailureKind.UNREACHABLE);
      assertThat(failure)
          .hasMessageContaining("through the proxy 127.0.0.1:" + proxy.port())
          .hasMessageContaining("cannot connect");
      assertThat(simulator.requests().count()).isZero();
    }

    @Test
    void reportsUnknownHostNameOfProxy() {
      symphony.settings.proxy(new ProxySettings("proxy.invalid", 3128, null, null, List.of()));
      SymphonyException failure = symphony.failure();
      assertThat(failure.kind()).isIn(FailureKind.UNKNOWN_HOST, FailureKind.NO_NAME_SERVER);
      assertThat(failure).hasMessageContaining("cannot resolve the proxy's host name (DNS)");
    }

    @Test
    void connectsToExcludedHostDirectlyWithoutLogin() throws Exception {
      symphony.settings.agents(simulator.url()).proxy(proxy, "worker", "hunter2", "127.0.*");
      symphony.read();
      assertThat(proxy.asked()).as("the two logins").hasSize(2);
      RecordedRequest read = symphony.lastRead();
      assertThat(read.header("Host")).isEqualTo("127.0.0.1:" + simulator.port());
      assertThat(read.header("Proxy-Authorization")).isNull();
    }

    @Test
    void ignoresProxyPropertiesOfJvm() {
      Properties before = new Properties();
      before.putAll(System.getProperties());
      System.setProperty("http.proxyHost", "127.0.0.1");
      System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
      try {
        symphony.settings.proxy(null);
        assertThat(symphony.failure()).hasMessageContaining("cannot resolve the host name (DNS)");
        assertThat(proxy.asked()).isEmpty();
      } finally {
        System.setProperties(before);
      }
    }
  }

  /** HTTPS: what goes through its tunnels the proxy cannot see. */
  @Nested
  class InTunnels {

    @AutoClose
    private final ClientUnderTest symphony =
        ClientUnderTest.withTls(AUTHORITY.server(HOST, "127.0.0.1"));

    private final Simulator simulator = symphony.simulator;
    private final String url = "https://" + HOST + ":" + simulator.port();
    private Duration shift = Duration.ZERO;

    @BeforeEach
    void reachByProxy() {
      symphony.settings.allAt(url).proxy(proxy, "worker", "hunter2");
      symphony.settings.nanoTime = () -> System.nanoTime() + shift.toNanos();
    }

    @Test
    void opensTunnelWithLoginAndHidesItFromServer() throws Exception {
      symphony.read();
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

    /**
     * The vendor's SDK had certificates and proxies exclude each other (symphony-bdk-java 519,
     * 540).
     */
    @Test
    void sendsClientCertificateThroughTunnel() throws Exception {
      Identity bot = AUTHORITY.client(SimulatorKeys.USERNAME);
      String certificateUrl = simulator.certificateUrl().replace("127.0.0.1", HOST);
      symphony.settings.sessionAuth(certificateUrl).keyManager(certificateUrl).certificate(bot);
      symphony.read();
      assertThat(simulator.requests())
          .extracting(RecordedRequest::clientCertificate)
          .containsExactly(bot.certificate(), bot.certificate(), null);
      assertThat(proxy.asked()).allMatch(ForwardProxy.Asked::isTunnel);
    }

    @Test
    void retriesRejectedLoginAfterOneMinuteAndResetsDelayWhenAccepted() throws Exception {
      proxy.requireLogin("worker", "another");
      SymphonyException refused = symphony.failure();
      assertThat(refused.kind()).isEqualTo(FailureKind.PROXY_LOGIN);
      assertThat(refused.status()).isEqualTo(407);
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofMinutes(1));
      assertThat(refused)
          .hasMessage(
              "login to the pod (agent.bank.test, through the proxy 127.0.0.1:"
                  + proxy.port()
                  + ") failed: the proxy rejected the login (407)");
      proxy.requireLogin("worker", "hunter2");
      for (int i = 0; i < 3; i++) {
        SymphonyException heldBack = symphony.failure();
        assertThat(heldBack.kind()).isEqualTo(FailureKind.PROXY_LOGIN);
        assertThat(heldBack.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
        assertThat(heldBack)
            .as("nobody knows that it is right again")
            .hasMessageMatching(
                ".* The connector does not retry it for \\d+ s, so that the account is not locked");
      }
      assertThat(proxy.asked()).as("tries").hasSize(1);
      assertThat(simulator.requests().count()).isZero();
      shift = Duration.ofMinutes(1);
      assertThat(symphony.read().status()).isEqualTo(200);
      checkAgent("https://127.0.0.1:" + simulator.port());
      assertThat(proxy.asked()).as("nothing is held back any more").hasSize(3);
    }

    /** What goes through a tunnel that is open says nothing of the password as it is now. */
    @Test
    void delaysLoginLongerEachTimeWhileOpenTunnelIsInUse() throws Exception {
      symphony.read();
      proxy.requireLogin("worker", "another").beforeEachRefusal(symphony::read);
      String log = "";
      for (int minutes : new int[] {0, 1, 2}) {
        shift = Duration.ofMinutes(minutes);
        log = checkAgent("https://agent" + minutes + ".bank.test");
      }
      assertThat(log).contains("the proxy rejected the login (407)", "does not retry it for ");
      assertThat(proxy.asked()).as("one tunnel, and tries at 0 and 1 minute").hasSize(3);
      assertThat(simulator.requests().reads().count()).isEqualTo(3);
      assertThat(symphony.read().status()).as("while it is held back").isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
      "403,PROXY_REFUSED",
      "404,PROXY_REFUSED",
      "408,PROXY_UNAVAILABLE",
      "425,PROXY_UNAVAILABLE",
      "429,PROXY_UNAVAILABLE",
      "500,PROXY_UNAVAILABLE",
      "502,PROXY_UNAVAILABLE",
      "503,PROXY_UNAVAILABLE"
    })
    void reportsTunnelRejectedByProxy(int status, FailureKind kind) {
      proxy.refuseTunnels(status);
      SymphonyException failure = symphony.failure();
      assertThat(failure.status()).isEqualTo(status);
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure)
          .hasMessageContaining(
              "the proxy rejected the connection to that server with HTTP " + status);
    }

    @Test
    void hidesLoginFromServerThatRequestsItThroughTunnel() {
      Fault asks = Fault.status(407).header("Proxy-Authenticate", "Basic realm=\"x\"");
      simulator.faults().add(asks.at(HEALTH));
      simulator.faults().add(asks);
      SymphonyException failure = symphony.failure();
      assertThat(failure.status()).isEqualTo(407);
      assertThat(failure.kind()).isEqualTo(FailureKind.REFUSED);
      assertThat(checkAgent(url)).contains("returned HTTP 407");
      assertThat(simulator.requests().to(HEALTH).count()).isOne();
      assertThat(simulator.requests())
          .allMatch(request -> request.header("Proxy-Authorization") == null);
    }

    @Test
    @Tag("invariant-3")
    void invariant3EndsLongPollThroughTunnelAtOnce() throws Exception {
      Duration poll = Duration.ofSeconds(30);
      simulator.reconfigure(options -> options.longPoll(poll));
      CompletableFuture<SymphonyException> read = CompletableFuture.supplyAsync(symphony::failure);
      await().atMost(poll).until(() -> simulator.requests().reads().waiting().count() == 1);
      symphony.forgetClient();
      assertThat(read.get().kind()).isIn(FailureKind.NETWORK, FailureKind.CONNECTION_LOST);
      await().atMost(poll).until(() -> proxy.connections() == 0);
      assertThat(simulator.requests().reads().waiting().count()).as("before its end").isOne();
    }

    private String checkAgent(String agentUrl) {
      try (CapturedLog log = new CapturedLog()) {
        symphony.client().checkAgentOnce(HttpUrl.get(agentUrl));
        return log.text();
      }
    }
  }
}
