// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.monitor.FeedMetrics.Metric;

/** The values of a reader's metrics by the names that the MBean has. */
public final class MetricValues {

  private MetricValues() {}

  public static Object of(FeedMetrics metrics, String attribute) {
    return Metric.all().stream()
        .filter(metric -> metric.attribute().equals(attribute))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no metric " + attribute))
        .valueOf(metrics);
  }
}
