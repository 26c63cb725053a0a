// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.shrinkwrap.resolver.api.maven.Maven;

/**
 * The jars of one Kafka version's broker and Connect worker, as its distribution has them, with the
 * logging that it uses. They come from the local Maven repository, or by the user's Maven settings.
 *
 * @param version as in Maven, 3.7.2 or later
 * @param jars to be put on the class path of a process of its own: versions do not mix, neither
 *     with each other nor with the tests
 */
public record KafkaClassPath(String version, List<Path> jars) {
  private static final Map<String, KafkaClassPath> RESOLVED = new ConcurrentHashMap<>();

  /** Resolves a version, once for each JVM. */
  public static KafkaClassPath of(String version) {
    return RESOLVED.computeIfAbsent(version, KafkaClassPath::resolve);
  }

  /** The JVM option that makes this version's logging write to the standard output. */
  public String loggingOption() {
    return hasLog4j2()
        ? "-Dlog4j2.configurationFile=" + Build.class.getResource("log4j2.properties")
        : "-Dlog4j.configuration=" + Build.class.getResource("log4j.properties");
  }

  private static KafkaClassPath resolve(String version) {
    File[] files =
        Maven.resolver()
            .resolve(
                "org.apache.kafka:kafka_2.13:" + version,
                "org.apache.kafka:connect-runtime:" + version,
                isLog4j2(version)
                    ? "org.apache.logging.log4j:log4j-slf4j-impl:2.25.3"
                    : "org.slf4j:slf4j-reload4j:1.7.36")
            .withTransitivity()
            .asFile();
    return new KafkaClassPath(version, Arrays.stream(files).map(File::toPath).toList());
  }

  private boolean hasLog4j2() {
    return isLog4j2(version);
  }

  private static boolean isLog4j2(String version) {
    return !version.startsWith("3.");
  }
}
