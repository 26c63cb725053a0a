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
 * Identity of an event, by which a redelivered event is recognized: the first 16 bytes of a
 * SHA-256, see {@link Digest}. Immutable, equal by value.
 */
public final class Identity {

  /** Size of a written identity in bytes. */
  public static final int BYTES = 2 * Long.BYTES;

  /** The sum of no identities. */
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
      throw new IllegalArgumentException("An identity must have 32 hexadecimal digits");
    }
    return readFrom(bytes, 0);
  }

  /** Writes the 16 bytes into an array, from this offset on. */
  public void writeTo(byte[] target, int offset) {
    EIGHT_BYTES.set(target, offset, high);
    EIGHT_BYTES.set(target, offset + Long.BYTES, low);
  }

  /** Returns the 16 bytes as 32 hexadecimal digits in lower case. */
  public String hex() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return HexFormat.of().formatHex(bytes);
  }

  /** Returns the sum of both as numbers of 128 bits, modulo 2^128. */
  public Identity plus(Identity other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Identity(high + other.high + carry, sum);
  }

  /** Returns the difference of both, the inverse of {@link #plus}. */
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
   * Digest that computes the identities of events. A sent message is identified by its type and
   * message id (an edit has its own id), every other event by its bytes, because their ids are not
   * documented as unique. In case of doubt, two events are different: a duplicate is an
   * inconvenience, a dropped event is data loss. Not thread-safe: one for each reader thread.
   */
  public static final class Digest {

    private static final String MESSAGE_SENT = "MESSAGESENT";

    // The first byte distinguishes the two kinds.
    private static final byte[] BY_MESSAGE_ID =
        ("i" + MESSAGE_SENT + "\0").getBytes(StandardCharsets.US_ASCII);
    private static final byte BY_BYTES = 'b';

    private final MessageDigest digest;
    private final byte[] result;

    /** Creates a digest; every Java platform has SHA-256. */
    public Digest() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
        result = new byte[digest.getDigestLength()];
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("This Java platform lacks SHA-256", impossible);
      }
    }

    /**
     * Returns the identity of an event.
     *
     * @param event the mapped event
     * @param json its original bytes
     * @return the same identity if the event is redelivered
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

    /** Returns the message id that identifies this event; null if none certainly does. */
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
