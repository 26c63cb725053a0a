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
 * A file on the worker that an option names, read again each time. Immutable, thread-safe.
 *
 * <p>The file might be on a network drive that does not respond, where nothing can interrupt a
 * read. So a daemon thread reads the file, and at most one thread reads the same file. It resolves
 * all links, and opens regular files only: a pipe would block, and a device can do anything.
 *
 * @param option the option that names the file
 * @param path the option's value, never repeated in messages, because it might be a secret
 * @param what the expected content, for messages
 * @param mostBytes the maximum size, in bytes; a larger file is not read to its end
 */
record WorkerFile(String option, String path, String what, int mostBytes) {

  /** Two files at most, within the ten seconds of {@code validate}. */
  private static final Duration LONGEST = Duration.ofSeconds(4);

  /** The same message for every other kind of file, so that it does not reveal what is there. */
  private static final String NO_FILE = "names no regular, non-empty file that this worker can see";

  private static final ConcurrentMap<WorkerFile, CompletableFuture<byte[]>> UNDER_WAY =
      new ConcurrentHashMap<>();

  /** The limit at a start, which leaves an unresponsive file to the login. */
  private static final Duration LONGEST_AT_START = Duration.ofMillis(500);

  /**
   * Returns the current content. A call during another read returns the result of that read.
   *
   * @throws UnusableOptionException if the file cannot be read; with a {@link TimeoutException} as
   *     its cause after four seconds
   */
  byte[] read() {
    return read(LONGEST, this::content);
  }

  /**
   * Reads the file only to apply {@link WorkerPolicy}. Another failure might be transient, and the
   * login reads the file again.
   *
   * @throws UnusableOptionException if the file exists and is not allowed
   */
  void rejectForbidden() {
    try {
      read(LONGEST_AT_START, this::content);
    } catch (ForbiddenException e) {
      throw e;
    } catch (UnusableOptionException e) {
      // The login reports it.
    }
  }

  /** Reads with the given function, unless a read is already in progress. */
  byte[] read(Duration longest, Callable<byte[]> reading) {
    try {
      return UNDER_WAY
          .computeIfAbsent(this, file -> file.begin(reading))
          .get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new UnusableOptionException(
          option,
          "names a file that could not be read in time. Check that its file system"
              + " (for example, a network drive) responds",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnusableOptionException(option, "was not read, because the worker is stopping");
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
      throw unreadable("is not a valid path on this worker");
    }
    for (int attempt = 0; attempt < 2; attempt++) {
      try {
        return contentOf(resolved(given));
      } catch (NoSuchFileException e) {
        // Kubernetes might have just replaced the folder of a secret. Try again.
      }
    }
    String forbidden = WorkerPolicy.fileError(given, null);
    throw forbidden == null ? unreadable(NO_FILE) : new UnusableOptionException(option, forbidden);
  }

  /** Returns the path with all links resolved, if it is allowed. */
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
    // Files of /proc have no size: they reveal the environment, or block.
    if (!attributes.isRegularFile() || attributes.size() == 0) {
      throw unreadable(NO_FILE);
    }
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw unreadable("names a file that is too large (more than " + mostBytes + " bytes)");
      }
      return bytes;
    }
  }

  private UnusableOptionException unreadable(String wrong) {
    return new UnusableOptionException(
        option,
        wrong + ". Put " + what + " there on every worker, readable by the user of the worker");
  }

  /** A file that exists and is not allowed. Its message is that of a file that does not exist. */
  private static final class ForbiddenException extends UnusableOptionException {
    private static final long serialVersionUID = 1L;

    ForbiddenException(String option, String wrong) {
      super(option, wrong);
    }
  }

  /** Omits the path, which might be a secret. */
  @Override
  public String toString() {
    return "file of " + option;
  }
}
