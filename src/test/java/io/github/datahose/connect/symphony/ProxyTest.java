// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plain requests through a real proxy; those in tunnels: ProxyTunnelTest. */
@Timeout(120)
class ProxyTest {

  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
  private final ForwardProxy proxy = ForwardProxy.start();

  /** Only the proxy knows that host. */
  private final String url = "http://agent.bank.test:" + simulator.port();

  private SymphonyClient client;

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    proxy.close();
    simulator.close();
  }

  @Test
  void sendsEachRequestThroughTheProxyWithoutALoginWhereThereIsNone() throws Exception {
    read(settings(null, null));
    assertThat(proxy.asked())
        .extracting(ForwardProxy.Asked::line)
        .containsExactly(
            "POST " + url + Requests.SESSION_LOGIN + " HTTP/1.1",
            "POST " + url + Requests.KEY_MANAGER_LOGIN + " HTTP/1.1",
            "POST " + url + Requests.READ + " HTTP/1.1");
    assertThat(proxy.asked()).allMatch(asked -> asked.authorization() == null);
    assertThat(simulator.requests())
        .extracting(request -> request.header("Host"))
        .containsOnly("agent.bank.test:" + simulator.port());
  }

  @Test
  void logsInAtTheProxyWithEachRequestAndNowhereElse() throws Exception {
    proxy.requireLogin("worker", "hunter2");
    read(settings("worker", "hunter2"));
    assertThat(proxy.asked()).as("none is refused first").hasSize(3);
    assertThat(simulator.requests())
        .allMatch(request -> request.header("Proxy-Authorization") == null);
  }

  @Test
  void tellsAWrongPasswordOnceAndShowsItToNobody() {
    proxy.requireLogin("worker", "hunter2");
    SymphonyException failure = failure(settings("worker", "hunter3"));
    assertThat(failure.isProxyLogin()).isTrue();
    assertThat(failure.status()).isEqualTo(407);
    assertThat(failure.kind()).isEqualTo(FailureKind.REFUSED);
    assertThat(failure)
        .hasMessage(
            "login at the pod (agent.bank.test, through the proxy 127.0.0.1:"
                + proxy.port()
                + ") failed: the proxy refused the login (407)");
    assertThat(proxy.asked()).as("tries").hasSize(1);
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void invariant10HidesALoginThatTheProxyRepeatsInItsPage() throws Exception {
    String login = Base64.getEncoder().encodeToString("worker:hunter2".getBytes(UTF_8));
    for (String echo :
        List.of("Proxy-Authorization: Basic " + login, "login " + login, "worker with hunter2")) {
      String page = "{\"code\":403,\"message\":\"No entry: " + echo + "\"}";
      try (RawServer repeats = RawServer.answering(RawServer.answer("403 No", "", page))) {
        int port = HttpUrl.get(repeats.url()).port();
        SymphonyException failure =
            failure(new ProxySettings("127.0.0.1", port, "worker", "hunter2", List.of()));
        assertThat(repeats.requests().get(0)).contains("Proxy-Authorization: Basic " + login);
        assertThat(failure)
            .hasMessageContaining("403: No entry: ")
            .hasMessageContaining("(hidden)")
            .hasMessageNotContaining("hunter2")
            .hasMessageNotContaining(login.substring(0, 8));
        client.close();
      }
    }
  }

  @Test
  void triesALoginThatWasRefusedNoSecondTimeForAMinute() {
    proxy.requireLogin("worker", "hunter2");
    SymphonyException first = failure(settings("worker", "hunter3"));
    assertThat(first.retryAfter()).isEqualTo(Duration.ofMinutes(1));
    for (int i = 0; i < 3; i++) {
      SymphonyException heldBack = Reads.failureOf(feed(url));
      assertThat(heldBack.isProxyLogin()).isTrue();
      assertThat(heldBack.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
      assertThat(heldBack)
          .hasMessageContaining("the proxy refused the login (407)")
          .hasMessageMatching(
              ".* it is not tried again for \\d+ s, so that the account is not locked");
    }
    assertThat(proxy.asked()).as("tries").hasSize(1);
  }

  @Test
  void triesALoginThatWasRefusedToAnotherClientNoSecondTimeEither() {
    proxy.requireLogin("worker", "hunter2");
    GivenSettings settings = GivenSettings.of(url).proxy(settings("worker", "hunter3"));
    for (int i = 0; i < 5; i++) {
      try (SymphonyClient task = new SymphonyClient(settings.build())) {
        assertThat(Reads.failureOf(feedOf(task, url)).isProxyLogin()).isTrue();
      }
      ConnectionReport validated = ConnectionCheck.run(settings.build(), Duration.ofSeconds(50));
      assertThat(validated.findings())
          .extracting(ConnectionFinding::subject)
          .containsOnly(ConnectionFinding.Subject.PROXY_LOGIN);
    }
    assertThat(proxy.asked()).as("tries").hasSize(1);
    settings.proxy(settings("worker", "hunter4"));
    ConnectionCheck.run(settings.build(), Duration.ofSeconds(50));
    assertThat(proxy.asked()).as("a correction is tried at once").hasSize(2);
    settings.proxy(settings("worker", "hunter5"));
    ConnectionCheck.run(settings.build(), Duration.ofSeconds(50));
    assertThat(proxy.asked()).as("not password after password").hasSize(2);
  }

  @Test
  void tellsThatALoginIsWanted() {
    proxy.requireLogin("worker", "hunter2");
    assertThat(failure(settings(null, null))).hasMessageContaining("the proxy wants a login (407)");
    proxy.requireLoginBy("Negotiate");
    assertThat(failure(settings("worker", "hunter2")))
        .hasMessageContaining("of the kind Negotiate, and this connector knows Basic only");
  }

  @Test
  void aDeadProxyIsAFailureOfTheNetworkAndIsNotPassedBy() {
    proxy.close();
    ProxySettings settings = settings(null, null);
    client = new SymphonyClient(GivenSettings.of(simulator.url()).proxy(settings).build());
    SymphonyException failure = Reads.failureOf(feed(simulator.url()));
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure.status()).isZero();
    assertThat(failure)
        .hasMessageContaining("through the proxy " + settings)
        .hasMessageContaining("no connection");
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void saysWhenItIsTheProxysNameThatIsNotKnown() {
    SymphonyException failure =
        failure(new ProxySettings("proxy.invalid", 3128, null, null, List.of()));
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure).hasMessageContaining("the proxy's host name is not known here (DNS)");
  }

  @Test
  void reachesAnExcludedHostDirectlyAndShowsItNoLogin() throws Exception {
    proxy.requireLogin("worker", "hunter2");
    ProxySettings settings =
        new ProxySettings("127.0.0.1", proxy.port(), "worker", "hunter2", List.of("127.0.*"));
    client =
        new SymphonyClient(GivenSettings.of(url).agents(simulator.url()).proxy(settings).build());
    feed(simulator.url()).read("");
    assertThat(proxy.asked()).as("the two logins").hasSize(2);
    RecordedRequest read = simulator.requests().reads().last();
    assertThat(read.header("Host")).isEqualTo("127.0.0.1:" + simulator.port());
    assertThat(read.header("Proxy-Authorization")).isNull();
  }

  @Test
  void takesNoNoteOfTheProxiesOfTheJvm() {
    Properties before = new Properties();
    before.putAll(System.getProperties());
    System.setProperty("http.proxyHost", "127.0.0.1");
    System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
    try {
      assertThat(failure(null)).hasMessageContaining("the host name is not known here (DNS)");
      assertThat(proxy.asked()).isEmpty();
    } finally {
      System.setProperties(before);
    }
  }

  private ProxySettings settings(String username, String password) {
    return new ProxySettings("127.0.0.1", proxy.port(), username, password, List.of());
  }

  private void read(ProxySettings settings) throws SymphonyException {
    client = new SymphonyClient(GivenSettings.of(url).proxy(settings).build());
    assertThat(feed(url).read("").status()).isEqualTo(200);
  }

  private SymphonyException failure(ProxySettings settings) {
    client = new SymphonyClient(GivenSettings.of(url).proxy(settings).build());
    return Reads.failureOf(feed(url));
  }

  private DatahoseFeed feed(String agentUrl) {
    return feedOf(client, agentUrl);
  }

  private static DatahoseFeed feedOf(SymphonyClient client, String agentUrl) {
    return client.feed("tag", List.of("A"), List.of(), Reads.at(agentUrl), () -> {});
  }
}
