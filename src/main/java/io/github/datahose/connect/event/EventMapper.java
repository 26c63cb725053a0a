// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.datahose.connect.text.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Mapper of the JSON of an event to a struct of {@link EventSchemas#EVENT}, directly from the
 * tokens, or only to its identifiers for headers, keys, and identities. It omits what does not fit
 * the schema, and reports it in {@link MappedEvent#mappingError()}. Not thread-safe: one for each
 * reader thread.
 */
public final class EventMapper {

  /** Maximum nesting of objects and arrays, including the event itself. */
  static final int MAX_DEPTH = 200;

  /**
   * Maximum length of a field name. The parser caches some thousand names for speed; this bounds
   * their memory.
   */
  static final int MAX_NAME_LENGTH = 1_000;

  /** Maximum number of objects and array elements of a mapped event, including free objects. */
  static final int MAX_PARTS = 10_000;

  /**
   * Number of bytes of the response limit for each object or array element that all events of a
   * response may be mapped to. Each takes some 100 bytes of memory, and two bytes of JSON are
   * enough for one; ordinary events have one for more than 100.
   */
  private static final int BYTES_FOR_A_PART = 64;

  /** Minimum for a response, so that small limits do not affect ordinary events. */
  private static final long PARTS_OF_AN_ANSWER_AT_LEAST = 1_000_000;

  /**
   * Maximum number of tokens of an event. A parser caches the name of each field until it is
   * closed.
   */
  static final int MAX_TOKENS = 1_000_000;

  /** Number of tokens of a list's events after which each further event has its own parser. */
  private static final int TOKENS_OF_A_LIST = 100_000;

  /**
   * Length in bytes above which an event might have a text over the parser's limit in characters.
   */
  private static final int LENGTH_WITHOUT_LONG_TEXT = StreamReadConstraints.DEFAULT_MAX_STRING_LEN;

  private final boolean identifiersOnly;
  private final ShortTexts texts = new ShortTexts();
  private JsonFactory factory = newFactory();
  private long partsLeft = Long.MAX_VALUE;

  /**
   * Parser of the events of a list; null outside of lists, and after an element that it cannot
   * read.
   */
  private JsonParser list;

  /** Start of that parser in the body. */
  private int listFrom;

  /**
   * Whether a text of the response might contain a surrogate. This is rare, so texts usually need
   * no check.
   */
  private boolean mayHoldSurrogates = true;

  /** Creates a mapper of complete events. */
  public EventMapper() {
    this(false);
  }

  private EventMapper(boolean identifiersOnly) {
    this.identifiersOnly = identifiersOnly;
  }

  /**
   * Returns a mapper of the identifiers of events only: its events might have no struct, and report
   * no mapping error. It creates no objects and array elements, so it does not limit them for a
   * response; everything else is the same.
   */
  public static EventMapper ofIdentifiers() {
    return new EventMapper(true);
  }

  /**
   * Returns a factory of parsers that report offsets in bytes and have the limits above. They
   * report offsets only with canonical field names: without these, Jackson reads bytes through a
   * reader, and each offset is -1.
   */
  static JsonFactory newFactory() {
    return JsonFactory.builder()
        // Names from outside must not be interned in the JVM's string table.
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

  /** An event and its place in the response. */
  record Found(RawEvent json, MappedEvent event) {}

  /**
   * Starts a response, and limits what all its events may be mapped to: events beyond that are not
   * mapped. Without this call, and for identifiers only, only single events are limited.
   *
   * @param body the response, in which {@link #eventAt} finds events from now on
   * @param maxBytes limit of the response in bytes
   */
  void beginAnswer(byte[] body, long maxBytes) {
    partsLeft =
        identifiersOnly
            ? Long.MAX_VALUE
            : Math.max(PARTS_OF_AN_ANSWER_AT_LEAST, maxBytes / BYTES_FOR_A_PART);
    mayHoldSurrogates = Utf8.mayEscapeSurrogate(body, 0, body.length);
  }

  /**
   * Starts a list, whose events one parser reads, one after another, until {@link #endList}: a
   * parser for each event would need as much memory as its identifiers. After some 100,000 tokens
   * this parser is closed, and each event gets its own. In a list, an event may have one level less
   * than alone; {@link #map} maps an event over a limit.
   *
   * @param body the response that was started
   * @param from position of the list's bracket
   */
  void beginList(byte[] body, int from) {
    endList();
    try {
      list = factory.createParser(body, from, body.length - from);
      listFrom = from;
      list.nextToken();
    } catch (IOException impossible) {
      throw new UncheckedIOException("No list begins at " + from, impossible);
    }
  }

  /**
   * Closes the list's parser, if there is one, with its caches: at the end of the list, and before
   * an element that it must not read, because it cannot continue after that.
   */
  void endList() {
    try {
      if (list != null) {
        list.close();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("A parser of bytes closes nothing", impossible);
    } finally {
      list = null;
    }
  }

  /**
   * Maps the event that starts at a position, and finds its end. In a list, this is the next
   * element; otherwise a new parser starts with the event.
   *
   * @param body the response that was started
   * @param from start of an object in it
   * @return null if its end was not found, or the skipped part might exceed the limits of an event;
   *     then end the list, find the event's end by other means, and call {@link #map}
   */
  Found eventAt(byte[] body, int from) {
    try {
      if (list != null && list.currentTokenCount() > TOKENS_OF_A_LIST) {
        endList(); // It caches each name that it has read.
      }
      if (list != null) {
        return nextEvent(list, body, listFrom, from);
      }
      try (JsonParser own = factory.createParser(body, from, body.length - from)) {
        return nextEvent(own, body, from, from);
      }
    } catch (StreamConstraintsException | RuntimeException overTheLimits) {
      forgetNames();
      return null;
    } catch (IOException noJson) {
      return null;
    }
  }

  /**
   * Skips a null among the events of a list, which older agents send, and continues after it.
   *
   * @param at its position in the response
   */
  void skipNull(int at) {
    try {
      if (list != null
          && (list.nextToken() != JsonToken.VALUE_NULL
              || listFrom + list.currentTokenLocation().getByteOffset() != at)) {
        endList();
      }
    } catch (IOException | RuntimeException cannotGoOn) {
      endList();
    }
  }

  private Found nextEvent(JsonParser parser, byte[] body, int parserFrom, int from)
      throws IOException {
    long tokensBefore = parser.currentTokenCount();
    if (parser.nextToken() != JsonToken.START_OBJECT
        || parserFrom + parser.currentTokenLocation().getByteOffset() != from) {
      return null;
    }
    Reading reading =
        new Reading(parser, body, parserFrom, mayHoldSurrogates, identifiersOnly, texts);
    reading.read(partsAtMost());
    int length = reading.position() - from;
    RawEvent json = new RawEvent(body, from, length);
    if (!Utf8.isValid(body, from, length)) {
      return new Found(json, MappedEvent.unreadable(true));
    }
    if (identifiersOnly
        && (parser.currentTokenCount() - tokensBefore > MAX_PARTS
            || length > LENGTH_WITHOUT_LONG_TEXT)) {
      return null;
    }
    partsLeft -= reading.parts;
    return new Found(json, reading.event());
  }

  /**
   * Maps an event; a mapper of identifiers keeps only those. Never throws, whatever the bytes are.
   *
   * @param json the event; the result does not refer to it
   * @return the mapped event, with the place of the first mapping error
   */
  public MappedEvent map(RawEvent json) {
    byte[] body = json.body();
    boolean startsAsObject = json.length() > 0 && body[json.offset()] == '{';
    if (!Utf8.isValid(body, json.offset(), json.length())) {
      return MappedEvent.unreadable(startsAsObject);
    }
    try (JsonParser parser = factory.createParser(body, json.offset(), json.length())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return MappedEvent.noObject();
      }
      boolean surrogates = Utf8.mayEscapeSurrogate(body, json.offset(), json.length());
      Reading reading = new Reading(parser, body, json.offset(), surrogates, false, texts);
      reading.read(partsAtMost());
      partsLeft -= reading.parts;
      if (parser.nextToken() != null) {
        return MappedEvent.unreadable(false);
      }
      return identifiersOnly ? reading.event().withoutStruct() : reading.event();
    } catch (StreamConstraintsException | RuntimeException overTheLimits) {
      // No event may stop a feed, so an error in the parser is handled, too.
      forgetNames();
      return MappedEvent.unreadable(startsAsObject);
    } catch (IOException noJson) {
      return MappedEvent.unreadable(false);
    }
  }

  /**
   * Drops the cached names after any failure except invalid JSON: it might be the parser's guard
   * against names with colliding hashes, which must not affect later events.
   */
  private void forgetNames() {
    factory = newFactory();
  }

  private int partsAtMost() {
    return (int) Math.min(MAX_PARTS, partsLeft);
  }

  /**
   * Cache of recently read short texts: names, addresses, and stream ids repeat, and all events of
   * a response and of later ones share one copy. Separate copies would take over 1,000 bytes of
   * each event of 1.5 kB for the lifetime of its record. The cache also contains short messages,
   * until another text takes the slot.
   *
   * <p>A text has one slot, which the next text with the same slot replaces. So whatever is read,
   * it compares one text for each, and keeps at most 1,024 texts of 64 characters, less than 200
   * kB.
   */
  private static final class ShortTexts {

    private static final int LONGEST = 64;
    private static final int SLOT_BITS = 10;

    /** Ids of one kind differ in many places, so a hash needs only some of the characters. */
    private static final int HASHED_AT_MOST = 16;

    private static final int GOLDEN_RATIO = 0x9e3779b9;

    private final String[] slots = new String[1 << SLOT_BITS];

    /** Returns the current text of a parser. */
    String textOf(JsonParser parser) throws IOException {
      int length = parser.getTextLength();
      return length > LONGEST
          ? parser.getText()
          : textOf(parser.getTextCharacters(), parser.getTextOffset(), length);
    }

    private String textOf(char[] characters, int from, int length) {
      int hash = length;
      for (int i = 0; i < length; i += 1 + length / HASHED_AT_MOST) {
        hash = 31 * hash + characters[from + i];
      }
      int slot = (hash * GOLDEN_RATIO) >>> (Integer.SIZE - SLOT_BITS);
      String known = slots[slot];
      if (known == null || !isSame(known, characters, from, length)) {
        known = new String(characters, from, length);
        slots[slot] = known;
      }
      return known;
    }

    private static boolean isSame(String text, char[] characters, int from, int length) {
      if (text.length() != length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (text.charAt(i) != characters[from + i]) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reading of one event into a struct, or of its identifiers only, from a parser at its start. It
   * recurses only along the schema, so a few levels; unknown fields are skipped.
   */
  private static final class Reading {

    private static final int SHOWN_OF_A_NAME = 100;

    /** Each type mapped to itself, so that all events of a type share one text. */
    private static final Map<String, String> EVENT_TYPES =
        EventSchemas.EVENT_TYPES.stream()
            .collect(Collectors.toUnmodifiableMap(Function.identity(), Function.identity()));

    private enum Misfit {
      UNKNOWN,
      WRONG_TYPE,
      AMBIGUOUS
    }

    private final JsonParser parser;
    private final byte[] body;
    private final int from;
    private final boolean mayHoldSurrogates;
    private final ShortTexts texts;

    /** The parser's context of the event: the root, or a list. */
    private final JsonStreamContext outside;

    /** Null if only the identifiers are read; the identifiers are null otherwise. */
    private final Struct struct;

    private final Identifiers identifiers;

    /**
     * Position in the schema of the payload's property that counts, which is the first one in the
     * schema.
     */
    private int content = Integer.MAX_VALUE;

    /** Whether the parser is in a property of the payload that does not count. */
    private boolean besideContent;

    /** Number of mapped objects and array elements so far. */
    private int parts;

    private int maxParts;
    private String mappingError;
    private boolean wrongType;
    private boolean identityDoubtful;

    /**
     * Creates a reading that starts after the event's first bracket.
     *
     * @param from start of the parser in the body
     */
    Reading(
        JsonParser parser,
        byte[] body,
        int from,
        boolean mayHoldSurrogates,
        boolean identifiersOnly,
        ShortTexts texts) {
      this.parser = parser;
      this.body = body;
      this.from = from;
      this.mayHoldSurrogates = mayHoldSurrogates;
      this.texts = texts;
      outside = parser.getParsingContext().getParent();
      struct = identifiersOnly ? null : new Struct(EventSchemas.EVENT);
      identifiers = identifiersOnly ? new Identifiers() : null;
    }

    /**
     * Reads to the end of the event.
     *
     * @param partsAtMost maximum number of mapped objects and array elements
     * @throws StreamConstraintsException if the event exceeds a limit of the parser, or this
     *     maximum
     */
    void read(int partsAtMost) throws IOException {
      maxParts = partsAtMost;
      if (identifiers != null) {
        readObject(SchemaLayout.IDENTIFYING, null);
      } else {
        countPart();
        readObject(SchemaLayout.EVENT, struct);
      }
    }

    /** Returns the position of the parser in the body. */
    int position() {
      return from + (int) parser.currentLocation().getByteOffset();
    }

    /** Returns the mapped event. */
    MappedEvent event() {
      return identifiers != null
          ? MappedEvent.identified(identifiers, identityDoubtful)
          : MappedEvent.mapped(struct, mappingError, wrongType, identityDoubtful);
    }

    private void readObject(SchemaLayout layout, Struct target) throws IOException {
      long seen = 0;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        SchemaLayout.Place place = layout.place(name);
        if (place == null) {
          if (target == null) {
            parser.skipChildren();
          } else if (token != JsonToken.VALUE_NULL) {
            misfit(Misfit.UNKNOWN);
          }
          continue;
        }
        long bit = 1L << place.field().index();
        if ((seen & bit) != 0) {
          misfit(Misfit.AMBIGUOUS);
        } else if (token != JsonToken.VALUE_NULL) {
          if (target == null) {
            identify(place, token);
          } else {
            readField(place, token, target);
          }
        }
        seen |= bit;
      }
    }

    /** Records an identifier, or those within a struct; other texts are not decoded. */
    private void identify(SchemaLayout.Place place, JsonToken token) throws IOException {
      Identifiers.Part part = place.part();
      if (place.kind() == SchemaLayout.Kind.STRUCT) {
        if (fits(token == JsonToken.START_OBJECT)) {
          boolean isContent = part == Identifiers.Part.CONTENT;
          if (isContent) {
            beginContent(place.field().index());
          }
          note(place, true);
          readObject(place.layout(), null);
          besideContent &= !isContent;
        }
      } else if (mayHoldSurrogates || (part != null && !part.isFlag())) {
        note(place, readScalar(place.kind(), token));
      } else if (fits(token == JsonToken.VALUE_STRING)) {
        note(place, true);
      }
    }

    private void beginContent(int index) {
      besideContent = index > content;
      if (!besideContent) {
        if (content != Integer.MAX_VALUE) {
          identifiers.removeContent();
        }
        content = index;
      }
    }

    private void note(SchemaLayout.Place place, Object value) {
      if (value != null && place.part() != null && !besideContent) {
        identifiers.put(place, value);
      }
    }

    /**
     * Reads a field. Puts structs and arrays while they are empty, because a put validates the
     * whole value again.
     */
    private void readField(SchemaLayout.Place place, JsonToken token, Struct target)
        throws IOException {
      switch (place.kind()) {
        case STRUCT -> {
          if (fits(token == JsonToken.START_OBJECT)) {
            Struct child = new Struct(place.schema());
            target.put(place.field(), child);
            countPart();
            readObject(place.layout(), child);
          }
        }
        case ARRAY -> {
          if (fits(token == JsonToken.START_ARRAY)) {
            List<Object> elements = new ArrayList<>();
            target.put(place.field(), elements);
            readArray(place.element(), elements);
          }
        }
        default -> {
          Object value = readScalar(place.kind(), token);
          if (value != null) {
            target.put(place.field(), value);
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
      String text = texts.textOf(parser);
      if (mayHoldSurrogates && !Utf8.isWellFormed(text)) {
        misfit(Misfit.AMBIGUOUS);
        return null;
      }
      return text;
    }

    private String readEventType() throws IOException {
      String type = readText();
      String known = type == null ? null : EVENT_TYPES.get(type);
      if (type != null && known == null) {
        misfit(Misfit.UNKNOWN);
      }
      return known != null ? known : type;
    }

    /** Returns the original text of the object that starts at the parser's token. */
    private String readOriginalText() throws IOException {
      int start = from + (int) parser.currentTokenLocation().getByteOffset();
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
      return new String(body, start, position() - start, StandardCharsets.UTF_8);
    }

    private void countPart() throws StreamConstraintsException {
      parts++;
      if (parts > maxParts) {
        throw new StreamConstraintsException(
            "The event has more than " + maxParts + " objects and array elements");
      }
    }

    private boolean fits(boolean rightType) throws IOException {
      if (!rightType) {
        misfit(Misfit.WRONG_TYPE);
      }
      return rightType;
    }

    /** Records that the struct lacks the parser's value, and moves past it. */
    private void misfit(Misfit kind) throws IOException {
      if (mappingError == null) {
        mappingError = pointerTo(parser.getParsingContext());
      }
      wrongType |= kind == Misfit.WRONG_TYPE;
      String name = parser.currentName(); // null within an array
      identityDoubtful |=
          kind != Misfit.UNKNOWN && name != null && SchemaLayout.TELLING.contains(name);
      parser.skipChildren();
    }

    /**
     * Returns the JSON pointer (RFC 6901) to a parser's current value, for headers and logs: a long
     * name is cut and ends in an ellipsis, and unprintable characters become U+FFFD.
     */
    private String pointerTo(JsonStreamContext context) {
      StringBuilder pointer = new StringBuilder();
      append(context, pointer);
      return pointer.toString();
    }

    private void append(JsonStreamContext context, StringBuilder pointer) {
      if (context.getParent() != outside) {
        append(context.getParent(), pointer);
      }
      // At the start of an object or array the context is already the inner one, without a
      // position.
      if (context.inObject() && context.hasCurrentName()) {
        appendName(context.getCurrentName(), pointer.append('/'));
      } else if (context.inArray() && context.hasCurrentIndex()) {
        pointer.append('/').append(context.getCurrentIndex());
      }
    }

    private static void appendName(String name, StringBuilder pointer) {
      String shown = name.length() > SHOWN_OF_A_NAME ? name.substring(0, SHOWN_OF_A_NAME) : name;
      shown
          .codePoints()
          .forEach(
              character -> {
                if (character == '~') {
                  pointer.append("~0");
                } else if (character == '/') {
                  pointer.append("~1");
                } else if (Printable.is(character)) {
                  pointer.appendCodePoint(character);
                } else {
                  pointer.append('\uFFFD');
                }
              });
      if (shown.length() < name.length()) {
        pointer.append('\u2026');
      }
    }
  }
}
