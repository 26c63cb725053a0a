// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static io.github.datahose.connect.event.MappedEvent.child;
import static io.github.datahose.connect.event.MappedEvent.text;

import org.apache.kafka.connect.data.Struct;

/** What the key of a record is: the values of the option {@code record.key}. */
public enum RecordKey {

  /** The stream, so that a conversation stays in one partition; without one, the initiator. */
  STREAM {
    @Override
    String find(MappedEvent event) {
      Struct content = event.content();
      Struct stream = child(content, "stream");
      if (stream == null) {
        stream = child(child(content, "message"), "stream");
      }
      String streamId = normalised(text(stream, "streamId"));
      return streamId != null ? streamId : initiator(event);
    }
  },

  /** The first version of a message, also of one suppressed, so that compaction keeps the last. */
  MESSAGE {
    @Override
    String find(MappedEvent event) {
      Struct content = event.content();
      Struct message = child(content, "message");
      for (String id :
          new String[] {
            text(message, "initialMessageId"),
            text(message, "messageId"),
            text(content, "messageId"),
            event.messageId()
          }) {
        String key = normalised(id);
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

  /** An id longer than this is none: real ones have 34 characters, and a key must fit a record. */
  static final int MAX_LENGTH = 1_000;

  abstract String find(MappedEvent event);

  /**
   * The key of an event's record: an id in URL-safe base64 without padding (Symphony writes ids in
   * both flavours), else the identity in hexadecimal digits.
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

  private static String initiator(MappedEvent event) {
    Struct user = child(child(event.struct(), "initiator"), "user");
    Long userId = user == null ? null : user.getInt64("userId");
    return userId == null ? null : userId.toString();
  }

  private static String normalised(String id) {
    if (id == null || id.length() > MAX_LENGTH) {
      return null;
    }
    String key = id.replace('/', '_').replace('+', '-').replace("=", "");
    return key.isEmpty() ? null : key;
  }
}
