// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A file on the worker that an option names; read anew each time. Immutable, thread-safe.
 *
 * <p>It may lie on a network drive that hangs, where nothing can interrupt a read. So a daemon
 * thread reads, which only its own drive can hold up, and never a second one the same file.
 *
 * @param option the option that names it
 * @param path the option's value, which is not repeated in messages: it may be anything
 * @param what what belongs there, for messages
 * @param mostBytes a larger file is no such thing, and not read to its end
 */
record WorkerFile(String option, String path, String what, int mostBytes) {

  /** Two of them at the most leave something of the ten seconds that {@code validate} takes. */
  private static final Duration LONGEST = Duration.ofSeconds(4);

  private static final ConcurrentMap<WorkerFile, CompletableFuture<byte[]>> UNDER_WAY =
      new ConcurrentHashMap<>();

  /**
   * Its content as of now; whoever asks while it is being read gets what comes of that.
   *
   * @throws UnusableOptionException if it cannot be read; with a {@link TimeoutException} as its
   *     cause when that took more than four seconds
   */
  byte[] read() {
    return read(LONGEST);
  }

  byte[] read(Duration longest) {
    try {
      return UNDER_WAY
          .computeIfAbsent(this, WorkerFile::begin)
          .get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new UnusableOptionException(
          option,
          "names a file that could not be read in time: see whether its file system hangs, as a"
              + " network drive may, on this worker",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableOptionException(option, "was not read to its end: the worker is stopping");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof UnusableOptionException unusable
          ? unusable
          : unreadable("names a file that this worker cannot read");
    }
  }

  private CompletableFuture<byte[]> begin() {
    CompletableFuture<byte[]> reading = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                byte[] bytes = readNow();
                UNDER_WAY.remove(this);
                reading.complete(bytes);
              } catch (IOException | RuntimeException | Error e) {
                UNDER_WAY.remove(this);
                reading.completeExceptionally(e);
              }
            },
            "reader of " + option);
    thread.setDaemon(true);
    thread.start();
    return reading;
  }

  private byte[] readNow() throws IOException {
    Path file;
    try {
      file = Path.of(path);
    } catch (InvalidPathException e) {
      throw unreadable("is no valid path on this worker");
    }
    if (!Files.exists(file) || Files.isDirectory(file)) {
      throw unreadable("names no file that this worker can see");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw unreadable("names a file too large for that (over " + mostBytes + " bytes)");
      }
      return bytes;
    }
  }

  private UnusableOptionException unreadable(String wrong) {
    return new UnusableOptionException(
        option, wrong + ": put " + what + " there on every worker, readable for the worker's user");
  }

  /** Without the path, which may be anything. */
  @Override
  public String toString() {
    return "file of " + option;
  }
}
