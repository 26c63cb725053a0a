// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.KeyMaterial.UnusableOptionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.concurrent.Callable;
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
 * thread reads, which only its own drive can hold up, and never a second one the same file. It
 * opens regular files only, where all links lead: a pipe would hang, a device may do anything.
 *
 * @param option the option that names it
 * @param path the option's value, which is not repeated in messages: it may be anything
 * @param what what belongs there, for messages
 * @param mostBytes a larger file is no such thing, and not read to its end
 */
record WorkerFile(String option, String path, String what, int mostBytes) {

  /** Two of them at the most leave something of the ten seconds that {@code validate} takes. */
  private static final Duration LONGEST = Duration.ofSeconds(4);

  /** In the same words whatever else is there. */
  private static final String NO_FILE =
      "names no regular file with content that this worker can see";

  private static final ConcurrentMap<WorkerFile, CompletableFuture<byte[]>> UNDER_WAY =
      new ConcurrentHashMap<>();

  /** At a start, where a file that hangs is left to the login. */
  private static final Duration LONGEST_AT_START = Duration.ofMillis(500);

  /**
   * Its content as of now; whoever asks while it is being read gets what comes of that.
   *
   * @throws UnusableOptionException if it cannot be read; with a {@link TimeoutException} as its
   *     cause when that took more than four seconds
   */
  byte[] read() {
    return read(LONGEST, this::content);
  }

  /**
   * Reads it for what {@link WorkerPolicy} says of it alone: another failure might be over until
   * the login, which reads it again.
   *
   * @throws UnusableOptionException if it is there, and not allowed
   */
  void rejectForbidden() {
    try {
      read(LONGEST_AT_START, this::content);
    } catch (ForbiddenException e) {
      throw e;
    } catch (UnusableOptionException e) {
      // Not a start's business.
    }
  }

  /** The same by a reading of one's own, unless one is under way. */
  byte[] read(Duration longest, Callable<byte[]> reading) {
    try {
      return UNDER_WAY
          .computeIfAbsent(this, file -> file.begin(reading))
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

  private CompletableFuture<byte[]> begin(Callable<byte[]> reading) {
    CompletableFuture<byte[]> content = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                byte[] bytes = reading.call();
                UNDER_WAY.remove(this);
                content.complete(bytes);
              } catch (Exception | Error e) {
                UNDER_WAY.remove(this);
                content.completeExceptionally(e);
              }
            },
            "reader of " + option);
    thread.setDaemon(true);
    thread.start();
    return content;
  }

  private byte[] content() throws IOException {
    Path given;
    try {
      given = Path.of(path).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw unreadable("is no valid path on this worker");
    }
    for (int look = 0; look < 2; look++) {
      try {
        return contentOf(resolved(given));
      } catch (NoSuchFileException e) {
        // Perhaps Kubernetes has just put another folder in the place of a secret's: look again.
      }
    }
    String forbidden = WorkerPolicy.fileError(given, null);
    throw forbidden == null ? unreadable(NO_FILE) : new UnusableOptionException(option, forbidden);
  }

  /** Where all links lead, if that is allowed. */
  private Path resolved(Path given) throws NoSuchFileException {
    Path real;
    try {
      real = given.toRealPath();
    } catch (IOException e) {
      throw new NoSuchFileException(option);
    }
    String forbidden = WorkerPolicy.fileError(given, real);
    if (forbidden != null) {
      throw new ForbiddenException(option, forbidden);
    }
    return real;
  }

  private byte[] contentOf(Path real) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
    // What the kernel makes up (/proc) has no size: the environment, or files that hang.
    if (!attributes.isRegularFile() || attributes.size() == 0) {
      throw unreadable(NO_FILE);
    }
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
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

  /**
   * Tells a file that is there and not allowed from others, which are told of in the same words.
   */
  private static final class ForbiddenException extends UnusableOptionException {
    private static final long serialVersionUID = 1L;

    ForbiddenException(String option, String wrong) {
      super(option, wrong);
    }
  }

  /** Without the path, which may be anything. */
  @Override
  public String toString() {
    return "file of " + option;
  }
}
