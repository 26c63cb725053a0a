// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rows of the failure table that are about the login by certificate, through a task, and that
 * its certificate can be replaced while it runs.
 */
@Timeout(60)
class CertificateFailuresTest {

  private static final String PASSWORD = "hunter2-store";
  private static final Duration LONG = Recovery.REFUSED_AT_MOST.plusMinutes(1);
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity SERVER = AUTHORITY.server();
  private static final Identity CLIENT = AUTHORITY.client(SimulatorKeys.USERNAME);

  private final FailureBench bench =
      new FailureBench(
          SimulatorOptions.defaults()
              .https(SERVER.key(), SERVER.chain())
              .importCertificate(CLIENT.certificate()));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void configure() throws IOException {
    file = Files.write(folder.resolve("bot.p12"), CLIENT.pkcs12(PASSWORD));
    bench.properties.remove("symphony.private.key");
    bench.properties.put("symphony.auth.type", "CERTIFICATE");
    bench.properties.put("symphony.session.auth.url", bench.simulator.certificateUrl() + "//");
    bench.properties.put("symphony.key.manager.url", bench.simulator.certificateUrl() + "/");
    bench.properties.put("symphony.certificate.path", file.toString());
    bench.properties.put("symphony.certificate.password", PASSWORD);
    bench.properties.put("symphony.truststore.certificates", AUTHORITY.pem());
  }

  @AfterEach
  void stop() {
    assertThat(bench.log()).doesNotContain("hunter2");
    bench.close();
  }

  @ParameterizedTest
  @CsvSource({"400", "401", "403"})
  void invariant9ARefusedLoginEndsTheTaskAfterTheGraceWithWhatToDo(int status)
      throws InterruptedException {
    bench
        .simulator
        .faults()
        .add(Fault.status(status).at(Requests.CERTIFICATE_SESSION_LOGIN).times(Integer.MAX_VALUE));
    bench.start();
    assertThat(bench.workUntilFailed())
        .hasMessageContaining(
            "login at the pod (127.0.0.1, client certificate CN=settlement-bot) was answered with "
                + status)
        .hasMessageContaining("Check the certificate of symphony.certificate.path: its common name")
        .hasMessageContaining("(CN) must be the user name of the service account, settlement-bot,")
        .hasMessageContaining("imported it, or the certificate that signed it, in the admin portal")
        .hasMessageNotContaining("private key");
    assertThat(bench.elapsed())
        .isBetween(Recovery.REFUSED_AT_MOST, Recovery.REFUSED_AT_MOST.plusSeconds(40));
    bench.simulator.faults().clear();
    bench.restart();
    bench.bringEvents();
  }

  static List<Fault> whatHeals() {
    return List.of(
        Fault.status(404),
        Fault.status(429),
        Fault.status(500),
        Fault.htmlPage(),
        Fault.status(403).header("Content-Type", "text/html").body("<html>Sorry</html>"));
  }

  @ParameterizedTest
  @MethodSource("whatHeals")
  void invariant9OtherAnswersAreRetriedForEver(Fault fault) throws InterruptedException {
    bench
        .simulator
        .faults()
        .add(fault.at(Requests.CERTIFICATE_SESSION_LOGIN).times(Integer.MAX_VALUE));
    bench.start();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    bench.simulator.faults().clear();
    bench.awaitLongPoll();
    bench.bringEvents();
    bench.assertNothingIsLostOrTwice();
  }

  @Test
  void invariant9ACertificateThatTheServerRefusesInTlsIsRetriedUntilItIsImported()
      throws InterruptedException {
    bench.simulator.reconfigure(options -> options.removeCertificate(CLIENT.certificate()));
    bench.start();
    bench.workUntil(() -> bench.elapsed().compareTo(LONG) > 0);
    assertThat(bench.log())
        .contains(
            "a server that refuses the client certificate may answer so: the one of"
                + " symphony.certificate.path, or the one that signed it, must be imported in the"
                + " pod's admin portal. Failed reads in a row: 2");
    assertThat(bench.simulator.requests().count()).isZero();
    bench.simulator.reconfigure(options -> options.importCertificate(CLIENT.certificate()));
    bench.awaitLongPoll();
    bench.bringEvents();
  }

  @Test
  void invariant9AFileThatCannotBeReadEndsTheTaskAfterTheGrace() throws Exception {
    byte[] good = Files.readAllBytes(file);
    Files.write(file, new byte[] {0x30, 1, 2, 3, 4, 5});
    bench.start();
    assertThat(bench.workUntilFailed())
        .hasMessageContaining("symphony.certificate.path begins as a PKCS#12 or JKS store, but")
        .hasMessageEndingWith("There is no login without it.");
    assertThat(bench.elapsed())
        .isBetween(Recovery.REFUSED_AT_MOST, Recovery.REFUSED_AT_MOST.plusSeconds(40));
    Files.write(file, good);
    bench.restart();
    bench.bringEvents();
  }

  @Test
  void invariant9AWrongPasswordIsToldOfByItsOption() {
    bench.properties.put("symphony.certificate.password", "hunter2-wrong");
    bench.start();
    assertThat(bench.workUntilFailed())
        .hasMessageContaining("symphony.certificate.password does not open the store: correct it")
        .hasMessageNotContaining("hunter2");
  }

  /** The old certificate is no more, as after a rotation: only the new one can log in. */
  @Test
  void aCertificateReplacedOnDiskIsUsedByTheNextLoginAndTheSecondTokensAreSent() throws Exception {
    bench.startAndReadWell();
    Identity next = AUTHORITY.client(SimulatorKeys.USERNAME);
    bench.simulator.reconfigure(
        options ->
            options.removeCertificate(CLIENT.certificate()).importCertificate(next.certificate()));
    Files.write(file, next.jks(PASSWORD));
    bench.simulator.expireTokens();
    bench.endLongPoll();
    bench.awaitAllAcknowledged();
    assertThat(bench.simulator.requests().to(Requests.CERTIFICATE_SESSION_LOGIN))
        .extracting(RecordedRequest::clientCertificate)
        .containsExactly(CLIENT.certificate(), next.certificate());
    assertThat(bench.simulator.logins()).hasSize(4);
    RecordedRequest read = bench.simulator.requests().reads().last();
    assertThat(read.header("sessionToken")).isEqualTo(bench.simulator.logins().get(2).token());
    assertThat(read.header("keyManagerToken")).isEqualTo(bench.simulator.logins().get(3).token());
    bench.assertNothingIsLostOrTwice();
  }
}
