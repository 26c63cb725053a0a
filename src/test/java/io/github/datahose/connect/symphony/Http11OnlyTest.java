// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * HTTP/2 is never offered. OkHttp's limit on headers does not count empty ones, so CONTINUATION
 * frames of them fill a heap.
 */
@Timeout(60)
class Http11OnlyTest {

  private static final String PASSWORD = "store-password";

  /** More than sockets and a limit on headers let through, and far less than fills a heap. */
  private static final int FRAMES_AT_MOST = 2_000;

  private final Authority authority = new Authority("Test CA");
  private final FrameServer server = new FrameServer(authority.server());

  @AfterEach
  void stop() throws IOException {
    server.listener.close();
  }

  @Test
  void invariant12OffersHttp11OnlyAndFailsAtAPeerThatSendsFrames() {
    failsAt(settings());
  }

  @Test
  void invariant12OffersHttp11OnlyThroughAProxy() {
    try (ForwardProxy proxy = ForwardProxy.start()) {
      failsAt(
          settings().proxy(new ProxySettings("127.0.0.1", proxy.port(), null, null, List.of())));
    }
  }

  @Test
  void invariant12OffersHttp11OnlyWithAClientCertificate() {
    Identity bot = authority.client(SimulatorKeys.USERNAME);
    failsAt(settings().certificate(() -> ClientCertificate.of(bot.pkcs12(PASSWORD), PASSWORD)));
  }

  @Test
  void invariant12OffersHttp11OnlyInTheConnectionCheck() {
    ConnectionReport report = ConnectionCheck.run(settings().build(), Duration.ofSeconds(50));
    assertThat(report.findings()).isNotEmpty();
    offeredHttp11Only();
  }

  private void failsAt(GivenSettings settings) {
    try (SymphonyClient client = new SymphonyClient(settings.build())) {
      SymphonyException failure =
          Reads.failureOf(
              client.feed("tag", List.of("A"), List.of(), Reads.at(server.url()), () -> {}));
      assertThat(failure).isNotNull();
      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    }
    offeredHttp11Only();
  }

  private void offeredHttp11Only() {
    assertThat(server.offered).isNotEmpty().allMatch(List.of("http/1.1")::containsAll);
    assertThat(server.frames.get()).isLessThan(FRAMES_AT_MOST * (long) server.offered.size());
  }

  private GivenSettings settings() {
    return GivenSettings.of(server.url()).trusting(() -> List.of(authority.certificate()));
  }

  /** Takes HTTP/2 where it may, and answers with its frames in any case: headers without end. */
  private static final class FrameServer {

    private static final byte[] SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    /** Of stream 1, without END_HEADERS, and with nothing in it. */
    private static final byte[] HEADERS = {0, 0, 0, 1, 0, 0, 0, 0, 1};

    private final List<List<String>> offered = new CopyOnWriteArrayList<>();
    private final AtomicLong frames = new AtomicLong();
    private final SSLServerSocket listener;

    FrameServer(Identity identity) {
      try {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(new ByteArrayInputStream(identity.pkcs12(PASSWORD)), PASSWORD.toCharArray());
        KeyManagerFactory keys =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        listener =
            (SSLServerSocket)
                tls.getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      start(this::accept);
    }

    String url() {
      return "https://127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket connection = listener.accept();
          start(() -> serve((SSLSocket) connection));
        }
      } catch (IOException closed) {
        // the test is over
      }
    }

    private void serve(SSLSocket connection) {
      try (connection) {
        connection.setHandshakeApplicationProtocolSelector(
            (socket, protocols) -> {
              offered.add(List.copyOf(protocols));
              return protocols.contains("h2") ? "h2" : protocols.get(0);
            });
        OutputStream out = connection.getOutputStream();
        out.write(SETTINGS);
        out.write(HEADERS);
        byte[] continuation = new byte[9 + 16_000];
        continuation[1] = (byte) (16_000 >> 8);
        continuation[2] = (byte) (16_000 & 0xFF);
        continuation[3] = 9;
        continuation[8] = 1;
        while (frames.get() < 2L * FRAMES_AT_MOST) {
          out.write(continuation);
          frames.incrementAndGet();
        }
      } catch (IOException gone) {
        // the client hung up
      }
    }

    private static void start(Runnable task) {
      Thread thread = new Thread(task, "frame-server");
      thread.setDaemon(true);
      thread.start();
    }
  }
}
