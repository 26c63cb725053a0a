// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A read is one request, whatever comes of it: retries are the reader's, who counts and logs. */
@Timeout(120)
class OneAttemptTest {

  private static final String EMPTY = RawServer.answer("200 OK", "", "{\"events\":[]}");

  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
  private SymphonyClient client;

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({"408,0", "503,0", "421,0", "401,0", "429,0", "307,0", "500,0"})
  void doesNotRepeatARequestForAStatus(int status, String retryAfter) throws Exception {
    try (RawServer agent =
        RawServer.answering(
            RawServer.answer(status + " X", "Retry-After: " + retryAfter + "\r\n", ""), EMPTY)) {
      DatahoseFeed feed = feedOf(agent.url());
      SymphonyException failure = Reads.failureOf(feed);
      assertThat(failure.status()).isEqualTo(status);
      assertThat(failure.retryAfter()).isEqualTo(Duration.ZERO);
      assertThat(agent.requests()).hasSize(1);
      assertThat(feed.read("").status()).isEqualTo(200);
      assertThat(agent.requests()).hasSize(2);
    }
  }

  @Test
  void doesNotRepeatARequestOnAStaleConnection() throws Exception {
    try (RawServer agent = RawServer.hangingUpAfter(EMPTY)) {
      DatahoseFeed feed = feedOf(agent.url());
      int worked = 0;
      for (int i = 0; i < 10; i++) {
        SymphonyException failure = Reads.failureOf(feed);
        worked += failure == null ? 1 : 0;
        assertThat(failure == null ? FailureKind.NETWORK : failure.kind())
            .isEqualTo(FailureKind.NETWORK);
        assertThat(agent.requests().size()).as("requests").isLessThanOrEqualTo(i + 1);
      }
      assertThat(agent.requests()).hasSize(worked);
    }
  }

  @Test
  void doesNotRepeatARequestThatWasNotAnswered() throws Exception {
    simulator.faults().add(Fault.lostAnswer());
    assertNetworkFailure(feedOf(simulator.url()));
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @Test
  void reportsAConnectionThatIsClosedWithoutAnAnswer() {
    simulator.faults().add(Fault.closed());
    assertNetworkFailure(feedOf(simulator.url()));
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void reportsABodyThatBreaksOff(int bytes) {
    simulator.faults().add(Fault.truncated(bytes));
    assertNetworkFailure(feedOf(simulator.url()));
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @Test
  void reportsAGzipBodyThatIsNone() {
    simulator
        .faults()
        .add(Fault.status(200).header("Content-Encoding", "gzip").body("{\"events\":[]}"));
    assertNetworkFailure(feedOf(simulator.url()));
  }

  @Test
  void reportsAServerThatDoesNotSpeakTls() throws IOException {
    try (ServerSocket plain = new ServerSocket(0)) {
      Thread answersAtOnce =
          new Thread(
              () -> {
                try (Socket connection = plain.accept()) {
                  connection.getOutputStream().write(EMPTY.getBytes(StandardCharsets.US_ASCII));
                  connection.getInputStream().read();
                } catch (IOException over) {
                  // the client has seen enough
                }
              });
      answersAtOnce.setDaemon(true);
      answersAtOnce.start();
      SymphonyException failure =
          assertNetworkFailure(feedOf("https://127.0.0.1:" + plain.getLocalPort()));
      assertThat(failure).hasMessageContaining("TLS");
    }
  }

  @Test
  void takesAProxysDemandForALoginForAFailureOfTheNetwork() throws IOException {
    try (RawServer agent = RawServer.answering(RawServer.answer("407 X", "", ""))) {
      assertThat(assertNetworkFailure(feedOf(agent.url()))).hasMessageContaining("407");
      assertThat(agent.requests()).hasSize(1);
    }
  }

  @Test
  void tellsAReadTimeoutFromOtherFailures() {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(20)));
    GivenSettings settings = GivenSettings.of(simulator.url()).readTimeout(Duration.ofMillis(300));
    SymphonyException failure = Reads.failureOf(feedOf(simulator.url(), settings));
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure.isReadTimeout()).isTrue();
    assertThat(simulator.requests().reads().count()).isOne();
  }

