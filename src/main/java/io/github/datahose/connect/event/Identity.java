// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import io.github.datahose.connect.event.Identifiers.Part;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By what a redelivered event is recognised: the first 16 bytes of a SHA-256, see {@link Digest}.
 * Immutable, equal by value.
 */
public final class Identity {

  /** How many bytes an identity takes when it is written. */
  public static final int BYTES = 2 * Long.BYTES;

  /** The sum of none. */
  public static final Identity ZERO = new Identity(0, 0);

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long high;
  private final long low;

  private Identity(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Reads what {@link #writeTo} wrote. */
  public static Identity readFrom(byte[] source, int offset) {
    return new Identity(
        (long) EIGHT_BYTES.get(source, offset),
        (long) EIGHT_BYTES.get(source, offset + Long.BYTES));
  }

  /**
   * Reads what {@link #hex} wrote, in lower case or upper case.
   *
   * @throws IllegalArgumentException if it is not 32 hexadecimal digits
   */
  public static Identity parse(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("An identity has 32 hexadecimal digits");
    }
    return readFrom(bytes, 0);
  }

  /** Writes the 16 bytes into an array, from this offset on. */
  public void writeTo(byte[] target, int offset) {
    EIGHT_BYTES.set(target, offset, high);
    EIGHT_BYTES.set(target, offset + Long.BYTES, low);
  }

  /** The 16 bytes as 32 hexadecimal digits in lower case. */
  public String hex() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return HexFormat.of().formatHex(bytes);
  }

  /** The sum of the two as numbers of 128 bits, modulo 2^128. */
  public Identity plus(Identity other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Identity(high + other.high + carry, sum);
  }

  /** What {@link #plus} with the other would make this. */
  public Identity minus(Identity other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Identity(high - other.high - borrow, low - other.low);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity that && high == that.high && low == that.low;
  }

  @Override
  public int hashCode() {
    return (int) low;
  }

  @Override
  public String toString() {
    return hex();
  }

  /**
   * Makes the identities of events. A sent message is known by its type and message id (an edit has
   * an id of its own); every other event by its bytes, because nothing says that ids are unique
   * there. When in doubt two events are different: a duplicate is a nuisance, a dropped event a
   * loss. Not thread-safe: one for each reader thread.
   */
  public static final class Digest {

    private static final String MESSAGE_SENT = "MESSAGESENT";

    // The first byte keeps the two kinds apart.
    private static final byte[] BY_MESSAGE_ID =
        ("i" + MESSAGE_SENT + "\0").getBytes(StandardCharsets.US_ASCII);
    private static final byte BY_BYTES = 'b';

    private final MessageDigest digest;
    private final byte[] result;

    /** Makes a digest; SHA-256 is in every Java platform. */
    public Digest() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
        result = new byte[digest.getDigestLength()];
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
    public Identity identityOf(MappedEvent event, RawEvent json) {
      String messageId = identifyingMessageId(event);
      if (messageId == null) {
        digest.update(BY_BYTES);
        digest.update(json.body(), json.offset(), json.length());
      } else {
        digest.update(BY_MESSAGE_ID);
        digest.update(messageId.getBytes(StandardCharsets.UTF_8));
      }
      try {
        digest.digest(result, 0, result.length);
      } catch (DigestException impossible) {
        throw new IllegalStateException("SHA-256 does not fit its own length", impossible);
      }
      return Identity.readFrom(result, 0);
    }

    /** The message id that alone tells this event from all others; null when none surely does. */
    private static String identifyingMessageId(MappedEvent event) {
      Identifiers identifiers = event.identifiers();
      if (!MESSAGE_SENT.equals(event.type())
          || event.isIdentityDoubtful()
          || identifiers.has(Part.DIAGNOSTIC)
          || !identifiers.has(Part.SENT_MESSAGE)
          || identifiers.has(Part.PROVISIONAL)) {
        return null;
      }
      String inner = identifiers.text(Part.INNER_MESSAGE_ID);
      String outer = event.messageId();
      boolean differ = inner != null && outer != null && !inner.equals(outer);
      String messageId = inner != null ? inner : outer;
      return differ || messageId == null || messageId.isEmpty() ? null : messageId;
    }
  }
}
