// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.FaultyProxy.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class FaultyProxyTest {

  private static final String HEALTH = "GET /agent/v3/health HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String READ =
      "POST " + Requests.READ + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
  private final FaultyProxy proxy = FaultyProxy.of(simulator);

  @AfterEach
  void stop() {
    proxy.close();
    simulator.close();
  }

  @Test
  void passesWhatNoTroubleIsPlannedFor() throws IOException {
    proxy.add(Trouble.RESET, 1);
    try (Socket client = sent(request(HEALTH))) {
      assertThat(text(client.getInputStream())).endsWith("{\"status\":\"UP\"}");
    }
    assertThat(proxy.pending()).as("trouble is for reads").isTrue();
    proxy.clear();
    try (Socket client = sent(request(READ))) {
      assertThat(text(client.getInputStream())).startsWith("HTTP/1.1 401").endsWith("}");
    }
    assertThat(simulator.requests().reads().last().text()).isEqualTo("{}");
  }

  @Test
  void resetsBeforeTheSimulatorSeesTheRead() throws IOException {
    proxy.add(Trouble.RESET, 1);
    try (Socket client = sent(request(READ))) {
      assertThatThrownBy(() -> client.getInputStream().readAllBytes())
          .hasMessageContaining("reset");
    }
    assertThat(simulator.requests().count()).isZero();
    assertThat(proxy.pending()).isFalse();
  }

  @Test
  void cutsAnAnswerInItsBody() throws IOException {
    proxy.add(Trouble.CUT, 1);
    try (Socket client = sent(request(READ))) {
      InputStream in = client.getInputStream();
      StringBuilder came = new StringBuilder();
      assertThatThrownBy(
              () -> {
                while (true) {
                  came.append((char) in.read());
                }
              })
          .hasMessageContaining("reset");
      assertThat(came).startsWith("HTTP/1.1 401").doesNotEndWith("}").contains("{");
    }
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @Test
  void leavesAReadWithoutAnswerAndTheConnectionOpen() throws IOException {
    proxy.add(Trouble.HALF_OPEN, 1);
    try (Socket client = sent(request(READ))) {
      client.setSoTimeout(300);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
    }
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void dripsABody() throws IOException {
    proxy.add(Trouble.DRIPPING, 1);
    try (Socket client = sent(request(READ))) {
      long begin = System.nanoTime();
      String answer = text(client.getInputStream());
      assertThat(answer).startsWith("HTTP/1.1 401").endsWith("}");
      int body = answer.length() - answer.indexOf("\r\n\r\n") - 4;
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(50L * body));
    }
  }

  @Test
  void diesAndComesBack() throws IOException {
    proxy.add(Trouble.HALF_OPEN, 1);
    try (Socket client = sent(request(READ))) {
      await().until(() -> !proxy.pending());
      proxy.die();
      assertThat(client.getInputStream().read()).isNegative();
    }
    try (Socket client = sent(request(HEALTH))) {
      assertThatThrownBy(() -> client.getInputStream().readAllBytes())
          .hasMessageContaining("reset");
    }
    proxy.revive();
    try (Socket client = sent(request(HEALTH))) {
      assertThat(text(client.getInputStream())).endsWith("{\"status\":\"UP\"}");
    }
    assertThat(simulator.requests().count()).isOne();
  }

  @Test
  void closeEndsWhatHangs() throws IOException {
    proxy.add(Trouble.HALF_OPEN, 1);
    try (Socket client = sent(request(READ))) {
      await().until(() -> !proxy.pending());
      proxy.close();
      assertThat(client.getInputStream().read()).isNegative();
    }
  }

  private static byte[] request(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Socket sent(byte[] request) throws IOException {
    String url = proxy.url();
    Socket client =
        new Socket("127.0.0.1", Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
    client.getOutputStream().write(request);
    return client;
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
