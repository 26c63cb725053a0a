// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.simulator.Requests;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request of the connector.
 *
 * @param method HTTP method
 * @param path with its query
 * @param headers name and value in turns
 * @param body maybe empty
 */
record Request(String method, String path, List<String[]> headers, byte[] body) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int END_OF_HEAD = 0x0d0a0d0a;

  /** The next one of a connection, or null when there is none. */
  static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int last = 0; last != END_OF_HEAD; ) {
      int next = in.read();
      if (next < 0) {
        return null;
      }
      head.write(next);
      last = last << 8 | next;
    }
    List<String> lines = head.toString(StandardCharsets.ISO_8859_1).lines().toList();
    String[] start = lines.get(0).split(" ");
    List<String[]> headers =
        lines.stream()
            .skip(1)
            .filter(line -> !line.isEmpty())
            .map(line -> line.split(": ", 2))
            .toList();
    int length =
        headers.stream()
            .filter(header -> header[0].equalsIgnoreCase("Content-Length"))
            .mapToInt(header -> Integer.parseInt(header[1]))
            .sum();
    return new Request(start[0], start[1], headers, in.readNBytes(length));
  }

  boolean isRead() {
    return path.equals(Requests.READ);
  }

  /** What a read acknowledges. */
  String ackId() throws IOException {
    return JSON.readTree(body).path("ackId").asText();
  }
}
