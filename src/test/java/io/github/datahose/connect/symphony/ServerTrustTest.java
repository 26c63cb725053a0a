// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerTrustTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Authority AUTHORITY = new Authority("Test CA");

  private final AtomicReference<List<X509Certificate>> trusted =
      new AtomicReference<>(List.of(AUTHORITY.certificate()));
  private Simulator simulator;
  private SymphonyClient client;

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
      simulator.close();
    }
  }

  private void start(Identity server) {
    start(server, trusted::get);
  }

  private void start(Identity server, Supplier<List<X509Certificate>> trust) {
    simulator =
        Simulator.start(
            SimulatorOptions.defaults()
                .longPoll(Duration.ZERO)
                .https(server.key(), server.chain()));
    client = new SymphonyClient(GivenSettings.of(simulator.url()).trusting(trust).build());
  }

  private SymphonyException failure() {
    return Reads.failureOf(
        client.feed("tag", List.of("MESSAGESENT"), List.of(), Reads.at(simulator.url()), () -> {}));
  }

  private SymphonyException refusal(Identity server) {
    start(server);
    SymphonyException failure = failure();
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure.getMessage()).startsWith("login at the pod (127.0.0.1) failed: ");
    assertThat(simulator.requests().count()).isZero();
    return failure;
  }

  @Test
  void readsFromAServerOfAConfiguredAuthority() {
    start(AUTHORITY.server());
    assertThat(failure()).isNull();
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @Test
  void namesAnUnknownAuthorityAndTheOptionAndTrustsItOnceItIsAdded() {
    trusted.set(List.of());
    SymphonyException unknown = refusal(AUTHORITY.server());
    assertThat(unknown)
        .hasMessageEndingWith(
            "the server's certificate, subject CN=server of 127.0.0.1, comes from an authority"
                + " that is not trusted here, CN=Test CA: add that authority's certificate with"
                + " symphony.truststore.path");
    trusted.set(List.of(new Authority("Other CA").certificate()));
    assertThat(failure()).hasMessage(unknown.getMessage());
    trusted.set(List.of(new Authority("Other CA").certificate(), AUTHORITY.certificate()));
    assertThat(failure()).isNull();
  }

  @Test
  void namesACertificateThatIsOverOrNotYetValid() {
    Instant now = Instant.now();
    assertThat(
            refusal(AUTHORITY.server(now.minus(DAY.multipliedBy(2)), now.minus(DAY), "127.0.0.1")))
        .hasMessageContaining("subject CN=server of 127.0.0.1, expired on 2")
        .hasMessageEndingWith("Z: have it renewed");
    stop();
    assertThat(refusal(AUTHORITY.server(now.plus(DAY), now.plus(DAY.multipliedBy(2)), "127.0.0.1")))
        .hasMessageContaining("subject CN=server of 127.0.0.1, is not valid before 2")
        .hasMessageEndingWith("check the clocks of this worker and of that server");
  }

  /** As old roots that a server still sends, or that nobody took out of a trust store. */
  @Test
  void anExpiredExtraCertificateDoesNotHideAnUnknownAuthority() {
    Instant now = Instant.now();
    Instant yesterday = now.minus(DAY);
    X509Certificate extra =
        AUTHORITY.server(now.minus(DAY.multipliedBy(2)), yesterday, "old.test").certificate();
    X509Certificate[] sent = {new Authority("New CA").server().certificate(), extra};
    X509Certificate[] alone = {sent[0]};
    X509Certificate sameName = new Authority("New CA", yesterday).certificate();
    for (List<X509Certificate> store :
        List.of(
            List.<X509Certificate>of(),
            List.of(extra),
            List.of(sameName),
            List.of(sameName, extra, AUTHORITY.certificate()))) {
      for (X509Certificate[] chain : List.of(sent, alone)) {
        assertThatThrownBy(() -> trust(store).checkServerTrusted(chain, "ECDHE_ECDSA"))
            .isInstanceOf(UntrustedServerException.class)
            .message()
            .startsWith(
                "the server's certificate, subject CN=server of 127.0.0.1, comes from an authority"
                    + " that is not trusted here, CN=New CA")
            .endsWith(": add that authority's certificate with symphony.truststore.path");
      }
    }
    assertThatThrownBy(() -> trust(List.of(sameName)).checkServerTrusted(alone, "ECDHE_ECDSA"))
        .hasMessageContaining("CN=New CA (one of that name is, but with another key): add");
  }

  @Test
  void namesTheSignerThatIsOverWhenTheServersOwnCertificateIsNot() {
    Authority over = new Authority("Old CA", Instant.now().minus(DAY));
    X509Certificate[] chain = {over.server().certificate(), over.certificate()};
    assertThatThrownBy(() -> trust(List.of()).checkServerTrusted(chain, "ECDHE_ECDSA"))
        .hasMessageContaining("the server's certificate, subject CN=Old CA, expired on ");
  }

  @Test
  void namesTheHostsOfACertificateThatIsForOthers() {
    assertThat(refusal(AUTHORITY.server("agent.example.com", "10.1.2.3")))
        .hasMessageEndingWith(
            "the server's certificate is for another host name (DN: CN=server of"
                + " agent.example.com, subjectAltNames: [10.1.2.3, agent.example.com]): check the"
                + " URL; this check cannot be switched off");
  }

  @Test
  void aTrustStoreThatCannotBeReadIsTriedAgainWithTheNextConnection() {
    Supplier<List<X509Certificate>> halfWritten =
        () -> {
          throw new IllegalArgumentException("symphony.truststore.path is being written");
        };
    AtomicReference<Supplier<List<X509Certificate>>> file = new AtomicReference<>(halfWritten);
    start(AUTHORITY.server(), () -> file.get().get());
    assertThat(failure())
        .hasMessageEndingWith(
            "whom to trust cannot be told: symphony.truststore.path is being written");
    file.set(trusted::get);
    assertThat(failure()).isNull();
  }

  /** No server of a public authority can be reached here: such an authority's own certificate. */
  @Test
  void trustsTheJvmsAuthoritiesBesidesTheConfigured() throws Exception {
    ServerTrust alone = trust(List.of());
    ServerTrust both = trust(trusted.get());
    X509Certificate[] publicOne =
        Stream.of(alone.getAcceptedIssuers())
            .map(certificate -> new X509Certificate[] {certificate})
            .filter(chain -> isTrusted(alone, chain))
            .findFirst()
            .orElseThrow();
    assertThat(isTrusted(both, publicOne)).isTrue();
    assertThat(isTrusted(both, chain(AUTHORITY.server()))).isTrue();
    assertThat(isTrusted(alone, chain(AUTHORITY.server()))).isFalse();
  }

  @Test
  void saysWhatJavaHoldsAgainstACertificateThatIsTooWeak() {
    assertThatThrownBy(
            () ->
                trust(trusted.get())
                    .checkServerTrusted(chain(AUTHORITY.weakServer("127.0.0.1")), "RSA"))
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("subject CN=server of 127.0.0.1, is refused by Java (")
        .hasMessageContaining("512")
        .hasMessageEndingWith("have a better one made for that server");
  }

  @Test
  void aNameThatAServerMadeUpStaysInOneShortLine() {
    Identity long1 = new Authority("x".repeat(1000)).server("127.0.0.1");
    assertThatThrownBy(() -> trust(List.of()).checkServerTrusted(chain(long1), "ECDHE_ECDSA"))
        .message()
        .hasSizeLessThan(600)
        .contains("CN=xxx");
  }

  @Test
  void lettingClientsInIsNotItsJob() {
    assertThatThrownBy(() -> trust(List.of()).checkClientTrusted(chain(AUTHORITY.server()), "RSA"))
        .isInstanceOf(CertificateException.class);
  }

  private static ServerTrust trust(List<X509Certificate> certificates) {
    return new ServerTrust(new TrustStore("symphony.truststore.path", () -> certificates));
  }

  private static boolean isTrusted(ServerTrust trust, X509Certificate[] chain) {
    try {
      trust.checkServerTrusted(chain, "UNKNOWN");
      return true;
    } catch (CertificateException refused) {
      return false;
    }
  }

  private static X509Certificate[] chain(Identity identity) {
    return identity.chain().toArray(X509Certificate[]::new);
  }
}
