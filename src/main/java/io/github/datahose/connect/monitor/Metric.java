// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One attribute of a reader's MBean, which {@code docs/metrics.md} lists, too. */
public interface Metric {

  /** What its values are like. */
  enum Kind {
    /** A long that only grows. */
    COUNTER,
    /** A long or a double that goes up and down. */
    GAUGE,
    /** A text. */
    TEXT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Its name, a public one. */
  String attribute();

  /** What its values are like. */
  Kind kind();

  /** What is counted or measured, in the plural; empty for a text. */
  String unit();

  /** A sentence or two for whoever looks at it. */
  String description();

  /** Its value now, a long, a double or a text. */
  Object value(FeedMetrics metrics);

  /** All of them: counters, gauges, texts. */
  static List<Metric> all() {
    return Stream.<Metric[]>of(Counter.values(), Gauge.values()).flatMap(Stream::of).toList();
  }
}
