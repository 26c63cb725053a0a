// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection check where servers, and perhaps the service account, have certificates. */
@Timeout(60)
class ConnectionCheckTlsTest {

  private static final String PASSWORD = "store-password";
  private static final String HEALTH = "/agent/v3/health/extended";
  private static final Duration DAY = Duration.ofDays(1);
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity SERVER = AUTHORITY.server();

  private final Simulator simulator = start(SERVER);
  private final GivenSettings settings =
      GivenSettings.of(simulator.url()).trusting(() -> List.of(AUTHORITY.certificate()));

  private static Simulator start(Identity server) {
    return Simulator.start(
        SimulatorOptions.defaults()
            .https(server.key(), server.chain())
            .importCertificate(AUTHORITY.certificate()));
  }

  @AfterEach
  void theCheckReadsNoFeed() {
    assertThat(simulator.ledger().totals().feeds()).isEmpty();
    simulator.close();
  }

  @Test
  void isContentWithAServerOfAConfiguredAuthority() {
    ConnectionReport report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.facts()).contains("with login by RSA key, pod 127.0.0.1:");
  }

  @Test
  void findsAnUnknownAuthorityOnceWhereverItIsMet() {
    settings
        .trusting(List::of)
        .keyManager("https://localhost:" + simulator.port())
        .agents(simulator.url(), "https://localhost:" + simulator.port());
    assertThat(definite(Subject.TRUST_STORE))
        .contains("an authority that is not trusted here, CN=Test CA", "symphony.truststore.path");
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void findsATrustStoreThatIsNoUse() {
    settings.trusting(
        () -> {
          throw new IllegalArgumentException("symphony.truststore.path names no file");
        });
    assertThat(definite(Subject.TRUST_STORE)).contains("whom to trust cannot be told");
  }

  @Test
  void findsACertificateForAnotherHostNameOnTheUrlOfThatServer() {
    try (Simulator other = start(AUTHORITY.server("agent.example.test"))) {
      settings.agents(other.url());
      assertThat(definite(Subject.AGENT_URL)).contains("certificate is for another host name");
      settings.agents(simulator.url()).keyManager(other.url());
      assertThat(definite(Subject.KEY_MANAGER_URL)).contains("agent.example.test");
      settings.keyManager(other.url()).pod(other.url()).agents(other.url());
      definite(Subject.POD_URL);
    }
  }

  @Test
  void takesAnExpiredCertificateForSomethingThatOnlyItsAdministratorMends() {
    Instant now = Instant.now();
    Identity expired =
        AUTHORITY.server(now.minus(DAY.multipliedBy(2)), now.minus(DAY), "127.0.0.1");
    try (Simulator other = start(expired)) {
      for (List<X509Certificate> trusted :
          List.of(List.of(AUTHORITY.certificate()), List.<X509Certificate>of())) {
        settings.trusting(() -> trusted).pod(other.url()).keyManager(other.url());
        settings.agents(other.url());
        assertThat(healing(Subject.POD_URL)).contains("expired on ", "have it renewed");
      }
    }
  }

  @Test
  void findsALoginThatTheProxyRefusesForATunnelAndAsksWithItOnce() {
    try (ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2")) {
      settings.proxy(new ProxySettings("127.0.0.1", proxy.port(), "worker", "hunter3", List.of()));
      assertThat(definite(Subject.PROXY_LOGIN)).contains("407").doesNotContain("hunter3");
      assertThat(proxy.asked()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 502, 503})
  void takesATunnelThatTheProxyDoesNotOpenForSomethingThatMayHeal(int status) {
    try (ForwardProxy proxy = ForwardProxy.start().refuseTunnels(status)) {
      settings.proxy(new ProxySettings("127.0.0.1", proxy.port(), null, null, List.of()));
      assertThat(check().findings())
          .isNotEmpty()
          .noneMatch(ConnectionFinding::definite)
          .anyMatch(finding -> finding.text().contains("with " + status));
    }
  }

  @Test
  void endsInTimeWhenAServerDoesNotAnswerInTls() throws Exception {
    try (RawServer silent = RawServer.answering("")) {
      String url = silent.url().replace("http:", "https:");
      settings.pod(url).keyManager(url).agents(url);
      assertThat(ConnectionCheck.run(settings.build(), Duration.ofSeconds(1)).findings())
          .isNotEmpty()
          .noneMatch(ConnectionFinding::definite);
    }
  }

  @Test
  void logsInByCertificateWhereThatIsTheKindOfLogin() {
    byCertificateOf(SimulatorKeys.USERNAME).sessionAuth(simulator.certificateUrl());
    ConnectionReport report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.facts())
        .startsWith("Account settlement-bot with login by certificate at 127.0.0.1:")
        .contains(", pod 127.0.0.1:" + simulator.port());
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .containsExactly(
            Requests.CERTIFICATE_SESSION_LOGIN, Requests.CERTIFICATE_KEY_MANAGER_LOGIN, HEALTH);
  }

  @Test
  void findsACertificateThatThePodDoesNotAcceptForAnAccount() {
    byCertificateOf("somebody-else");
    assertThat(definite(Subject.KEY))
        .contains("403", "symphony.certificate.path", "its common name (CN) must be");
    assertThat(simulator.requests().to(Requests.CERTIFICATE_KEY_MANAGER_LOGIN).count()).isZero();
  }

  @Test
  void findsACertificateThatCannotBeUsed() {
    settings.certificate(() -> ClientCertificate.of(new byte[9], PASSWORD));
    assertThat(definite(Subject.KEY)).contains("neither a PKCS#12 nor a JKS store");
  }

  @Test
  void findsAServerWithoutThatLoginOnItsOwnUrl() {
    byCertificateOf(SimulatorKeys.USERNAME);
    simulator.faults().add(Fault.status(404).at(Requests.CERTIFICATE_SESSION_LOGIN).times(9));
    settings.keyManager(simulator.certificateUrl());
    assertThat(check().findings())
        .singleElement()
        .matches(ConnectionFinding::definite)
        .matches(finding -> finding.subject() == Subject.SESSION_AUTH_URL);
  }

  @Test
  void findsAnUnknownHostOfThatLogin() {
    byCertificateOf(SimulatorKeys.USERNAME).sessionAuth("https://nobody.invalid");
    definite(Subject.SESSION_AUTH_URL);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void findsAKeyManagerThatRefusesACertificateWhichThePodAccepts(int status) {
    byCertificateOf(SimulatorKeys.USERNAME);
    simulator
        .faults()
        .add(Fault.status(status).at(Requests.CERTIFICATE_KEY_MANAGER_LOGIN).times(9));
    Subject mendedBy = status == 401 ? Subject.KEY : Subject.KEY_MANAGER_URL;
    assertThat(definite(mendedBy)).contains("The pod accepts this service account");
  }

  /** TLS has alerts for it, and servers that only hang up: nobody can tell them from an outage. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void tellsOfACertificateThatMayHaveBeenRefusedInTls(String version) {
    byCertificateOf(SimulatorKeys.USERNAME);
    simulator.reconfigure(
        options -> options.tlsVersion(version).removeCertificate(AUTHORITY.certificate()));
    assertThat(check().findings())
        .isNotEmpty()
        .noneMatch(ConnectionFinding::definite)
        .anyMatch(finding -> finding.text().contains("must be imported in the pod's admin portal"));
    assertThat(simulator.requests().to(HEALTH).count()).as("that is something else").isOne();
  }

  private GivenSettings byCertificateOf(String commonName) {
    byte[] store = AUTHORITY.client(commonName).pkcs12(PASSWORD);
    return settings.certificate(() -> ClientCertificate.of(store, PASSWORD));
  }

  private ConnectionReport check() {
    return ConnectionCheck.run(settings.build(), Duration.ofSeconds(50));
  }

  private String definite(Subject subject) {
    ConnectionFinding finding = only(subject);
    assertThat(finding.definite()).isTrue();
    return finding.text();
  }

  private String healing(Subject subject) {
    ConnectionFinding finding = only(subject);
    assertThat(finding.definite()).isFalse();
    return finding.text();
  }

  private ConnectionFinding only(Subject subject) {
    ConnectionReport report = check();
    assertThat(report.facts()).isEmpty();
    assertThat(report.findings()).extracting(ConnectionFinding::subject).containsExactly(subject);
    return report.findings().get(0);
  }
}
