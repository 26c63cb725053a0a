// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The check of the worker's Kafka client for CVE-2026-35554: a producer batch that expires while
 * its request is in flight releases its buffer, and the next batch reuses it. The broker might then
 * also write the next batch to the topic of the first one, without an error. No batch of a worker's
 * producers expires unless a configuration sets a timeout.
 */
final class KafkaClient {
  private static final String DELIVERY_TIMEOUT = "producer.override.delivery.timeout.ms";

  /** The worker's default: no batch expires. */
  private static final String NEVER = Integer.toString(Integer.MAX_VALUE);

  private static final Pattern VERSION =
      Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?!\\d)(.*)");

  private KafkaClient() {}

  /**
   * Returns a warning if the client might write an event to another topic.
   *
   * @param properties of the connector
   * @param version of the client, as it says itself
   * @return null if there is nothing to warn about, or if the version is unknown
   */
  static String warning(Map<String, String> properties, String version) {
    String timeout = properties.get(DELIVERY_TIMEOUT);
    if (timeout == null || timeout.isBlank() || timeout.strip().equals(NEVER)) {
      return null;
    }
    Matcher numbers = VERSION.matcher(version == null ? "" : version);
    if (!numbers.matches()) {
      return null;
    }
    int major = Integer.parseInt(numbers.group(1));
    int minor = Integer.parseInt(numbers.group(2));
    int patch = Integer.parseInt(numbers.group(3));
    boolean confluents = numbers.group(4).matches("-(ccs|ce)\\b.*");
    if (!(confluents ? isAffectedOfConfluents(major, minor) : isAffected(major, minor, patch))) {
      return null;
    }
    return DELIVERY_TIMEOUT
        + " is set, and the Kafka client of this worker, "
        + version
        + ", has CVE-2026-35554: events might be written to another topic, without an error."
        + " Remove the option or update the workers. Kafka 3.9.2, 4.0.2, 4.1.2, and 4.2.0 are not"
        + " affected"
        + (confluents ? " (Confluent's release notes list its versions that are not)." : ".");
  }

  private static boolean isAffected(int major, int minor, int patch) {
    return major < 3
        || (major == 3 && (minor < 9 || (minor == 9 && patch < 2)))
        || (major == 4 && minor <= 1 && patch < 2);
  }

  /** Confluent's 7.9 is Kafka 3.9, and 8.0 is Kafka 4.0; its patch numbers are its own. */
  private static boolean isAffectedOfConfluents(int major, int minor) {
    return major < 8 || (major == 8 && minor <= 1);
  }
}
