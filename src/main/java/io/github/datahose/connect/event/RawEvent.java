// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The original JSON of one event: a slice of an answer's body, which is not copied. Whoever holds
 * an instance keeps the whole body alive, so records must not. Immutable but for the bytes.
 */
public final class RawEvent {

  private final byte[] body;
  private final int offset;
  private final int length;

  /**
   * A slice of a body.
   *
   * @param body the bytes of the whole answer, not copied
   * @param offset where the event begins, in bytes
   * @param length how long the event is, in bytes
   * @throws IndexOutOfBoundsException when the slice is not within the body
   */
  public RawEvent(byte[] body, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, body.length);
    this.body = body;
    this.offset = offset;
    this.length = length;
  }

  /** The whole answer, not a copy. */
  public byte[] body() {
    return body;
  }

  /** Where the event begins in {@link #body()}, in bytes. */
  public int offset() {
    return offset;
  }

  /** How long the event is, in bytes. */
  public int length() {
    return length;
  }

  /**
   * The event's original text, decoded anew for each call: byte for byte what was received where
   * that is valid UTF-8, with replacement characters where it is not.
   */
  public String text() {
    return new String(body, offset, length, StandardCharsets.UTF_8);
  }
}
