// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.simulator.Audit;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.openapi.OpenApiCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A login by certificate over HTTPS in a real worker, with its files on the worker's disk. */
class CertificateIT {

  private static final String PASSWORD = "store-password";

  private final Authority authority = new Authority("Bank CA");
  private final Identity server = authority.server();
  private final Identity first = authority.client(SimulatorKeys.USERNAME);
  private final Identity second = authority.client(SimulatorKeys.USERNAME);

  @Test
  void streamsAfterALoginByCertificateAndGoesOnWithTheOneThatReplacesIt(@TempDir Path files)
      throws Exception {
    Path certificate = Files.write(files.resolve("bot.p12"), first.pkcs12(PASSWORD));
    Path trustStore =
        Files.write(
            files.resolve("trust.p12"),
            Stores.trusting("PKCS12", PASSWORD, authority.certificate()));
    try (LiveConnector connector =
        new LiveConnector(
                ConnectCluster.shared(),
                "certificate",
                LiveConnector.shortTimes()
                    .https(server.key(), server.chain())
                    .importCertificate(first.certificate()))
            .unset("symphony.private.key")
            .set("symphony.auth.type", "CERTIFICATE")
            .set("symphony.certificate.path", certificate.toString())
            .set("symphony.certificate.password", PASSWORD)
            .set("symphony.truststore.path", trustStore.toString())
            .set("symphony.truststore.password", PASSWORD)) {
      Simulator simulator = connector.simulator();
      connector
          .set("symphony.session.auth.url", simulator.certificateUrl())
          .set("symphony.key.manager.url", simulator.certificateUrl())
          .start();
      simulator.produce(50);
      connector.awaitAllAcknowledged();

      // The pod takes the new one alone, and the tokens of the old one no more: until the file is
      // replaced, no login works.
      simulator.reconfigure(
          options ->
              options
                  .removeCertificate(first.certificate())
                  .importCertificate(second.certificate()));
      simulator.expireTokens();
      simulator.produce(50);
      eventually("a read that is refused")
          .until(() -> simulator.requests().reads().answered(401).count() > 0);
      Path next = Files.write(files.resolve("next.p12"), second.pkcs12(PASSWORD));
      Files.move(next, certificate, StandardCopyOption.ATOMIC_MOVE);
      connector.awaitAllAcknowledged();

      assertThat(simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN))
          .extracting(RecordedRequest::clientCertificate)
          .as("by the connection check, then by the task")
          .containsExactly(first.certificate(), first.certificate(), second.certificate());
      RecordedRequest read = simulator.requests().reads().last();
      assertThat(read.clientCertificate()).isNull();
      assertThat(read.header("sessionToken")).isEqualTo(simulator.logins().get(4).token());
      Audit audit = connector.audit();
      assertThat(audit.lost()).isZero();
      assertThat(audit.duplicated()).isZero();
      OpenApiCheck.assertRequestsConform(simulator.requests());
    }
  }
}
