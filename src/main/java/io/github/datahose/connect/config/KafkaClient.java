// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Kafka client that a worker brings, and what to know of it. CVE-2026-35554: a batch that
 * expires while a request with it is in flight gives its buffer back, and the next batch is written
 * into that. The broker may then write the next batch to the topic of the first one, too, and
 * nobody sees an error. No batch of a worker's producers expires unless a config says so.
 */
final class KafkaClient {
  private static final String DELIVERY_TIMEOUT = "producer.override.delivery.timeout.ms";

  /** What a worker sets by itself: no batch expires. */
  private static final String NEVER = Integer.toString(Integer.MAX_VALUE);

  private static final Pattern VERSION =
      Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})(?!\\d)(.*)");

  private KafkaClient() {}

  /**
   * Warns of a config under which a client might write an event to another topic.
   *
   * @param properties of the connector
   * @param version of the client, as it says itself
   * @return null when there is nothing to warn of, also of a version that is not known
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
        + ", has CVE-2026-35554: events might be written to another topic,"
        + " without an error. Take the option out, or update the workers: Kafka 3.9.2, 4.0.2,"
        + " 4.1.2, and 4.2.0 do not have it"
        + (confluents ? " (Confluent's release notes say which of its versions do not)" : "");
  }

  private static boolean isAffected(int major, int minor, int patch) {
    return major < 3
        || (major == 3 && (minor < 9 || (minor == 9 && patch < 2)))
        || (major == 4 && minor <= 1 && patch < 2);
  }

  /** Its 7.9 is Kafka's 3.9, its 8.0 Kafka's 4.0; its patches have numbers of their own. */
  private static boolean isAffectedOfConfluents(int major, int minor) {
    return major < 8 || (major == 8 && minor <= 1);
  }
}
