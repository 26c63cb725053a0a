// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The first class of each child process: ends it when its parent has ended for any reason. A
 * shutdown hook of the parent does not run if the parent is killed.
 *
 * <p>It is the only class on the child's class path, so it uses only the JDK and has no inner
 * classes.
 */
public final class ParentWatch {
  private ParentWatch() {}

  /** Takes the parent's process id, the real main class, and that one's arguments. */
  public static void main(String[] arguments) throws Throwable {
    Optional<ProcessHandle> parent = ProcessHandle.of(Long.parseLong(arguments[0]));
    if (parent.isEmpty()) {
      return;
    }
    parent.get().onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
    try {
      Class.forName(arguments[1]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
