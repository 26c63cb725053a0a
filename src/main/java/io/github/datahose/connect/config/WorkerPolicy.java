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
 * What the administrator of a worker lets configs call and open: two system properties, which no
 * config can change, after the model of Kafka's {@code
 * org.apache.kafka.sasl.oauthbearer.allowed.urls}. Without a property anything goes; an empty one
 * allows nothing. Read at each use; thread-safe.
 *
 * <p>An entry that cannot be understood allows nothing, nor do the others then.
 */
final class WorkerPolicy {
  static final String ALLOWED_URLS = "io.github.datahose.connect.allowed.urls";
  static final String ALLOWED_FILES = "io.github.datahose.connect.allowed.files";

  private WorkerPolicy() {}

  /**
   * What is wrong with calling a server, as the rest of a sentence; null when nothing is. Only
   * scheme, host and port count.
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
        return unclear(origins.size(), ALLOWED_URLS, "base URL, as https://acme.symphony.com");
      }
      origins.add(origin(entry));
    }
    return origins.contains(origin(url))
        ? null
        : "is not allowed on this worker: give one with scheme, host and port of a URL that its"
            + " administrator lists, or have the administrator update the system property "
            + ALLOWED_URLS
            + " of every worker";
  }

  private static List<String> entries(String property) {
    return Rule.entries(List.of(property.split(",")));
  }

  /** The parser has normalized all but the dot at the end of a host name. */
  private static String origin(String text) {
    HttpUrl url = BaseUrl.parse(text);
    return url.scheme() + "://" + url.host().replaceFirst("\\.$", "") + ":" + url.port();
  }

  private static String unclear(int before, String property, String what) {
    return "cannot be checked: entry "
        + (before + 1)
        + " of the system property "
        + property
        + " of this worker is no "
        + what
        + ". Correct it there";
  }

  /** Whether files have to be allowed. */
  static boolean boundsFiles() {
    return System.getProperty(ALLOWED_FILES) != null;
  }

  /**
   * What is wrong with opening a file, as the rest of a sentence; null when nothing is. The
   * sentence is the same for a file that is not there. May hang as its file system does.
   *
   * @param given the absolute path that an option names
   * @param real where it leads, through all links; null when that cannot be told
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
        : "names no file that this worker has and allows: put it, readable for the worker's user,"
            + " where the administrator allows files, or have the administrator update the system"
            + " property "
            + ALLOWED_FILES
            + " of every worker";
  }

  /**
   * Looks at the names first: an entry on a drive that hangs must not hold up the others, and links
   * that Kubernetes changes between two looks must not make one file two.
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
