// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Message texts: some lines of chat in a row, mostly a few, seldom a page. */
final class ChatText {

  private static final int ROUNDS = 16;
  private static final int LONGEST = 150;

  private final byte[] corpus;
  private final int[] lineStarts;

  /** Lines of plain ASCII that need no escaping in XML and JSON. */
  ChatText(List<String> lines) {
    StringBuilder text = new StringBuilder();
    List<Integer> starts = new ArrayList<>();
    // An odd factor walks through the lines in another order each round.
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < lines.size(); i++) {
        starts.add(text.length());
        text.append(lines.get((i * (2 * round + 1) + round) % lines.size())).append(' ');
      }
    }
    corpus = text.toString().getBytes(StandardCharsets.US_ASCII);
    lineStarts = starts.stream().mapToInt(Integer::intValue).toArray();
  }

  void write(long random, ByteArrayOutputStream out) {
    int kind = (int) (random >>> 32 & 0xff) % 100;
    int spread = (int) (random & 0xffff);
    int lines = kind < 75 ? 1 + spread % 3 : kind < 95 ? 4 + spread % 16 : 40 + spread % 110;
    int first = (int) ((random >>> 40) % (lineStarts.length - LONGEST));
    int from = lineStarts[first];
    out.write(corpus, from, lineStarts[first + lines] - 1 - from);
  }
}
