// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.RecordOptions;

/**
 * How large an event may be, so that its record fits what the producer takes. What is left between
 * the two is for the record's key, headers and, with some converters, schema.
 */
public final class RecordLimit {

  /** The worker takes this prefix off and gives the rest to the task's producer. */
  private static final String MAX_REQUEST_SIZE = "producer.override.max.request.size";

  /** Kafka's own default of the producer's {@code max.request.size}, in bytes. */
  private static final int DEFAULT_REQUEST_SIZE = 1_048_576;

  private RecordLimit() {}

  /**
   * What is set, else 95 % of the producer's limit where the config sets that, else the default.
   */
  static int of(ParsedConfig parsed) {
    int requestSize = requestSize(parsed);
    return parsed.isGiven(RecordOptions.MAX_BYTES) || requestSize == 0
        ? (Integer) parsed.value(RecordOptions.MAX_BYTES)
        : (int) (requestSize * 95L / 100);
  }

  /**
   * Warns, and no more: the worker's own configuration may set another default for its producers.
   */
  static void check(ParsedConfig parsed) {
    if (!parsed.isGiven(RecordOptions.MAX_BYTES) || !parsed.isValid(RecordOptions.MAX_BYTES)) {
      return;
    }
    int requestSize = requestSize(parsed);
    int producerTakes = requestSize == 0 ? DEFAULT_REQUEST_SIZE : requestSize;
    if ((Integer) parsed.value(RecordOptions.MAX_BYTES) > producerTakes) {
      parsed.warn(
          RecordOptions.MAX_BYTES
              + " is more than the "
              + producerTakes
              + " bytes that "
              + (requestSize == 0 ? "a producer takes by default" : MAX_REQUEST_SIZE + " allows")
              + ": a larger record ends the task. Set "
              + MAX_REQUEST_SIZE
              + ", and the topic's max.message.bytes, to more than that");
    }
  }

  /** 0 where it is not set; also where it is no size, which is the producer's to refuse. */
  private static int requestSize(ParsedConfig parsed) {
    String text = parsed.properties().get(MAX_REQUEST_SIZE);
    try {
      return text == null ? 0 : Math.max(0, Integer.parseInt(text.strip()));
    } catch (NumberFormatException noSize) {
      return 0;
    }
  }
}
