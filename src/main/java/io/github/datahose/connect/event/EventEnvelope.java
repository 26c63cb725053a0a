// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Envelope of an oversize event: the event without its large texts; if that is still too large,
 * also without its payload; and finally the fields that fit. Sizes are those of {@link
 * ConvertedJson}.
 */
public final class EventEnvelope {

  /** Fields with texts of any length, anywhere in an event. A message in a message is not one. */
  private static final Set<String> LARGE =
      Set.of(
          "message",
          "data",
          EventSchemas.TEXT,
          EventSchemas.RAW,
          "attachments",
          "formValues",
          "parameters");

  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  private EventEnvelope() {}

  /**
   * Returns the envelope as a struct, empty if nothing was mapped. Does not change the event.
   *
   * @param limit maximum size in bytes
   */
  public static Struct struct(MappedEvent event, long limit) {
    Struct envelope = withoutLargeTexts(event.struct());
    if (ConvertedJson.sizeOf(envelope) > limit) {
      envelope.put(EventSchemas.PAYLOAD, null);
    }
    return ConvertedJson.sizeOf(envelope) > limit
        ? whatFits(envelope, limit, ConvertedJson::sizeOf)
        : envelope;
  }

  /**
   * Returns the envelope as JSON text: the event's own, byte for byte, with {@code null} in place
   * of the omitted values. Returns an empty object if the event is not a JSON object or cannot be
   * read.
   *
   * @param limit maximum size in bytes, also as a text within JSON
   */
  public static String json(MappedEvent event, RawEvent json, long limit) {
    if (event.isObject() && event.isReadable()) {
      try {
        for (boolean withPayload : new boolean[] {true, false}) {
          String text = withoutLargeTexts(json, withPayload, limit);
          if (text != null && ConvertedJson.sizeOf(text) <= limit) {
            return text;
          }
        }
      } catch (IOException | RuntimeException overTheLimits) {
        // Unlikely, because the mapper read it; but no event may stop a feed.
      }
    }
    return ConvertedJson.textOf(
        whatFits(new EventMapper().map(json).struct(), limit, struct -> sizeOfText(struct, limit)));
  }

  /**
   * Returns the size as a text within JSON. Creates no text if it is too large without the escapes.
   */
  private static long sizeOfText(Struct struct, long limit) {
    long plain = ConvertedJson.sizeOfText(struct);
    return plain > limit ? plain : ConvertedJson.sizeOf(ConvertedJson.textOf(struct));
  }

  private static Struct withoutLargeTexts(Struct whole) {
    Struct envelope = new Struct(whole.schema());
    for (Field field : whole.schema().fields()) {
      Object value = whole.get(field);
      if (value instanceof Struct child) {
        envelope.put(field, withoutLargeTexts(child));
      } else if (value != null && !LARGE.contains(field.name())) {
        envelope.put(field, value);
      }
    }
    return envelope;
  }

  /** Returns the event's own fields that fit, in the schema's order; its payload did not. */
  private static Struct whatFits(Struct event, long limit, ToLongFunction<Struct> size) {
    Struct envelope = new Struct(event.schema());
    for (Field field : event.schema().fields()) {
      if (!field.name().equals(EventSchemas.PAYLOAD) && !LARGE.contains(field.name())) {
        envelope.put(field, event.get(field));
        if (size.applyAsLong(envelope) > limit) {
          envelope.put(field, null);
        }
      }
    }
    return envelope;
  }

  /**
   * Copies bytes, not tokens, which would not preserve unusual numbers and lone surrogates. Returns
   * null if the copy would exceed the limit, to save memory.
   */
  private static String withoutLargeTexts(RawEvent json, boolean withPayload, long limit)
      throws IOException {
    ByteArrayOutputStream envelope = new ByteArrayOutputStream();
    int copied = 0;
    try (JsonParser parser =
        EventMapper.newFactory().createParser(json.body(), json.offset(), json.length())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = parser.currentName();
        boolean payload =
            name.equals(EventSchemas.PAYLOAD) && parser.getParsingContext().getParent().inRoot();
        if (isLargeText(name, parser.nextToken()) || (payload && !withPayload)) {
          int start = (int) parser.currentTokenLocation().getByteOffset();
          if (envelope.size() + start - copied > limit) {
            return null;
          }
          envelope.write(json.body(), json.offset() + copied, start - copied);
          envelope.writeBytes(NULL);
          parser.skipChildren();
          parser.finishToken();
          copied = (int) parser.currentLocation().getByteOffset();
        }
      }
    }
    if (envelope.size() + json.length() - copied > limit) {
      return null;
    }
    envelope.write(json.body(), json.offset() + copied, json.length() - copied);
    return envelope.toString(StandardCharsets.UTF_8);
  }

  private static boolean isLargeText(String name, JsonToken value) {
    return LARGE.contains(name)
        && switch (value) {
          case VALUE_STRING, START_ARRAY -> true;
          case START_OBJECT -> !name.equals("message");
          default -> false;
        };
  }
}
