// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

/**
 * How a reader is just now, in numbers and texts.
 *
 * <p>The names are public: dashboards hold on to them.
 */
public enum Gauge implements Metric {
  SECONDS_SINCE_GOOD_READ(
      "seconds-since-good-read",
      "seconds",
      "Time since the last read that the agent answered well, of the reader's life before any. A"
          + " long poll takes up to 30. Reads that only keep the feed alive do not count."),
  SECONDS_SINCE_EVENT(
      "seconds-since-event",
      "seconds",
      "Time since events came last, of the reader's life before any."),
  BATCH_IN_FLIGHT_AGE_SECONDS(
      "batch-in-flight-age-seconds",
      "seconds",
      "Time that a batch has been waiting for Kafka; 0 when none waits."),
  BATCH_IN_FLIGHT_RECORDS(
      "batch-in-flight-records",
      "records",
      "Records of the batch that waits for Kafka; 0 when none waits."),
  EVENT_LAG_SECONDS(
      "event-lag-seconds",
      "seconds",
      "Age, by its timestamp, of the newest event of the last answer, when that came; 0 before"
          + " any."),
  CONSECUTIVE_FAILURES("consecutive-failures", "reads", "Failed reads since the last good one."),
  BACKOFF_SECONDS(
      "backoff-seconds",
      "seconds",
      "Time that the reader waits before it tries again; 0 when it does not wait."),
  LATE_IDENTITIES(
      "late-identities",
      "events",
      "Events acknowledged so late that they may come again; offsets remember them."),
  STATE(
      "state",
      "",
      "STARTING, READING, HANDED_OVER (a batch waits for Kafka), BACKING_OFF, FAILED or STOPPED."),
  AGENT("agent", "", "Base URL of the agent that the reader uses.");

  private final String attribute;
  private final String unit;
  private final String description;

  Gauge(String attribute, String unit, String description) {
    this.attribute = attribute;
    this.unit = unit;
    this.description = description;
  }

  @Override
  public String attribute() {
    return attribute;
  }

  /** The two without a unit are texts. */
  @Override
  public Kind kind() {
    return unit.isEmpty() ? Kind.TEXT : Kind.GAUGE;
  }

  @Override
  public String unit() {
    return unit;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Object value(FeedMetrics metrics) {
    return switch (this) {
      case SECONDS_SINCE_GOOD_READ -> metrics.secondsSinceGoodRead();
      case SECONDS_SINCE_EVENT -> metrics.secondsSinceEvent();
      case BATCH_IN_FLIGHT_AGE_SECONDS -> metrics.secondsInFlight();
      case BATCH_IN_FLIGHT_RECORDS -> metrics.recordsInFlight();
      case EVENT_LAG_SECONDS -> metrics.eventLagSeconds();
      case CONSECUTIVE_FAILURES -> metrics.consecutiveFailures();
      case BACKOFF_SECONDS -> metrics.backoffSeconds();
      case LATE_IDENTITIES -> metrics.lateIdentities();
      case STATE -> metrics.state().name();
      case AGENT -> metrics.agent();
    };
  }
}
