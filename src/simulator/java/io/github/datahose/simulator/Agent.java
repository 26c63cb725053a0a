// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API of an agent: health and version without a login, and reads. */
final class Agent {

  private final Supplier<SimulatorOptions> options;
  private final PodLogin login;
  private final Feeds feeds;

  /** The year and month of an agent's version, which determine its features. */
  record Version(int major, int minor) {

    private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+).*");

    static Version of(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "Give an agent version such as 24.12.4-913, not " + text);
      }
      return new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    boolean atLeast(int otherMajor, int otherMinor) {
      return major > otherMajor || major == otherMajor && minor >= otherMinor;
    }
  }

  Agent(Supplier<SimulatorOptions> options, PodLogin login, Feeds feeds) {
    this.options = options;
    this.login = login;
    this.feeds = feeds;
  }

  Map<String, SimulatorServer.Endpoint> endpoints() {
    return Map.of(
        "GET /agent/v3/health",
        this::health,
        "GET /agent/v3/health/extended",
        this::extended,
        "GET /agent/v1/info",
        this::info,
        "POST " + Requests.READ,
        this::read);
  }

  /** {@code GET /agent/v3/health}. */
  private Answer health(RecordedRequest request) {
    return Answer.json(200, Map.of("status", "UP"));
  }

  /**
   * {@code GET /agent/v3/health/extended}: HTTP 503 with the same fields if a component is down.
   */
  private Answer extended(RecordedRequest request) {
    SimulatorOptions current = options.get();
    boolean down = current.contentExport == SimulatorOptions.ContentExport.DOWN;
    Map<String, Object> services = new LinkedHashMap<>();
    services.put("pod", Map.of("status", "UP", "version", "24.1.1-411-0a1b2c3"));
    services.put("key_manager", Map.of("status", "UP", "version", "24.1.1-411-0a1b2c3"));
    services.put("datafeed", Map.of("status", "UP", "version", "2.11.6"));
    Map<String, Object> users = new LinkedHashMap<>();
    users.put("agentservice", Map.of("authType", "RSA", "status", "UP"));
    if (down) {
      users.put(
          "ceservice",
          Map.of(
              "authType", "RSA", "status", "DOWN", "message", "Unable to authenticate ceservice"));
    } else if (current.contentExport == SimulatorOptions.ContentExport.UP) {
      users.put("ceservice", Map.of("authType", "RSA", "status", "UP"));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("services", services);
    body.put("status", down ? "DOWN" : "UP");
    body.put("users", users);
    body.put("version", current.agentVersion);
    return Answer.json(down ? 503 : 200, body);
  }

  /** {@code GET /agent/v1/info}. */
  private Answer info(RecordedRequest request) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ipAddress", "192.0.2.17");
    body.put("hostname", "agent-0");
    body.put("serverFqdn", "https://agent-0.example.test");
    body.put(
        "version", "Agent-" + options.get().agentVersion + "-Linux-5.10.215-203.850.amzn2.x86_64");
    body.put("url", "https://agent.example.test:8443/agent");
    body.put("onPrem", true);
    body.put("mt", false);
    body.put("commitId", "3f1c9d0e7b");
    return Answer.json(200, body);
  }

  /** {@code POST /agent/v5/events/read}: acknowledges a batch and waits for the next one. */
  private Answer read(RecordedRequest request) throws Refusal, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(options.get().latency.toNanos());
    Version version = Version.of(options.get().agentVersion);
    if (!version.atLeast(22, 6)) {
      throw new Refusal(404, "Not found");
    }
    String account = login.authenticated(request, version);
    ReadBody body = ReadBody.of(request, version);
    Feed.Key key = new Feed.Key(account, body.tag(), body.eventTypes(), body.scopes());
    Batch batch = feeds.feed(key, body.ackId()).read(request.header(Login.SESSION_TOKEN));
    if (!batch.events().isEmpty()) {
      return Answer.json(200, batch.json(true));
    }
    return switch (options.get().emptyAnswer) {
      case WITH_ACK_ID -> Answer.json(200, batch.json(true));
      case WITHOUT_ACK_ID -> Answer.json(200, batch.json(false));
      case NO_CONTENT -> Answer.of(204, Map.of(), new byte[0]);
    };
  }

  /**
   * The validated body of a read.
   *
   * @param tag the tag of the feed
   * @param eventTypes the event types, at least one
   * @param scopes the scopes, empty for all
   * @param ackId the ackId, empty for a first read
   */
  private record ReadBody(
      String tag, Set<String> eventTypes, Set<String> scopes, Optional<Batch.AckId> ackId) {

    private static final Pattern EVENT_TYPE = Pattern.compile("[A-Z]+");

    /** Reads the body. Rejects it with HTTP 400 if anything in it violates the specification. */
    static ReadBody of(RecordedRequest request, Version version) throws Refusal {
      String contentType = request.header("Content-Type");
      require(
          contentType != null && contentType.startsWith("application/json"),
          "The Content-Type must be application/json");
      JsonNode body = request.json();
      require(body.isObject(), "The body must be a JSON object");
      require(body.path("type").asText().equals("datahose"), "The type must be datahose");
      String tag = body.path("tag").asText();
      require(
          body.path("tag").isTextual() && !tag.isEmpty() && tag.length() <= 80,
          "The tag must have 1 to 80 characters");
      // Agent 22.6 accepted other values under another name, and had no event types.
      require(version.atLeast(22, 7) || body.has("filters"), "At least one filter is required");
      Set<String> eventTypes = strings(body, "eventTypes");
      require(!eventTypes.isEmpty(), "At least one event type is required");
      for (String eventType : eventTypes) {
        require(EVENT_TYPE.matcher(eventType).matches(), "Unknown event type " + eventType);
      }
      Set<String> scopes = version.atLeast(25, 8) ? strings(body, "scopes") : Set.of();
      require(Event.SCOPES.containsAll(scopes), "Unknown scope among " + scopes);
      JsonNode presence = body.path("updatePresence");
      require(presence.isMissingNode() || presence.isBoolean(), "updatePresence must be a boolean");
      return new ReadBody(tag, eventTypes, scopes, ackId(body.path("ackId")));
    }

    private static Optional<Batch.AckId> ackId(JsonNode ackId) throws Refusal {
      require(ackId.isMissingNode() || ackId.isTextual(), "The ackId must be a string");
      return ackId.asText().isEmpty()
          ? Optional.empty()
          : Optional.of(Batch.AckId.decode(ackId.asText()));
    }

    private static Set<String> strings(JsonNode body, String field) throws Refusal {
      JsonNode list = body.path(field);
      require(list.isMissingNode() || list.isArray(), field + " must be an array");
      Set<String> strings = new TreeSet<>();
      for (JsonNode element : list) {
        require(element.isTextual(), field + " must hold strings only");
        strings.add(element.textValue());
      }
      return strings;
    }

    private static void require(boolean condition, String message) throws Refusal {
      if (!condition) {
        throw new Refusal(400, message);
      }
    }
  }
}
