// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The original JSON of one event: a slice of a response's body, which is not copied. An instance
 * keeps the whole body in memory, so records must not refer to it. Immutable except for the bytes.
 */
public final class RawEvent {

  private final byte[] body;
  private final int offset;
  private final int length;

  /**
   * Creates a slice of a body.
   *
   * @param body bytes of the whole response, not copied
   * @param offset start of the event, in bytes
   * @param length length of the event, in bytes
   * @throws IndexOutOfBoundsException if the slice is not within the body
   */
  public RawEvent(byte[] body, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, body.length);
    this.body = body;
    this.offset = offset;
    this.length = length;
  }

  /** Returns the whole response, not a copy. */
  public byte[] body() {
    return body;
  }

  /** Returns the start of the event in {@link #body()}, in bytes. */
  public int offset() {
    return offset;
  }

  /** Returns the length of the event, in bytes. */
  public int length() {
    return length;
  }

  /**
   * Returns the event's original text, decoded at each call: unchanged where it is valid UTF-8,
   * with replacement characters elsewhere.
   */
  public String text() {
    return new String(body, offset, length, StandardCharsets.UTF_8);
  }
}
