// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import static io.github.datahose.connect.symphony.ClientUnderTest.AUTHORITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ServerTrustTest {

  private static final Instant NOW = Instant.now();
  private static final Instant YESTERDAY = NOW.minus(Duration.ofDays(1));
  private static final Instant TOMORROW = NOW.plus(Duration.ofDays(1));

  @Test
  void namesUnknownAuthorityAndOptionAndTrustsItWhenAdded() {
    X509Certificate other = new Authority("Other CA").certificate();
    try (ClientUnderTest symphony = ClientUnderTest.withTls()) {
      AtomicReference<List<X509Certificate>> trusted = new AtomicReference<>(List.of());
      symphony.settings.trusting(trusted::get);
      String unknown =
          "login to the pod (127.0.0.1) failed: the server's certificate, subject CN=server of"
              + " 127.0.0.1, is signed by an untrusted certificate authority, CN=Test CA. Add that"
              + " authority's certificate with symphony.truststore.path";
      assertThat(symphony.failure()).hasMessage(unknown);
      trusted.set(List.of(other));
      assertThat(symphony.failure()).hasMessage(unknown);
      assertThat(symphony.simulator.requests().count()).isZero();
      trusted.set(List.of(other, AUTHORITY.certificate()));
      assertThat(symphony.failure()).isNull();
    }
  }

  static Stream<Arguments> refusedServers() {
    Instant before = YESTERDAY.minusSeconds(1);
    return Stream.of(
        arguments(
            AUTHORITY.server(before, YESTERDAY, "127.0.0.1"),
            FailureKind.INVALID_CERTIFICATE,
            "subject CN=server of 127.0.0.1, expired on 2",
            "Z. Have it renewed"),
        arguments(
            AUTHORITY.server(TOMORROW, TOMORROW.plusSeconds(1), "127.0.0.1"),
            FailureKind.INVALID_CERTIFICATE,
            "subject CN=server of 127.0.0.1, is not valid before 2",
            "Check the clocks of this worker and of that server"),
        arguments(
            AUTHORITY.server("agent.example.com", "10.1.2.3"),
            FailureKind.WRONG_HOST_NAME,
            "the server's certificate is for another host name (DN: CN=server of"
                + " agent.example.com, subjectAltNames: [10.1.2.3, agent.example.com])",
            "Host name verification cannot be turned off"));
  }

  @ParameterizedTest
  @MethodSource("refusedServers")
  void reportsProblemOfCertificateWithNextStep(
      Identity server, FailureKind kind, String what, String end) {
    try (ClientUnderTest symphony = ClientUnderTest.withTls(server)) {
      SymphonyException failure = symphony.failure();
      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure)
          .hasMessageStartingWith("login to the pod (127.0.0.1) failed: ")
          .hasMessageContaining(what)
          .hasMessageEndingWith(end);
      assertThat(symphony.simulator.requests().count()).isZero();
    }
  }

  /** As old roots that a server still sends, or that nobody took out of a trust store. */
  @Test
  void reportsUnknownAuthorityDespiteExpiredExtraCertificate() {
    X509Certificate extra =
        AUTHORITY.server(YESTERDAY.minusSeconds(1), YESTERDAY, "old.test").certificate();
    X509Certificate[] sent = {new Authority("New CA").server().certificate(), extra};
    X509Certificate[] alone = {sent[0]};
    X509Certificate sameName = new Authority("New CA", YESTERDAY).certificate();
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
                "the server's certificate, subject CN=server of 127.0.0.1, is signed by an untrusted"
                    + " certificate authority, CN=New CA")
            .endsWith(". Add that authority's certificate with symphony.truststore.path");
      }
    }
    assertThatThrownBy(() -> trust(List.of(sameName)).checkServerTrusted(alone, "ECDHE_ECDSA"))
        .hasMessageContaining("CN=New CA (one of that name is trusted, but has another key)");
  }

  @Test
  void namesExpiredSignerOfValidServerCertificate() {
    Authority over = new Authority("Old CA", YESTERDAY);
    X509Certificate[] chain = {over.server().certificate(), over.certificate()};
    assertThatThrownBy(() -> trust(List.of()).checkServerTrusted(chain, "ECDHE_ECDSA"))
        .hasMessageContaining("the server's certificate, subject CN=Old CA, expired on ");
  }

  @Test
  void readsTrustStoreAgainAtNextConnectionWhenUnreadable() {
    AtomicReference<List<X509Certificate>> file = new AtomicReference<>();
    try (ClientUnderTest symphony = ClientUnderTest.withTls()) {
      symphony.settings.trusting(
          () ->
              Optional.ofNullable(file.get())
                  .orElseThrow(() -> new IllegalArgumentException("it is being written")));
      assertThat(symphony.failure())
          .hasMessageEndingWith("cannot read the trusted certificates: it is being written");
      file.set(List.of(AUTHORITY.certificate()));
      assertThat(symphony.failure()).isNull();
    }
  }

  @Test
  void readsTrustStoreAtFirstCheckAndAfterFailedChecks() {
    Authority added = new Authority("New CA");
    List<X509Certificate> file = new ArrayList<>(List.of(AUTHORITY.certificate()));
    AtomicInteger reads = new AtomicInteger();
    ServerTrust trust =
        trust(
            () -> {
              reads.incrementAndGet();
              return List.copyOf(file);
            });
    assertThat(trust.socketFactory(null)).isNotNull();
    assertThat(reads).as("a start opens no file").hasValue(0);
    assertThat(isTrusted(trust, chain(AUTHORITY.server()))).isTrue();
    assertThat(isTrusted(trust, chain(AUTHORITY.server()))).isTrue();
    assertThat(reads).hasValue(1);
    assertThat(isTrusted(trust, chain(added.server()))).isFalse();
    file.add(added.certificate());
    assertThat(isTrusted(trust, chain(added.server()))).isTrue();
    assertThat(reads).hasValue(3);
    file.clear();
    assertThat(isTrusted(trust, chain(added.server()))).isTrue();
    assertThat(reads).as("a removed authority is trusted until then").hasValue(3);
    assertThat(isTrusted(trust, chain(new Authority("Other CA").server()))).isFalse();
    assertThat(isTrusted(trust, chain(added.server()))).isFalse();
  }

  @Test
  void keepsTrustingWhenTrustStoreBecomesUnreadable() {
    AtomicReference<List<X509Certificate>> file =
        new AtomicReference<>(List.of(AUTHORITY.certificate()));
    ServerTrust trust =
        trust(
            () ->
                Optional.ofNullable(file.get())
                    .orElseThrow(() -> new IllegalArgumentException("it hangs")));
    assertThat(isTrusted(trust, chain(AUTHORITY.server()))).isTrue();
    file.set(null);
    assertThatThrownBy(
            () -> trust.checkServerTrusted(chain(new Authority("New CA").server()), "UNKNOWN"))
        .isInstanceOf(UntrustedServerException.class)
        .hasMessage("cannot read the trusted certificates: it hangs");
    assertThat(isTrusted(trust, chain(AUTHORITY.server()))).isTrue();
  }

  @Test
  void reportsExpiredCertificateWhenTrustStoreBecomesUnreadable() {
    AtomicReference<List<X509Certificate>> file =
        new AtomicReference<>(List.of(AUTHORITY.certificate()));
    ServerTrust trust =
        trust(
            () ->
                Optional.ofNullable(file.get())
                    .orElseThrow(() -> new IllegalArgumentException("it hangs")));
    assertThat(isTrusted(trust, chain(AUTHORITY.server()))).isTrue();
    file.set(null);
    Identity expired = AUTHORITY.server(YESTERDAY.minusSeconds(1), YESTERDAY, "127.0.0.1");
    assertThatThrownBy(() -> trust.checkServerTrusted(chain(expired), "UNKNOWN"))
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("subject CN=server of 127.0.0.1, expired on ");
  }

  @Test
  void keepsFewTlsSessionsForAtMostOneHour() {
    SSLSessionContext sessions = trust(List.of()).context(null).getClientSessionContext();
    assertThat(sessions.getSessionCacheSize()).isEqualTo(20);
    assertThat(sessions.getSessionTimeout()).isEqualTo(3600);
  }

  /** No server of a public authority can be reached here: such an authority's own certificate. */
  @Test
  void trustsAuthoritiesOfJvmAndConfiguration() throws Exception {
    ServerTrust alone = trust(List.of());
    ServerTrust both = trust(List.of(AUTHORITY.certificate()));
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
  void reportsReasonWhenJavaRejectsWeakCertificate() {
    assertThatThrownBy(
            () ->
                trust(List.of(AUTHORITY.certificate()))
                    .checkServerTrusted(chain(AUTHORITY.weakServer("127.0.0.1")), "RSA"))
        .isInstanceOf(UntrustedServerException.class)
        .hasMessageContaining("subject CN=server of 127.0.0.1, is rejected by Java (")
        .hasMessageContaining("512")
        .hasMessageEndingWith("Have a new one issued for that server");
  }

  @Test
  void limitsNameOfServerToOneShortLine() {
    Identity talkative = new Authority("x".repeat(1000)).server("127.0.0.1");
    assertThatThrownBy(() -> trust(List.of()).checkServerTrusted(chain(talkative), "ECDHE_ECDSA"))
        .message()
        .hasSizeLessThan(600)
        .contains("CN=xxx");
  }

  private static ServerTrust trust(List<X509Certificate> certificates) {
    return trust(() -> certificates);
  }

  private static ServerTrust trust(Supplier<List<X509Certificate>> certificates) {
    return new ServerTrust(new TrustStore("symphony.truststore.path", certificates));
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
