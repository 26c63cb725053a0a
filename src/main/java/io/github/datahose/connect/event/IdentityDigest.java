// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static io.github.datahose.connect.event.MappedEvent.child;
import static io.github.datahose.connect.event.MappedEvent.text;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.kafka.connect.data.Struct;

/**
 * Makes the identities of events. A sent message is known by its type and message id (an edit has
 * an id of its own); every other event by its bytes, because nothing says that ids are unique
 * there. When in doubt two events are different: a duplicate is a nuisance, a dropped event a loss.
 * Not thread-safe: one for each reader thread.
 */
public final class IdentityDigest {

  private static final String MESSAGE_SENT = "MESSAGESENT";

  // The first byte keeps the two kinds apart.
  private static final byte[] BY_MESSAGE_ID =
      ("i" + MESSAGE_SENT + "\0").getBytes(StandardCharsets.US_ASCII);
  private static final byte BY_BYTES = 'b';

  private final MessageDigest digest;

  /** Makes a digest; SHA-256 is in every Java platform. */
  public IdentityDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("This Java platform lacks SHA-256", impossible);
    }
  }

  /**
   * The identity of an event.
   *
   * @param event what was mapped of it
   * @param json its original bytes
   * @return the same for the same event delivered again
   */
  public Identity identityOf(MappedEvent event, EventJson json) {
    String messageId = identifyingMessageId(event);
    if (messageId == null) {
      digest.update(BY_BYTES);
      digest.update(json.body(), json.offset(), json.length());
    } else {
      digest.update(BY_MESSAGE_ID);
      digest.update(messageId.getBytes(StandardCharsets.UTF_8));
    }
    return Identity.readFrom(digest.digest(), 0);
  }

  /** The message id that alone tells this event from all others; null when none surely does. */
  private static String identifyingMessageId(MappedEvent event) {
    if (!MESSAGE_SENT.equals(event.type())
        || event.isIdentityDoubtful()
        || text(event.struct(), "diagnostic") != null) {
      return null;
    }
    Struct payload = child(event.struct(), EventSchemas.PAYLOAD);
    Struct message = child(child(payload, "messageSent"), "message");
    if (message == null
        || isProvisional(message)
        || isProvisional(child(message, "sharedMessage"))) {
      return null;
    }
    String inner = text(message, "messageId");
    String outer = event.messageId();
    boolean differ = inner != null && outer != null && !inner.equals(outer);
    String messageId = inner != null ? inner : outer;
    return differ || messageId == null || messageId.isEmpty() ? null : messageId;
  }

  /** Whether another copy may follow: it was not decrypted, or has been replaced since. */
  private static boolean isProvisional(Struct message) {
    return text(message, "diagnostic") != null || text(message, "replacedBy") != null;
  }
}
