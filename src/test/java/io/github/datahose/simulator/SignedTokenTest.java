// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTokenTest {

  /** Made with another tool, deterministic: signed by the same key, expires in the year 2100. */
  private static final String VECTOR =
      "eyJhbGciOiJSUzUxMiJ9.eyJzdWIiOiJzZXR0bGVtZW50LWJvdCIsImV4cCI6NDEwMjQ0NDgwMH0."
          + "LfPjYHpzCmTFtyXnbnh5ganvgrOfEeZCsAWm2nwL982QbHbLtohktxhDi124djTuWZtfokZowtYXaY87rlMi0h"
          + "ZLUtMv5a43_MgDhig7Y8TI3MDtUh-kzr0xx0TYVRuw8YWUU5j8NiTIrM7pCcPhwMELHwkP5-8n-A2Iey4q8obV"
          + "0EfuGw1AKCfu-m-qpuZ44lIMbHftMX4lrHuakhMtDy3KcGyCcFPS0FsgFQaIWEAnNRgukoiFZS37NdpbS91od1"
          + "V_t5rEQxQKePi5nUayGH4-v7DZWLLBzm7X4wYikJnfC9LU6bpUi7Lvu4SfYxthIbeE1t5bysadEqPbHx2ISg";

  private static final Instant NOW = Instant.ofEpochSecond(4_102_444_800L - 240);

  private static String account(String token) throws Refusal {
    return account(token, SimulatorKeys.publicKey());
  }

  private static String account(String token, PublicKey key) throws Refusal {
    return PodLogin.SignedToken.account(token, Map.of(SimulatorKeys.USERNAME, key), NOW);
  }

  private static String signed(long secondsAhead) {
    return SimulatorClient.signed(SimulatorKeys.USERNAME, NOW.getEpochSecond() + secondsAhead);
  }

  private static void assertRefused(String token) {
    assertThatThrownBy(() -> account(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.answer().status()).isEqualTo(401));
  }

  @Test
  void acceptsAVectorMadeByAnotherTool() throws Exception {
    assertThat(account(VECTOR)).isEqualTo("settlement-bot");
    assertThat(signed(240)).isEqualTo(VECTOR);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 240, 300})
  void acceptsWhatExpiresWithinFiveMinutes(long secondsAhead) throws Exception {
    assertThat(account(signed(secondsAhead))).isEqualTo(SimulatorKeys.USERNAME);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 301, 3600})
  void refusesWhatIsExpiredOrLivesTooLong(long secondsAhead) {
    assertRefused(signed(secondsAhead));
  }

  @Test
  void refusesTheSignatureOfAnotherKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    PublicKey other = generator.generateKeyPair().getPublic();
    assertThatThrownBy(() -> account(VECTOR, other)).isInstanceOf(Refusal.class);
  }

  @Test
  void refusesAnUnknownAccount() {
    assertRefused(SimulatorClient.signed("another-bot", NOW.getEpochSecond() + 240));
  }

  @Test
  void refusesAnotherAlgorithmEvenThoughTheRestIsRight() {
    byte[] header = "{\"alg\":\"none\"}".getBytes(StandardCharsets.US_ASCII);
    String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(header);
    assertRefused(encoded + VECTOR.substring(VECTOR.indexOf('.')));
  }

  @Test
  void refusesAChangedClaim() {
    String[] right = VECTOR.split("\\.");
    assertRefused(right[0] + "." + signed(241).split("\\.")[1] + "." + right[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.b", "a.b.c", "a.b.c.d", "!.?.#"})
  void refusesWhatIsNoToken(String token) {
    assertRefused(token);
  }
}
