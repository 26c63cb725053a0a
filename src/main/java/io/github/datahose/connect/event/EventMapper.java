// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;

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

  /** Objects and array elements that an event may be mapped to, free objects included. */
  static final int MAX_PARTS = 10_000;

  /**
   * What all events of an answer may be mapped to: one object or array element for so many bytes
   * that an answer may count. Each takes some 100 bytes, and two are enough to ask for one;
   * ordinary events have one for more than 100.
   */
  private static final int BYTES_FOR_A_PART = 64;

  /** Less would be in the way of small answers. */
  private static final long PARTS_OF_AN_ANSWER_AT_LEAST = 1_000_000;

  /** The parser remembers the name of each field while it reads one event, known or not. */
  static final int MAX_TOKENS = 1_000_000;

  private JsonFactory factory = newFactory();
  private long partsLeft = Long.MAX_VALUE;

  /** Of parsers that tell offsets in bytes, and have the limits of what is readable. */
  static JsonFactory newFactory() {
    return JsonFactory.builder()
        // The names are not ours: they must not go into the JVM's own table of strings.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNameLength(MAX_NAME_LENGTH)
                .maxTokenCount(MAX_TOKENS)
                .build())
        .build();
  }

  /**
   * Bounds what the events of an answer may be mapped to all together: what is beyond that is not
   * mapped. Without this call only each event is bounded.
   *
   * @param maxBytes what the answer may count, in bytes
   */
  public void beginAnswer(long maxBytes) {
    partsLeft = Math.max(PARTS_OF_AN_ANSWER_AT_LEAST, maxBytes / BYTES_FOR_A_PART);
  }

  /**
   * Maps an event. Never throws, whatever the bytes are.
   *
   * @param json the event; the result does not refer to it. If it comes from {@link
   *     EventList#readIdentifiers}, the first result may have no struct, and tell of no misfit;
   *     mapped once more it has
   * @return what did map, and where something did not
   */
  public MappedEvent map(RawEvent json) {
    byte[] body = json.body();
    Identifiers identifiers = json.takeIdentifiers();
    boolean startsAsObject = json.length() > 0 && body[json.offset()] == '{';
    if (!Utf8.isValid(body, json.offset(), json.length())) {
      return MappedEvent.unreadable(startsAsObject);
    }
    if (identifiers != null) {
      return MappedEvent.identified(identifiers);
    }
    try (JsonParser parser = factory.createParser(body, json.offset(), json.length())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return MappedEvent.noObject();
      }
      EventReader reader = new EventReader(parser, json, (int) Math.min(MAX_PARTS, partsLeft));
      MappedEvent event = reader.read();
      partsLeft -= reader.parts();
      return parser.nextToken() == null ? event : MappedEvent.unreadable(false);
    } catch (StreamConstraintsException | RuntimeException overTheLimits) {
      // One odd event never stops a feed, so an error in the parser counts as well. It may also be
      // the parser's guard against names with colliding hashes: what it remembers of them is
      // dropped, lest it be in the way of the events that follow.
      factory = newFactory();
      return MappedEvent.unreadable(startsAsObject);
    } catch (IOException noJson) {
      return MappedEvent.unreadable(false);
    }
  }
}
