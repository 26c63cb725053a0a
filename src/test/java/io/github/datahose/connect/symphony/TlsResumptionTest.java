// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A TLS session that is resumed has no certificates in its handshake, so what was replaced on disk
 * would not be looked at: each connection has to make a session of its own.
 */
@Timeout(60)
class TlsResumptionTest {

  private static final String PASSWORD = "store-password";
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity SERVER = AUTHORITY.server();

  private final AtomicReference<List<X509Certificate>> trusted =
      new AtomicReference<>(List.of(AUTHORITY.certificate()));
  private final Simulator simulator =
      Simulator.start(
          SimulatorOptions.defaults()
              .https(SERVER.key(), SERVER.chain())
              .importCertificate(AUTHORITY.certificate()));
  private final HttpClients clients =
      new HttpClients(GivenSettings.of(simulator.url()).trusting(trusted::get).build());

  @AfterEach
  void stop() {
    clients.closeIdle();
    simulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aServerWhoseAuthorityIsTrustedNoMoreIsRefusedAtTheNextConnection(String version)
      throws Exception {
    simulator.reconfigure(options -> options.tlsVersion(version));
    ask(null);
    trusted.set(List.of());
    ask(null);
    assertThat(simulator.requests().count()).as("on the connection that there was").isEqualTo(2);
    clients.closeIdle();
    Throwable refusal = catchThrowable(() -> ask(null));
    assertThat(UntrustedServerException.in(refusal))
        .hasMessageContaining("an authority that is not trusted here, CN=Test CA");
    assertThat(simulator.requests().count()).isEqualTo(2);
    trusted.set(List.of(AUTHORITY.certificate()));
    ask(null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientCertificateThatWasReplacedIsShownAtTheNextConnection(String version)
      throws Exception {
    simulator.reconfigure(options -> options.tlsVersion(version));
    Identity first = AUTHORITY.client(SimulatorKeys.USERNAME);
    Identity second = AUTHORITY.client(SimulatorKeys.USERNAME);
    for (Identity shown : List.of(first, first, second)) {
      ask(ClientCertificate.of(shown.pkcs12(PASSWORD), PASSWORD));
      assertThat(simulator.requests().last().clientCertificate()).isEqualTo(shown.certificate());
    }
    ask(null);
    assertThat(simulator.requests().last().clientCertificate()).isNull();
    trusted.set(List.of());
    assertThat(
            UntrustedServerException.in(
                catchThrowable(() -> ask(ClientCertificate.of(second.jks(PASSWORD), PASSWORD)))))
        .hasMessageContaining("CN=Test CA");
  }

  private void ask(ClientCertificate certificate) throws IOException {
    OkHttpClient client = clients.to("127.0.0.1", certificate);
    Request request = new Request.Builder().url(simulator.url() + "/agent/v1/info").build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
      assertThat(response.body().bytes()).isNotEmpty();
    }
  }
}
