// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sample events and answers under {@code src/test/resources}. */
public final class Fixtures {

  private static final Path RESOURCES = Path.of("src", "test", "resources");

  private Fixtures() {}

  /** The names of all sample events, without {@code .json}. */
  public static List<String> eventNames() {
    return fileNames("events").stream().map(name -> name.replaceAll("\\.json$", "")).toList();
  }

  static List<String> fileNames(String folder) {
    try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static EventJson event(String name) {
    return json(bytes("events", name + ".json"));
  }

  /** A file's content; fails when there is none. */
  public static byte[] bytes(String folder, String name) {
    try {
      return Files.readAllBytes(RESOURCES.resolve(folder).resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String folder, String name) {
    return new String(bytes(folder, name), StandardCharsets.UTF_8);
  }

  static EventJson json(String text) {
    return json(text.getBytes(StandardCharsets.UTF_8));
  }

  static EventJson json(byte[] bytes) {
    return new EventJson(bytes, 0, bytes.length);
  }
}
