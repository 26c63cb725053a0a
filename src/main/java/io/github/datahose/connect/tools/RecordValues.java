// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.tools.Reconciliation.IdentityCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/**
 * A reader of the connector's records from any converter: windows of the ledger, headers, and the
 * original text of events. Without a converter, a value must be JSON, with or without a schema
 * around it, or a text that is JSON. Not thread-safe.
 */
final class RecordValues {

  private static final String SCHEMA = "schema";
  private static final String PAYLOAD = "payload";
  private static final String RAW = "raw";
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  private static final char REPLACEMENT = '\uFFFD';
  private static final RawEvent NOTHING = new RawEvent(new byte[0], 0, 0);

  /** Null for JSON. */
  private final Converter converter;

  private final ObjectMapper json = new ObjectMapper();
  private final JsonFactory parsers = new JsonFactory();
  private final EventMapper events = new EventMapper();
  private final Identity.Digest digest = new Identity.Digest();
  private final MappedEvent unmapped = events.map(NOTHING);

  /**
   * Creates a reader for values of one converter.
   *
   * @param converter configured; null for JSON
   */
  RecordValues(Converter converter) {
    this.converter = converter;
  }

  /**
   * Returns the fields of a ledger record.
   *
   * @return null if the record is not a window, but a heartbeat or something else
   * @throws IllegalArgumentException if the value cannot be read
   */
  Map<String, ?> window(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    Map<String, ?> fields;
    try {
      fields = fields(converter == null ? json.readTree(record.value()) : converted(record));
    } catch (IOException | DataException unreadable) {
      // Without their messages, because a value might be confidential.
      throw new IllegalArgumentException(
          converter == null
              ? "it is not JSON (for Avro and other formats, use --value-converter)"
              : "the converter cannot read it: " + unreadable.getClass().getSimpleName());
    }
    boolean window = fields != null && fields.get("sequence") != null;
    return window && fields.get("digest") != null ? fields : null;
  }

  private Object converted(ConsumerRecord<byte[], byte[]> record) {
    return converter.toConnectData(record.topic(), record.headers(), record.value()).value();
  }

