// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nobody expects in the midst of a call. */
@Timeout(60)
class SymphonyHttpTest {

  @AutoClose private final CapturedLog log = new CapturedLog();
  @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
  private int looksAtTheClock;
  private boolean broken;

  @Test
  @Tag("invariant-9")
  void invariant9LogsBugOnceAndTreatsItAsFailedRead() throws Exception {
    symphony.settings.nanoTime = this::nanoTime;
    symphony.read();
    broken = true;
    for (int i = 0; i < 3; i++) {
      SymphonyException failure = symphony.failure();
      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(failure.status()).isZero();
      assertThat(failure)
          .hasMessageContaining("read of the Datahose feed (127.0.0.1, trace id ")
          .hasMessageContaining("failed unexpectedly (java.lang.IllegalStateException at ");
    }
    assertThat(log.text().lines().filter(line -> line.contains("ERROR"))).hasSize(1);
    assertThat(log.text().lines())
        .anyMatch(line -> line.strip().startsWith("at " + getClass().getName() + ".nanoTime("))
        .anyMatch(line -> line.contains("Caused by:") && line.contains("ArithmeticException"));
    broken = false;
    assertThat(symphony.read().status()).isEqualTo(200);
  }

  /** OkHttp has no IOException for these; they must not fill the log either. */
  @ParameterizedTest
  @CsvSource({"HTTP/1.1 -12 OK, 2", "HTTP/1.1 200 OK, -5"})
  @Tag("invariant-10")
  void invariant10LogsExceptionOfOkHttpOncePerPlaceWithoutMessage(String status, String length)
      throws Exception {
    try (MockWebServer agent = new MockWebServer()) {
      agent.start();
      for (int i = 0; i < 3; i++) {
        agent.enqueue(
            new MockResponse.Builder()
                .status(status)
                .body("the takeover is on")
                .setHeader("Content-Length", length)
                .onResponseEnd(new SocketEffect.CloseSocket())
                .build());
        SymphonyException failure =
            ClientUnderTest.failureOf(symphony.feedAt(agent.url("/").toString()));
        assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
        assertThat(failure).hasMessageNotContaining("takeover");
      }
    }
    assertThat(log.text().lines().filter(line -> line.contains("ERROR"))).hasSize(1);
    assertThat(log.text()).doesNotContain("takeover");
  }

  @Test
  @Tag("invariant-10")
  void invariant10HidesMessageOfBug() throws Exception {
    symphony.settings.nanoTime = this::nanoTime;
    symphony.read();
    broken = true;
    SymphonyException failure = symphony.failure();
    assertThat(failure).hasStackTraceContaining("IllegalStateException");
    assertThat(failure.getCause()).hasStackTraceContaining("nanoTime");
    assertThat(failure.getMessage() + failure.getCause() + failure.getCause().getCause())
        .doesNotContain("hunter");
    assertThat(log.text()).contains("ERROR").doesNotContain("hunter");
  }

  /** Each call looks twice: when it is sent, and when its headers have come. */
  private long nanoTime() {
    if (broken && ++looksAtTheClock % 2 == 0) {
      throw new IllegalStateException("hunter2", new ArithmeticException("hunter3"));
    }
    return System.nanoTime();
  }
}
