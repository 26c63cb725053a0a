// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * What a person sees of one of the project's commands: on a terminal one live line, in a file a
 * plain line now and then. Not thread-safe, but for {@link #step}.
 */
public final class Screen {
  private static final Duration LIVE = Duration.ofMillis(200);
  private static final Duration PLAIN = Duration.ofSeconds(2);
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private boolean liveLine;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Writes to the standard output of this JVM. */
  public static Screen standardOutput() {
    return new Screen(System.out, isTerminal());
  }

  /** How often a new state is worth a line. */
  public Duration interval() {
    return terminal ? LIVE : PLAIN;
  }

  /** Says what is done next, with the seconds since the start. */
  public synchronized void step(String text) {
    double seconds = (System.nanoTime() - start) / 1e9;
    print(String.format(Locale.ROOT, "%5.1f s  %s", seconds, text));
  }

  /** Replaces the live line on a terminal. */
  public void state(String text) {
    if (terminal) {
      out.print(CLEAR_LINE + "         " + text);
      out.flush();
      liveLine = true;
    } else {
      out.println("         " + text);
    }
  }

  /** Leaves the live line as it is and prints below it. */
  public void print(String text) {
    if (liveLine) {
      out.println();
      liveLine = false;
    }
    out.println(text);
  }

  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since Java 22 there is a console without a terminal, too.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
