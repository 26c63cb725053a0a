// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Maps the JSON of an event to a struct of {@link EventSchemas#EVENT}, straight from the tokens.
 * What does not fit is left out and told by {@link MappedEvent#mappingError()}. Not thread-safe:
 * one for each reader thread.
 */
public final class EventMapper {

  /** Levels of objects and arrays that an event may be nested, itself being the first. */
  static final int MAX_DEPTH = 200;

  /** The parser remembers some thousand field names for speed; this bounds what they can take. */
  static final int MAX_NAME_LENGTH = 1_000;

  private static final Set<String> EVENT_TYPES = Set.copyOf(EventSchemas.EVENT_TYPES);

  private enum Misfit {
    UNKNOWN,
    WRONG_TYPE,
    AMBIGUOUS
  }

  private JsonFactory factory = newFactory();
  private JsonParser parser;
  private EventJson json;
  private boolean mayHoldSurrogates;
  private String mappingError;
  private boolean wrongType;
  private boolean ambiguous;

  /** Makes a mapper with a memory for field names of its own. */
  public EventMapper() {}

  private static JsonFactory newFactory() {
    return JsonFactory.builder()
        // The names are not ours: never into the JVM's own table of strings.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNameLength(MAX_NAME_LENGTH)
                .build())
        .build();
  }

  /**
   * Maps an event. Never throws, whatever the bytes are.
   *
   * @param json the event; the result does not refer to it
   * @return what did map, and what did not
   */
  public MappedEvent map(EventJson json) {
    this.json = json;
    byte[] body = json.body();
    boolean startsAsObject = json.length() > 0 && body[json.offset()] == '{';
    if (!Utf8.isValid(body, json.offset(), json.length())) {
      return MappedEvent.unreadable(startsAsObject);
    }
    mayHoldSurrogates = Utf8.mayEscapeSurrogate(body, json.offset(), json.length());
    mappingError = null;
    wrongType = false;
    ambiguous = false;
    try (JsonParser opened = factory.createParser(body, json.offset(), json.length())) {
      parser = opened;
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return MappedEvent.noObject();
      }
      Struct event = new Struct(EventSchemas.EVENT);
      readObject(Shape.EVENT, event);
      return parser.nextToken() == null
          ? MappedEvent.mapped(event, mappingError, wrongType, ambiguous)
          : MappedEvent.unreadable(false);
    } catch (StreamConstraintsException overTheLimits) {
      return MappedEvent.unreadable(startsAsObject);
    } catch (IOException noJson) {
      return MappedEvent.unreadable(false);
    } catch (RuntimeException unexpected) {
      // The parser's guard against names with colliding hashes, or an error in it: one odd event
      // never stops a feed, and the names it brought are forgotten.
      factory = newFactory();
      return MappedEvent.unreadable(startsAsObject);
    } finally {
      parser = null;
      this.json = null;
    }
  }

  private void readObject(Shape shape, Struct struct) throws IOException {
    long seen = 0;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      Shape.Place place = shape.place(name);
      if (place == null) {
        if (token != JsonToken.VALUE_NULL) {
          misfit(Misfit.UNKNOWN);
        }
        continue;
      }
      long bit = 1L << place.field().index();
      if ((seen & bit) != 0) {
        misfit(Misfit.AMBIGUOUS);
      } else if (token != JsonToken.VALUE_NULL) {
        readField(place, token, struct);
      }
      seen |= bit;
    }
  }

  /** Puts structs and arrays while they are empty: a put checks again all that is in its value. */
  private void readField(Shape.Place place, JsonToken token, Struct struct) throws IOException {
    switch (place.kind()) {
      case STRUCT -> {
        if (fits(token == JsonToken.START_OBJECT)) {
          Struct child = new Struct(place.schema());
          struct.put(place.field(), child);
          readObject(place.shape(), child);
        }
      }
      case ARRAY -> {
        if (fits(token == JsonToken.START_ARRAY)) {
          List<Object> elements = new ArrayList<>();
          struct.put(place.field(), elements);
          readArray(place.element(), elements);
        }
      }
      default -> {
        Object value = readScalar(place.kind(), token);
        if (value != null) {
          struct.put(place.field(), value);
        }
      }
    }
  }

  private void readArray(Shape.Place place, List<Object> elements) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (place.kind() == Shape.Kind.STRUCT) {
        if (fits(token == JsonToken.START_OBJECT)) {
          Struct child = new Struct(place.schema());
          elements.add(child);
          readObject(place.shape(), child);
        }
      } else {
        Object value = readScalar(place.kind(), token);
        if (value != null) {
          elements.add(value);
        }
      }
    }
  }

  private Object readScalar(Shape.Kind kind, JsonToken token) throws IOException {
    return switch (kind) {
      case STRING -> fits(token == JsonToken.VALUE_STRING) ? readText() : null;
      case EVENT_TYPE -> fits(token == JsonToken.VALUE_STRING) ? readEventType() : null;
      case BOOLEAN -> fits(token.isBoolean()) ? (Object) parser.getBooleanValue() : null;
      case INT64 -> fits(isInt64(token)) ? (Object) parser.getLongValue() : null;
      case TIMESTAMP ->
          fits(isInt64(token))
              ? Timestamp.toLogical(Timestamp.SCHEMA, parser.getLongValue())
              : null;
      case FREE_OBJECT -> fits(token == JsonToken.START_OBJECT) ? readOriginalText() : null;
      case STRUCT, ARRAY -> throw new IllegalStateException(kind + " is no scalar");
    };
  }

  private boolean isInt64(JsonToken token) throws IOException {
    return token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
  }

  private String readText() throws IOException {
    String text = parser.getText();
    if (mayHoldSurrogates && !Utf8.isWellFormed(text)) {
      misfit(Misfit.AMBIGUOUS);
      return null;
    }
    return text;
  }

  private String readEventType() throws IOException {
    String type = readText();
    if (type != null && !EVENT_TYPES.contains(type)) {
      misfit(Misfit.UNKNOWN);
    }
    return type;
  }

  /** The text of the object that begins at the parser's token, as it was received. */
  private String readOriginalText() throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(json.body(), json.offset() + start, end - start, StandardCharsets.UTF_8);
  }

  private boolean fits(boolean rightType) throws IOException {
    if (!rightType) {
      misfit(Misfit.WRONG_TYPE);
    }
    return rightType;
  }

  /** Notes that the parser's value is not in the struct, and moves past it. */
  private void misfit(Misfit kind) throws IOException {
    if (mappingError == null) {
      mappingError = Pointer.to(parser.getParsingContext());
    }
    wrongType |= kind == Misfit.WRONG_TYPE;
    ambiguous |= kind == Misfit.AMBIGUOUS;
    parser.skipChildren();
  }
}
