// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import static io.github.datahose.connect.symphony.ClientUnderTest.AUTHORITY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.GivenSettings;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LoginByCertificateTest {

  private static final Identity CLIENT = AUTHORITY.client(SimulatorKeys.USERNAME);

  @AutoClose private final ClientUnderTest symphony = ClientUnderTest.withTls();
  private final Simulator simulator = symphony.simulator;

  @BeforeEach
  void logInByCertificate() {
    symphony.settings.certificate(CLIENT);
  }

  @Test
  void logsInWithoutBodyAndSendsCertificateOnlyToLoginHosts() throws Exception {
    symphony.read();
    symphony.read();
    symphony.client().checkAgentOnce(symphony.settings.build().endpoints().agents().get(0));
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
    RecordedRequest read = symphony.lastRead();
    assertThat(read.header("sessionToken")).isEqualTo(simulator.logins().get(0).token());
    assertThat(read.header("keyManagerToken")).isEqualTo(simulator.logins().get(1).token());
    Requests others = simulator.requests().where(request -> request.path().startsWith("/agent"));
    assertThat(others.count()).isGreaterThan(2);
    assertThat(others).extracting(RecordedRequest::clientCertificate).containsOnlyNulls();
    OpenApiCheck.assertConforms(simulator.requests());
  }

  @Test
  void logsInWhenServerRequiresCertificateForConnection() throws Exception {
    symphony
        .settings
        .sessionAuth(simulator.certificateUrl())
        .keyManager(simulator.certificateUrl());
    assertThat(symphony.read().status()).isEqualTo(200);
    assertThat(simulator.logins()).hasSize(2);
  }

  @Test
  void logsInAtSeparateServersBehindContextPath() {
    try (ClientUnderTest other = ClientUnderTest.withTls()) {
      simulator.reconfigure(options -> options.contextPath("/pod/ctx"));
      other.simulator.reconfigure(options -> options.contextPath("/km"));
      symphony.settings.allAt(simulator.url()).keyManager(other.simulator.url());
      // It does not know the other one's tokens: only the way there counts.
      assertThat(symphony.failure().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
      assertThat(simulator.requests())
          .extracting(RecordedRequest::path)
          .containsExactly(Requests.CERTIFICATE_SESSION_LOGIN, Requests.READ);
      assertThat(other.simulator.requests())
          .extracting(RecordedRequest::path)
          .containsExactly(Requests.CERTIFICATE_KEY_MANAGER_LOGIN);
    }
  }

  @Test
  void usesReplacedCertificateOnNewConnectionAtNextLogin() throws Exception {
    Identity next = new Authority("Next CA").client(SimulatorKeys.USERNAME);
    Identity[] identity = {CLIENT};
    symphony.settings.certificate(
        () -> ClientCertificate.of(identity[0].pkcs12("password"), "password"));
    symphony.read();
    simulator.reconfigure(
        options ->
            options
                .removeCertificate(AUTHORITY.certificate())
                .importCertificate(next.certificate()));
    simulator.expireTokens();
    assertThat(symphony.failure().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    SymphonyException refused = symphony.failure();
    assertThat(refused.call()).isEqualTo(SymphonyCall.SESSION_LOGIN);
    assertThat(refused.kind()).isIn(FailureKind.TLS, FailureKind.CONNECTION_LOST);
    identity[0] = next;
    assertThat(symphony.read().status()).isEqualTo(200);
    assertThat(simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN).last())
        .extracting(RecordedRequest::clientCertificate)
        .isEqualTo(next.certificate());
  }

  /** Both TLS versions, because they report it at different moments. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void namesRejectedCertificateWithNextStep(String version) {
    simulator.reconfigure(
        options -> options.tlsVersion(version).removeCertificate(AUTHORITY.certificate()));
    for (String url : List.of(simulator.url(), simulator.certificateUrl())) {
      symphony.forgetClient();
      symphony.settings.sessionAuth(url);
      SymphonyException refused = symphony.failure();
      assertThat(refused.kind()).isIn(FailureKind.TLS, FailureKind.CONNECTION_LOST);
      assertThat(refused)
          .hasMessageContaining(
              "login to the pod (127.0.0.1, client certificate CN=settlement-bot) failed: ")
          .hasMessageContaining(
              "Check that the certificate of symphony.certificate.path, or the one that signed it");
    }
  }

  @Test
  void failsLoginWithoutRequestWhenCertificateIsUnreadable() {
    symphony.settings.certificate(() -> ClientCertificate.of(new byte[9], "password"));
    SymphonyException unreadable = symphony.failure();
    assertThat(unreadable.kind()).isEqualTo(FailureKind.CREDENTIALS_UNREADABLE);
    assertThat(unreadable).hasMessageStartingWith("is neither a PKCS#12 nor a JKS keystore");
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  @Tag("invariant-12")
  void invariant12DoesNotRepeatLoginByItself() {
    symphony.spoil(
        Requests.CERTIFICATE_SESSION_LOGIN, Fault.status(503).header("Retry-After", "0"));
    assertThat(symphony.failure().status()).isEqualTo(503);
    assertThat(simulator.requests().count()).isOne();
  }

  @Test
  void readsStoreCreatedByOpenssl() throws Exception {
    try (InputStream store = getClass().getResourceAsStream("/simulator/keys/test-only.p12")) {
      ClientCertificate certificate = ClientCertificate.of(store.readAllBytes(), "changeit");
      assertThat(certificate.commonNames()).containsExactly("settlement-bot");
      assertThat(certificate.subject()).isEqualTo("O=Example Test,CN=settlement-bot");
    }
  }
}
