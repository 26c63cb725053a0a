// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import io.github.datahose.connect.event.Identifiers.Part;
import java.util.List;

/** Kind of a record's key: the values of the option {@code record.key}. */
public enum RecordKey {

  /** The stream, so that a conversation stays in one partition; without one, the initiator. */
  STREAM {
    @Override
    String find(MappedEvent event) {
      String streamId = normalised(event.identifiers().text(Part.STREAM_ID));
      if (streamId != null) {
        return streamId;
      }
      Long userId = event.identifiers().number(Part.INITIATOR);
      return userId == null ? null : userId.toString();
    }
  },

  /**
   * The first version of a message, also of a suppressed one, so that compaction keeps the last.
   */
  MESSAGE {
    @Override
    String find(MappedEvent event) {
      for (Part part : MESSAGE_IDS) {
        String key = normalised(event.identifiers().text(part));
        if (key != null) {
          return key;
        }
      }
      return null;
    }
  },

  /** No key at all. */
  NONE {
    @Override
    String find(MappedEvent event) {
      return null;
    }
  };

  /** Places of message ids; that of the first version first. */
  private static final List<Part> MESSAGE_IDS =
      List.of(
          Part.INNER_INITIAL_MESSAGE_ID,
          Part.INNER_MESSAGE_ID,
          Part.CONTENT_MESSAGE_ID,
          Part.MESSAGE_ID);

  /** Maximum length of an id: real ones have 34 characters, and a key must fit into a record. */
  static final int MAX_LENGTH = 1_000;

  abstract String find(MappedEvent event);

  /**
   * Returns the key of an event's record: an id in URL-safe base64 without padding (Symphony uses
   * both variants), otherwise the identity in hexadecimal digits.
   *
   * @param event the event
   * @param identity its identity
   * @return the key; null for {@link #NONE} and only there
   */
  public String of(MappedEvent event, Identity identity) {
    if (this == NONE) {
      return null;
    }
    String key = find(event);
    return key != null ? key : identity.hex();
  }

  private static String normalised(String id) {
    if (id == null || id.length() > MAX_LENGTH) {
      return null;
    }
    String key = id.replace('/', '_').replace('+', '-').replace("=", "");
    return key.isEmpty() ? null : key;
  }
}
