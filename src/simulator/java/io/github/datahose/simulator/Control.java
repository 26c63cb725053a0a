// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The simulator's own HTTP API, for users that run the simulator as a separate process. */
final class Control {

  /** The prefix of paths that are not part of the pod, and are not recorded. */
  static final String PATH = "/control/";

  /** The body of a request to produce events; an omitted field is null or 0. */
  record ToProduce(int count, List<String> types, double ratePerSecond, String tag) {}

  /** A fault, or an element of an array of faults. */
  record ToPlan(
      Fault.Kind kind,
      String path,
      Integer times,
      Long durationMs,
      long delayMs,
      int status,
      Map<String, String> headers,
      String body,
      int bytes) {

    Fault fault() throws Refusal {
      Fault.Kind wanted = kind == null ? Fault.Kind.ANSWER : kind;
      boolean lacksStatus = wanted == Fault.Kind.ANSWER && (status < 200 || status > 599);
      require(!lacksStatus, "Give the status of the answer");
      boolean lacksHeader = headers != null && headers.containsValue(null);
      require(!lacksHeader, "Give headers as an object of texts");
      Fault fault =
          switch (wanted) {
            case ANSWER -> Fault.status(status);
            case TRUNCATED -> Fault.truncated(bytes);
            default -> Fault.of(wanted);
          };
      fault = fault.delay(Duration.ofMillis(delayMs)).times(times == null ? 1 : times);
      fault = path == null ? fault : fault.at(path);
      fault = durationMs == null ? fault : fault.lasting(Duration.ofMillis(durationMs));
      fault = headers == null ? fault : fault.headers(headers);
      return body == null ? fault : fault.body(body);
    }
  }

  private record ToSet(int batchSize, long latencyMs) {}

  private static final ObjectReader READER =
      Json.MAPPER.reader(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS);

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
   * {@code {"count": 1000, "ratePerSecond": 50, "types": ["MESSAGESENT"]}}. Without a rate,
   * produces all events at once, optionally for the feed of one {@code "tag"} only.
   */
  private Answer produce(RecordedRequest request) throws Refusal {
    ToProduce body = read(request, ToProduce.class, READER.forType(ToProduce.class));
    require(body.count() > 0, "Give a count above 0");
    List<String> types = body.types() == null ? List.of() : body.types();
    require(simulator.types().containsAll(types), "Give types among " + simulator.types());
    if (body.ratePerSecond() > 0) {
      simulator.produceAtRate(body.count(), body.ratePerSecond(), types);
      return Answer.json(202, Map.of("producing", body.count()));
    }
    if (body.tag() != null) {
      simulator.produce(body.count(), types, body.tag());
    } else {
      simulator.produce(body.count(), types);
    }
    return Answer.json(200, Map.of("produced", body.count()));
  }

  /** Produces the body as one event, byte for byte; with {@code ?unfiltered} for every feed. */
  private Answer event(RecordedRequest request) {
    if (request.query().equals("unfiltered")) {
      simulator.produceUnfiltered(request.body());
    } else {
      simulator.produce(request.text());
    }
    return Answer.json(200, Map.of("produced", 1));
  }

  /**
   * Adds one fault or an array of faults, with the fields of {@link Fault}; times in milliseconds.
   */
  private Answer addFaults(RecordedRequest request) throws Refusal {
    List<ToPlan> bodies =
        read(
            request,
            ToPlan.class,
            READER
                .forType(new TypeReference<List<ToPlan>>() {})
                .with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY));
    List<Fault> faults = new ArrayList<>();
    for (ToPlan body : bodies) {
      require(body != null, "Give a fault, or an array of faults");
      faults.add(body.fault());
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

  /** {@code {"batchSize": 100, "latencyMs": 20}}, effective from the next read. */
  private Answer setOptions(RecordedRequest request) throws Refusal {
    ToSet body = read(request, ToSet.class, READER.forType(ToSet.class));
    require(body.batchSize() > 0, "Give a batchSize above 0");
    Duration latency = Duration.ofMillis(body.latencyMs());
    simulator.reconfigure(options -> options.batchSize(body.batchSize()).latency(latency));
    return Answer.json(200, Map.of());
  }

  private Answer forgetFeeds(RecordedRequest request) {
    simulator.forgetFeeds();
    return Answer.json(200, Map.of());
  }

  /** {@code ?tag=...}: returns when responses were sent and acknowledged. */
  private Answer times(RecordedRequest request) throws Refusal {
    require(request.query().startsWith("tag="), "Give a tag");
    FeedTimes times = simulator.times(request.query().substring("tag=".length()));
    if (times == null) {
      throw new Refusal(404, "No feed has this tag");
    }
    return Answer.json(200, times);
  }

  /** Returns totals; with {@code ?events=true} also each event and each response, for an audit. */
  private Answer ledger(RecordedRequest request) {
    boolean complete = request.query().equals("events=true");
    Ledger ledger = simulator.ledger();
    return Answer.json(200, complete ? ledger.snapshot() : ledger.totals());
  }

  /**
   * Rejects unknown fields, so that a misspelled field is not ignored.
   *
   * @param type the type with the fields of the body, or of each element of it
   */
  private static <T> T read(
      RecordedRequest request, Class<? extends Record> type, ObjectReader reader) throws Refusal {
    try {
      T body = reader.readValue(request.body());
      require(body != null, whatToGive(type, List.of()));
      return body;
    } catch (JsonMappingException e) {
      boolean isJson = !(e.getCause() instanceof JsonParseException);
      throw new Refusal(400, isJson ? whatToGive(type, e.getPath()) : noJson(e));
    } catch (JsonProcessingException e) {
      throw new Refusal(400, noJson(e));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String noJson(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return "Give JSON: this is none at line %d, column %d"
        .formatted(at.getLineNr(), at.getColumnNr());
  }

  /** Replaces the message of Jackson, which is about Java. */
  private static String whatToGive(Class<? extends Record> type, List<Reference> wrongAt) {
    List<RecordComponent> fields = List.of(type.getRecordComponents());
    return fields.stream()
        .filter(field -> wrongAt.stream().anyMatch(at -> field.getName().equals(at.getFieldName())))
        .findFirst()
        .map(field -> "Give " + field.getName() + " as " + form(field.getType()))
        .orElseGet(
            () ->
                fields.stream()
                    .map(RecordComponent::getName)
                    .collect(Collectors.joining(", ", "Give an object with fields among ", "")));
  }

  private static String form(Class<?> type) {
    if (type.isEnum()) {
      return Stream.of(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == String.class) {
      return "text";
    }
    if (type == List.class) {
      return "an array of texts";
    }
    return type == Map.class ? "an object of texts" : "a number";
  }

  private static void require(boolean condition, String message) throws Refusal {
    if (!condition) {
      throw new Refusal(400, message);
    }
  }
}
