// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.symphony.bdk.core.auth.jwt.JwtHelper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** As little of a client as it takes to log in and read: what the simulator's own tests speak. */
final class SimulatorClient {

  private final String url;
  private final HttpClient http;

  String sessionToken = "";
  String keyManagerToken = "";

  /**
   * One that has not logged in.
   *
   * @param tls null without TLS
   */
  SimulatorClient(String url, SSLContext tls) {
    this.url = url;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10));
    http = tls == null ? builder.build() : builder.sslContext(tls).build();
  }

  /** The same login at another agent. */
  SimulatorClient at(String agentUrl) {
    SimulatorClient there = new SimulatorClient(agentUrl, null);
    there.sessionToken = sessionToken;
    there.keyManagerToken = keyManagerToken;
    return there;
  }

  /** An answer: status, body as JSON (missing when it is none), body as text. */
  record Reply(int status, JsonNode json, String text) {

    String ackId() {
      return json.path("ackId").asText();
    }

    List<String> messageIds() {
      List<String> ids = new ArrayList<>();
      json.path("events").forEach(event -> ids.add(event.path("messageId").asText()));
      return ids;
    }
  }

  /** A client that has logged in as {@link SimulatorKeys#USERNAME}. */
  static SimulatorClient loggedIn(Simulator simulator) throws IOException, InterruptedException {
    SimulatorClient client = new SimulatorClient(simulator.url(), null);
    client.login();
    return client;
  }

  void login() throws IOException, InterruptedException {
    String signed = signed(SimulatorKeys.USERNAME, System.currentTimeMillis() / 1000 + 240);
    sessionToken = login(Requests.SESSION_LOGIN, signed).json().path("token").asText();
    keyManagerToken = login(Requests.KEY_MANAGER_LOGIN, signed).json().path("token").asText();
  }

  Reply login(String path, String signedToken) throws IOException, InterruptedException {
    return post(path, "{\"token\":\"" + signedToken + "\"}");
  }

  /** A login with the client certificate of the TLS connection. */
  Reply certificateLogin(String path) throws IOException, InterruptedException {
    return postUntyped(path, "");
  }

  Reply read(String tag, String ackId, String... eventTypes)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "datahose");
    body.put("tag", tag);
    body.put("eventTypes", eventTypes.length == 0 ? List.of("MESSAGESENT") : eventTypes);
    body.put("ackId", ackId);
    body.put("updatePresence", false);
    return read(new String(Json.bytes(body), StandardCharsets.UTF_8));
  }

  Reply read(String body) throws IOException, InterruptedException {
    return post(Requests.READ, body);
  }

  Reply get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  Reply delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  Reply post(String path, String body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  Reply postUntyped(String path, String body) throws IOException, InterruptedException {
    return send(request(path).POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
    Map.of("sessionToken", sessionToken, "keyManagerToken", keyManagerToken)
        .forEach(
            (name, token) -> {
              if (!token.isEmpty()) {
                request.header(name, token);
              }
            });
    return request;
  }

  /** A signed token as both logins want it. */
  static String signed(String username, long expiresAtSeconds) {
    String claims = "{\"sub\":\"" + username + "\",\"exp\":" + expiresAtSeconds + "}";
    String input =
        Stream.of("{\"alg\":\"RS512\"}", claims)
            .map(part -> base64(part.getBytes(StandardCharsets.US_ASCII)))
            .collect(Collectors.joining("."));
    try {
      Signature signature = Signature.getInstance("SHA512withRSA");
      signature.initSign(JwtHelper.parseRsaPrivateKey(SimulatorKeys.privateKey()));
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Reply send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
    byte[] body = response.body();
    return new Reply(
        response.statusCode(), Json.parse(body), new String(body, StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
