// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionWithoutKeyManagerTest {

  private static final String INFO = "/agent/v1/info";

  private final Simulator simulator =
      Simulator.start(
          SimulatorOptions.defaults().longPoll(Duration.ZERO).simplifiedKeyDelivery(true));
  private final FurtherAgent agent = simulator.furtherAgent();
  private final SymphonyClient client =
      new SymphonyClient(GivenSettings.of(simulator.url()).build());

  @AfterEach
  void stop() {
    client.close();
    agent.close();
    simulator.close();
  }

  private DatahoseFeed feedOf(String agentUrl) {
    return client.feed("tag", List.of("MESSAGESENT"), List.of(), Reads.at(agentUrl), () -> {});
  }

  private void keyManagerIsAway() {
    simulator
        .faults()
        .add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN).times(Integer.MAX_VALUE));
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
  void readsWithoutTheHeaderWhenTheKeyManagerGivesNoToken(Fault fault) throws Exception {
    simulator.faults().add(fault.at(Requests.KEY_MANAGER_LOGIN));
    simulator.reconfigure(options -> options.agentVersion("24.12.0"));
    assertThat(feedOf(agent.url()).read("").status()).isEqualTo(200);
    assertThat(agent.requests()).extracting(RecordedRequest::path).containsExactly(Requests.READ);
    assertThat(agent.requests().reads().last().headers())
        .containsKey("sessionToken")
        .doesNotContainKey("keyManagerToken");
  }

  @Test
  void anAccountWithoutTheClaimNeedsTheKeyManager() {
    keyManagerIsAway();
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(false));
    SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
    assertThat(failure.call()).isEqualTo(SymphonyCall.KEY_MANAGER_LOGIN);
    assertThat(failure.kind()).isEqualTo(FailureKind.SERVER);
    assertThat(agent.requests().reads().count()).isZero();
  }

  @Test
  void theTokenIsSentWhereThereIsOne() throws Exception {
    feedOf(simulator.url()).read("");
    assertThat(simulator.requests().reads().last().header("keyManagerToken"))
        .isEqualTo(simulator.logins().get(1).token());
  }

  /** As a confirmation cancels a read that keeps the feed alive. */
  @Test
  void aLoginThatWasCancelledIsNoKeyManagerThatGivesNoToken() throws Exception {
    simulator.faults().add(Fault.delayed(Duration.ofMinutes(1)).at(Requests.KEY_MANAGER_LOGIN));
    Cancellation cancellation = new Cancellation();
    DatahoseFeed feed = feedOf(agent.url());
    CompletableFuture<Void> keepAlive =
        CompletableFuture.runAsync(
            () -> {
              try {
                feed.read("", cancellation);
              } catch (SymphonyException cancelled) {
                // meant
              }
            });
    Reads.awaitWaiting(simulator);
    cancellation.cancel();
    keepAlive.join();
    feed.read("");
    assertThat(agent.requests().reads().last().headers()).containsKey("keyManagerToken");
  }

  static List<Fault> badAgents() {
    return List.of(Fault.status(401), Fault.status(401).body("<html>"));
  }

  /** One agent refuses the session; the login is away; the other agent still takes the session. */
  @ParameterizedTest
  @MethodSource("badAgents")
  void invariant13ABadAgentDoesNotTakeTheSessionFromReadersOfAHealthyOne(Fault fault)
      throws Exception {
    DatahoseFeed healthy = feedOf(agent.url());
    healthy.read("");
    try (FurtherAgent bad = simulator.furtherAgent()) {
      bad.faults().add(fault.times(Integer.MAX_VALUE));
      simulator.faults().add(Fault.status(503).at(Requests.SESSION_LOGIN).times(Integer.MAX_VALUE));
      DatahoseFeed refused = feedOf(bad.url());
      Reads.failureOf(refused);
      Reads.failureOf(refused);
      assertThat(Reads.failureOf(healthy)).isNull();
    }
  }

  @Test
  void theKeyManagerIsAskedAgainByTheNextLoginOnly() throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN));
    DatahoseFeed feed = feedOf(simulator.url());
    feed.read("");
    feed.read("");
    assertThat(simulator.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isOne();
    simulator.expireTokens();
    assertThat(Reads.failureOf(feed).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    feed.read("");
    assertThat(simulator.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isEqualTo(2);
    assertThat(simulator.requests().reads().last().header("keyManagerToken")).isNotNull();
  }

  @Test
  void invariant13A401ToAReadWithoutTheTokenKeepsTheSessionAndAsksTheKeyManagerAgain()
      throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN).times(3));
    try (FurtherAgent old = simulator.furtherAgent(options -> options.agentVersion("24.10.1"))) {
      feedOf(agent.url()).read("");
      DatahoseFeed feed = feedOf(old.url());
      for (int i = 0; i < 2; i++) {
        SymphonyException failure = Reads.failureOf(feed);
        assertThat(failure.status()).isEqualTo(401);
        assertThat(failure.isExpiredSession()).isFalse();
        assertThat(failure).hasMessageEndingWith("(without a key manager token)");
      }
      feed.read("");
      feedOf(agent.url()).read("");
      for (FurtherAgent each : List.of(old, agent)) {
        assertThat(each.requests().reads().last().headers()).containsKey("keyManagerToken");
      }
      assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isOne();
    }
  }

  @Test
  void invariant13RenewsASessionThatIsOldEnoughToHaveExpired() throws Exception {
    keyManagerIsAway();
    AtomicLong nanos = new AtomicLong();
    SymphonyHttp http = new SymphonyHttp(GivenSettings.of(simulator.url()).build());
    Session session =
        new Session(Login.of(http, GivenSettings.of(simulator.url()).build()), nanos::get);
    HttpUrl url = HttpUrl.get(agent.url());
    Tokens tokens = session.tokens(url, new Cancellation(), () -> {});
    assertThat(session.refused(tokens, url)).isFalse();
    nanos.addAndGet(Session.YOUNG.toNanos());
    assertThat(session.refused(tokens, url)).isTrue();
    session.tokens(url, new Cancellation(), () -> {});
    assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isEqualTo(2);
    http.close();
  }

  @Test
  void whoDoesWithoutItWaitsForNobodyWhoAsksTheKeyManager() throws Exception {
    simulator.faults().add(Fault.status(503).at(Requests.KEY_MANAGER_LOGIN));
    DatahoseFeed feed = feedOf(simulator.url());
    feed.read("");
    simulator.faults().add(Fault.delayed(Duration.ofMinutes(1)).at(Requests.KEY_MANAGER_LOGIN));
    CompletableFuture<SymphonyException> other =
        CompletableFuture.supplyAsync(() -> Reads.failureOf(feedOf(agent.url())));
    Reads.awaitWaiting(simulator);
    feed.read("");
    assertThat(other).as("it still waits for the key manager").isNotDone();
  }

  @Test
  void renewsTheSessionOfAnAgentThatHasAnsweredWithoutTheToken() throws Exception {
    keyManagerIsAway();
    DatahoseFeed feed = feedOf(agent.url());
    feed.read("");
    simulator.expireTokens();
    assertThat(Reads.failureOf(feed).isExpiredSession()).isTrue();
    feed.read("");
    assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isEqualTo(2);
  }

  @Test
  void aRefusalOfBothTokensIsNotTakenForTheWantOfOne() {
    agent.faults().add(Fault.status(401));
    SymphonyException failure = Reads.failureOf(feedOf(agent.url()));
    assertThat(agent.requests().reads().last().headers()).containsKey("keyManagerToken");
    assertThat(failure.isExpiredSession()).isTrue();
    assertThat(failure).hasMessageNotContaining("without a key manager token");
  }

  @Test
  void theClaimIsReadAsJwtsAreEncoded() {
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
  void whatIsNoSuchTokenDoesNotAllowIt(String token) {
    assertThat(Session.allowsSimplifiedKeyDelivery(token)).isFalse();
  }
}
