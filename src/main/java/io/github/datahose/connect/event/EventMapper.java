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

  private JsonFactory factory = newFactory();

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
                .build())
        .build();
  }

  /**
   * Maps an event. Never throws, whatever the bytes are.
   *
   * @param json the event; the result does not refer to it. If it comes from {@link
   *     EventList#readIdentifiers}, the first result may have no struct, and tell of no misfit;
   *     mapped once more it has
   * @return what did map, and where something did not
   */
  public MappedEvent map(EventJson json) {
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
      MappedEvent event = new EventReader(parser, json).read();
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