  /** Returns null if it is not an object. */
  private Map<String, ?> fields(Object value) throws IOException {
    if (value instanceof String text) {
      return fields(json.readTree(text));
    }
    if (value instanceof JsonNode node) {
      JsonNode inner = node.size() == 2 && node.has(SCHEMA) ? node.path(PAYLOAD) : node;
      if (inner.isTextual()) {
        return fields(inner.textValue());
      }
      return inner.isObject() ? json.convertValue(inner, FIELDS) : null;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    if (value instanceof Struct struct) {
      for (Field field : struct.schema().fields()) {
        fields.put(field.name(), plain(struct.get(field)));
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> each : map.entrySet()) {
        fields.put(String.valueOf(each.getKey()), plain(each.getValue()));
      }
    }
    return value instanceof Struct || value instanceof Map ? fields : null;
  }

  /** Returns a field of Connect as Jackson would read it from JSON. */
  @SuppressWarnings("JavaUtilDate") // Connect's own type of a logical timestamp.
  private Object plain(Object value) throws IOException {
    if (value instanceof Struct || value instanceof Map) {
      return fields(value);
    }
    if (value instanceof List<?> list) {
      List<Object> elements = new ArrayList<>();
      for (Object element : list) {
        elements.add(plain(element));
      }
      return elements;
    }
    return value instanceof Date date ? date.getTime() : value;
  }

  /**
   * Returns the last header of a name as text. Most header converters write the text unchanged, and
   * those for JSON with quotation marks or a schema.
   *
   * @return null if it is missing or null
   */
  String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null || header.value() == null) {
      return null;
    }
    String text = new String(header.value(), StandardCharsets.UTF_8);
    if (!text.startsWith("\"") && !text.startsWith("{")) {
      return text;
    }
    try {
      JsonNode node = json.readTree(text);
      String inner = (node.has(PAYLOAD) ? node.get(PAYLOAD) : node).textValue();
      return inner == null ? text : inner;
    } catch (IOException noJson) {
      return text;
    }
  }

  /** An event as JSON, either its original text, or made from a struct. */
  private record Found(RawEvent json, boolean original) {

    static Found original(String text) {
      // If the bytes were not UTF-8, the text is not the original.
      return text.indexOf(REPLACEMENT) >= 0
          ? null
          : of(text.getBytes(StandardCharsets.UTF_8), true);
    }

    static Found of(byte[] json, boolean original) {
      return new Found(new RawEvent(json, 0, json.length), original);
    }
  }

  /**
   * Recomputes the identity of an event from its original text, in the value or in the field {@code
   * raw}, or from a struct if the message ID alone determines it.
   *
   * @param identity the identity in the header, in hexadecimal digits
   */
  IdentityCheck check(ConsumerRecord<byte[], byte[]> record, String identity) {
    byte[] value = record.value();
    if (value == null || record.headers().lastHeader("symphony.oversize") != null) {
      return IdentityCheck.NOT_POSSIBLE;
    }
    Found found;
    try {
      found = converter == null ? inJson(value) : inConnect(converted(record));
    } catch (IOException | DataException unreadable) {
      return IdentityCheck.NOT_POSSIBLE;
    }
    if (found == null) {
      return IdentityCheck.NOT_POSSIBLE;
    }
    Identity told = Identity.parse(identity);
    MappedEvent event = events.map(found.json);
    Identity made = digest.identityOf(event, found.json);
    if (made.equals(told)) {
      return IdentityCheck.SAME;
    }
    if (!found.original) {
      boolean byMessageId = made.equals(digest.identityOf(event, NOTHING));
      // The struct of an event that the schema does not represent is incomplete.
      boolean whole = record.headers().lastHeader("symphony.mapping.error") == null;
      return byMessageId && whole ? IdentityCheck.DIFFERENT : IdentityCheck.NOT_POSSIBLE;
    }
    // If a response was too large to map, the identities of its last events are hashes of their
    // bytes. An original text might look like the output of a converter.
    boolean same =
        told.equals(digest.identityOf(unmapped, found.json))
            || (converter == null && told.equals(identityOf(value)));
    return same ? IdentityCheck.SAME : IdentityCheck.DIFFERENT;
  }

  private Identity identityOf(byte[] text) {
    RawEvent event = new RawEvent(text, 0, text.length);
    return digest.identityOf(events.map(event), event);
  }

  /** Returns null if there is no event. */
  private Found inConnect(Object value) throws IOException {
    if (value instanceof String text) {
      return Found.original(text);
    }
    Map<String, ?> fields = fields(value);
    if (fields == null) {
      return null;
    }
    return fields.get(RAW) instanceof String text
        ? Found.original(text)
        : Found.of(json.writeValueAsBytes(fields), false);
  }

  /**
   * Finds the event in JSON, without building a tree. A struct always has a field {@code raw}, even
   * if null; an object without it is an original event.
   */
  private Found inJson(byte[] value) throws IOException {
    try (JsonParser parser = parsers.createParser(value)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        return Found.original(parser.getText());
      }
      if (first != JsonToken.START_OBJECT) {
        return null;
      }
      int start = 0;
      boolean inEnvelope = false;
      if (parser.nextToken() == JsonToken.FIELD_NAME && parser.currentName().equals(SCHEMA)) {
        parser.nextToken();
        parser.skipChildren();
        inEnvelope =
            parser.nextToken() == JsonToken.FIELD_NAME && parser.currentName().equals(PAYLOAD);
      }
      if (inEnvelope) {
        JsonToken payload = parser.nextToken();
        if (payload == JsonToken.VALUE_STRING) {
          return Found.original(parser.getText());
        }
        if (payload != JsonToken.START_OBJECT) {
          return null;
        }
        start = (int) parser.currentTokenLocation().getByteOffset();
        parser.nextToken();
      }
      boolean struct = false;
      for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
        boolean raw = parser.currentName().equals(RAW);
        if (parser.nextToken() == JsonToken.VALUE_STRING && raw) {
          return Found.original(parser.getText());
        }
        struct |= raw;
        parser.skipChildren();
      }
      if (struct || inEnvelope) {
        int end = (int) parser.currentLocation().getByteOffset();
        return new Found(new RawEvent(value, start, end - start), false);
      }
    } catch (IOException damaged) {
      if (value[0] != '{') {
        throw damaged;
      }
    }
    return Found.original(new String(value, StandardCharsets.UTF_8));
  }
}
