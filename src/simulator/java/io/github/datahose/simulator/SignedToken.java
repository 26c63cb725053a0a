// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/** Checks the token that an account signs to log in: a JWT with sub and exp, RS512. */
final class SignedToken {

  private static final long LONGEST_LIFE_SECONDS = 300;

  private SignedToken() {}

  /** The account that signed; refused with 401 when anything about the token is wrong. */
  static String account(String token, Map<String, PublicKey> accounts, Instant now) throws Refusal {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || !decode(parts[0]).path("alg").asText().equals("RS512")) {
      throw invalid();
    }
    JsonNode claims = decode(parts[1]);
    JsonNode expiry = claims.path("exp");
    long secondsLeft = expiry.asLong() - now.getEpochSecond();
    if (!expiry.isIntegralNumber() || secondsLeft <= 0 || secondsLeft > LONGEST_LIFE_SECONDS) {
      throw invalid();
    }
    String username = claims.path("sub").asText();
    PublicKey key = accounts.get(username);
    if (key == null || !signedBy(key, parts[0] + "." + parts[1], parts[2])) {
      throw invalid();
    }
    return username;
  }

  private static boolean signedBy(PublicKey key, String input, String signature) {
    try {
      Signature verifier = Signature.getInstance("SHA512withRSA");
      verifier.initVerify(key);
      verifier.update(input.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(Base64.getUrlDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      return false;
    }
  }

  private static JsonNode decode(String part) throws Refusal {
    try {
      return Json.parse(Base64.getUrlDecoder().decode(part));
    } catch (IllegalArgumentException malformed) {
      throw invalid();
    }
  }

  private static Refusal invalid() {
    return new Refusal(401, "Invalid credentials");
  }
}
