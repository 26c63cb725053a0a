// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * An event made from a template. It keeps no bytes: all that differs follows from its random number
 * and its time, so a million of them wait in a feed at some 40 bytes each.
 */
record GeneratedEvent(
    EventTemplate template, byte[] streamId, long random, long timestamp, ChatText texts)
    implements Event {

  @Override
  public String type() {
    return template.type();
  }

  @Override
  public String scope() {
    return template.scope();
  }

  @Override
  public String messageId() {
    return new String(Identifiers.message(random, timestamp), StandardCharsets.US_ASCII);
  }

  @Override
  public void writeTo(ByteArrayOutputStream out) {
    template.write(this, out);
  }

  void writeSlot(EventTemplate.Slot slot, ByteArrayOutputStream out) {
    switch (slot) {
      case ID -> write(Identifiers.event(random), out);
      case MESSAGE_ID -> write(Identifiers.message(random, timestamp), out);
      case OTHER_ID -> write(Identifiers.message(~random, timestamp - 3_600_000), out);
      case STREAM_ID -> write(streamId, out);
      case TIMESTAMP -> write(Long.toString(timestamp).getBytes(StandardCharsets.US_ASCII), out);
      case TEXT -> texts.write(Identifiers.mix(random + 2), out);
    }
  }

  private static void write(byte[] bytes, ByteArrayOutputStream out) {
    out.write(bytes, 0, bytes.length);
  }
}
