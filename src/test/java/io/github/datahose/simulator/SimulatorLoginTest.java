// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatorLoginTest {

  private static final Instant BEGIN = Instant.parse("2026-11-24T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(BEGIN);
  private Simulator simulator;
  private SimulatorClient client;

  @BeforeEach
  void start() {
    simulator =
        Simulator.start(SimulatorOptions.defaults().clock(now::get).longPoll(Duration.ZERO));
    client = new SimulatorClient(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private static String signed(long secondsAhead) {
    return SimulatorClient.signed(SimulatorKeys.USERNAME, BEGIN.getEpochSecond() + secondsAhead);
  }

  private void login() throws Exception {
    client.sessionToken = token(Requests.SESSION_LOGIN);
    client.keyManagerToken = token(Requests.KEY_MANAGER_LOGIN);
  }

  private String token(String path) throws Exception {
    SimulatorClient.Reply reply = client.login(path, signed(240));
    assertThat(reply.status()).isEqualTo(200);
    return reply.json().path("token").asText();
  }

  @Test
  void aBadTokenIsRefusedByPodAndKeyManager() throws Exception {
    for (String path : new String[] {Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN}) {
      for (SimulatorClient.Reply reply :
          new SimulatorClient.Reply[] {
            client.login(path, signed(0)), client.login(path, "nonsense"), client.post(path, "")
          }) {
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().path("message").asText()).isEqualTo("Invalid credentials");
      }
    }
    assertThat(simulator.logins()).isEmpty();
  }

  @Test
  void anUnknownAccountIsRefusedAndAnAddedOneIsNot() throws Exception {
    String token = SimulatorClient.signed("another-bot", BEGIN.getEpochSecond() + 240);
    assertThat(client.login(Requests.SESSION_LOGIN, token).status()).isEqualTo(401);
    simulator.reconfigure(options -> options.account("another-bot", SimulatorKeys.publicKey()));
    assertThat(client.login(Requests.SESSION_LOGIN, token).status()).isEqualTo(200);
  }

  @Test
  void theAnswerNamesTheHeaderAndTheSessionTokenTellsWhoItIs() throws Exception {
    SimulatorClient.Reply session = client.login(Requests.SESSION_LOGIN, signed(240));
    assertThat(session.json().path("name").asText()).isEqualTo("sessionToken");
    JsonNode claims = claims(session.json().path("token").asText());
    assertThat(claims.path("sub").asText()).isEqualTo(SimulatorKeys.USERNAME);
    assertThat(claims.path("sessionId").asText()).isNotEmpty();
    assertThat(claims.path("userId").asText()).containsOnlyDigits();
    assertThat(claims.has("canUseSimplifiedKeyDelivery")).isFalse();
    SimulatorClient.Reply keyManager = client.login(Requests.KEY_MANAGER_LOGIN, signed(240));
    assertThat(keyManager.json().path("name").asText()).isEqualTo("keyManagerToken");
  }

  @Test
  void eachLoginGivesANewTokenAndIsCounted() throws Exception {
    login();
    String first = client.sessionToken;
    login();
    assertThat(client.sessionToken).isNotEqualTo(first);
    assertThat(simulator.logins())
        .extracting(Login::header)
        .containsExactly("sessionToken", "keyManagerToken", "sessionToken", "keyManagerToken");
    assertThat(simulator.logins().get(2).token()).isEqualTo(client.sessionToken);
  }

  @Test
  void aReadNeedsBothTokens() throws Exception {
    assertThat(client.read("tag", "").status()).isEqualTo(401);
    login();
    assertThat(client.read("tag", "").status()).isEqualTo(200);
    String keyManagerToken = client.keyManagerToken;
    client.keyManagerToken = "";
    SimulatorClient.Reply reply = client.read("tag", "");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.json().path("message").asText()).isEqualTo("Invalid session");
    client.keyManagerToken = client.sessionToken;
    assertThat(client.read("tag", "").status()).isEqualTo(401);
    client.keyManagerToken = keyManagerToken;
    client.sessionToken = keyManagerToken;
    assertThat(client.read("tag", "").status()).isEqualTo(401);
  }

  @Test
  void tokensOfDifferentAccountsDoNotGoTogether() throws Exception {
    login();
    simulator.reconfigure(options -> options.account("another-bot", SimulatorKeys.publicKey()));
    String signed = SimulatorClient.signed("another-bot", BEGIN.getEpochSecond() + 240);
    client.sessionToken =
        client.login(Requests.SESSION_LOGIN, signed).json().path("token").asText();
    assertThat(client.read("tag", "").status()).isEqualTo(401);
  }

  @Test
  void simplifiedKeyDeliveryNeedsTheSessionTokenOnly() throws Exception {
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
    client.sessionToken = token(Requests.SESSION_LOGIN);
    assertThat(claims(client.sessionToken).path("canUseSimplifiedKeyDelivery").asBoolean())
        .isTrue();
    assertThat(client.read("tag", "").status()).isEqualTo(200);
    client.keyManagerToken = "0100wrong";
    assertThat(client.read("tag", "").status()).isEqualTo(401);
  }

  @Test
  void tokensEndAfterTheirLifetime() throws Exception {
    login();
    now.updateAndGet(instant -> instant.plusSeconds(3599));
    assertThat(client.read("tag", "").status()).isEqualTo(200);
    now.updateAndGet(instant -> instant.plusSeconds(1));
    assertThat(client.read("tag", "").status()).isEqualTo(401);
  }

  @Test
  void tokensCanBeExpiredBothOrOne() throws Exception {
    login();
    simulator.expireKeyManagerTokens();
    assertThat(client.read("tag", "").status()).isEqualTo(401);
    client.keyManagerToken = token(Requests.KEY_MANAGER_LOGIN);
    assertThat(client.read("tag", "").status()).isEqualTo(200);
    simulator.expireSessionTokens();
    assertThat(client.read("tag", "").status()).isEqualTo(401);
    login();
    simulator.expireTokens();
    assertThat(client.read("tag", "").status()).isEqualTo(401);
  }

  @Test
  void thePodTellsWhoIsLoggedIn() throws Exception {
    assertThat(client.get("/pod/v2/sessioninfo").status()).isEqualTo(401);
    login();
    assertThat(client.get("/pod/v2/sessioninfo").json().path("username").asText())
        .isEqualTo(SimulatorKeys.USERNAME);
  }

  private static JsonNode claims(String token) {
    return Json.parse(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }
}
