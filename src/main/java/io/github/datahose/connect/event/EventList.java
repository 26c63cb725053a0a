// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;

/**
 * Parsed HTTP 200 response of the agent's event read: its events, original and mapped, and its
 * ackId ({@code V5EventList} in Symphony's API). Only the frame of the response must be JSON; the
 * content of an event can have any depth and need not even be JSON, as long as its brackets and
 * quotes are balanced. Not thread-safe.
 *
 * <p>An ordinary event is read once, by the mapper's parser, which finds its end. For an element
 * that is not an object, and for an event that the parser cannot read completely or that might
 * exceed a limit, a scanner finds the end instead, so that a damaged event does not affect its
 * neighbors; then the event is mapped alone.
 */
public final class EventList {

  /** Maximum length of an ackId in characters; every offset and every request contains one. */
  public static final int ACK_ID_AT_MOST = 8_192;

  /** Maximum number of bytes for a character: those of an escape. */
  private static final int ESCAPE_BYTES = 6;

  private static final int NAME_BYTES_AT_MOST = ESCAPE_BYTES * "events".length();

  /** Number of events of a response that count with their length. */
  private static final int EVENTS_BY_LENGTH = 10_000;

  /**
   * Minimum number of bytes that each further event counts, because it becomes a record in any
   * case.
   */
  private static final int EVENT_COUNTS_AT_LEAST = 1_024;

  private final List<RawEvent> events;

  /** Null for each event that was taken; all null if the events were not mapped. */
  private final List<MappedEvent> mapped;

  private final String ackId;

  private EventList(Events events, String ackId) {
    this.events = List.copyOf(events.list);
    mapped = events.mapped;
    this.ackId = ackId;
  }

  /**
   * Parses a response and maps its events.
   *
   * <p>No body, no {@code events}, and null {@code events} mean no events. If {@code events} occurs
   * twice, all of them count; of several ackIds, the last. Without an array of events, the ackId
   * counts only if there are no other fields: an unknown field might be the events under another
   * name, which would be acknowledged unread.
   *
   * @param body the response's body after decompression; the events are slices of it
   * @param maxBytes maximum size of the body in bytes: its length, and from the 10,001st event on
   *     at least 1,024 for each event, so that the number of events is also limited; it also limits
   *     what they are mapped to
   * @param mapper maps the events
   * @return the events and the ackId
   * @throws MalformedEventListException if the events cannot be separated: the body is not a JSON
   *     object, is cut off, or continues after its end, or {@code events} is not an array; if the
   *     ackId is longer than {@value #ACK_ID_AT_MOST} characters; and, as soon as it is known, if
   *     there are too many events ({@link MalformedEventListException#isTooLarge})
   */
  public static EventList read(byte[] body, long maxBytes, EventMapper mapper)
      throws MalformedEventListException {
    mapper.beginAnswer(body, maxBytes);
    return read(body, new Events(body.length, maxBytes), mapper);
  }

  /**
   * Parses a response like {@link #read(byte[], long, EventMapper)}, without mapping the events:
   * for callers that need only the number of events and their ackId.
   */
  public static EventList read(byte[] body, long maxBytes) throws MalformedEventListException {
    return read(body, new Events(body.length, maxBytes), null);
  }

  private static EventList read(byte[] body, Events events, EventMapper mapper)
      throws MalformedEventListException {
    String ackId = null;
    boolean array = false;
    boolean unknown = false;
    Scanner cursor = new Scanner(body);
    if (cursor.peek() == Scanner.END) {
      return new EventList(events, ackId);
    }
    cursor.expect('{', "it is not a JSON object");
    if (!cursor.take('}')) {
      do {
        if (cursor.peek() != '"') {
          throw cursor.malformed("a field name is missing");
        }
        String name = cursor.readString(NAME_BYTES_AT_MOST);
        cursor.expect(':', "a colon is missing after a field name");
        if ("events".equals(name)) {
          array |= readEvents(cursor, body, mapper, events);
        } else if ("ackId".equals(name) && cursor.peek() == '"') {
          ackId = readAckId(cursor);
        } else {
          unknown |= !"ackId".equals(name);
          cursor.skipValue();
        }
      } while (cursor.take(','));
      cursor.expect('}', "a comma or the end of the response's object is missing");
    }
    if (cursor.peek() != Scanner.END) {
      throw cursor.malformed("something follows the end of the response's object");
    }
    boolean counts = array || !unknown;
    return new EventList(events, counts && !"".equals(ackId) ? ackId : null);
  }

  /** The events found so far, and their total count in bytes. */
  private static final class Events {

    private final List<RawEvent> list = new ArrayList<>();
    private final List<MappedEvent> mapped = new ArrayList<>();
    private final long maxBytes;
    private long counted;

