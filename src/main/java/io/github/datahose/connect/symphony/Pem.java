// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PEM text (RFC 7468): blocks of base64, each named by what it holds. */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

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
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text.replace("\\r", "\n").replace("\\n", "\n"));
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  static boolean isPem(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
  }
}
