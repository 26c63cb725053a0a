// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Reads one event into a struct, from a parser that stands at its start. It recurses along the
 * schema only, so a few levels; what no schema knows is skipped.
 */
final class EventReader {

  private static final Set<String> EVENT_TYPES = Set.copyOf(EventSchemas.EVENT_TYPES);

  private enum Misfit {
    UNKNOWN,
    WRONG_TYPE,
    AMBIGUOUS
  }

  private final JsonParser parser;
  private final RawEvent json;
  private final boolean mayHoldSurrogates;
  private final int maxParts;
  private int parts;
  private String mappingError;
  private boolean wrongType;
  private boolean identityDoubtful;

  /**
   * Stands before the event.
   *
   * @param maxParts objects and array elements that it may be mapped to
   */
  EventReader(JsonParser parser, RawEvent json, int maxParts) {
    this.maxParts = maxParts;
    this.parser = parser;
    this.json = json;
    mayHoldSurrogates = Utf8.mayEscapeSurrogate(json.body(), json.offset(), json.length());
  }

  /**
   * Reads to the event's end.
   *
   * @throws StreamConstraintsException when it is over a limit of the parser, or would be mapped to
   *     more objects and array elements than it may
   */
  MappedEvent read() throws IOException {
    Struct event = new Struct(EventSchemas.EVENT);
    countPart();
    readObject(SchemaLayout.EVENT, event);
    return MappedEvent.mapped(event, mappingError, wrongType, identityDoubtful);
  }

  private void readObject(SchemaLayout layout, Struct struct) throws IOException {
    long seen = 0;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken token = parser.nextToken();
      SchemaLayout.Place place = layout.place(name);
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
  private void readField(SchemaLayout.Place place, JsonToken token, Struct struct)
      throws IOException {
    switch (place.kind()) {
      case STRUCT -> {
        if (fits(token == JsonToken.START_OBJECT)) {
          Struct child = new Struct(place.schema());
          struct.put(place.field(), child);
          countPart();
          readObject(place.layout(), child);
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

  private void readArray(SchemaLayout.Place place, List<Object> elements) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (place.kind() == SchemaLayout.Kind.STRUCT) {
        if (fits(token == JsonToken.START_OBJECT)) {
          Struct child = new Struct(place.schema());
          elements.add(child);
          countPart();
          readObject(place.layout(), child);
        }
      } else {
        Object value = readScalar(place.kind(), token);
        if (value != null) {
          elements.add(value);
          countPart();
        }
      }
    }
  }

  private Object readScalar(SchemaLayout.Kind kind, JsonToken token) throws IOException {
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
    int depth = 1;
    countPart();
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token.isStructEnd()) {
        depth--;
        continue;
      }
      JsonStreamContext context = parser.getParsingContext();
      if (token.isStructStart()) {
        depth++;
        context = context.getParent();
      }
      if (token == JsonToken.START_OBJECT || context.inArray()) {
        countPart();
      }
    }
    int end = (int) parser.currentLocation().getByteOffset();
    return new String(json.body(), json.offset() + start, end - start, StandardCharsets.UTF_8);
  }

  private void countPart() throws StreamConstraintsException {
    parts++;
    if (parts > maxParts) {
      throw new StreamConstraintsException(
          "The event has more than " + maxParts + " objects and array elements");
    }
  }

  /** How many objects and array elements it was mapped to so far. */
  int parts() {
    return parts;
  }

  private boolean fits(boolean rightType) throws IOException {
    if (!rightType) {
      misfit(Misfit.WRONG_TYPE);
    }
    return rightType;
  }

  /** Notes that the struct does not say what the parser's value says, and moves past it. */
  private void misfit(Misfit kind) throws IOException {
    if (mappingError == null) {
      mappingError = Pointer.to(parser.getParsingContext());
    }
    wrongType |= kind == Misfit.WRONG_TYPE;
    String name = parser.currentName(); // null within an array
    identityDoubtful |=
        kind != Misfit.UNKNOWN && name != null && SchemaLayout.TELLING.contains(name);
    parser.skipChildren();
  }
}
