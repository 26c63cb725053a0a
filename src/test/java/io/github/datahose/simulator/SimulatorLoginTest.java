// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.simulator.SimulatorClient.Reply;
import java.io.IOException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins by a signed token, and what the tokens of a login are good for. */
class SimulatorLoginTest extends SimulatorFixture {

  /** Made with another tool, deterministic: signed by the same key, expires in the year 2100. */
  private static final String VECTOR =
      "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJzZXR0bGVtZW50LWJvdCIsImV4cCI6NDEwMjQ0NDgwMH0."
          + "LfPjYHpzCmTFtyXnbnh5ganvgrOfEeZCsAWm2nwL982QbHbLtohktxhDi124djTuWZtfokZowtYXaY87rlMi0h"
          + "ZLUtMv5a43_MgDhig7Y8TI3MDtUh-kzr0xx0TYVRuw8YWUU5j8NiTIrM7pCcPhwMELHwkP5-8n-A2Iey4q8obV"
          + "0EfuGw1AKCfu-m-qpuZ44lIMbHftMX4lrHuakhMtDy3KcGyCcFPS0FsgFQaIWEAnNRgukoiFZS37NdpbS91od1"
          + "V_t5rEQxQKePi5nUayGH4-v7DZWLLBzm7X4wYikJnfC9LU6bpUi7Lvu4SfYxthIbeE1t5bysadEqPbHx2ISg";

  private static final Instant BEGIN = Instant.ofEpochSecond(4_102_444_800L - 240);
  private static final String ANOTHER_BOT = signed("another-bot", 240);

  /** At a fixed time, and each test logs in itself. */
  @BeforeEach
  @Override
  void login() {
    now.set(BEGIN);
  }

  private static String signed(String username, long secondsAhead) {
    return SimulatorClient.signed(username, BEGIN.getEpochSecond() + secondsAhead);
  }

  private void logIn() throws IOException, InterruptedException {
    client.sessionToken = token(Requests.SESSION_LOGIN, VECTOR);
    client.keyManagerToken = token(Requests.KEY_MANAGER_LOGIN, VECTOR);
  }

  private String token(String path, String signed) throws IOException, InterruptedException {
    Reply reply = client.login(path, signed);
    assertThat(reply.status()).isEqualTo(200);
    return reply.json().path("token").asText();
  }