  @Test
  void cutsOffACallThatTakesTooLongAsAWhole() {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(20)));
    GivenSettings settings = GivenSettings.of(simulator.url()).longestCall(Duration.ofMillis(300));
    SymphonyException failure = Reads.failureOf(feedOf(simulator.url(), settings));
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure.isReadTimeout()).isFalse();
    assertThat(failure).hasMessageContaining("it took too long as a whole");
  }

  @Test
  void invariant10DoesNotQuoteWhatCameInPlaceOfHttp() throws IOException {
    try (RawServer agent = RawServer.answering("{\"message\":\"the takeover is on\"}\r\n\r\n")) {
      SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(failure)
          .hasMessageNotContaining("takeover")
          .hasMessageContaining("no whole answer");
    }
  }

  @Test
  void invariant10DoesNotQuoteAnAnswerThatBreaksOffBetweenItsChunks() throws IOException {
    String chunks = "5\r\nabcde\r\nthe takeover is on, and a chunk's length it is not";
    try (RawServer agent =
        RawServer.hangingUpAfter(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)) {
      SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(failure)
          .hasMessageNotContaining("takeover")
          .hasMessageNotContaining(
              HexFormat.of().formatHex("takeover".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  @Test
  void keepsTheStatusOfARefusalWhoseBodyBreaksOff() throws IOException {
    String half = "\r\nContent-Length: 900\r\nRetry-After: 7\r\n\r\n{\"code\":";
    for (int status : new int[] {401, 429, 503}) {
      try (RawServer agent = RawServer.hangingUpAfter("HTTP/1.1 " + status + " No" + half)) {
        SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      }
    }
  }

  @Test
  void keepsTheStatusOfARefusalWhoseRetryAfterIsNonsense() throws IOException {
    for (String retryAfter : List.of("\u0000", "\u00fcber", "\u0007\u001b[31m", "soon", "")) {
      try (RawServer agent =
          RawServer.answering(
              RawServer.answer("401 No", "Retry-After: " + retryAfter + "\r\n", ""))) {
        SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
        assertThat(failure.status()).isEqualTo(401);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ZERO);
      }
    }
  }

  @Test
  void keepsTheStatusOfARefusalWhoseLengthIsBelowZero() throws IOException {
    try (RawServer agent =
        RawServer.hangingUpAfter("HTTP/1.1 401 No\r\nContent-Length: -5\r\n\r\n{}")) {
      assertThat(Reads.failureOf(feedOf(agent.url())).status()).isEqualTo(401);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 -12 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n"})
  void reportsAnAnswerThatOkHttpHasNoIoExceptionFor(String head) throws IOException {
    try (RawServer agent = RawServer.hangingUpAfter(head + "\r\n{\"events\":[]}")) {
      assertNetworkFailure(feedOf(agent.url()));
    }
  }

  @Test
  void invariant12ReadsNoMoreOfAnEndlessAnswerThanTheLimit() throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes(
        "HTTP/1.1 200 OK\r\nContent-Length: 900000000000\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    answer.writeBytes(new byte[2_000_000]);
    try (RawServer agent = RawServer.answering(answer.toByteArray())) {
      SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
      assertThat(failure.isTooLarge()).isTrue();
    }
  }

  private static SymphonyException assertNetworkFailure(DatahoseFeed feed) {
    SymphonyException failure = Reads.failureOf(feed);
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure.status()).isZero();
    assertThat(failure.isReadTimeout()).isFalse();
    return failure;
  }

  private DatahoseFeed feedOf(String agentUrl) {
    return feedOf(agentUrl, GivenSettings.of(simulator.url()));
  }

  private DatahoseFeed feedOf(String agentUrl, GivenSettings settings) {
    client = new SymphonyClient(settings.build());
    return client.feed("tag", List.of("MESSAGESENT"), List.of(), Reads.at(agentUrl), () -> {});
  }
}
