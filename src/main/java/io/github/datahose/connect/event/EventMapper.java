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
 * Maps the JSON of an event to a struct of {@link EventSchemas#EVENT}, straight from the tokens, or
 * finds in it only what headers, keys and identities are made of. What does not fit is left out and
 * told by {@link MappedEvent#mappingError()}. Not thread-safe: one for each reader thread.
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

  /** A parser remembers the name of each field, known or not, until it is closed. */
  static final int MAX_TOKENS = 1_000_000;

  /** When one parser has read so many tokens of a list's events, each of the rest has its own. */
  private static final int TOKENS_OF_A_LIST = 100_000;

  /** A larger event may hold a text over the parser's limit, which is this in characters. */
  private static final int LENGTH_WITHOUT_LONG_TEXT = StreamReadConstraints.DEFAULT_MAX_STRING_LEN;

  private final boolean identifiersOnly;
  private final ShortTexts texts = new ShortTexts();
  private JsonFactory factory = newFactory();
  private long partsLeft = Long.MAX_VALUE;

  /** Reads the events of a list; null outside of lists, and behind what it cannot read. */
  private JsonParser list;

  /** Where that parser began. */
  private int listFrom;

  /** Whether some text of the answer may hold one: seldom, so texts need no look. */
  private boolean mayHoldSurrogates = true;

  /** A mapper of whole events. */
  public EventMapper() {
    this(false);
  }

  private EventMapper(boolean identifiersOnly) {
    this.identifiersOnly = identifiersOnly;
  }

  /**
   * A mapper for those who need of an event only what headers, keys and identities are made of: the
   * events that it finds may have no struct, and tell of no misfit. It keeps no objects and array
   * elements, so there is no bound of what an answer may be mapped to; all else is the same.
   */
  public static EventMapper ofIdentifiers() {
    return new EventMapper(true);
  }

  /**
   * Of parsers that tell offsets in bytes, and have the limits of what is readable. They tell them
   * only with canonical field names: without, Jackson reads bytes through a reader, and each offset
   * is -1.
   */
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

  /** An event, and where it stands. */
  record Found(RawEvent json, MappedEvent event) {}

  /**
   * Bounds what the events of an answer may be mapped to all together: what is beyond that is not
   * mapped. Without this call, and where only identifiers are wanted, only each event is bounded.
   *
   * @param body the answer, in which {@link #eventAt} finds events from now on
   * @param maxBytes what the answer may count, in bytes
   */
  void beginAnswer(byte[] body, long maxBytes) {
    partsLeft =
        identifiersOnly
            ? Long.MAX_VALUE
            : Math.max(PARTS_OF_AN_ANSWER_AT_LEAST, maxBytes / BYTES_FOR_A_PART);
    mayHoldSurrogates = Utf8.mayEscapeSurrogate(body, 0, body.length);
  }

  /**
   * Has one parser read the events of a list, one after another, until {@link #endList}: to make
   * one for each takes as much memory as to find what identifies it. It ends after some 100,000
   * tokens, and then each event has a parser of its own. An event may have one level less in it
   * than alone; one that is over a limit is for {@link #map}.
   *
   * @param body the answer that was begun
   * @param from where the list's bracket is
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
   * Lets the list's parser go, if there is one, and what it remembers of the answer: at the list's
   * end, and before an element that it is not to read, since it cannot go on behind that.
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
   * Maps the event that begins at a position, and finds its end on the way. In a list that was
   * begun this is the next of its elements; else the parser begins with the event.
   *
   * @param body the answer that was begun
   * @param from where an object begins in it
   * @return null when its end was not found, or what was skipped may be more than an event may
   *     have; {@link #map} says what to make of it, once the list was ended and another has found
   *     the event's end
   */
  Found eventAt(byte[] body, int from) {
    try {
      if (list != null && list.currentTokenCount() > TOKENS_OF_A_LIST) {
        endList(); // It remembers each name that it has read.
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
   * Passes over a null among the events of a list, which older agents send, and goes on behind it.
   *
   * @param at where it stands in the answer
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
   * Maps an event whole; of one of which only the identifiers are wanted, those are kept. Never
   * throws, whatever the bytes are.
   *
   * @param json the event; the result does not refer to it
   * @return what did map, and where something did not
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
      // One odd event never stops a feed, so an error in the parser counts as well.
      forgetNames();
      return MappedEvent.unreadable(startsAsObject);
    } catch (IOException noJson) {
      return MappedEvent.unreadable(false);
    }
  }

  /**
   * After any failure but bad JSON: it may be the parser's guard against names with colliding
   * hashes, and those must not be in the way of the events that follow.
   */
  private void forgetNames() {
    factory = newFactory();
  }

  private int partsAtMost() {
    return (int) Math.min(MAX_PARTS, partsLeft);
  }

  /**
   * Short texts that were read of late: names, addresses and ids of streams come again and again,
   * and are there once for all events of an answer, and of later ones, that have them. As texts of
   * their own they would take over 1,000 bytes of each event of 1.5 kB for as long as its record is
   * there. Short messages are among them, until another text takes the slot.
   *
   * <p>A text has one slot, which the next that belongs there takes over. So whatever is read, it
   * looks at one text for each, and holds at most 1,024 of 64 characters, less than 200 kB.
   */
  private static final class ShortTexts {

    private static final int LONGEST = 64;
    private static final int SLOT_BITS = 10;

    /** Ids of one kind differ in many places, so a hash need not look at all of them. */
    private static final int HASHED_AT_MOST = 16;

    private static final int GOLDEN_RATIO = 0x9e3779b9;

    private final String[] slots = new String[1 << SLOT_BITS];

    /** The text at which a parser is. */
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
   * Reads one event into a struct, or only its identifiers, from a parser that stands at its start.
   * It recurses along the schema only, so a few levels; what no schema knows is skipped.
   */
  private static final class Reading {

    private static final int SHOWN_OF_A_NAME = 100;

    /** By themselves: an event has the text that all of its type share. */
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

    /** What the event stands in, for the parser: nothing, or a list. */
    private final JsonStreamContext outside;

    /** Null when only the identifiers are wanted, which are null otherwise. */
    private final Struct struct;

    private final Identifiers identifiers;

    /** The payload's property that counts, by its place in the schema: the first there. */
    private int content = Integer.MAX_VALUE;

    /** Whether the parser is in a property of the payload that does not count. */
    private boolean besideContent;

    /** Objects and array elements that it was mapped to so far. */
    private int parts;

    private int maxParts;
    private String mappingError;
    private boolean wrongType;
    private boolean identityDoubtful;

    /**
     * Stands behind the event's first bracket.
     *
     * @param from where the parser began in the body
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
     * Reads to the event's end.
     *
     * @param partsAtMost objects and array elements that it may be mapped to
     * @throws StreamConstraintsException when it is over a limit of the parser, or would be mapped
     *     to more objects and array elements than it may
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

    /** Where the parser is in the body. */
    int position() {
      return from + (int) parser.currentLocation().getByteOffset();
    }

    /** What was read. */
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

    /** Notes an identifier, or looks for those within; texts that are none are not decoded. */
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
     * Puts structs and arrays while they are empty: a put checks again all that is in its value.
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

    /** The text of the object that begins at the parser's token, as it was received. */
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

    /** Notes that the struct does not say what the parser's value says, and moves past it. */
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
     * The JSON pointer (RFC 6901) to a parser's current value, for headers and logs: a long name is
     * cut and ends in an ellipsis, and what cannot be printed becomes U+FFFD.
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
      // At the start of an object or array the context is already the inner one, without a place.
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
