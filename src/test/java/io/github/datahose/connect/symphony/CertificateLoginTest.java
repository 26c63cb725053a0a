// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CertificateLoginTest {

  private static final String PASSWORD = "store-password";
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity SERVER = AUTHORITY.server();
  private static final Identity CLIENT = AUTHORITY.client(SimulatorKeys.USERNAME);

  private final Simulator simulator = start();
  private final AtomicReference<Identity> identity = new AtomicReference<>(CLIENT);
  private SymphonyClient client = new SymphonyClient(settings().build());

  private static Simulator start() {
    return Simulator.start(
        SimulatorOptions.defaults()
            .longPoll(Duration.ZERO)
            .https(SERVER.key(), SERVER.chain())
            .importCertificate(AUTHORITY.certificate()));
  }

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void logsInAtPodAndKeyManagerWithoutABody() throws Exception {
    feed().read("");
    for (String path :
        List.of(Requests.CERTIFICATE_SESSION_LOGIN, Requests.CERTIFICATE_KEY_MANAGER_LOGIN)) {
      RecordedRequest login = simulator.requests().to(path).first();
      assertThat(login.clientCertificate()).isEqualTo(CLIENT.certificate());
      assertThat(login.header("Content-Type")).isNull();
      assertThat(login.header("Content-Length")).isEqualTo("0");
      assertThat(login.header("Transfer-Encoding")).isNull();
      assertThat(login.body()).isEmpty();
      assertThat(login.header("Accept")).isEqualTo("application/json");
      assertThat(login.header("User-Agent")).isEqualTo(GivenSettings.USER_AGENT);
    }
    assertThat(simulator.logins()).hasSize(2);
    assertThat(lastRead().header("sessionToken")).isEqualTo(simulator.logins().get(0).token());
    assertThat(lastRead().header("keyManagerToken")).isEqualTo(simulator.logins().get(1).token());
    OpenApiCheck.assertConforms(simulator.requests());
  }

  @Test
  void showsTheCertificateToNobodyElse() throws Exception {
    feed().read("");
    feed().read("");
    client.checkAgentOnce(settings().build().endpoints().agents().get(0));
    Requests others = simulator.requests().where(request -> request.path().startsWith("/agent"));
    assertThat(others.count()).isGreaterThan(2);
    assertThat(others).extracting(RecordedRequest::clientCertificate).containsOnlyNulls();
  }

  @Test
  void logsInWhereThereIsNoConnectionWithoutACertificate() throws Exception {
    use(settings().sessionAuth(simulator.certificateUrl()).keyManager(simulator.certificateUrl()));
    assertThat(feed().read("").status()).isEqualTo(200);
    assertThat(simulator.logins()).hasSize(2);
  }

  /**
   * The vendor's SDK had certificates and proxies exclude each other (symphony-bdk-java 519, 540).
   */
  @Test
  void logsInThroughAProxyThatWantsALogin() throws Exception {
    Identity server = AUTHORITY.server("pod.bank.test");
    try (Simulator pod =
            Simulator.start(
                SimulatorOptions.defaults()
                    .longPoll(Duration.ZERO)
                    .https(server.key(), server.chain())
                    .importCertificate(AUTHORITY.certificate()));
        ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2")) {
      String url = "https://pod.bank.test:" + pod.port();
      use(
          GivenSettings.of(url)
              .proxy(new ProxySettings("127.0.0.1", proxy.port(), "worker", "hunter2", List.of()))
              .trusting(() -> List.of(AUTHORITY.certificate()))
              .certificate(() -> ClientCertificate.of(CLIENT.pkcs12(PASSWORD), PASSWORD)));
      DatahoseFeed feed =
          client.feed("tag", List.of("MESSAGESENT"), List.of(), Reads.at(url), () -> {});
      assertThat(feed.read("").status()).isEqualTo(200);
      assertThat(proxy.asked()).hasSize(3).allMatch(ForwardProxy.Asked::isTunnel);
      assertThat(pod.requests())
          .extracting(RecordedRequest::clientCertificate)
          .containsExactly(CLIENT.certificate(), CLIENT.certificate(), null);
    }
  }

  @Test
  void logsInAtEachServerOfItsOwnBehindAContextPath() throws Exception {
    simulator.reconfigure(options -> options.contextPath("/pod/ctx"));
    try (Simulator keyManager = start()) {
      keyManager.reconfigure(options -> options.contextPath("/km"));
      use(settings().keyManager(keyManager.url()));
      // It does not know the other one's tokens: only the way there counts.
      assertThat(Reads.failureOf(feed()).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
      assertThat(simulator.requests())
          .extracting(RecordedRequest::path)
          .containsExactly(Requests.CERTIFICATE_SESSION_LOGIN, Requests.READ);
      assertThat(keyManager.requests())
          .extracting(RecordedRequest::path)
          .containsExactly(Requests.CERTIFICATE_KEY_MANAGER_LOGIN);
    }
  }

  @Test
  void logsInAnewWhenItsTokensAreRefusedAndReadsWithTheSecondOnes() throws Exception {
    feed().read("");
    simulator.expireTokens();
    assertThat(Reads.failureOf(feed()).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(feed().read("").status()).isEqualTo(200);
    assertThat(simulator.logins()).hasSize(4);
    assertThat(lastRead().header("sessionToken")).isEqualTo(simulator.logins().get(2).token());
    assertThat(lastRead().header("keyManagerToken")).isEqualTo(simulator.logins().get(3).token());
  }

  @Test
  void aCertificateThatWasReplacedIsUsedByTheNextLoginOnANewConnection() throws Exception {
    feed().read("");
    Identity next = new Authority("Next CA").client(SimulatorKeys.USERNAME);
    simulator.reconfigure(
        options ->
            options
                .removeCertificate(AUTHORITY.certificate())
                .importCertificate(next.certificate()));
    simulator.expireTokens();
    Reads.failureOf(feed());
    SymphonyException refused = Reads.failureOf(feed());
    assertThat(refused.call()).isEqualTo(SymphonyCall.SESSION_LOGIN);
    assertThat(refused.kind()).isEqualTo(FailureKind.NETWORK);
    identity.set(next);
    assertThat(feed().read("").status()).isEqualTo(200);
    assertThat(simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN).last())
        .extracting(RecordedRequest::clientCertificate)
        .isEqualTo(next.certificate());
  }

  /** Both TLS versions: they tell of it at different moments. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void saysWhichCertificateTheServerRefusedAndWhatToDo(String version) {
    simulator.reconfigure(
        options -> options.tlsVersion(version).removeCertificate(AUTHORITY.certificate()));
    for (String url : List.of(simulator.url(), simulator.certificateUrl())) {
      use(settings().sessionAuth(url));
      SymphonyException refused = Reads.failureOf(feed());
      assertThat(refused.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(refused)
          .hasMessageContaining(
              "login at the pod (127.0.0.1, client certificate CN=settlement-bot) failed: ")
          .hasMessageContaining(
              "; a server that refuses the client certificate may answer so: the one of"
                  + " symphony.certificate.path, or the one that signed it, must be imported");
    }
  }

  @Test
  void tellsThatTheAccountIsNotAllowedToLogInByCertificate() {
    identity.set(AUTHORITY.client("somebody-else"));
    SymphonyException refused = Reads.failureOf(feed());
    assertThat(refused.call()).isEqualTo(SymphonyCall.SESSION_LOGIN);
    assertThat(refused.kind()).isEqualTo(FailureKind.FORBIDDEN);
    assertThat(refused.isSymphonyJson()).isTrue();
    assertThat(refused)
        .hasMessageContaining("client certificate CN=somebody-else) was answered with 403: Cert");
  }

  @ParameterizedTest
  @CsvSource({"400,REFUSED", "401,UNAUTHORIZED", "403,FORBIDDEN", "500,SERVER"})
  void tellsARefusalByTheKeyManager(int status, FailureKind kind) {
    simulator.faults().add(Fault.status(status).at(Requests.CERTIFICATE_KEY_MANAGER_LOGIN));
    SymphonyException refused = Reads.failureOf(feed());
    assertThat(refused.call()).isEqualTo(SymphonyCall.KEY_MANAGER_LOGIN);
    assertThat(refused.kind()).isEqualTo(kind);
  }

  @Test
  void aCertificateThatCannotBeReadIsARefusedLoginWithoutARequest() throws Exception {
    use(
        GivenSettings.of(simulator.url())
            .trusting(() -> List.of(AUTHORITY.certificate()))
            .certificate(() -> ClientCertificate.of(new byte[9], PASSWORD)));
    SymphonyException unreadable = Reads.failureOf(feed());
    assertThat(unreadable.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(unreadable.status()).isZero();
    assertThat(unreadable).hasMessageStartingWith("is neither a PKCS#12 nor a JKS store");
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void invariant12RepeatsNoLoginOfItsOwn() {
    simulator
        .faults()
        .add(
            Fault.status(503)
                .header("Retry-After", "0")
                .at(Requests.CERTIFICATE_SESSION_LOGIN)
                .times(2));
    assertThat(Reads.failureOf(feed()).status()).isEqualTo(503);
    assertThat(simulator.requests().count()).isOne();
  }

  @Test
  void logsInWithAStoreThatOpensslMade() throws Exception {
    ClientCertificate certificate;
    try (InputStream store = getClass().getResourceAsStream("/simulator/keys/test-only.p12")) {
      certificate = ClientCertificate.of(store.readAllBytes(), "changeit");
    }
    assertThat(certificate.commonNames()).containsExactly("settlement-bot");
    assertThat(certificate.subject()).isEqualTo("O=Example Test,CN=settlement-bot");
    assertThat(certificate).hasToString("client certificate of O=Example Test,CN=settlement-bot");
  }

  private void use(GivenSettings settings) {
    client.close();
    client = new SymphonyClient(settings.build());
  }

  private GivenSettings settings() {
    return GivenSettings.of(simulator.url())
        .trusting(() -> List.of(AUTHORITY.certificate()))
        .certificate(() -> ClientCertificate.of(identity.get().pkcs12(PASSWORD), PASSWORD));
  }

  private DatahoseFeed feed() {
    return client.feed(
        "tag", List.of("MESSAGESENT"), List.of(), Reads.at(simulator.url()), () -> {});
  }

  private RecordedRequest lastRead() {
    return simulator.requests().reads().last();
  }
}
