// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that the connector logs while it is open, the lowest levels too. (slf4j-simple writes to
 * {@code System.err} and has no way to change a level.)
 */
public final class CapturedLog implements AutoCloseable {

  private static final String CONNECTOR = "io.github.datahose.connect";
  private static final String LEVEL_OF_NEW_LOGGERS = "org.slf4j.simpleLogger.log." + CONNECTOR;
  private static final int TRACE = 0;
  private static final int WARN = 30;

  private final PrintStream before = System.err;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  /** Begins to capture. */
  public CapturedLog() {
    System.setProperty(LEVEL_OF_NEW_LOGGERS, "trace");
    levels(TRACE);
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
  }

  /** What was logged so far. */
  public String text() {
    return captured.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    System.setErr(before);
    levels(WARN);
    System.clearProperty(LEVEL_OF_NEW_LOGGERS);
  }

  private static void levels(int level) {
    try {
      ILoggerFactory factory = LoggerFactory.getILoggerFactory();
      Field loggers = factory.getClass().getDeclaredField("loggerMap");
      loggers.setAccessible(true);
      for (Object each : ((Map<?, ?>) loggers.get(factory)).values()) {
        if (((Logger) each).getName().startsWith(CONNECTOR)) {
          Field levelField = each.getClass().getDeclaredField("currentLogLevel");
          levelField.setAccessible(true);
          levelField.setInt(each, level);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The tests' slf4j-simple is not the one that this knows", e);
    }
  }
}
