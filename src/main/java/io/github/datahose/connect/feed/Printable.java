// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

/** Names and ids from the wire, made fit for a line of the log or an error. */
final class Printable {

  private static final int LONGEST = 200;

  private Printable() {}

  /** The text on one line and not longer than a line may be; null is told as none. */
  static String of(String text) {
    if (text == null) {
      return "(none)";
    }
    boolean fits = text.length() <= LONGEST;
    String line = (fits ? text : text.substring(0, LONGEST)).replaceAll("\\p{Cntrl}", "?");
    return fits ? line : line + "...";
  }
}
