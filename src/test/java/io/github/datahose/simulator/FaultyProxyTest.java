// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.FaultyProxy.Trouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyProxyTest extends SimulatorFixture {

  private static final String HEALTH = "GET /agent/v3/health HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String READ =
      "POST " + Requests.READ + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

  private final FaultyProxy proxy = FaultyProxy.of(simulator);

  /** Without a login: the proxy handles a rejection like any other response. */
  @Override
  void login() {}

  @AfterEach
  void closeProxy() {
    proxy.close();
  }

  @Test
  void passesRequestsWithoutPlannedFault() throws IOException {
    proxy.add(Trouble.RESET, 1);
    try (Socket client = sent(HEALTH)) {
      assertThat(text(client.getInputStream())).endsWith("{\"status\":\"UP\"}");
    }
    assertThat(proxy.pending()).as("faults affect reads only").isTrue();
    proxy.clear();
    try (Socket client = sent(READ)) {
      assertThat(text(client.getInputStream())).startsWith("HTTP/1.1 401").endsWith("}");
    }
    assertThat(simulator.requests().reads().last().text()).isEqualTo("{}");
  }

  @Test
  void resetsBeforeSimulatorReceivesRead() throws IOException {
    proxy.add(Trouble.RESET, 1);
    try (Socket client = sent(READ)) {
      assertThatThrownBy(() -> client.getInputStream().readAllBytes())
          .hasMessageContaining("reset");
    }
    assertThat(simulator.requests().count()).isZero();
    assertThat(proxy.pending()).isFalse();
  }

  @Test
  void truncatesBodyOfResponse() throws IOException {
    proxy.add(Trouble.CUT, 1);
    try (Socket client = sent(READ)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      assertThatThrownBy(() -> client.getInputStream().transferTo(bytes))
          .hasMessageContaining("reset");
      String came = bytes.toString(StandardCharsets.UTF_8);
      assertThat(came).startsWith("HTTP/1.1 401").doesNotEndWith("}").contains("{");
    }
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @Test
  void leavesReadWithoutResponseUntilClosed() throws IOException {
    proxy.add(Trouble.HALF_OPEN, 1);
    try (Socket client = sent(READ)) {
      client.setSoTimeout(300);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      client.setSoTimeout(20_000);
      proxy.close();
      assertThat(client.getInputStream().read()).isNegative();
    }
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void sendsBodySlowly() throws IOException {
    proxy.add(Trouble.DRIPPING, 1);
    try (Socket client = sent(READ)) {
      long begin = System.nanoTime();
      String answer = text(client.getInputStream());
      assertThat(answer).startsWith("HTTP/1.1 401").endsWith("}");
      int body = answer.length() - answer.indexOf("\r\n\r\n") - 4;
      assertThat(since(begin)).isGreaterThanOrEqualTo(Duration.ofMillis(50L * body));
    }
  }

  @Test
  void stopsAndRestarts() throws IOException {
    proxy.add(Trouble.HALF_OPEN, 1);
    try (Socket client = sent(READ)) {
      await().until(() -> !proxy.pending());
      proxy.die();
      assertThat(client.getInputStream().read()).isNegative();
    }
    try (Socket client = sent(HEALTH)) {
      assertThatThrownBy(() -> client.getInputStream().readAllBytes())
          .hasMessageContaining("reset");
    }
    proxy.revive();
    try (Socket client = sent(HEALTH)) {
      assertThat(text(client.getInputStream())).endsWith("{\"status\":\"UP\"}");
    }
    assertThat(simulator.requests().count()).isOne();
  }

  @Test
  void forwardsResponseAsItArrives() throws IOException {
    try (ServerSocket origin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ForwardProxy forward = ForwardProxy.start();
        Socket client = new Socket("127.0.0.1", forward.port())) {
      client.setSoTimeout(20_000);
      String request = "GET http://origin.test:" + origin.getLocalPort() + "/ HTTP/1.1\r\n\r\n";
      client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (Socket endless = origin.accept()) {
        endless
            .getOutputStream()
            .write("HTTP/1.1 200 OK\r\n\r\nhalf".getBytes(StandardCharsets.US_ASCII));
        String came = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf";
        assertThat(client.getInputStream().readNBytes(came.length())).asString().isEqualTo(came);
      }
    }
  }

  private Socket sent(String request) throws IOException {
    Socket client = new Socket("127.0.0.1", proxy.port());
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
