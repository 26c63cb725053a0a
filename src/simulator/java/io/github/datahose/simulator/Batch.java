// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The events of one response, possibly none, and the ackId that acknowledges them. */
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

  /**
   * The content of an ackId: the response and the feed that it acknowledges. On the wire it is
   * base64 text of about the length of a real one, opaque to clients.
   *
   * @param feed the feed
   * @param answer the number of the response in the feed; {@link #NOTHING} for an empty one
   */
  record AckId(UUID feed, int answer) {

    static final int NOTHING = -1;

    private static final Pattern FORM = Pattern.compile("1\\|([0-9a-f-]{36})\\|(-1|\\d{1,9})\\|x+");
    private static final String FILLER = "|" + "x".repeat(60);

    String encoded() {
      String text = "1|" + feed + "|" + answer + FILLER;
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads an ackId. Rejects it with HTTP 400 if it is malformed. */
    static AckId decode(String encoded) throws Refusal {
      try {
        String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
          return new AckId(UUID.fromString(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }
      } catch (IllegalArgumentException notBase64) {
        // Rejected below.
      }
      throw new Refusal(400, "The ackId is malformed");
    }
  }
}
