// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * By what a redelivered event is recognised: the first 16 bytes of a SHA-256, see {@link
 * IdentityDigest}. Immutable, equal by value.
 */
public final class Identity {

  /** How many bytes an identity takes when it is written. */
  public static final int BYTES = 2 * Long.BYTES;

  private final long high;
  private final long low;

  private Identity(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Reads what {@link #writeTo} wrote. */
  public static Identity readFrom(byte[] source, int offset) {
    ByteBuffer bytes = ByteBuffer.wrap(source, offset, BYTES);
    return new Identity(bytes.getLong(), bytes.getLong());
  }

  /** Writes the 16 bytes into an array, from this offset on. */
  public void writeTo(byte[] target, int offset) {
    ByteBuffer.wrap(target, offset, BYTES).putLong(high).putLong(low);
  }

  /** The 16 bytes as 32 hexadecimal digits in lower case. */
  public String hex() {
    HexFormat format = HexFormat.of();
    return format.toHexDigits(high) + format.toHexDigits(low);
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
}
