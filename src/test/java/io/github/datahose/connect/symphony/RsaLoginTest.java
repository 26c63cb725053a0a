// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RsaLoginTest {

  private static final PrivateKey KEY = RsaPrivateKeys.parse(SimulatorKeys.privateKey());

  /** Made with other tools; PKCS#1 v1.5 signatures are always the same. */
  private static final String VECTOR =
      "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJzZXR0bGVtZW50LWJvdCIsImV4cCI6NDEwMjQ0NDgwMH0."
          + "LfPjYHpzCmTFtyXnbnh5ganvgrOfEeZCsAWm2nwL982QbHbLtohktxhDi124djTuWZtfokZowtYXaY87rlMi0hZL"
          + "UtMv5a43_MgDhig7Y8TI3MDtUh-kzr0xx0TYVRuw8YWUU5j8NiTIrM7pCcPhwMELHwkP5-8n-A2Iey4q8obV0Efu"
          + "Gw1AKCfu-m-qpuZ44lIMbHftMX4lrHuakhMtDy3KcGyCcFPS0FsgFQaIWEAnNRgukoiFZS37NdpbS91od1V_t5rE"
          + "QxQKePi5nUayGH4-v7DZWLLBzm7X4wYikJnfC9LU6bpUi7Lvu4SfYxthIbeE1t5bysadEqPbHx2ISg";

  private final Simulator simulator = Simulator.start();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void signsTheKnownVectorByteForByte() {
    assertThat(RsaLogin.jwt("settlement-bot", 4_102_444_800L, KEY)).isEqualTo(VECTOR);
  }

  @Test
  void escapesTheUsernameInTheClaims() throws Exception {
    String username = "a\"b\\c,\"exp\":9,\né";
    JsonNode claims = claims(RsaLogin.jwt(username, 17, KEY));
    assertThat(claims.path("sub").textValue()).isEqualTo(username);
    assertThat(claims.path("exp").longValue()).isEqualTo(17);
    assertThat(claims.size()).isEqualTo(2);
  }

  @Test
  void logsInAtPodAndKeyManagerWithATokenOfFourMinutes() throws Exception {
    Instant now = Instant.now();
    Tokens tokens = login(simulatorSettings().clock(Clock.fixed(now, ZoneOffset.UTC)));
    assertThat(simulator.logins()).hasSize(2);
    assertThat(tokens.session()).isEqualTo(simulator.logins().get(0).token());
    assertThat(tokens.keyManager()).isEqualTo(simulator.logins().get(1).token());
    for (RecordedRequest request : simulator.requests()) {
      assertThat(request.header("Content-Type")).isEqualTo("application/json");
      assertThat(request.header("User-Agent")).isEqualTo(GivenSettings.USER_AGENT);
      assertThat(request.json().size()).isEqualTo(1);
      assertThat(claims(request.json().path("token").textValue()).path("exp").longValue())
          .isEqualTo(now.getEpochSecond() + 240);
    }
    assertThat(simulator.requests().first().path()).isEqualTo(Requests.SESSION_LOGIN);
    assertThat(simulator.requests().last().path()).isEqualTo(Requests.KEY_MANAGER_LOGIN);
  }

  @Test
  void logsInAtAKeyManagerOfItsOwn() throws Exception {
    try (Simulator keyManager = Simulator.start()) {
      login(simulatorSettings().keyManager(keyManager.url()));
      assertThat(simulator.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isZero();
      assertThat(keyManager.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isOne();
      assertThat(keyManager.requests().count()).isOne();
    }
  }

  @Test
  void readsTheKeyAnewForEachLogin() throws Exception {
    String[] pem = {"being replaced"};
    GivenSettings settings = simulatorSettings().privateKey(() -> pem[0]);
    SymphonyException refused = failureOf(settings);
    assertThat(refused.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(refused).hasMessage(refusedText("being replaced"));
    assertThat(simulator.requests().count()).isZero();
    pem[0] = SimulatorKeys.privateKeyPkcs1();
    assertThat(login(settings)).isNotNull();
  }

  @Test
  void tellsARefusalByThePodFromOneByTheKeyManager() {
    SymphonyException unknown = failureOf(simulatorSettings().username("somebody-else"));
    assertThat(unknown.call()).isEqualTo(SymphonyCall.SESSION_LOGIN);
    assertThat(unknown.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(unknown.isSymphonyJson()).isTrue();
    simulator.faults().add(Fault.status(400).at(Requests.KEY_MANAGER_LOGIN));
    SymphonyException notRegistered = failureOf(simulatorSettings());
    assertThat(notRegistered.call()).isEqualTo(SymphonyCall.KEY_MANAGER_LOGIN);
    assertThat(notRegistered.kind()).isEqualTo(FailureKind.REFUSED);
    assertThat(notRegistered).hasMessageContaining("login at the key manager (127.0.0.1)");
  }

  @Test
  void refusesAnAnswerWithoutATokenAndDoesNotQuoteIt() {
    for (String body :
        new String[] {
          "<html>secret</html>",
          "{}",
          "{\"token\":7}",
          "{\"token\":\"\"}",
          "{\"token\":\"secret\\nsecret\"}",
          "{\"token\":\"secret é\"}",
          "[]",
          ""
        }) {
      simulator.faults().add(Fault.status(200).body(body).at(Requests.SESSION_LOGIN));
      SymphonyException failure = failureOf(simulatorSettings());
      assertThat(failure.kind()).as(body).isEqualTo(FailureKind.MALFORMED);
      assertThat(failure)
          .hasMessageContaining("without a token")
          .hasMessageNotContaining("secret")
          .hasNoCause();
    }
  }

  @Test
  void acceptsATokenWhateverItIsNamed() throws Exception {
    simulator
        .faults()
        .add(
            Fault.status(200)
                .body("{\"token\":\"0100ab\",\"name\":\"sessionToken\",\"more\":[]}")
                .at(Requests.KEY_MANAGER_LOGIN));
    assertThat(login(simulatorSettings()).keyManager()).isEqualTo("0100ab");
  }

  @Test
  void invariant10DoesNotPrintTokens() throws Exception {
    Tokens tokens = login(simulatorSettings());
    assertThat(tokens.toString()).doesNotContain(tokens.session(), tokens.keyManager());
  }

  private GivenSettings simulatorSettings() {
    return GivenSettings.of(simulator.url());
  }

  private static String refusedText(String pem) {
    return catchThrowableOfType(IllegalArgumentException.class, () -> RsaPrivateKeys.parse(pem))
        .getMessage();
  }

  private static SymphonyException failureOf(GivenSettings settings) {
    return catchThrowableOfType(SymphonyException.class, () -> login(settings));
  }

  private static Tokens login(GivenSettings given) throws SymphonyException {
    ClientSettings settings = given.build();
    try (SymphonyHttp http = new SymphonyHttp(settings)) {
      Login login = new RsaLogin(http, settings, (RsaCredentials) settings.credentials());
      Cancellation never = new Cancellation();
      return new Tokens(login.sessionToken(never), login.keyManagerToken(never));
    }
  }

  private static JsonNode claims(String jwt) throws Exception {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
  }
}
