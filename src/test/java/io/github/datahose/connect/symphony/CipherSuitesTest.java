// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client offers to servers in TLS. */
@Timeout(60)
class CipherSuitesTest {

  private static final HeldCertificate SERVER =
      new HeldCertificate.Builder().rsa2048().addSubjectAlternativeName("127.0.0.1").build();

  private final SSLServerSocket socket = listen();
  private final HttpClients clients =
      new HttpClients(
          GivenSettings.of("https://127.0.0.1:" + socket.getLocalPort())
              .trusting(() -> List.of(SERVER.certificate()))
              .build());

  private static SSLServerSocket listen() {
    try {
      return (SSLServerSocket)
          new HandshakeCertificates.Builder()
              .heldCertificate(SERVER)
              .build()
              .sslContext()
              .getServerSocketFactory()
              .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() throws IOException {
    clients.closeIdle();
    socket.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_CBC_SHA"
      })
  void rejectsAServerWithoutForwardSecrecyOrAuthenticatedEncryption(String suite) {
    CompletableFuture<Void> served = serveOnce("TLSv1.2", suite);
    assertThatThrownBy(this::ask).isInstanceOf(SSLHandshakeException.class);
    assertThatThrownBy(served::get).hasRootCauseInstanceOf(SSLHandshakeException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TLSv1.2 TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLSv1.2 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLSv1.3 TLS_AES_256_GCM_SHA384"
      })
  void readsFromAServerOfToday(String versionAndSuite) throws Exception {
    String[] offered = versionAndSuite.split(" ");
    CompletableFuture<Void> served = serveOnce(offered[0], offered[1]);
    ask();
    served.get();
  }

  private CompletableFuture<Void> serveOnce(String version, String suite) {
    socket.setEnabledProtocols(new String[] {version});
    socket.setEnabledCipherSuites(new String[] {suite});
    return CompletableFuture.runAsync(
        () -> {
          try (SSLSocket peer = (SSLSocket) socket.accept()) {
            peer.startHandshake();
            peer.getInputStream().read(new byte[4_096]);
            peer.getOutputStream()
                .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void ask() throws IOException {
    Request request =
        new Request.Builder().url("https://127.0.0.1:" + socket.getLocalPort() + "/").build();
    try (Response response = clients.to("127.0.0.1", null).newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(204);
    }
  }
}
