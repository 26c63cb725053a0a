// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;

import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.simulator.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A read is one request, whatever comes of it: retries are the reader's, who counts and logs. And
 * what comes of it is told, whatever the agent sends in place of HTTP.
 */
@Timeout(120)
class OneAttemptTest {

  private static final SocketEffect HANGS_UP = new SocketEffect.CloseSocket();
  private static final String EVENTS = "{\"events\":[]}";

  @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
  @AutoClose private final MockWebServer agent = new MockWebServer();

  @BeforeEach
  void start() throws IOException {
    agent.start();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 503, 421, 401, 429, 307, 500})
  void doesNotRepeatRequestForAnyStatus(int status) throws Exception {
    symphony.simulator.faults().add(Fault.status(status).header("Retry-After", "0"));
    DatahoseFeed feed = symphony.feed();
    SymphonyException failure = ClientUnderTest.failureOf(feed);
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ZERO);
    assertThat(symphony.simulator.requests().reads().count()).isOne();
    assertThat(feed.read("").status()).isEqualTo(200);
  }

  @Test
  void doesNotRepeatRequestOnStaleConnection() throws Exception {
    agent.enqueue(answer(200).body(EVENTS).build());
    agent.enqueue(answer(200).onResponseStart(HANGS_UP).build());
    agent.enqueue(answer(200).body(EVENTS).build());
    DatahoseFeed feed = symphony.feedAt(agent.url("/").toString());
    feed.read("");
    assertThat(ClientUnderTest.failureOf(feed).kind()).isEqualTo(FailureKind.CONNECTION_LOST);
    assertThat(agent.getRequestCount()).isEqualTo(2);
  }

  /** The last two are what OkHttp has no IOException for. */
  static Stream<Named<MockResponse.Builder>> whatIsNoAnswer() {
    return Stream.of(
        named("hangs up before the answer", answer(200).onResponseStart(HANGS_UP)),
        named("a proxy's demand for a login", answer(407)),
        named("hangs up before the body", answer(200).setHeader("Content-Length", 900)),
        named("hangs up in the body", answer(200).body(EVENTS).setHeader("Content-Length", 900)),
        named("no gzip", answer(200).body(EVENTS).addHeader("Content-Encoding", "gzip")),
        named("no HTTP", new MockResponse.Builder().status("{\"message\":\"the takeover is on\"}")),
        named(
            "breaks off between chunks",
            answer(200)
                .body("5\r\nabcde\r\nthe takeover is on, and a chunk's length it is not")
                .removeHeader("Content-Length")
                .addHeader("Transfer-Encoding", "chunked")),
        named("a head without end", new MockResponse.Builder().status("x".repeat(2_000_000))),
        named("status below zero", new MockResponse.Builder().status("HTTP/1.1 -12 OK")),
        named("length below zero", answer(200).body(EVENTS).setHeader("Content-Length", -5)));
  }

  /** Okio quotes what it does not understand, in hexadecimal digits too. */
  @ParameterizedTest
  @MethodSource("whatIsNoAnswer")
  @Tag("invariant-10")
  void invariant10ReportsInvalidResponseWithoutQuotingIt(MockResponse.Builder sent) {
    agent.enqueue(sent.onResponseEnd(HANGS_UP).build());
    SymphonyException failure = failureAtAgent();

    assertThat(failure.kind()).isIn(FailureKind.NETWORK, FailureKind.CONNECTION_LOST);
    assertThat(failure.status()).isZero();
    assertThat(failure)
        .hasMessageNotContaining("takeover")
        .hasMessageNotContaining(new Buffer().writeUtf8("takeover").readByteString().hex());
    assertThat(agent.getRequestCount()).isOne();
  }

  static Stream<Named<MockResponse.Builder>> refusalsThatAreHalfAnAnswer() {
    MockResponse.Builder refusal = answer(401).body("{\"code\":").addHeader("Retry-After", "soon");
    return Stream.concat(
        Stream.of(
            named("length below zero", refusal.clone().setHeader("Content-Length", -5)),
            named("half a body", refusal.clone().setHeader("Content-Length", 900))),
        Stream.of("\u0000", "\u00fcber", "\u0007\u001b[31m", "soon", "")
            .map(wish -> named("Retry-After", answer(401).addHeaderLenient("Retry-After", wish))));
  }

  @ParameterizedTest
  @MethodSource("refusalsThatAreHalfAnAnswer")
  void keepsStatusOfIncompleteErrorResponse(MockResponse.Builder sent) {
    agent.enqueue(sent.onResponseEnd(HANGS_UP).build());
    SymphonyException failure = failureAtAgent();
    assertThat(failure.status()).isEqualTo(401);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 429, 503})
  void keepsRetryAfterOfTruncatedErrorResponse(int status) {
    agent.enqueue(
        answer(status)
            .addHeader("Retry-After", 7)
            .body("{\"code\":")
            .setHeader("Content-Length", 900)
            .onResponseEnd(HANGS_UP)
            .build());
    SymphonyException failure = failureAtAgent();
    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void reportsServerWithoutTls() {
    agent.enqueue(answer(200).onRequestStart(HANGS_UP).build());
    SymphonyException failure =
        ClientUnderTest.failureOf(symphony.feedAt("https://127.0.0.1:" + agent.getPort()));

    assertThat(failure.kind()).isEqualTo(FailureKind.TLS);
    assertThat(failure).hasMessageContaining("TLS");
  }

  @Test
  void distinguishesReadTimeoutFromOtherFailures() {
    symphony.settings.readTimeout = Duration.ofMillis(300);
    agent.enqueue(answer(200).onResponseStart(SocketEffect.Stall.INSTANCE).build());
    SymphonyException failure = failureAtAgent();
    assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
    assertThat(agent.getRequestCount()).isOne();
  }

  @Test
  void stopsCallAfterTotalTimeLimit() {
    symphony.settings.longestCall = Duration.ofMillis(300);
    agent.enqueue(answer(200).body(EVENTS).onResponseBody(SocketEffect.Stall.INSTANCE).build());
    SymphonyException failure = failureAtAgent();
    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure).hasMessageContaining("exceeded its total time limit");
  }

  @Test
  @Tag("invariant-12")
  void invariant12ReadsEndlessResponseOnlyUpToLimit() {
    agent.enqueue(
        answer(200)
            .body(new Buffer().write(new byte[2_000_000]))
            .setHeader("Content-Length", 900_000_000_000L)
            .build());
    assertThat(failureAtAgent().kind()).isEqualTo(FailureKind.TOO_LARGE);
  }

  private SymphonyException failureAtAgent() {
    return ClientUnderTest.failureOf(symphony.feedAt(agent.url("/").toString()));
  }

  private static MockResponse.Builder answer(int status) {
    return new MockResponse.Builder().code(status);
  }
}
