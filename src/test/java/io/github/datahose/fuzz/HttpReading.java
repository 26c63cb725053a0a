// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a client may take for the body of bytes that may be an HTTP answer. */
final class HttpReading {

  private static final Pattern END_OF_HEAD = Pattern.compile("\r?\n\r?\n");
  private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,8})[^\n]*\n");

  private HttpReading() {}

  /** All that follows the head, and the same without the sizes of chunks; none without a head. */
  static List<byte[]> bodies(byte[] wire) {
    String text = new String(wire, StandardCharsets.ISO_8859_1);
    Matcher head = END_OF_HEAD.matcher(text);
    if (!head.find()) {
      return List.of();
    }
    String body = text.substring(head.end());
    return List.of(body.getBytes(StandardCharsets.ISO_8859_1), withoutChunks(body));
  }

  /** Whatever stands between the end of a chunk and the end of that line is skipped. */
  private static byte[] withoutChunks(String body) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    Matcher chunk = CHUNK.matcher(body);
    int at = 0;
    while (chunk.region(at, body.length()).lookingAt()) {
      int end = (int) Math.min(body.length(), chunk.end() + Long.parseLong(chunk.group(1), 16));
      whole.writeBytes(body.substring(chunk.end(), end).getBytes(StandardCharsets.ISO_8859_1));
      int line = body.indexOf('\n', end);
      at = line < 0 ? body.length() : line + 1;
    }
    return whole.toByteArray();
  }
}
