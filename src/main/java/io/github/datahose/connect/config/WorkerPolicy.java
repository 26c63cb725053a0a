// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.BaseUrl;
import io.github.datahose.connect.config.option.Rule;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;

/**
 * The servers and files that the administrator of a worker allows: two system properties, which no
 * configuration can change, modeled on Kafka's {@code
 * org.apache.kafka.sasl.oauthbearer.allowed.urls}. A property that is not set allows everything; an
 * empty one allows nothing. Read at each use; thread-safe.
 *
 * <p>If one entry is invalid, the property allows nothing.
 */
final class WorkerPolicy {
  static final String ALLOWED_URLS = "io.github.datahose.connect.allowed.urls";
  static final String ALLOWED_FILES = "io.github.datahose.connect.allowed.files";

  private WorkerPolicy() {}

  /**
   * Returns why a server is not allowed, as the rest of a sentence; null if it is. Only scheme,
   * host, and port count.
   *
   * @param url a valid base URL
   */
  static String urlError(String url) {
    String allowed = System.getProperty(ALLOWED_URLS);
    if (allowed == null) {
      return null;
    }
    List<String> origins = new ArrayList<>();
    for (String entry : entries(allowed)) {
      if (BaseUrl.error(entry) != null || entry.indexOf('*') >= 0) {
        return unclear(origins.size(), ALLOWED_URLS, "base URL, such as https://acme.symphony.com")
            + ".";
      }
      origins.add(origin(entry));
    }
    return origins.contains(origin(url))
        ? null
        : "is not allowed on this worker. Use the scheme, host, and port of a URL that"
            + " the administrator of the worker lists, or ask the administrator to update"
            + " the system property "
            + ALLOWED_URLS
            + " of every worker.";
  }

  private static List<String> entries(String property) {
    return Rule.entries(List.of(property.split(",")));
  }

  /**
   * Returns scheme, host, and port. The parser normalizes everything but a trailing dot of the
   * host.
   */
  private static String origin(String text) {
    HttpUrl url = BaseUrl.parse(text);
    return url.scheme() + "://" + url.host().replaceFirst("\\.$", "") + ":" + url.port();
  }

  private static String unclear(int before, String property, String what) {
    return "cannot be checked, because entry "
        + (before + 1)
        + " of the system property "
        + property
        + " of this worker is not a "
        + what
        + ". Correct that property";
  }

  /** Returns whether the policy limits files. */
  static boolean boundsFiles() {
    return System.getProperty(ALLOWED_FILES) != null;
  }

  /**
   * Returns why a file is not allowed, as the rest of a sentence; null if it is. The sentence is
   * the same for a file that does not exist. Blocks while the file system does not respond.
   *
   * @param given the absolute path that an option names
   * @param real the path with all links resolved; null if it cannot be resolved
   */
  static String fileError(Path given, Path real) {
    String property = System.getProperty(ALLOWED_FILES);
    if (property == null) {
      return null;
    }
    List<Path> allowed = new ArrayList<>();
    for (String entry : entries(property)) {
      try {
        allowed.add(Path.of(entry).toAbsolutePath());
      } catch (InvalidPathException e) {
        return unclear(allowed.size(), ALLOWED_FILES, "path");
      }
    }
    return real != null && allows(allowed, given, real)
        ? null
        : "names no file that this worker has and allows. Put the file, readable by"
            + " the user of the worker, where the administrator allows files, or ask the"
            + " administrator to update the system property "
            + ALLOWED_FILES
            + " of every worker";
  }

  /**
   * Compares the names first: an entry on an unresponsive drive must not block the others, and a
   * link that Kubernetes changes between two checks must not make one file look like two.
   */
  private static boolean allows(List<Path> allowed, Path given, Path real) {
    return allowed.contains(given)
        || allowed.stream().anyMatch(real::startsWith)
        || allowed.stream().anyMatch(entry -> leadsAbove(entry, real));
  }

  private static boolean leadsAbove(Path entry, Path real) {
    try {
      return real.startsWith(entry.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
