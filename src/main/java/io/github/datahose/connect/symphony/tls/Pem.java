// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** PEM text (RFC 7468): blocks of base64, each named by what it holds. */
final class Pem {

  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  /**
   * One block.
   *
   * @param name as in {@code CERTIFICATE}
   * @param text what stands between its lines
   */
  record Block(String name, String text) {

    /**
     * Decodes it.
     *
     * @throws IllegalArgumentException if it is no base64
     */
    byte[] bytes() {
      return Base64.getMimeDecoder().decode(text.strip());
    }

    /** Without the text, which may be a key. */
    @Override
    public String toString() {
      return name;
    }
  }

  private Pem() {}

  /**
   * The blocks in a text. A literal {@code \n} counts as a line break, since secret stores often
   * keep one line.
   */
  static List<Block> blocks(String text) {
    String lines = text.replace("\\r", "\n").replace("\\n", "\n");
    List<Block> blocks = new ArrayList<>();
    int begin = lines.indexOf(BEGIN);
    while (begin >= 0) {
      int name = begin + BEGIN.length();
      int nameEnd = lines.indexOf(DASHES, name);
      int body = nameEnd + DASHES.length();
      // Never past the next dashes, so that no part of the text is read for a second block.
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
