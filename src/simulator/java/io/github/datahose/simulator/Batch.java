// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The events of one answer, maybe none, and the ackId that confirms them. */
record Batch(List<Event> events, AckId ackId) {

  private static final int USUAL_EVENT_BYTES = 1_600;

  byte[] json(boolean withAckId) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256 + events.size() * USUAL_EVENT_BYTES);
    write("{\"events\":[", out);
    for (int i = 0; i < events.size(); i++) {
      if (i > 0) {
        out.write(',');
      }
      events.get(i).writeTo(out);
    }
    write(withAckId ? "],\"ackId\":\"" + ackId.encoded() + "\"}" : "]}", out);
    return out.toByteArray();
  }

  private static void write(String text, ByteArrayOutputStream out) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.write(bytes, 0, bytes.length);
  }
}
