// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SimulatorCertificateLoginTest {

  private static final String BOT = SimulatorKeys.USERNAME;
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity SERVER = AUTHORITY.server();
  private static final Identity CLIENT = AUTHORITY.client(BOT);

  private final Simulator simulator =
      Simulator.start(
          SimulatorOptions.defaults()
              .longPoll(Duration.ZERO)
              .https(SERVER.key(), SERVER.chain())
              .importCertificate(AUTHORITY.certificate()));

  @AfterEach
  void stop() {
    simulator.close();
  }

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
  void aCertificateOfTheAccountLogsInOnBothPortsAndTheTokensRead() throws Exception {
    assertThat(simulator.url()).startsWith("https:").isNotEqualTo(simulator.certificateUrl());
    for (SimulatorClient client :
        new SimulatorClient[] {client(CLIENT), clientOfCertificatePort(CLIENT)}) {
      client.sessionToken =
          client.certificateLogin(Requests.CERTIFICATE_SESSION_LOGIN).json().path("token").asText();
      client.keyManagerToken =
          client
              .certificateLogin(Requests.CERTIFICATE_KEY_MANAGER_LOGIN)
              .json()
              .path("token")
              .asText();
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
  void aCertificateOfNoAccountIsRefused(String commonName) throws Exception {
    SimulatorClient client = client(AUTHORITY.client(commonName));
    assertThat(status(client)).isEqualTo(403);
    assertThat(client.certificateLogin(Requests.CERTIFICATE_KEY_MANAGER_LOGIN).status())
        .isEqualTo(403);
    assertThat(simulator.logins()).isEmpty();
    OpenApiCheck.assertConforms(simulator.requests());
  }

  @Test
  void withoutACertificateThereIsNoLoginOnOnePortAndNoConnectionOnTheOther() throws Exception {
    assertThat(status(client(null))).isEqualTo(403);
    assertThat(simulator.requests().last().clientCertificate()).isNull();
    assertThatThrownBy(() -> status(clientOfCertificatePort(null))).isInstanceOf(IOException.class);
    assertThat(simulator.requests().count()).isOne();
  }

  @Test
  void aCertificateThatNobodyImportedOrThatIsOverGetsNoConnection() {
    Instant now = Instant.now();
    Identity over =
        AUTHORITY.client(BOT, now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)));
    for (Identity refused : new Identity[] {new Authority("Other").client(BOT), over}) {
      assertThatThrownBy(() -> status(client(refused))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> status(clientOfCertificatePort(refused)))
          .isInstanceOf(IOException.class);
    }
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void aSingleCertificateCanBeImportedAndRemoved() throws Exception {
    Identity own = new Authority("Other").client(BOT);
    simulator.reconfigure(options -> options.importCertificate(own.certificate()));
    assertThat(status(client(own))).isEqualTo(200);
    SimulatorClient connected = client(own);
    assertThat(status(connected)).isEqualTo(200);
    simulator.reconfigure(options -> options.removeCertificate(own.certificate()));
    assertThat(status(connected)).as("on an open connection").isEqualTo(403);
    assertThatThrownBy(() -> status(client(own))).isInstanceOf(IOException.class);
  }

  @Test
  void aLoginWithABodyOrAContentTypeIsRefusedAsSince2025() throws Exception {
    SimulatorClient client = client(CLIENT);
    String path = Requests.CERTIFICATE_SESSION_LOGIN;
    assertThat(client.post(path, "{}").status()).isEqualTo(401);
    assertThat(client.post(path, "").status()).isEqualTo(401);
    assertThat(client.postUntyped(path, "{}").status()).isEqualTo(500);
    simulator.reconfigure(options -> options.toleratesContentType(true));
    assertThat(client.post(path, "").status()).isEqualTo(200);
    assertThat(client.post(path, "{}").status()).isEqualTo(401);
  }
}