    Events(int length, long maxBytes) {
      this.maxBytes = maxBytes;
      counted = length;
    }

    void add(RawEvent event, MappedEvent mappedEvent) throws MalformedEventListException {
      if (list.size() >= EVENTS_BY_LENGTH) {
        counted += Math.max(0, EVENT_COUNTS_AT_LEAST - event.length());
        if (counted > maxBytes) {
          throw MalformedEventListException.tooLarge(
              "has too many events: from the "
                  + (EVENTS_BY_LENGTH + 1)
                  + "st on, each counts as at least "
                  + EVENT_COUNTS_AT_LEAST
                  + " bytes, which exceeds the limit of "
                  + maxBytes);
        }
      }
      list.add(event);
      mapped.add(mappedEvent);
    }
  }

  private static String readAckId(Scanner cursor) throws MalformedEventListException {
    int start = cursor.position();
    String ackId = cursor.readString(ESCAPE_BYTES * ACK_ID_AT_MOST);
    int bytes = cursor.position() - start - 2;
    if (bytes > ESCAPE_BYTES * ACK_ID_AT_MOST
        || (ackId != null && ackId.length() > ACK_ID_AT_MOST)) {
      throw cursor.malformed("its ackId is longer than " + ACK_ID_AT_MOST + " characters");
    }
    return ackId;
  }

  /** Reads the events, and returns whether they are an array. */
  private static boolean readEvents(Scanner cursor, byte[] body, EventMapper mapper, Events events)
      throws MalformedEventListException {
    if (cursor.peek() != '[') {
      int start = cursor.skipValue();
      if (!cursor.isNull(start)) {
        throw cursor.malformed("its events are not an array");
      }
      return false;
    }
    int list = cursor.position();
    cursor.expect('[', "its events are not an array");
    if (cursor.take(']')) {
      return true;
    }
    if (mapper == null) {
      cutElements(cursor, body, events);
    } else {
      mapper.beginList(body, list);
      try {
        readElements(cursor, body, mapper, events);
      } finally {
        mapper.endList();
      }
    }
    cursor.expect(']', "a comma or the end of the array is missing after an event");
    return true;
  }

  private static void readElements(Scanner cursor, byte[] body, EventMapper mapper, Events events)
      throws MalformedEventListException {
    do {
      boolean object = cursor.peek() == '{';
      EventMapper.Found found = object ? mapper.eventAt(body, cursor.position()) : null;
      if (found != null) {
        cursor.skip(found.json().length());
        events.add(found.json(), found.event());
        continue;
      }
      int start = cursor.position();
      RawEvent json = cut(cursor, body);
      if (json == null) {
        mapper.skipNull(start);
      } else {
        mapper.endList();
        events.add(json, mapper.map(json));
      }
    } while (cursor.take(','));
  }

  private static void cutElements(Scanner cursor, byte[] body, Events events)
      throws MalformedEventListException {
    do {
      RawEvent json = cut(cursor, body);
      if (json != null) {
        events.add(json, null);
      }
    } while (cursor.take(','));
  }

  /** Returns the next element of any type; null for a JSON null. */
  private static RawEvent cut(Scanner cursor, byte[] body) throws MalformedEventListException {
    int start = cursor.skipValue();
    return cursor.isNull(start) ? null : new RawEvent(body, start, cursor.position() - start);
  }

  /**
   * Returns the events in the order of the response. Null elements, which older agents send, are
   * omitted; other elements that are not objects are kept unchanged.
   */
  public List<RawEvent> events() {
    return events;
  }

  /**
   * Returns the mapped events in the same order, as an unmodifiable view.
   *
   * @return a view that throws IllegalStateException for an event that was not mapped, or was taken
   */
  public List<MappedEvent> mapped() {
    return new AbstractList<>() {
      @Override
      public MappedEvent get(int index) {
        return mappedAt(index);
      }

      @Override
      public int size() {
        return mapped.size();
      }
    };
  }

  /**
   * Removes and returns a mapped event, so that a large response is not in memory as bytes, as
   * mapped events, and as records at the same time.
   *
   * @throws IllegalStateException if it was not mapped, or was taken before
   */
  public MappedEvent takeMapped(int index) {
    MappedEvent event = mappedAt(index);
    mapped.set(index, null);
    return event;
  }

  private MappedEvent mappedAt(int index) {
    MappedEvent event = mapped.get(index);
    if (event == null) {
      throw new IllegalStateException("Event " + index + " was not mapped, or was taken before");
    }
    return event;
  }

  /**
   * Returns the opaque ackId that acknowledges exactly these events; null if it is absent, null,
   * empty, not a valid string, or does not count.
   */
  public String ackId() {
    return ackId;
  }