  @Test
  void acceptsTokenSignedByOtherTool() throws Exception {
    assertThat(signed(SimulatorKeys.USERNAME, 240)).isEqualTo(VECTOR);
    logIn();
    assertThat(simulator.logins()).extracting(Login::username).containsOnly("settlement-bot");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 300})
  void acceptsTokenThatExpiresWithinFiveMinutes(long secondsAhead) throws Exception {
    assertThat(token(Requests.SESSION_LOGIN, signed(SimulatorKeys.USERNAME, secondsAhead)))
        .isNotEmpty();
  }

  static List<String> badTokens() {
    String[] right = VECTOR.split("\\.");
    String noAlgorithm = Base64.getUrlEncoder().encodeToString("{\"alg\":\"none\"}".getBytes());
    String otherClaims = signed(SimulatorKeys.USERNAME, 241).split("\\.")[1];
    return List.of(
        signed(SimulatorKeys.USERNAME, -1),
        signed(SimulatorKeys.USERNAME, 0),
        signed(SimulatorKeys.USERNAME, 301),
        signed(SimulatorKeys.USERNAME, 3600),
        ANOTHER_BOT,
        noAlgorithm + "." + right[1] + "." + right[2],
        right[0] + "." + otherClaims + "." + right[2],
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "!.?.#");
  }

  @ParameterizedTest
  @MethodSource("badTokens")
  void rejectsInvalidTokenAtPodAndKeyManager(String token) throws Exception {
    for (String path : List.of(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN)) {
      for (Reply reply : List.of(client.login(path, token), client.post(path, ""))) {
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().path("message").asText()).isEqualTo("Invalid credentials");
      }
    }
    assertThat(simulator.logins()).isEmpty();
  }

  @Test
  void acceptsOnlySignaturesOfKnownAccounts() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PublicKey other = generator.generateKeyPair().getPublic();
    behave(options -> options.account("another-bot", other));
    assertThat(client.login(Requests.SESSION_LOGIN, ANOTHER_BOT).status()).isEqualTo(401);
    behave(options -> options.account("another-bot", SimulatorKeys.publicKey()));
    assertThat(client.login(Requests.SESSION_LOGIN, ANOTHER_BOT).status()).isEqualTo(200);
  }

  @Test
  void returnsHeaderNameAndSessionTokenWithAccount() throws Exception {
    Reply session = client.login(Requests.SESSION_LOGIN, VECTOR);
    assertThat(session.json().path("name").asText()).isEqualTo("sessionToken");
    JsonNode claims = claims(session.json().path("token").asText());
    assertThat(claims.path("sub").asText()).isEqualTo(SimulatorKeys.USERNAME);
    assertThat(claims.path("sessionId").asText()).isNotEmpty();
    assertThat(claims.path("userId").asText()).containsOnlyDigits();
    assertThat(claims.has("canUseSimplifiedKeyDelivery")).isFalse();
    Reply keyManager = client.login(Requests.KEY_MANAGER_LOGIN, VECTOR);
    assertThat(keyManager.json().path("name").asText()).isEqualTo("keyManagerToken");
  }

  @Test
  void returnsNewTokenForEachLoginAndCountsIt() throws Exception {
    logIn();
    String first = client.sessionToken;
    logIn();
    assertThat(client.sessionToken).isNotEqualTo(first);
    assertThat(simulator.logins())
        .extracting(Login::header)
        .containsExactly("sessionToken", "keyManagerToken", "sessionToken", "keyManagerToken");
    assertThat(simulator.logins().get(2).token()).isEqualTo(client.sessionToken);
  }

  @Test
  void requiresBothTokensOfOneAccountForRead() throws Exception {
    assertThat(read().status()).isEqualTo(401);
    logIn();
    assertThat(read().status()).isEqualTo(200);
    String session = client.sessionToken;
    String keyManager = client.keyManagerToken;
    client.keyManagerToken = "";
    assertThat(read().json().path("message").asText()).isEqualTo("Invalid session");
    client.keyManagerToken = session;
    assertThat(read().status()).isEqualTo(401);
    client.keyManagerToken = keyManager;
    client.sessionToken = keyManager;
    assertThat(read().status()).isEqualTo(401);
    behave(options -> options.account("another-bot", SimulatorKeys.publicKey()));
    client.sessionToken = token(Requests.SESSION_LOGIN, ANOTHER_BOT);
    assertThat(read().status()).as("tokens of two accounts").isEqualTo(401);
  }

  @Test
  void requiresOnlySessionTokenWithSimplifiedKeyDelivery() throws Exception {
    behave(options -> options.simplifiedKeyDelivery(true));
    client.sessionToken = token(Requests.SESSION_LOGIN, VECTOR);
    assertThat(claims(client.sessionToken).path("canUseSimplifiedKeyDelivery").asBoolean())
        .isTrue();
    assertThat(read().status()).isEqualTo(200);
    client.keyManagerToken = "0100wrong";
    assertThat(read().status()).isEqualTo(401);
  }

  @Test
  void expiresTokensAfterTheirLifetime() throws Exception {
    logIn();
    elapse(Duration.ofSeconds(3599));
    assertThat(read().status()).isEqualTo(200);
    elapse(Duration.ofSeconds(1));
    assertThat(read().status()).isEqualTo(401);
  }

  @Test
  void expiresOneOrBothTokens() throws Exception {
    logIn();
    simulator.expireKeyManagerTokens();
    assertThat(read().status()).isEqualTo(401);
    client.keyManagerToken = token(Requests.KEY_MANAGER_LOGIN, VECTOR);
    assertThat(read().status()).isEqualTo(200);
    simulator.expireSessionTokens();
    assertThat(read().status()).isEqualTo(401);
    logIn();
    simulator.expireTokens();
    assertThat(read().status()).isEqualTo(401);
  }

  @Test
  void returnsLoggedInAccount() throws Exception {
    assertThat(client.get("/pod/v2/sessioninfo").status()).isEqualTo(401);
    logIn();
    assertThat(client.get("/pod/v2/sessioninfo").json().path("username").asText())
        .isEqualTo(SimulatorKeys.USERNAME);
  }

  private static JsonNode claims(String token) {
    return Json.parse(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }
}
