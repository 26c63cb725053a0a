// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.symphony.SymphonyException;

/**
 * The counters of a reader. A counter never decreases while the task runs.
 *
 * <p>The names are public: dashboards use them.
 */
public enum Counter {
  READS("reads-total", "reads", "Number of successful reads, including empty reads."),
  EMPTY_READS("empty-reads-total", "reads", "Number of successful reads without events."),
  KEEPALIVE_READS(
      "keepalive-reads-total",
      "reads",
      "Number of keep-alive reads while a batch waited for Kafka. Their events are"
          + " dropped and redelivered."),
  EVENTS("events-total", "events", "Number of events received, including redelivered events."),
  BYTES("bytes-total", "bytes", "Number of bytes of the responses after decompression."),
  RECORDS(
      "records-total",
      "records",
      "Number of records handed over to the worker, excluding heartbeats and ledger records."),
  BATCHES_CONFIRMED(
      "batches-confirmed-total",
      "batches",
      "Number of batches whose records Connect has all reported as settled."),
  ACKS("acks-total", "batches", "Number of batches acknowledged to Symphony."),
  ACK_REFUSALS(
      "ack-refusals-total",
      "reads",
      "Number of acknowledgements that the agent rejected as stale. Unacknowledged"
          + " events are redelivered."),
  DUPLICATES(
      "duplicates-total", "events", "Number of events dropped because they are already in Kafka."),
  UNMAPPED(
      "unmapped-total",
      "events",
      "Number of events that the schema does not fully represent. They are"
          + " delivered with their original text, unless record.raw is never."),
  QUARANTINED("quarantined-total", "records", "Number of records sent to the quarantine topic."),
  OVERSIZE(
      "oversize-total",
      "events",
      "Number of oversize events, delivered without their large texts."),
  SETTLED_WITHOUT_METADATA(
      "settled-without-metadata-total",
      "records",
      "Number of records that did not reach Kafka because of the connector's"
          + " configuration: dropped by an SMT, or by errors.tolerance=all. Heartbeats"
          + " and ledger records are excluded."),
  IDENTITIES_FORGOTTEN(
      "identities-forgotten-total",
      "events",
      "Number of events that might be redelivered and whose identities did not fit"
          + " into an offset. After a crash, they might be duplicates."),
  POSSIBLE_GAPS(
      "possible-gaps-total",
      "gaps",
      "Number of possible gaps, after 30 minutes without a read or with changed"
          + " event types or scopes. The log states the time range."),
  LOGINS("logins-total", "logins", "Number of logins by this reader."),
  AGENT_CHANGES(
      "agent-changes-total",
      "changes",
      "Number of times that this reader failed over to another agent."),
  READ_FAILURES(
      "read-failures-total",
      "reads",
      "Number of failed reads of all kinds, including failed logins."),
  READ_FAILURES_UNAUTHORIZED(
      "read-failures-unauthorized-total",
      "reads",
      "Number of failed reads with HTTP 401, for example when a session ends, and"
          + " of reads not sent because the connector's own key or certificate cannot be"
          + " read."),
  READ_FAILURES_FORBIDDEN(
      "read-failures-forbidden-total",
      "reads",
      "Number of failed reads with HTTP 403, for example without the entitlements."),
  READ_FAILURES_THROTTLED(
      "read-failures-throttled-total",
      "reads",
      "Number of failed reads rejected temporarily, for example with HTTP 429."),
  READ_FAILURES_REFUSED(
      "read-failures-refused-total",
      "reads",
      "Number of failed reads with another HTTP 4xx status, or with a redirect."),
  READ_FAILURES_SERVER(
      "read-failures-server-total", "reads", "Number of failed reads with HTTP 5xx."),
  READ_FAILURES_NETWORK(
      "read-failures-network-total",
      "reads",
      "Number of failed reads without a complete response, and of reads not sent"
          + " because the file of the key or certificate does not respond."),
  READ_FAILURES_MALFORMED(
      "read-failures-malformed-total",
      "reads",
      "Number of failed reads with HTTP 200: a response that is not a list of"
          + " events or is too large, a login without a token, or repeated empty"
          + " responses within a second.");

  private final String attribute;
  private final String unit;
  private final String description;

  Counter(String attribute, String unit, String description) {
    this.attribute = attribute;
    this.unit = unit;
    this.description = description;
  }

  /**
   * Returns the counter for a failure. A response that is not from Symphony counts by its status,
   * like one from Symphony.
   */
  public static Counter of(SymphonyException failure) {
    return switch (failure.kind()) {
      case UNAUTHORIZED, KEY_MANAGER_TOKEN_MISSING, CREDENTIALS_UNREADABLE ->
          READ_FAILURES_UNAUTHORIZED;
      case FORBIDDEN -> READ_FAILURES_FORBIDDEN;
      case THROTTLED -> READ_FAILURES_THROTTLED;
      case BAD_REQUEST, NOT_FOUND, REFUSED, PROXY_LOGIN, PROXY_REFUSED -> READ_FAILURES_REFUSED;
      case PROXY_UNAVAILABLE ->
          failure.status() >= 500 ? READ_FAILURES_SERVER : READ_FAILURES_REFUSED;
      case UNAVAILABLE, NOT_SYMPHONY -> byStatus(failure);
      case PAGE, MALFORMED, TOO_LARGE, TOO_QUICK -> READ_FAILURES_MALFORMED;
      case CREDENTIALS_TIMEOUT,
          TIMEOUT,
          UNKNOWN_HOST,
          NO_NAME_SERVER,
          UNREACHABLE,
          UNTRUSTED_CERTIFICATE,
          INVALID_CERTIFICATE,
          WRONG_HOST_NAME,
          TLS,
          CONNECTION_LOST,
          NETWORK ->
          READ_FAILURES_NETWORK;
    };
  }

  private static Counter byStatus(SymphonyException failure) {
    return switch (failure.status()) {
      case 400 -> failure.retryAfter() == null ? READ_FAILURES_REFUSED : READ_FAILURES_THROTTLED;
      case 401 -> READ_FAILURES_UNAUTHORIZED;
      case 403 -> READ_FAILURES_FORBIDDEN;
      case 429 -> READ_FAILURES_THROTTLED;
      default -> failure.status() >= 500 ? READ_FAILURES_SERVER : READ_FAILURES_REFUSED;
    };
  }

  String attribute() {
    return attribute;
  }

  String unit() {
    return unit;
  }

  String description() {
    return description;
  }
}
