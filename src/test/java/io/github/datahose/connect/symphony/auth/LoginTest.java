// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.GivenSettings;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.tls.RsaPrivateKeys;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class LoginTest {

  private static final PrivateKey KEY = RsaPrivateKeys.parse(SimulatorKeys.privateKey());

  /** Made with other tools; PKCS#1 v1.5 signatures are always the same. */
  private static final String VECTOR =
      "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJzZXR0bGVtZW50LWJvdCIsImV4cCI6NDEwMjQ0NDgwMH0."
          + "LfPjYHpzCmTFtyXnbnh5ganvgrOfEeZCsAWm2nwL982QbHbLtohktxhDi124djTuWZtfokZowtYXaY87rlMi0hZL"
          + "UtMv5a43_MgDhig7Y8TI3MDtUh-kzr0xx0TYVRuw8YWUU5j8NiTIrM7pCcPhwMELHwkP5-8n-A2Iey4q8obV0Efu"
          + "Gw1AKCfu-m-qpuZ44lIMbHftMX4lrHuakhMtDy3KcGyCcFPS0FsgFQaIWEAnNRgukoiFZS37NdpbS91od1V_t5rE"
          + "QxQKePi5nUayGH4-v7DZWLLBzm7X4wYikJnfC9LU6bpUi7Lvu4SfYxthIbeE1t5bysadEqPbHx2ISg";

  @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
  private final Simulator simulator = symphony.simulator;

  @Test
  void signsKnownVectorByteForByte() {
    assertThat(Login.jwt("settlement-bot", 4_102_444_800L, KEY)).isEqualTo(VECTOR);
  }

  @Test
  void escapesUsernameInClaims() throws Exception {
    String username = "a\"b\\c,\"exp\":9,\né";
    JsonNode claims = claims(Login.jwt(username, 17, KEY));
    assertThat(claims.path("sub").textValue()).isEqualTo(username);
    assertThat(claims.path("exp").longValue()).isEqualTo(17);
    assertThat(claims.size()).isEqualTo(2);
  }

  @Test
  void logsInToPodAndKeyManagerWithTokenOfFourMinutes() throws Exception {
    Instant now = Instant.now();
    symphony.settings.clock = Clock.fixed(now, ZoneOffset.UTC);
    symphony.read();
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, Requests.READ);
    for (RecordedRequest request : simulator.requests().list().subList(0, 2)) {
      assertThat(request.header("Content-Type")).isEqualTo("application/json");
      assertThat(request.header("User-Agent")).isEqualTo(GivenSettings.USER_AGENT);
      assertThat(request.json().size()).isEqualTo(1);
      assertThat(claims(request.json().path("token").textValue()).path("exp").longValue())
          .isEqualTo(now.getEpochSecond() + 240);
    }
  }

  @Test
  void readsKeyAgainForEachLogin() throws Exception {
    String[] pem = {"being replaced"};
    symphony.settings.privateKey = () -> pem[0];
    SymphonyException refused = symphony.failure();
    assertThat(refused.kind()).isEqualTo(FailureKind.CREDENTIALS_UNREADABLE);
    assertThat(refused).hasMessageStartingWith("is not PEM text");
    assertThat(simulator.requests().count()).isZero();
    pem[0] = SimulatorKeys.privateKeyPkcs1();
    assertThat(symphony.read()).isNotNull();
  }

  @Test
  void distinguishesRejectionByPodFromRejectionByKeyManager() {
    simulator.faults().add(Fault.status(400).at(Requests.KEY_MANAGER_LOGIN));
    SymphonyException notRegistered = symphony.failure();
    assertThat(notRegistered.call()).isEqualTo(SymphonyCall.KEY_MANAGER_LOGIN);
    assertThat(notRegistered.kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(notRegistered).hasMessageContaining("login to the key manager (127.0.0.1)");
    symphony.forgetClient();
    symphony.settings.username = "somebody-else";
    SymphonyException unknown = symphony.failure();
    assertThat(unknown.call()).isEqualTo(SymphonyCall.SESSION_LOGIN);
    assertThat(unknown.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>secret</html>",
        "{}",
        "{\"token\":7}",
        "{\"token\":\"\"}",
        "{\"token\":\"secret\\nsecret\"}",
        "{\"token\":\"secret é\"}",
        "[]",
        ""
      })
  void rejectsResponseWithoutTokenAndDoesNotQuoteIt(String body) {
    simulator.faults().add(Fault.status(200).body(body).at(Requests.SESSION_LOGIN));
    SymphonyException failure = symphony.failure();
    assertThat(failure.kind()).isEqualTo(FailureKind.MALFORMED);
    assertThat(failure)
        .hasMessageContaining("without a token")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void acceptsTokenOfAnyName() {
    Fault answer = Fault.status(200).body("{\"token\":\"0100ab\",\"name\":\"any\",\"more\":[]}");
    simulator.faults().add(answer.at(Requests.KEY_MANAGER_LOGIN));
    symphony.failure();
    assertThat(symphony.lastRead().header("keyManagerToken")).isEqualTo("0100ab");
  }

  @Test
  @Tag("invariant-10")
  void invariant10DoesNotPrintTokens() {
    assertThat(new Session.Tokens("secret", "secret").toString()).doesNotContain("secret");
  }

  private static JsonNode claims(String jwt) throws Exception {
    return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
  }
}
