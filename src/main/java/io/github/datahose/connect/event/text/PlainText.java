// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.text;

/**
 * Text that grows line by line. White space is held back until something follows it, so that no
 * line is empty and none but preformatted ones begins or ends with a space. A row of cells is one
 * line.
 */
final class PlainText {

  private static final char NO_BREAK_SPACE = '\u00A0';

  private final StringBuilder text = new StringBuilder();

  /** White space as it was written, since the last text that was preformatted. */
  private final StringBuilder kept = new StringBuilder();

  private boolean space;
  private boolean lineEnd = true;
  private int tabs;
  private boolean cellInRow;
  private boolean textInRow;

  /**
   * Appends text.
   *
   * @param preformatted whether its white space stays as it is; if not, each run of it is one space
   */
  void append(char[] characters, int start, int length, boolean preformatted) {
    for (int i = start; i < start + length; i++) {
      char character = characters[i] == NO_BREAK_SPACE ? ' ' : characters[i];
      if (character != ' ' && character != '\n' && character != '\t' && character != '\r') {
        writeWhatWasHeldBack();
        text.append(character);
      } else if (preformatted) {
        kept.append(character);
      } else {
        space = true;
      }
    }
  }

  /** What follows is on a line of its own, but in a cell that is still empty. */
  void endLine() {
    dropSpace();
    lineEnd |= tabs == 0;
  }

  /** A new row begins, or the last one has ended. */
  void endRow() {
    tabs = 0;
    cellInRow = false;
    textInRow = false;
    endLine();
  }

  /** What follows stands a tab after the cell before it, whatever lines that one has ended. */
  void startCell() {
    dropSpace();
    if (cellInRow) {
      tabs++;
      lineEnd &= !textInRow;
    }
    cellInRow = true;
  }

  private void dropSpace() {
    space = false;
    kept.setLength(0);
  }

  private void writeWhatWasHeldBack() {
    if (lineEnd && !text.isEmpty()) {
      text.append('\n');
    }
    if (lineEnd || tabs > 0) {
      text.append("\t".repeat(tabs));
      text.append(kept, kept.lastIndexOf("\n") + 1, kept.length()); // the line's indent
    } else if (!kept.isEmpty()) {
      text.append(kept);
    } else if (space) {
      text.append(' ');
    }
    dropSpace();
    lineEnd = false;
    tabs = 0;
    textInRow = true;
  }

  /** All lines so far, without white space at the end. */
  @Override
  public String toString() {
    return text.toString();
  }
}
