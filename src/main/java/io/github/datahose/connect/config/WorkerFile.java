// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * A file on the worker that an option names; read anew each time. Immutable.
 *
 * @param option the option that names it
 * @param path the option's value, which is not repeated in messages: it may be anything
 * @param what what belongs there, for messages
 * @param mostBytes a larger file is no such thing, and not read to its end
 */
record WorkerFile(String option, String path, String what, int mostBytes) {

  /**
   * Its content as of now.
   *
   * @throws UnusableOptionException if it cannot be read
   */
  byte[] read() {
    Path file;
    try {
      file = Path.of(path);
    } catch (InvalidPathException e) {
      throw unreadable("is no valid path on this worker");
    }
    if (!Files.isRegularFile(file)) {
      throw unreadable("names no file that this worker can see");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(mostBytes + 1);
    } catch (IOException e) {
      throw unreadable("names a file that this worker cannot read");
    }
    if (bytes.length > mostBytes) {
      throw unreadable("names a file too large for that (over " + mostBytes + " bytes)");
    }
    return bytes;
  }

  /** Without the path, which may be anything. */
  @Override
  public String toString() {
    return "file of " + option;
  }

  private UnusableOptionException unreadable(String wrong) {
    return new UnusableOptionException(
        option, wrong + ": put " + what + " there on every worker, readable for the worker's user");
  }
}
