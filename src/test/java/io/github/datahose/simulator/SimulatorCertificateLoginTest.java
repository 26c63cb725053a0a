// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.SimulatorClient.Reply;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorCertificateLoginTest extends SimulatorFixture {

  private static final String BOT = SimulatorKeys.USERNAME;
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity SERVER = AUTHORITY.server();
  private static final Identity CLIENT = AUTHORITY.client(BOT);

  SimulatorCertificateLoginTest() {
    super(
        options ->
            options.https(SERVER.key(), SERVER.chain()).importCertificate(AUTHORITY.certificate()));
  }

  /** Each test logs in itself. */
  @Override
  void login() {}

  private SimulatorClient client(Identity identity) {
    return new SimulatorClient(simulator.url(), AUTHORITY.context(identity));
  }

  private SimulatorClient clientOfCertificatePort(Identity identity) {
    return new SimulatorClient(simulator.certificateUrl(), AUTHORITY.context(identity));
  }

  private static int status(SimulatorClient client) throws Exception {
    return client.certificateLogin(Requests.CERTIFICATE_SESSION_LOGIN).status();
  }

  @Test
  void logsInByCertificateOnBothPorts() throws Exception {
    assertThat(simulator.url()).startsWith("https:").isNotEqualTo(simulator.certificateUrl());
    for (SimulatorClient client : List.of(client(CLIENT), clientOfCertificatePort(CLIENT))) {
      Reply session = client.certificateLogin(Requests.CERTIFICATE_SESSION_LOGIN);
      Reply keyManager = client.certificateLogin(Requests.CERTIFICATE_KEY_MANAGER_LOGIN);
      client.sessionToken = session.json().path("token").asText();
      client.keyManagerToken = keyManager.json().path("token").asText();
      assertThat(client.read("tag", "").status()).isEqualTo(200);
    }
    assertThat(simulator.logins()).hasSize(4).extracting(Login::username).containsOnly(BOT);
    assertThat(simulator.requests())
        .allSatisfy(
            request -> assertThat(request.clientCertificate()).isEqualTo(CLIENT.certificate()));
    OpenApiCheck.assertConforms(simulator.requests());
  }

  @ParameterizedTest
  @ValueSource(strings = {"another-bot", "Settlement-Bot", "settlement-bot2"})
  void rejectsCertificateWithoutAccount(String commonName) throws Exception {
    SimulatorClient client = client(AUTHORITY.client(commonName));
    assertThat(status(client)).isEqualTo(403);
    assertThat(client.certificateLogin(Requests.CERTIFICATE_KEY_MANAGER_LOGIN).status())
        .isEqualTo(403);
    assertThat(simulator.logins()).isEmpty();
    OpenApiCheck.assertConforms(simulator.requests());
  }

  @Test
  void rejectsMissingCertificateOnBothPorts() throws Exception {
    assertThat(status(client(null))).isEqualTo(403);
    assertThat(simulator.requests().last().clientCertificate()).isNull();
    assertThatThrownBy(() -> status(clientOfCertificatePort(null))).isInstanceOf(IOException.class);
    assertThat(simulator.requests().count()).isOne();
  }

  @Test
  void rejectsConnectionWithUnknownOrExpiredCertificate() {
    Instant now = Instant.now();
    Identity over =
        AUTHORITY.client(BOT, now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
    for (Identity refused : List.of(new Authority("Other").client(BOT), over)) {
      assertThatThrownBy(() -> status(client(refused))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> status(clientOfCertificatePort(refused)))
          .isInstanceOf(IOException.class);
    }
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void importsAndRemovesCertificate() throws Exception {
    Identity own = new Authority("Other").client(BOT);
    behave(options -> options.importCertificate(own.certificate()));
    assertThat(status(client(own))).isEqualTo(200);
    SimulatorClient connected = client(own);
    assertThat(status(connected)).isEqualTo(200);
    behave(options -> options.removeCertificate(own.certificate()));
    assertThat(status(connected)).as("on an open connection").isEqualTo(403);
    assertThatThrownBy(() -> status(client(own))).isInstanceOf(IOException.class);
  }

  @Test
  void rejectsCertificateLoginWithBodyOrContentType() throws Exception {
    SimulatorClient client = client(CLIENT);
    String path = Requests.CERTIFICATE_SESSION_LOGIN;
    assertThat(client.post(path, "{}").status()).isEqualTo(401);
    assertThat(client.post(path, "").status()).isEqualTo(401);
    assertThat(client.postUntyped(path, "{}").status()).isEqualTo(500);
    behave(options -> options.toleratesContentType(true));
    assertThat(client.post(path, "").status()).isEqualTo(200);
    assertThat(client.post(path, "{}").status()).isEqualTo(401);
  }
}
