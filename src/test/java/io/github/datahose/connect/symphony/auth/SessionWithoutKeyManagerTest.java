// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionWithoutKeyManagerTest {

  @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
  private final Simulator simulator = symphony.simulator;
  @AutoClose private final FurtherAgent agent = simulator.furtherAgent();

  @BeforeEach
  void allowSimplifiedKeyDelivery() {
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
  }

  private DatahoseFeed feedOf(FurtherAgent any) {
    return symphony.feedAt(any.url());
  }

  private void keyManagerIsAway() {
    symphony.spoil(Requests.KEY_MANAGER_LOGIN, Fault.status(503));
  }

  static List<Fault> waysToBeAway() {
    return List.of(
        Fault.status(400),
        Fault.status(401),
        Fault.status(404).body("<html>"),
        Fault.status(429),
        Fault.status(503),
        Fault.htmlPage(),
        Fault.closed());
  }

  @ParameterizedTest
  @MethodSource("waysToBeAway")
  void readsWithoutHeaderWhenKeyManagerReturnsNoToken(Fault fault) throws Exception {
    simulator.faults().add(fault.at(Requests.KEY_MANAGER_LOGIN));
    simulator.reconfigure(options -> options.agentVersion("24.12.0"));
    assertThat(feedOf(agent).read("").status()).isEqualTo(200);
    assertThat(agent.requests()).extracting(RecordedRequest::path).containsExactly(Requests.READ);
    assertThat(agent.requests().reads().last().headers())
        .containsKey("sessionToken")
        .doesNotContainKey("keyManagerToken");
  }

  @Test
  void requiresKeyManagerWhenAccountHasNoClaim() {
    keyManagerIsAway();
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(false));
    SymphonyException failure = ClientUnderTest.failureOf(feedOf(agent));
    assertThat(failure.call()).isEqualTo(SymphonyCall.KEY_MANAGER_LOGIN);
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(agent.requests().reads().count()).isZero();
  }

  /** As a confirmation cancels a read that keeps the feed alive. */
  @Test
  void requestsTokenAgainAfterCanceledLogin() throws Exception {
    simulator.faults().add(Fault.delayed(Duration.ofMinutes(1)).at(Requests.KEY_MANAGER_LOGIN));
    Cancellation cancellation = new Cancellation();
    DatahoseFeed feed = feedOf(agent);
    CompletableFuture<Void> keepAlive =
        CompletableFuture.runAsync(() -> catchThrowable(() -> feed.read("", cancellation)));
    symphony.awaitWaiting(Requests.KEY_MANAGER_LOGIN);
    cancellation.cancel();
    keepAlive.join();
    feed.read("");
    assertThat(agent.requests().reads().last().headers()).containsKey("keyManagerToken");
  }

  /**
   * One agent rejects the session, the login is unavailable, and the other agent still accepts the
   * session.
   */
  @ParameterizedTest
  @ValueSource(strings = {"{\"code\":401,\"message\":\"no\"}", "<html>"})
  @Tag("invariant-13")
  void invariant13KeepsSessionOfHealthyAgentWhenOtherRejectsIt(String body) throws Exception {
    DatahoseFeed healthy = feedOf(agent);
    healthy.read("");
    try (FurtherAgent bad = simulator.furtherAgent()) {
      bad.faults().add(Fault.status(401).body(body).times(Integer.MAX_VALUE));
      symphony.spoil(Requests.SESSION_LOGIN, Fault.status(503));
      DatahoseFeed refused = feedOf(bad);
      ClientUnderTest.failureOf(refused);
      ClientUnderTest.failureOf(refused);
      assertThat(ClientUnderTest.failureOf(healthy)).isNull();
    }
  }

  @Test
  void requestsKeyManagerTokenAgainOnlyAtNextLogin() throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN));
    DatahoseFeed feed = symphony.feed();
    feed.read("");
    feed.read("");
    assertThat(simulator.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isOne();
    simulator.expireTokens();
    assertThat(ClientUnderTest.failureOf(feed).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    feed.read("");
    assertThat(simulator.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isEqualTo(2);
    assertThat(symphony.lastRead().header("keyManagerToken")).isNotNull();
  }

  @Test
  @Tag("invariant-13")
  void invariant13KeepsSessionAndRequestsTokenAfter401WithoutToken() throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN).times(3));
    try (FurtherAgent old = simulator.furtherAgent(options -> options.agentVersion("24.10.1"))) {
      feedOf(agent).read("");
      DatahoseFeed feed = feedOf(old);
      for (int i = 0; i < 2; i++) {
        SymphonyException failure = ClientUnderTest.failureOf(feed);
        assertThat(failure.status()).isEqualTo(401);
        assertThat(failure.kind()).isEqualTo(FailureKind.KEY_MANAGER_TOKEN_MISSING);
        assertThat(failure).hasMessageEndingWith("(without a key manager token)");
      }
      feed.read("");
      feedOf(agent).read("");
      for (FurtherAgent each : List.of(old, agent)) {
        assertThat(each.requests().reads().last().headers()).containsKey("keyManagerToken");
      }
      assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isOne();
    }
  }

  /** Nobody knows whose it is, so it is not told as Symphony's own. */
  @Test
  @Tag("invariant-13")
  void invariant13KeepsSessionAfter401PageWithoutToken() throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN));
    agent.faults().add(Fault.status(401).body("<html>"));
    SymphonyException failure = ClientUnderTest.failureOf(feedOf(agent));
    assertThat(failure.status()).isEqualTo(401);
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    feedOf(agent).read("");
    assertThat(agent.requests().reads().last().headers()).containsKey("keyManagerToken");
    assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isOne();
  }

  @Test
  @Tag("invariant-13")
  void invariant13RenewsSessionWhenOldEnoughToBeExpired() throws Exception {
    keyManagerIsAway();
    AtomicLong shift = new AtomicLong();
    symphony.settings.nanoTime = () -> System.nanoTime() + shift.get();
    agent.faults().add(Fault.status(401).times(2));
    assertThat(ClientUnderTest.failureOf(feedOf(agent)).kind())
        .isEqualTo(FailureKind.KEY_MANAGER_TOKEN_MISSING);
    shift.set(Session.YOUNG.toNanos());
    assertThat(ClientUnderTest.failureOf(feedOf(agent)).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    feedOf(agent).read("");
    assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isEqualTo(2);
  }

  @Test
  void doesNotWaitForKeyManagerLoginOfOtherReader() throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN));
    DatahoseFeed feed = symphony.feed();
    feed.read("");
    simulator.faults().add(Fault.delayed(Duration.ofMinutes(1)).at(Requests.KEY_MANAGER_LOGIN));
    CompletableFuture<SymphonyException> other =
        CompletableFuture.supplyAsync(() -> ClientUnderTest.failureOf(feedOf(agent)));
    symphony.awaitWaiting(Requests.KEY_MANAGER_LOGIN);
    feed.read("");
    assertThat(other).as("it still waits for the key manager").isNotDone();
  }

  @Test
  void renewsSessionWhenAgentHasAcceptedReadWithoutToken() throws Exception {
    keyManagerIsAway();
    DatahoseFeed feed = feedOf(agent);
    feed.read("");
    simulator.expireTokens();
    assertThat(ClientUnderTest.failureOf(feed).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    feed.read("");
    assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isEqualTo(2);
  }

  @Test
  void reportsUnauthorizedWhenBothTokensAreRejected() {
    agent.faults().add(Fault.status(401));
    SymphonyException failure = ClientUnderTest.failureOf(feedOf(agent));
    assertThat(agent.requests().reads().last().headers()).containsKey("keyManagerToken");
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(failure).hasMessageNotContaining("without a key manager token");
  }

  @Test
  void readsClaimFromEncodedJwt() {
    // Both base64 alphabets differ in what this text becomes.
    String claims = "{\"sub\":\"\u00ff\u00fe\u00bf>>>???\",\"canUseSimplifiedKeyDelivery\":true}";
    String payload = Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes());
    assertThat(payload).containsAnyOf("-", "_");
    assertThat(Session.allowsSimplifiedKeyDelivery("eyJ9." + payload + ".c2ln")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0100ab",
        "a.b",
        "a.!!!.c",
        "a.bm9uc2Vuc2U.c",
        "a..c",
        "a.e30.c",
        "a.eyJjYW5Vc2VTaW1wbGlmaWVkS2V5RGVsaXZlcnkiOmZhbHNlfQ.c"
      })
  void rejectsSimplifiedKeyDeliveryForInvalidToken(String token) {
    assertThat(Session.allowsSimplifiedKeyDelivery(token)).isFalse();
  }
}
