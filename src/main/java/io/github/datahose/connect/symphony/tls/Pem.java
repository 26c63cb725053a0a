// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** PEM text (RFC 7468): blocks of base64, each with a label. */
final class Pem {

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /**
   * One block.
   *
   * @param name label, such as {@code CERTIFICATE}
   * @param text text between its first and last line
   */
  record Block(String name, String text) {

    /**
     * Decodes the text.
     *
     * @throws IllegalArgumentException if it is not base64
     */
    byte[] bytes() {
      return Base64.getMimeDecoder().decode(text.strip());
    }

    /** Returns the label only, because the text might be a key. */
    @Override
    public String toString() {
      return name;
    }
  }

  private Pem() {}

  /**
   * Returns the blocks in a text. A literal {@code \n} counts as a line break, because secret
   * stores often keep a single line.
   */
  static List<Block> blocks(String text) {
    String lines = text.replace("\\r", "\n").replace("\\n", "\n");
    List<Block> blocks = new ArrayList<>();
    int begin = lines.indexOf(BEGIN);
    while (begin >= 0) {
      int name = begin + BEGIN.length();
      int nameEnd = lines.indexOf(DASHES, name);
      int body = nameEnd + DASHES.length();
      // Never past the next dashes, so that each part of the text is searched only once.
      int bodyEnd = nameEnd < 0 ? -1 : lines.indexOf(DASHES, body);
      if (bodyEnd < 0) {
        break;
      }
      String kind = lines.substring(name, nameEnd);
      String end = END + kind + DASHES;
      if (lines.startsWith(end, bodyEnd)) {
        blocks.add(new Block(kind, lines.substring(body, bodyEnd)));
        begin = lines.indexOf(BEGIN, bodyEnd + end.length());
      } else {
        begin = lines.indexOf(BEGIN, nameEnd);
      }
    }
    return blocks;
  }

  static boolean isPem(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1).contains(BEGIN);
  }
}
