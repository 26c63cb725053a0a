// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.feed.CapturedLog;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bug of the connector's own in the midst of a call, and what only looks like one. */
@Timeout(60)
class OwnFaultTest {

  private final CapturedLog log = new CapturedLog();
  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
  private SymphonyClient client;
  private int looksAtTheClock;
  private boolean broken;

  @AfterEach
  void stop() {
    log.close();
    client.close();
    simulator.close();
  }

  @Test
  void invariant9LogsItOnceWithItsStackAndTakesItForAReadThatFailed() throws Exception {
    DatahoseFeed feed = feedOf(simulator.url());
    feed.read("");
    broken = true;
    for (int i = 0; i < 3; i++) {
      SymphonyException failure = Reads.failureOf(feed);
      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(failure.status()).isZero();
      assertThat(failure)
          .hasMessageContaining("read of the Datahose feed (127.0.0.1, trace id ")
          .hasMessageContaining("a fault of this connector's own (java.lang.IllegalStateException")
          .hasMessageContaining("report");
    }
    assertThat(log.text().lines().filter(line -> line.contains("ERROR"))).hasSize(1);
    assertThat(log.text().lines())
        .anyMatch(line -> line.strip().startsWith("at " + getClass().getName() + ".nanoTime("))
        .anyMatch(line -> line.contains("Caused by:") && line.contains("ArithmeticException"));
    broken = false;
    assertThat(feed.read("").status()).isEqualTo(200);
  }

  @Test
  void invariant10TellsNoMessageOfItWhichNobodyHasClearedOfSecrets() throws Exception {
    DatahoseFeed feed = feedOf(simulator.url());
    feed.read("");
    broken = true;
    SymphonyException failure = Reads.failureOf(feed);
    assertThat(failure).hasStackTraceContaining("IllegalStateException");
    assertThat(failure.getCause()).hasStackTraceContaining("nanoTime");
    assertThat(failure.getMessage() + failure.getCause() + failure.getCause().getCause())
        .doesNotContain("hunter");
    assertThat(log.text()).contains("ERROR").doesNotContain("hunter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 -12 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n"})
  void isNoneOfTheConnectorsWhenOkHttpStumblesOverAnAnswer(String head) throws IOException {
    try (RawServer agent = RawServer.hangingUpAfter(head + "\r\n{\"events\":[]}")) {
      SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(failure).hasMessageNotContaining("fault of this connector");
      assertThat(log.text()).doesNotContain("ERROR");
    }
  }

  /** Each call looks twice: when it is sent, and when its headers have come. */
  private long nanoTime() {
    if (broken && ++looksAtTheClock % 2 == 0) {
      throw new IllegalStateException("hunter2", new ArithmeticException("hunter3"));
    }
    return System.nanoTime();
  }

  private DatahoseFeed feedOf(String agentUrl) {
    client = new SymphonyClient(GivenSettings.of(simulator.url()).nanoTime(this::nanoTime).build());
    return client.feed("tag", List.of("A"), List.of(), Reads.at(agentUrl), () -> {});
  }
}
