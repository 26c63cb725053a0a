// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** The Avro schemas that users get, in {@code docs/schemas}, and those of former releases. */
public enum ShippedSchema {
  /** The value of an event's record. */
  EVENT("Event.avsc"),

  /** The value of a heartbeat. */
  HEARTBEAT("Heartbeat.avsc"),

  /** The value of a ledger record. */
  WINDOW("Window.avsc");

  private static final Path RELEASED = Path.of("src", "test", "resources", "released-schemas");

  private final String file;

  ShippedSchema(String file) {
    this.file = file;
  }

  /** Returns its path. */
  public Path path() {
    return Path.of("docs", "schemas").resolve(file);
  }

  /** Its text, as a user would register it. */
  public String text() {
    return text(path());
  }

  /** The schema that the text is. */
  public Schema schema() {
    return parse(text());
  }

  /** What the releases had for it, the oldest first; never empty. */
  public List<Schema> released() {
    return releases().stream()
        .map(release -> parse(text(RELEASED.resolve(release).resolve(file))))
        .toList();
  }

  /** All releases, the oldest first. */
  public static List<String> releases() {
    try (Stream<Path> folders = Files.list(RELEASED)) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .sorted((one, other) -> Arrays.compare(numbers(one), numbers(other)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parses a schema. */
  public static Schema parse(String text) {
    return new Schema.Parser().parse(text);
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
