// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What virtual machines wrote down of the classes that they loaded, and of all that was thrown in
 * them. A class or method that is missing is an error there even if somebody catches it and says
 * nothing.
 *
 * @param directory with a file for each process
 */
record VirtualMachineLog(Path directory) {
  private static final String OURS = "io.github.datahose.connect.";

  private static final String IN = ", in ";

  /** As in {@code Exception <a 'java/lang/NoSuchMethodError'{0x6}: 'void a.B.c()'>}. */
  private static final Pattern LINKAGE_ERROR =
      Pattern.compile(
          "Exception <a 'java/lang/("
              + "(?:NoClassDefFound|NoSuchMethod|NoSuchField|AbstractMethod|IllegalAccess"
              + "|IncompatibleClassChange|UnsupportedClassVersion|Verify|ClassFormat|BootstrapMethod"
              + "|ClassCircularity|ExceptionInInitializer|Linkage)Error"
              + ")'\\{[^}]*}(?:: (.*?))?>.*");

  /** Of the next line, in which method it was thrown. */
  private static final Pattern METHOD = Pattern.compile(" '([^' ]+)' '[^']*' in '([^']+)'>");

  private static final Pattern LOADED =
      Pattern.compile("\\[class,load *] (io\\.github\\.datahose\\.connect\\.\\S+) source:.*");

  /** The option that has a process write it. */
  String option() {
    return "-Xlog:exceptions=info,class+load=info:file="
        + directory.resolve("vm-%p.log").toAbsolutePath()
        + "::filecount=0";
  }

  /**
   * The errors about a class, method or field that is not as our code wants it, or about one of
   * Kafka's that is missing, each once for each of our methods that it went through.
   */
  Set<String> linkageErrors() {
    Set<String> errors = new TreeSet<>();
    for (List<String> lines : files()) {
      String error = "";
      for (String line : lines) {
        Matcher thrown = LINKAGE_ERROR.matcher(line);
        Matcher method = METHOD.matcher(line);
        if (thrown.find()) {
          error = thrown.group(1) + ": " + thrown.group(2);
          if (isAboutKafkaOrUs(error)) {
            errors.add(error);
          }
        } else if (!error.isEmpty() && method.find() && isOurs(method.group(2))) {
          errors.add(error + IN + method.group(2).replace('/', '.') + "." + method.group(1));
        } else {
          error = "";
        }
      }
    }
    // Where it is known which method of ours asked, that says it all.
    List<String> all = List.copyOf(errors);
    errors.removeIf(each -> all.stream().anyMatch(other -> other.startsWith(each + IN)));
    return errors;
  }

  /** The names of our classes that were loaded. */
  Set<String> loadedClasses() {
    return files().stream()
        .flatMap(List::stream)
        .map(LOADED::matcher)
        // Those of lambdas are not in the archive.
        .filter(loaded -> loaded.find() && !loaded.group(1).contains("$$"))
        .map(loaded -> loaded.group(1))
        .collect(Collectors.toSet());
  }

  private static boolean isAboutKafkaOrUs(String error) {
    String name = error.replace('/', '.');
    return name.contains("org.apache.kafka.") || name.contains(OURS);
  }

  private static boolean isOurs(String type) {
    return type.replace('/', '.').startsWith(OURS);
  }

  /** The lines of each process. */
  private List<List<String>> files() {
    List<List<String>> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        lines.add(Files.readAllLines(file));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
