// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FaultyProxy.Trouble;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@link FailureTableTest} where no whole answer came: all of it heals. */
@Timeout(60)
class NetworkFailuresTest {

  private final FailureBench bench = new FailureBench();

  @AfterEach
  void stop() {
    bench.close();
  }

  @ParameterizedTest
  @CsvSource({
    "RESET,the connection broke",
    "CUT,the connection broke",
    "HALF_OPEN,no answer in time",
    "DRIPPING,it took too long as a whole"
  })
  void invariant9HealsAndLosesNothingAndBringsNothingTwice(Trouble trouble, String words)
      throws InterruptedException {
    bench.readTimeout = Duration.ofMillis(700);
    bench.longestCall = Duration.ofSeconds(1);
    bench.simulator.reconfigure(options -> options.longPoll(Duration.ofMillis(300)));
    try (FaultyProxy proxy = FaultyProxy.of(bench.simulator)) {
      bench.properties.put("symphony.agent.url", proxy.url());
      bench.startAndReadWell();
      proxy.add(trouble, 4);
      bench.endLongPoll();
      bench.workUntil(() -> !proxy.pending());
      bench.awaitAllAcknowledged();
      bench.assertNothingIsLostOrTwice();
      assertThat(bench.log()).contains(words, "Failed reads in a row: 2");
    }
  }

  @Test
  void triesAgainAtOnceAfterAReadTimeout() throws InterruptedException {
    bench.readTimeout = Duration.ofMillis(300);
    bench.simulator.reconfigure(options -> options.longPoll(Duration.ofMillis(100)));
    try (FaultyProxy proxy = FaultyProxy.of(bench.simulator)) {
      bench.properties.put("symphony.agent.url", proxy.url());
      bench.start();
      proxy.add(Trouble.HALF_OPEN, 1);
      bench.workUntil(() -> !proxy.pending());
      bench.workUntil(() -> bench.log().contains("no answer in time"));
      assertThat(bench.log()).containsPattern("no answer in time[^\n]*Trying again");
    }
  }

  @Test
  void retriesForEverWhenTheHostIsNotKnown() throws InterruptedException {
    assertRetriedForEver("http://agent.invalid", "the host name is not known here (DNS)");
  }

  @Test
  void retriesForEverWhenTheServerDoesNotSpeakTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0)) {
      Thread refusesAllThatIsNotHttp = new Thread(() -> refuse(plain));
      refusesAllThatIsNotHttp.setDaemon(true);
      refusesAllThatIsNotHttp.start();
      assertRetriedForEver("https://127.0.0.1:" + plain.getLocalPort(), "TLS could not be agreed");
    }
  }

  private static void refuse(ServerSocket server) {
    byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    while (!server.isClosed()) {
      try (Socket connection = server.accept()) {
        connection.getOutputStream().write(answer);
        connection.getInputStream().read(new byte[1000]);
      } catch (IOException goneOrClosed) {
        // the next one
      }
    }
  }

  @Test
  void retriesForEverWhenNobodyListens() throws Exception {
    int port;
    try (FaultyProxy closed = FaultyProxy.of(bench.simulator)) {
      port = Integer.parseInt(closed.url().substring(closed.url().lastIndexOf(':') + 1));
    }
    assertRetriedForEver("http://127.0.0.1:" + port, "no connection");
  }

  @Test
  void retriesForEverWhenNobodyVouchesForTheCertificate() throws Exception {
    Identity server = new Authority("Unknown CA").server();
    try (Simulator agent =
        Simulator.start(SimulatorOptions.defaults().https(server.key(), server.chain()))) {
      assertRetriedForEver(agent.url(), "an authority that is not trusted here, CN=Unknown CA");
    }
  }

  private void assertRetriedForEver(String agentUrl, String words) throws InterruptedException {
    bench.properties.put("symphony.agent.url", agentUrl);
    bench.start();
    bench.workUntil(() -> bench.elapsed().compareTo(Duration.ofMinutes(10)) > 0);
    assertThat(bench.log()).contains(words, "Failed reads in a row: 2");
    assertThat(bench.simulator.requests().reads().count()).isZero();
    assertThat(bench.simulator.logins()).as("one login").hasSize(2);
  }
}
