// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.reader.CapturedLog;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AutoClose;
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
  void invariant9LogsItOnceWithItsStackAndTakesItForAReadThatFailed() throws Exception {
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
  void invariant10LogsOncePerPlaceWhatOkHttpThrowsOverAnOddAnswerAndQuotesNothing(
      String status, String length) throws Exception {
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
  void invariant10TellsNoMessageOfItWhichNobodyHasClearedOfSecrets() throws Exception {
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

  /** It would take the processor just when a batch needs it. */
  @Test
  void wakesTheThreadForTimeoutsForACallAndNotForEachReadOfItsSocket() throws Exception {
    try (MockWebServer agent = new MockWebServer()) {
      agent.start();
      DatahoseFeed feed = symphony.feedAt(agent.url("/").toString());
      String large = "{\"events\":[],\"more\":\"" + "x".repeat(900_000) + "\"}";
      // The first call starts the thread.
      agent.enqueue(json(large));
      feed.read("");
      long fewest = Long.MAX_VALUE;
      // Of several, since other tests make calls, too.
      for (int i = 0; i < 5; i++) {
        agent.enqueue(json(large));
        ThreadInfo before = theThreadForTimeouts();
        assertThat(feed.read("").body()).hasSize(large.length());
        ThreadInfo after = theThreadForTimeouts();
        assertThat(after.getThreadId()).isEqualTo(before.getThreadId());
        long waits = after.getWaitedCount() - before.getWaitedCount();
        assertThat(waits).isNotNegative();
        fewest = Math.min(fewest, waits);
      }
      assertThat(fewest).isLessThan(5);
    }
  }

  private static MockResponse json(String body) {
    return new MockResponse.Builder()
        .setHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  private static ThreadInfo theThreadForTimeouts() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<ThreadInfo> found =
        Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
            .filter(thread -> thread != null && thread.getThreadName().equals("Okio Watchdog"))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /** Each call looks twice: when it is sent, and when its headers have come. */
  private long nanoTime() {
    if (broken && ++looksAtTheClock % 2 == 0) {
      throw new IllegalStateException("hunter2", new ArithmeticException("hunter3"));
    }
    return System.nanoTime();
  }
}
