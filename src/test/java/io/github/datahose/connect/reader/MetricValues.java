// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.FeedMetrics.Metric;

/** The values of a reader's metrics by the names that the MBean has. */
final class MetricValues {

  private MetricValues() {}

  static Object of(FeedMetrics metrics, String attribute) {
    return Metric.all().stream()
        .filter(metric -> metric.attribute().equals(attribute))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no metric " + attribute))
        .valueOf(metrics);
  }
}
