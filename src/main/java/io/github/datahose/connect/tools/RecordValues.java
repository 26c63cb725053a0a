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
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.tools.Reconciliation.IdentityCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/**
 * What is in the records of the connector, whichever converter wrote them: windows of the ledger,
 * headers, and the original text of events. Without a converter a value is taken for JSON, with or
 * without a schema around it, or for a text that is JSON. Not thread-safe.
 */
final class RecordValues {

  private static final String SCHEMA = "schema";
  private static final String PAYLOAD = "payload";
  private static final String RAW = "raw";
  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  /** For bytes that were no UTF-8: of a text with it the original is not known. */
  private static final String REPLACEMENT = "\uFFFD";

  /** Null for JSON. */
  private final Converter converter;

  private final ObjectMapper json = new ObjectMapper();
  private final JsonFactory parsers = new JsonFactory();
  private final EventMapper events = EventMapper.ofIdentifiers();
  private final Identity.Digest digest = new Identity.Digest();

  /**
   * For values of one converter.
   *
   * @param converter configured; null for JSON
   */
  RecordValues(Converter converter) {
    this.converter = converter;
  }

  /**
   * The fields of a ledger record.
   *
   * @return null when the record is no window, but a heartbeat or something else
   * @throws IllegalArgumentException when the value cannot be read
   */
  Map<String, ?> window(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    Map<String, ?> fields;
    try {
      fields = fields(converter == null ? json.readTree(record.value()) : converted(record));
    } catch (IOException | DataException unreadable) {
      // Neither quotes the other: a value may hold what nobody should see.
      throw new IllegalArgumentException(
          converter == null
              ? "it is no JSON (for Avro and others there is --value-converter)"
              : "the converter cannot read it: " + unreadable.getClass().getSimpleName());
    }
    boolean window = fields != null && fields.get("sequence") != null;
    return window && fields.get("digest") != null ? fields : null;
  }

  private Object converted(ConsumerRecord<byte[], byte[]> record) {
    return converter.toConnectData(record.topic(), record.headers(), record.value()).value();
  }

  /** Null when it is no object. */
  private Map<String, ?> fields(Object value) throws IOException {
    if (value instanceof Struct struct) {
      Map<String, Object> fields = new HashMap<>();
      for (Field field : struct.schema().fields()) {
        fields.put(field.name(), struct.get(field));
      }
      return fields;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> fields = new HashMap<>();
      map.forEach((name, field) -> fields.put(String.valueOf(name), field));
      return fields;
    }
    if (value instanceof String text) {
      return fields(json.readTree(text));
    }
    if (!(value instanceof JsonNode node)) {
      return null;
    }
    JsonNode inner = node.size() == 2 && node.has(SCHEMA) ? node.path(PAYLOAD) : node;
    if (inner.isTextual()) {
      return fields(inner.textValue());
    }
    return inner.isObject() ? json.convertValue(inner, FIELDS) : null;
  }

  /**
   * The last header of a name as a text, which most header converters write as it is, and those for
   * JSON with quotation marks or a schema.
   *
   * @return null when it is absent or null
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

  /**
   * Makes the identity of an event once more, where its original text is there: as the value, or in
   * the field {@code raw}.
   *
   * @param identity what the header says, in hexadecimal digits
   */
  IdentityCheck check(ConsumerRecord<byte[], byte[]> record, String identity) {
    byte[] value = record.value();
    if (value == null || record.headers().lastHeader("symphony.oversize") != null) {
      return IdentityCheck.NOT_POSSIBLE;
    }
    String text;
    try {
      text = converter == null ? originalInJson(value) : original(converted(record));
    } catch (IOException | DataException unreadable) {
      return IdentityCheck.NOT_POSSIBLE;
    }
    if (text == null || text.contains(REPLACEMENT)) {
      return IdentityCheck.NOT_POSSIBLE;
    }
    byte[] told = HexFormat.of().parseHex(identity);
    // An original text may look like what a converter made, and is then the whole value.
    boolean same =
        isIdentityOf(told, text.getBytes(StandardCharsets.UTF_8))
            || (converter == null && isIdentityOf(told, value));
    return same ? IdentityCheck.SAME : IdentityCheck.DIFFERENT;
  }

  private boolean isIdentityOf(byte[] identity, byte[] text) {
    RawEvent event = new RawEvent(text, 0, text.length);
    return digest.identityOf(events.map(event), event).equals(Identity.readFrom(identity, 0));
  }

  /** Null when it is not in there. */
  private static String original(Object value) {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Struct struct && struct.schema().field(RAW) != null) {
      return struct.get(RAW) instanceof String text ? text : null;
    }
    return value instanceof Map<?, ?> map && map.get(RAW) instanceof String text ? text : null;
  }

  /**
   * The same of JSON, without a tree of it. A struct always has a field {@code raw}, if only null;
   * an object without is an event as it came.
   */
  private String originalInJson(byte[] value) throws IOException {
    try (JsonParser parser = parsers.createParser(value)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        return parser.getText();
      }
      if (first != JsonToken.START_OBJECT) {
        return null;
      }
      if (parser.nextToken() == JsonToken.FIELD_NAME && parser.currentName().equals(SCHEMA)) {
        parser.nextToken();
        parser.skipChildren();
        boolean payload =
            parser.nextToken() == JsonToken.FIELD_NAME && parser.currentName().equals(PAYLOAD);
        JsonToken inner = payload ? parser.nextToken() : JsonToken.NOT_AVAILABLE;
        if (inner == JsonToken.VALUE_STRING) {
          return parser.getText();
        }
        if (inner == JsonToken.START_OBJECT) {
          parser.nextToken();
          return findRaw(parser) ? parser.getValueAsString() : null;
        }
      }
      if (findRaw(parser)) {
        return parser.getValueAsString();
      }
    } catch (IOException damaged) {
      if (value[0] != '{') {
        throw damaged;
      }
    }
    return new String(value, StandardCharsets.UTF_8);
  }

  /** From a field name on: whether the rest of the object has the field, whose value is next. */
  private static boolean findRaw(JsonParser parser) throws IOException {
    for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
      boolean raw = parser.currentName().equals(RAW);
      parser.nextToken();
      if (raw) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }
}
