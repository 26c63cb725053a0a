// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The simulator's own API over HTTP, for those who run it as a process of its own. */
final class Control {

  /** Paths below are not part of the pod, and are not recorded. */
  static final String PATH = "/control/";

  static final List<String> PRODUCE_FIELDS = List.of("count", "ratePerSecond", "types", "tag");
  static final List<String> FAULT_FIELDS =
      List.of(
          "kind", "path", "times", "durationMs", "delayMs", "status", "headers", "body", "bytes");

  private final Simulator simulator;

  Control(Simulator simulator) {
    this.simulator = simulator;
  }

  Map<String, SimulatorServer.Endpoint> endpoints() {
    return Map.of(
        "POST " + PATH + "produce", this::produce,
        "POST " + PATH + "events", this::event,
        "POST " + PATH + "faults", this::addFaults,
        "DELETE " + PATH + "faults", this::clearFaults,
        "POST " + PATH + "tokens/expire", this::expireTokens,
        "POST " + PATH + "options", this::setOptions,
        "DELETE " + PATH + "feeds", this::forgetFeeds,
        "GET " + PATH + "times", this::times,
        "GET " + PATH + "ledger", this::ledger);
  }

  /**
   * {@code {"count": 1000, "ratePerSecond": 50, "types": ["MESSAGESENT"]}}; without rate at once,
   * and then maybe with a {@code "tag"}: for that feed only.
   */
  private Answer produce(RecordedRequest request) throws Refusal {
    JsonNode body = request.json();
    requireFields(body, PRODUCE_FIELDS);
    int count = body.path("count").asInt();
    require(count > 0, "Give a count above 0");
    List<String> types = new ArrayList<>();
    body.path("types").forEach(type -> types.add(type.asText()));
    require(simulator.types().containsAll(types), "Give types among " + simulator.types());
    double ratePerSecond = body.path("ratePerSecond").asDouble();
    if (ratePerSecond > 0) {
      simulator.produceAtRate(count, ratePerSecond, types);
      return Answer.json(202, Map.of("producing", count));
    }
    if (body.has("tag")) {
      simulator.produce(count, types, body.path("tag").asText());
    } else {
      simulator.produce(count, types);
    }
    return Answer.json(200, Map.of("produced", count));
  }

  /** The body is one event, byte for byte; with {@code ?unfiltered} it goes to every feed. */
  private Answer event(RecordedRequest request) {
    if (request.query().equals("unfiltered")) {
      simulator.produceUnfiltered(request.body());
    } else {
      simulator.produce(request.text());
    }
    return Answer.json(200, Map.of("produced", 1));
  }

  /** One fault or an array of them, with the fields of {@link Fault}; times in milliseconds. */
  private Answer addFaults(RecordedRequest request) throws Refusal {
    JsonNode body = request.json();
    List<Fault> faults = new ArrayList<>();
    if (body.isArray()) {
      for (JsonNode element : body) {
        faults.add(fault(element));
      }
    } else {
      faults.add(fault(body));
    }
    faults.forEach(simulator.faults()::add);
    return Answer.json(200, Map.of("added", faults.size()));
  }

  private Answer clearFaults(RecordedRequest request) {
    simulator.faults().clear();
    return Answer.json(200, Map.of());
  }

  private Answer expireTokens(RecordedRequest request) {
    simulator.expireTokens();
    return Answer.json(200, Map.of());
  }

  /** {@code {"batchSize": 100, "latencyMs": 20}}, from the next read on. */
  private Answer setOptions(RecordedRequest request) throws Refusal {
    JsonNode body = request.json();
    int batchSize = body.path("batchSize").asInt();
    require(batchSize > 0, "Give a batchSize above 0");
    Duration latency = Duration.ofMillis(body.path("latencyMs").asLong());
    simulator.reconfigure(options -> options.batchSize(batchSize).latency(latency));
    return Answer.json(200, Map.of());
  }

  private Answer forgetFeeds(RecordedRequest request) {
    simulator.forgetFeeds();
    return Answer.json(200, Map.of());
  }

  /** {@code ?tag=...}: when its answers were given and acknowledged. */
  private Answer times(RecordedRequest request) throws Refusal {
    require(request.query().startsWith("tag="), "Give a tag");
    FeedTimes times = simulator.times(request.query().substring("tag=".length()));
    if (times == null) {
      throw new Refusal(404, "No feed has this tag");
    }
    return Answer.json(200, times);
  }

  /** Totals; with {@code ?events=true} also each event and each answer, as an audit needs. */
  private Answer ledger(RecordedRequest request) {
    boolean complete = request.query().equals("events=true");
    Ledger ledger = simulator.ledger();
    return Answer.json(200, complete ? ledger.snapshot() : ledger.totals());
  }

  private static Fault fault(JsonNode json) throws Refusal {
    require(json.isObject(), "Give a fault, or an array of faults");
    requireFields(json, FAULT_FIELDS);
    Fault.Kind kind = kind(json.path("kind").asText(Fault.Kind.ANSWER.name()));
    int status = json.path("status").asInt(0);
    Fault fault =
        switch (kind) {
          case ANSWER -> {
            require(status >= 200 && status < 600, "Give the status of the answer");
            yield Fault.status(status);
          }
          case TRUNCATED -> Fault.truncated(json.path("bytes").asInt());
          default -> Fault.of(kind);
        };
    fault =
        fault
            .at(json.path("path").asText(fault.path()))
            .times(json.path("times").asInt(fault.times()))
            .delay(Duration.ofMillis(json.path("delayMs").asLong()));
    if (json.has("durationMs")) {
      fault = fault.lasting(Duration.ofMillis(json.path("durationMs").asLong()));
    }
    for (Map.Entry<String, JsonNode> header : json.path("headers").properties()) {
      fault = fault.header(header.getKey(), header.getValue().asText());
    }
    return json.has("body") ? fault.body(json.path("body").asText()) : fault;
  }

  private static Fault.Kind kind(String name) throws Refusal {
    for (Fault.Kind kind : Fault.Kind.values()) {
      if (kind.name().equalsIgnoreCase(name)) {
        return kind;
      }
    }
    throw new Refusal(400, "Give a kind among " + List.of(Fault.Kind.values()));
  }

  /** So that a misspelled one is not taken for one that was left out. */
  private static void requireFields(JsonNode json, List<String> known) throws Refusal {
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      require(known.contains(field.getKey()), "Give fields among " + known);
    }
  }

  private static void require(boolean condition, String message) throws Refusal {
    if (!condition) {
      throw new Refusal(400, message);
    }
  }
}
