// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import static io.github.datahose.connect.symphony.ClientUnderTest.AUTHORITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.UntrustedServerException;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509ExtendedKeyManager;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is agreed in TLS before a request is sent. */
@Timeout(60)
class HttpClientsTest {

  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().rsa2048().addSubjectAlternativeName("127.0.0.1").build();
  private static final HandshakeCertificates OF_SERVER =
      new HandshakeCertificates.Builder().heldCertificate(SERVER).build();

  @AutoClose private final ClientUnderTest symphony = ClientUnderTest.withTls();

  @AutoClose("closeIdle")
  private final HttpClients clients =
      new HttpClients(
          symphony.settings.trusting(AUTHORITY.certificate(), SERVER.certificate()).build(),
          EventListener.NONE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_CBC_SHA"
      })
  void rejectsAServerWithoutForwardSecrecyOrAuthenticatedEncryption(String suite) {
    assertThatThrownBy(() -> askServerOf("TLSv1.2", suite))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLSv1.2, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLSv1.3, TLS_AES_256_GCM_SHA384"
  })
  void readsFromServerWithCurrentTls(String version, String suite) {
    assertThatCode(() -> askServerOf(version, suite)).doesNotThrowAnyException();
  }

  private void askServerOf(String version, String suite) throws IOException {
    HttpsServer server = server(OF_SERVER.sslContext(), version, suite);
    try {
      ask(url(server), null);
    } finally {
      server.stop(0);
    }
  }

  private static HttpsServer server(SSLContext tls, String version, String... suites)
      throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            parameters.setSSLParameters(
                new SSLParameters(suites.length == 0 ? null : suites, new String[] {version}));
          }
        });
    server.start();
    return server;
  }

  private static String url(HttpsServer server) {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Java keeps the session before OkHttp judges the host name, and who resumes it is shown no
   * certificate.
   */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void acceptsReplacedServerCertificateAtNextConnection(String version) throws Exception {
    AtomicReference<Identity> shown = new AtomicReference<>(AUTHORITY.server("agent.example.com"));
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(new KeyManager[] {new Showing(shown)}, null, null);
    HttpsServer server = server(tls, version);
    try {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> ask(url(server), null))
            .isInstanceOf(SSLPeerUnverifiedException.class);
      }
      shown.set(AUTHORITY.server());
      ask(url(server), null);
    } finally {
      server.stop(0);
    }
  }

  /** Replaces a server's certificate as a reload does: TLS sessions can still be resumed. */
  private static final class Showing extends X509ExtendedKeyManager {

    private final AtomicReference<Identity> shown;

    private Showing(AtomicReference<Identity> shown) {
      this.shown = shown;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      return chooseServerAlias(keyType, issuers, null);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return keyType.equals(shown.get().key().getAlgorithm()) ? "shown" : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return shown.get().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return shown.get().key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      throw new UnsupportedOperationException();
    }
  }

  /**
   * OkHttp's limit on headers does not count empty ones, so with HTTP/2 CONTINUATION frames of them
   * would fill a heap.
   */
  @Test
  @Tag("invariant-12")
  void invariant12OffersOnlyHttp11OnEveryRoute() throws Exception {
    try (MockWebServer server = new MockWebServer();
        ForwardProxy proxy = ForwardProxy.start()) {
      server.useHttps(OF_SERVER.sslSocketFactory());
      server.setDispatcher(
          new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              return new MockResponse.Builder().code(500).build();
            }
          });
      server.start(InetAddress.getLoopbackAddress(), 0);
      symphony.settings.allAt("https://127.0.0.1:" + server.getPort());
      assertThat(symphony.failure().status()).isEqualTo(500);
      assertThat(symphony.check().findings()).isNotEmpty();
      symphony.forgetClient();
      symphony.settings.certificate(AUTHORITY.client(SimulatorKeys.USERNAME));
      assertThat(symphony.failure().status()).isEqualTo(500);
      symphony.forgetClient();
      symphony.settings.proxy(proxy, null, null);
      assertThat(symphony.failure().status()).isEqualTo(500);
      assertThat(server.getRequestCount()).isGreaterThanOrEqualTo(4);
      for (int i = server.getRequestCount(); i > 0; i--) {
        assertThat(server.takeRequest().getVersion()).isEqualTo("HTTP/1.1");
      }
    }
  }

  /**
   * In a TLS session that is resumed nobody shows a certificate: each login has to make a session
   * of its own.
   */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void sendsReplacedClientCertificateAtNextConnection(String version) throws Exception {
    symphony.simulator.reconfigure(options -> options.tlsVersion(version));
    Identity first = AUTHORITY.client(SimulatorKeys.USERNAME);
    Identity second = AUTHORITY.client(SimulatorKeys.USERNAME);
    for (Identity shown : List.of(first, first, second)) {
      askSimulator(ClientCertificate.of(shown.pkcs12("password"), "password"));
      assertThat(symphony.simulator.requests().last().clientCertificate())
          .isEqualTo(shown.certificate());
    }
    askSimulator(null);
    assertThat(symphony.simulator.requests().last().clientCertificate()).isNull();
  }

  @Test
  void checksServerCertificateInCertificateLogin() {
    HttpClients trustingNobody =
        new HttpClients(symphony.settings.trusting().build(), EventListener.NONE);
    ClientCertificate certificate =
        ClientCertificate.of(
            AUTHORITY.client(SimulatorKeys.USERNAME).pkcs12("password"), "password");
    String url = symphony.simulator.url() + ClientUnderTest.INFO;
    assertThatThrownBy(() -> ask(trustingNobody, url, certificate))
        .hasCauseInstanceOf(UntrustedServerException.class);
    assertThat(symphony.simulator.requests().count()).isZero();
  }

  private void askSimulator(ClientCertificate certificate) throws IOException {
    ask(symphony.simulator.url() + ClientUnderTest.INFO, certificate);
  }

  private void ask(String url, ClientCertificate certificate) throws IOException {
    ask(clients, url, certificate);
  }

  private static void ask(HttpClients ways, String url, ClientCertificate certificate)
      throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response response = ways.to("127.0.0.1", certificate).newCall(request).execute()) {
      assertThat(response.isSuccessful()).isTrue();
      assertThat(response.body().bytes()).isNotNull();
    }
  }
}
