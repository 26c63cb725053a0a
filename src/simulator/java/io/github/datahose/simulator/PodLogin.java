// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The logins to the pod and the key manager, and the issued tokens. Thread-safe. */
final class PodLogin {

  private static final long USER_ID = 13_056_700_581_103L;

  private final Supplier<SimulatorOptions> options;
  private final SecureRandom random = new SecureRandom();
  private final List<Login> logins = new ArrayList<>();
  private final Map<String, Session> valid = new HashMap<>();

  /** A token that is valid until a time, with or without the claim that it suffices alone. */
  private record Session(Login login, Instant expiresAt, boolean sufficesAlone) {}

  PodLogin(Supplier<SimulatorOptions> options) {
    this.options = options;
  }

  Map<String, SimulatorServer.Endpoint> endpoints() {
    return Map.of(
        "POST " + Requests.SESSION_LOGIN,
        request -> session(account(request)),
        "POST " + Requests.KEY_MANAGER_LOGIN,
        request -> keyManager(account(request)),
        "POST " + Requests.CERTIFICATE_SESSION_LOGIN,
        request -> session(certified(request)),
        "POST " + Requests.CERTIFICATE_KEY_MANAGER_LOGIN,
        request -> keyManager(certified(request)),
        "GET /pod/v2/sessioninfo",
        this::sessionInfo);
  }

  private Answer session(String username) {
    return login(Login.SESSION_TOKEN, username, sessionToken(username));
  }

  private Answer keyManager(String username) {
    return login(Login.KEY_MANAGER_TOKEN, username, "0100" + randomHex(60));
  }

  /**
   * Returns the account whose tokens the request has. Rejects invalid tokens with HTTP 401.
   *
   * @param agent the version of the agent that received the request
   */
  synchronized String authenticated(RecordedRequest request, Agent.Version agent) throws Refusal {
    Session session = valid(request, Login.SESSION_TOKEN);
    String keyManagerToken = request.header(Login.KEY_MANAGER_TOKEN);
    boolean mayLack = session.sufficesAlone() && agent.atLeast(24, 12);
    boolean lacks = keyManagerToken == null || keyManagerToken.isEmpty();
    String username = session.login().username();
    if (!(mayLack && lacks)
        && !valid(request, Login.KEY_MANAGER_TOKEN).login().username().equals(username)) {
      throw new Refusal(401, "Invalid session");
    }
    return username;
  }

  /**
   * {@code GET /pod/v2/sessioninfo}: returns the account; the vendor's SDK requests it at its
   * start.
   */
  private synchronized Answer sessionInfo(RecordedRequest request) throws Refusal {
    String username = valid(request, Login.SESSION_TOKEN).login().username();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", USER_ID);
    body.put("username", username);
    body.put("displayName", username);
    body.put("emailAddress", username + "@example-bank.test");
    return Answer.json(200, body);
  }

  synchronized void expire(String header) {
    valid.values().removeIf(session -> session.login().header().equals(header));
  }

  synchronized List<Login> logins() {
    return List.copyOf(logins);
  }

  private String account(RecordedRequest request) throws Refusal {
    SimulatorOptions current = options.get();
    return SignedToken.account(
        request.json().path("token").asText(), current.accounts, current.clock.instant());
  }

  private String certified(RecordedRequest request) throws Refusal {
    SimulatorOptions current = options.get();
    boolean typed = request.header("Content-Type") != null;
    if (request.body().length > 0 || (typed && !current.toleratesContentType)) {
      throw typed ? new Refusal(401, "Unauthorized") : new Refusal(500, "Internal error");
    }
    return ClientCertificates.account(request.clientCertificate(), current);
  }

  private synchronized Answer login(String header, String username, String token) {
    SimulatorOptions current = options.get();
    Instant now = current.clock.instant();
    Login login = new Login(header, username, token, now);
    logins.add(login);
    valid.put(
        token,
        new Session(
            login,
            now.plus(current.tokenLifetime),
            header.equals(Login.SESSION_TOKEN) && current.simplifiedKeyDelivery));
    Map<String, String> body = new LinkedHashMap<>();
    body.put("token", token);
    body.put("name", header);
    return Answer.json(200, body);
  }

  /** Returns the session of the token in this header. Rejects an invalid token with HTTP 401. */
  private Session valid(RecordedRequest request, String header) throws Refusal {
    Session session = valid.get(request.header(header));
    if (session == null
        || !session.login().header().equals(header)
        || !options.get().clock.instant().isBefore(session.expiresAt())) {
      throw new Refusal(401, "Invalid session");
    }
    return session;
  }

  private String sessionToken(String username) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("sub", username);
    claims.put("iss", "symphony");
    claims.put("sessionId", randomHex(60));
    claims.put("userId", Long.toString(USER_ID));
    if (options.get().simplifiedKeyDelivery) {
      claims.put("canUseSimplifiedKeyDelivery", true);
    }
    byte[] signature = new byte[256];
    random.nextBytes(signature);
    return base64("{\"alg\":\"RS512\"}".getBytes(StandardCharsets.US_ASCII))
        + "."
        + base64(Json.bytes(claims))
        + "."
        + base64(signature);
  }

  private String randomHex(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Verifies the token that an account signs to log in: a JWT with sub and exp, RS512. */
  static final class SignedToken {

    private static final long LONGEST_LIFE_SECONDS = 300;

    /** Returns the account that signed the token. Rejects an invalid token with HTTP 401. */
    static String account(String token, Map<String, PublicKey> accounts, Instant now)
        throws Refusal {
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
}
