// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import com.fasterxml.jackson.core.JsonStreamContext;
import io.github.datahose.connect.text.Printable;

/**
 * JSON pointers (RFC 6901) for headers and logs, so of bounded length: a name longer than {@value
 * #MAX_NAME_LENGTH} characters is cut and ends in an ellipsis, and what cannot be printed becomes
 * U+FFFD.
 */
final class Pointer {

  static final int MAX_NAME_LENGTH = 100;

  /** What {@link MappedEvent#mappingError()} says of an event of which nothing was mapped. */
  static final String WHOLE_EVENT = "/";

  private Pointer() {}

  /** The pointer to a parser's current value. */
  static String to(JsonStreamContext context) {
    StringBuilder pointer = new StringBuilder();
    append(context, pointer);
    return pointer.toString();
  }

  private static void append(JsonStreamContext context, StringBuilder pointer) {
    if (context.getParent() != null) {
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
    String shown = name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name;
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