  /**
   * Scanner of the bytes of a JSON text that does not parse its values: it counts brackets outside
   * strings, so that the depth of a value, the size of a token, and an error within it do not
   * matter. Iterative, so depth needs no stack. Not thread-safe.
   */
  private static final class Scanner {

    /** Result of {@link #peek()} at the end of the text. */
    static final int END = -1;

    private static final JsonFactory STRINGS =
        JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();
    private static final String TOKEN_END = ",:{}[]\" \t\r\n";

    private final byte[] text;
    private int position;

    /** Creates a scanner at the first byte, or after a byte order mark. */
    Scanner(byte[] text) {
      this.text = text;
      boolean marked =
          text.length >= 3
              && text[0] == (byte) 0xEF
              && text[1] == (byte) 0xBB
              && text[2] == (byte) 0xBF;
      position = marked ? 3 : 0;
    }

    int position() {
      return position;
    }

    /** Returns the next byte that is not white space, or {@link #END}, without moving past it. */
    int peek() {
      while (position < text.length) {
        byte current = text[position];
        if (current != ' ' && current != '\n' && current != '\r' && current != '\t') {
          return current & 0xFF;
        }
        position++;
      }
      return END;
    }

    /** Moves past the bytes that the mapper has read. */
    void skip(int bytes) {
      position += bytes;
    }

    /** Moves past this character if it is next after white space. */
    boolean take(char wanted) {
      if (peek() != wanted) {
        return false;
      }
      position++;
      return true;
    }

    void expect(char wanted, String problem) throws MalformedEventListException {
      if (!take(wanted)) {
        throw malformed(problem);
      }
    }

    /**
     * Moves past the next string, and returns its value.
     *
     * @param bytesAtMost maximum number of bytes between its quotation marks; a longer one is not
     *     decoded
     * @return null if it is longer, or not valid
     */
    String readString(int bytesAtMost) throws MalformedEventListException {
      int start = position;
      skipString();
      if (position - start - 2 > bytesAtMost) {
        return null;
      }
      try (JsonParser parser = STRINGS.createParser(text, start, position - start)) {
        parser.nextToken();
        String string = parser.getText();
        return Utf8.isWellFormed(string) ? string : null;
      } catch (IOException invalid) {
        return null;
      }
    }

    /**
     * Moves past one value: a string, the content between two brackets, or a bare token.
     *
     * @return its start, after white space
     */
    int skipValue() throws MalformedEventListException {
      peek();
      int start = position;
      int depth = 0;
      do {
        if (position == text.length) {
          throw malformed("it is cut off within a value");
        }
        switch (text[position]) {
          case '"' -> skipString();
          case '{', '[' -> {
            depth++;
            position++;
          }
          case '}', ']' -> {
            if (depth == 0) {
              throw malformed("a value is missing");
            }
            depth--;
            position++;
          }
          default -> {
            if (depth == 0) {
              skipToken();
            } else {
              position++;
            }
          }
        }
      } while (depth > 0);
      return start;
    }

    /** Returns whether the bytes from {@code start} to here are {@code null}. */
    boolean isNull(int start) {
      return position - start == 4
          && text[start] == 'n'
          && text[start + 1] == 'u'
          && text[start + 2] == 'l'
          && text[start + 3] == 'l';
    }

    MalformedEventListException malformed(String problem) {
      return new MalformedEventListException(problem, position, text.length);
    }

    private void skipString() throws MalformedEventListException {
      int start = position++;
      for (position = Utf8.quoteOrBackslash(text, position);
          position < text.length;
          position = Utf8.quoteOrBackslash(text, position + 2)) {
        if (text[position] == '"') {
          position++;
          return;
        }
      }
      position = start;
      throw malformed("it is cut off within a string");
    }

    private void skipToken() throws MalformedEventListException {
      int start = position;
      while (position < text.length && TOKEN_END.indexOf(text[position]) < 0) {
        position++;
      }
      if (position == start) {
        throw malformed("a value is missing");
      }
    }
  }

  /**
   * Response of the agent whose events cannot be separated, so that none of them can be delivered
   * or acknowledged. The message says what is wrong and at which byte, and never quotes the
   * response, because it might contain message text.
   */
  public static final class MalformedEventListException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    MalformedEventListException(String problem, int offset, int length) {
      super(
          problem
              + " (byte "
              + offset
              + " of "
              + length
              + "), so the reader acknowledges nothing of it");
      tooLarge = false;
    }

    private MalformedEventListException(String message) {
      super(message);
      tooLarge = true;
    }

    /**
     * Returns the exception for an event list with too many events for its size; the message says
     * what counts.
     */
    static MalformedEventListException tooLarge(String message) {
      return new MalformedEventListException(message);
    }

    /** Returns whether the response exceeds the limit and contains no other error so far. */
    public boolean isTooLarge() {
      return tooLarge;
    }
  }
}
