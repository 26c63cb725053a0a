// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which Java a process runs on, its options and its environment.
 *
 * @param home the Java home
 * @param options such as {@code -Xmx512m}
 * @param environment variables in addition to those of this process
 */
public record Jvm(Path home, List<String> options, Map<String, String> environment) {
  /** The Java that runs this, with a heap that is enough for a broker or a worker of the tests. */
  public static Jvm current() {
    return new Jvm(Path.of(System.getProperty("java.home")), List.of("-Xmx512m"), Map.of());
  }

  /**
   * The same, made to start in about half the time at the price of speed later on: not for
   * measurements.
   */
  public static Jvm quick() {
    return current().with("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  }

  /** The same with more options; the later of two that contradict each other wins. */
  public Jvm with(String... more) {
    return new Jvm(home, Stream.concat(options.stream(), Stream.of(more)).toList(), environment);
  }

  /** The same options on another Java. */
  public Jvm on(Path otherHome) {
    return new Jvm(otherHome, options, environment);
  }

  /** The same with these variables in its environment, instead of what it was given before. */
  public Jvm in(Map<String, String> variables) {
    return new Jvm(home, options, Map.copyOf(variables));
  }
}
