// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import io.github.datahose.connect.text.StackOnly;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the connector's own bugs from what OkHttp throws over odd answers: it has no IOException
 * for a status or a length below zero, nor for some characters. Thread-safe.
 */
final class OwnFaults {

  private static final Logger LOG = LoggerFactory.getLogger(OwnFaults.class);

  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Whether OkHttp, or Okio below it, threw this, perhaps by something of Java's that it used. */
  static boolean isOfOkHttp(RuntimeException thrown) {
    return Stream.of(thrown.getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(name -> !name.matches("(java|javax|jdk|sun|kotlin)\\..*"))
        .findFirst()
        .filter(name -> name.startsWith("okhttp3.") || name.startsWith("okio."))
        .isPresent();
  }

  /**
   * Logs a bug with its stack, the first time that it is met.
   *
   * @param where the call in which it was met
   * @return what was thrown, without its message
   */
  StackOnly tell(String where, RuntimeException thrown) {
    StackOnly stack = StackOnly.of(thrown);
    if (told.add(stack.place())) {
      LOG.error(
          "{} failed by a fault of this connector's own. It is tried again, as after any failure. Please report this,"
              + " with the stack below.",
          where,
          stack);
    }
    return stack;
  }
}
