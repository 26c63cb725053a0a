// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event.text;

import java.io.StringReader;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Converter of PresentationML, the XHTML of Symphony's messages, to plain text; {@code
 * docs/records.md} has the rules. It streams and never recurses, loads nothing, and supports no
 * entities except XML's own and the no-break space. Not thread-safe.
 */
final class PresentationMl {

  private enum Layout {
    WITHIN_LINE,
    BLOCK,
    PREFORMATTED,
    ROW,
    CELL,
    UNSEEN
  }

  /** Layout of elements in the text; all others are within a line. */
  private static final Map<String, Layout> LAYOUTS =
      Stream.of(
              layOut(
                  Layout.BLOCK,
                  "div p br hr h1 h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd table caption thead"
                      + " tbody tfoot header body footer section article dialog form fieldset"
                      + " legend button select optgroup option"),
              layOut(Layout.PREFORMATTED, "pre code textarea"),
              layOut(Layout.ROW, "tr"),
              layOut(Layout.CELL, "td th"),
              layOut(Layout.UNSEEN, "script style template"))
          .flatMap(layout -> layout)
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  /** Maximum depth. Java 24 lowers its own default to 100, and earlier versions have none. */
  static final int MAX_DEPTH = 1_000;

  /**
   * Start of a document type, which the parser never receives: it would skip it, and prints a stack
   * trace for some truncated ones. Except at the start, this text can occur only in a comment or in
   * CDATA.
   */
  private static final String DOCUMENT_TYPE = "<!DOCTYPE";

  /** The only named entity that browsers write in HTML in addition to those of XML. */
  private static final String NAMED_NO_BREAK_SPACE = "&nbsp;";

  private static final String NO_BREAK_SPACE = "\u00A0";

  private final XMLInputFactory factory = newFactory();

  private static Stream<Map.Entry<String, Layout>> layOut(Layout layout, String names) {
    return Stream.of(names.split(" ")).map(name -> Map.entry(name, layout));
  }

  /**
   * Returns the JDK's own factory: any other lookup would use one on the worker's class path, if
   * there is one.
   */
  private static XMLInputFactory newFactory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    limit(factory, "jdk.xml.maxElementDepth", MAX_DEPTH);
    // No limits, because nothing is expanded: Java 24 and later count each &lt; and similar
    // entities.
    limit(factory, "jdk.xml.maxGeneralEntitySizeLimit", 0);
    limit(factory, "jdk.xml.totalEntitySizeLimit", 0);
    return factory;
  }

  private static void limit(XMLInputFactory factory, String name, int limit) {
    if (factory.isPropertySupported(name)) {
      factory.setProperty(name, Integer.toString(limit));
    }
  }

  /**
   * Returns the plain text of a message. Never throws, whatever the message is.
   *
   * @param message the PresentationML, not null
   * @return the text, empty if the message shows none; null if it is not well-formed, has a
   *     document type, or is nested deeper than {@value #MAX_DEPTH} elements
   */
  String textOf(String message) {
    if (message.contains(DOCUMENT_TYPE)) {
      return null;
    }
    try {
      String xml = message.replace(NAMED_NO_BREAK_SPACE, NO_BREAK_SPACE);
      return new Reading(factory.createXMLStreamReader(new StringReader(xml))).text();
    } catch (XMLStreamException | RuntimeException notWellFormed) {
      return null; // Also for an error in the JDK's parser: no message may stop a feed.
    }
  }

  /** Conversion of one message. */
  private static final class Reading {

    private final XMLStreamReader reader;
    private final PlainText text = new PlainText();
    private int preformatted;
    private int unseen;

    private Reading(XMLStreamReader reader) {
      this.reader = reader;
    }

    /** Reads to the end, and returns the text. */
    private String text() throws XMLStreamException {
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> begin(layout());
          case XMLStreamConstants.END_ELEMENT -> end(layout());
          case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> appendText();
          default -> {} // comments and processing instructions
        }
      }
      return text.toString();
    }

    private Layout layout() {
      return LAYOUTS.getOrDefault(reader.getLocalName(), Layout.WITHIN_LINE);
    }

    private void begin(Layout layout) {
      switch (layout) {
        case BLOCK -> text.endLine();
        case PREFORMATTED -> {
          text.endLine();
          preformatted++;
        }
        case ROW -> text.endRow();
        case CELL -> text.startCell();
        case UNSEEN -> unseen++;
        case WITHIN_LINE -> {}
      }
    }

    private void end(Layout layout) {
      switch (layout) {
        case BLOCK -> text.endLine();
        case PREFORMATTED -> {
          text.endLine();
          preformatted--;
        }
        case ROW -> text.endRow();
        case UNSEEN -> unseen--;
        case CELL, WITHIN_LINE -> {}
      }
    }

    private void appendText() {
      if (unseen == 0) {
        text.append(
            reader.getTextCharacters(),
            reader.getTextStart(),
            reader.getTextLength(),
            preformatted > 0);
      }
    }
  }

  /**
   * Text that is built line by line. White space is held back until a character follows, so that no
   * line is empty, and only preformatted lines start or end with a space. A row of cells is one
   * line.
   */
  private static final class PlainText {

    private static final char NO_BREAK_SPACE = '\u00A0';

    private final StringBuilder text = new StringBuilder();

    /** Original white space since the last preformatted text. */
    private final StringBuilder kept = new StringBuilder();

    private boolean space;
    private boolean lineEnd = true;
    private int tabs;
    private boolean cellInRow;
    private boolean textInRow;

    /**
     * Appends text.
     *
     * @param preformatted whether its white space is kept; if not, each run of it becomes one space
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

    /** Ends the line, except in a cell that is still empty. */
    void endLine() {
      dropSpace();
      lineEnd |= tabs == 0;
    }

    /** Starts a new row, or ends the last one. */
    void endRow() {
      tabs = 0;
      cellInRow = false;
      textInRow = false;
      endLine();
    }

    /** Starts a cell, a tab after the previous one, whatever lines that one has ended. */
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

    /** Returns all lines so far, without white space at the end. */
    @Override
    public String toString() {
      return text.toString();
    }
  }
}
