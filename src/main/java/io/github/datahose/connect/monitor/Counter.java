// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.symphony.SymphonyException;

/**
 * What is counted of a reader. A counter only grows while the task lives.
 *
 * <p>The names are public: dashboards hold on to them.
 */
public enum Counter {
  READS("reads-total", "reads", "Reads that the agent answered well, empty ones too."),
  EMPTY_READS("empty-reads-total", "reads", "Good reads that brought no events."),
  KEEPALIVE_READS(
      "keepalive-reads-total",
      "reads",
      "Reads that only kept the feed alive while a batch waited for Kafka; what they"
          + " brought was dropped, and comes again."),
  EVENTS("events-total", "events", "Events that came, redelivered ones too."),
  BYTES("bytes-total", "bytes", "Bytes of the answers after decompression."),
  RECORDS(
      "records-total",
      "records",
      "Records handed over to the worker; heartbeats and ledger records do not count."),
  BATCHES_CONFIRMED(
      "batches-confirmed-total",
      "batches",
      "Batches whose records Connect has all reported as done with."),
  ACKS("acks-total", "batches", "Batches acknowledged to Symphony."),
  ACK_REFUSALS(
      "ack-refusals-total",
      "reads",
      "Acknowledgements that the agent refused as stale; what was not acknowledged comes"
          + " again."),
  DUPLICATES("duplicates-total", "events", "Events dropped because they are in Kafka already."),
  UNMAPPED(
      "unmapped-total",
      "events",
      "Events that the schema cannot say all of; they are delivered with their original"
          + " text, unless record.raw is never."),
  QUARANTINED("quarantined-total", "records", "Records sent to the quarantine topic."),
  OVERSIZE(
      "oversize-total",
      "events",
      "Events too large for a record, delivered without their large texts."),
  SETTLED_WITHOUT_METADATA(
      "settled-without-metadata-total",
      "records",
      "Records that never reached Kafka by the connector's own configuration: dropped by"
          + " an SMT, or by errors.tolerance=all; heartbeats and ledger records do not count."),
  IDENTITIES_FORGOTTEN(
      "identities-forgotten-total",
      "events",
      "Events that may come again and that an offset had no room to remember; after a"
          + " crash they may be there twice."),
  POSSIBLE_GAPS(
      "possible-gaps-total",
      "gaps",
      "Times that events may be missing, since nothing was read for half an hour, or other"
          + " event types or scopes were; the log says from when to when."),
  LOGINS("logins-total", "logins", "Logins that this reader had to make."),
  AGENT_CHANGES(
      "agent-changes-total", "changes", "Times that this reader went on to another agent."),
  READ_FAILURES("read-failures-total", "reads", "Failed reads of all kinds, failed logins too."),
  READ_FAILURES_UNAUTHORIZED(
      "read-failures-unauthorized-total",
      "reads",
      "Failed reads answered 401, as when a session ends, or not sent because the connector's own"
          + " key or certificate cannot be read."),
  READ_FAILURES_FORBIDDEN(
      "read-failures-forbidden-total",
      "reads",
      "Failed reads answered 403, as without the entitlements."),
  READ_FAILURES_THROTTLED(
      "read-failures-throttled-total", "reads", "Failed reads refused for now, as by 429."),
  READ_FAILURES_REFUSED(
      "read-failures-refused-total",
      "reads",
      "Failed reads refused by another answer of the 400s, or by a redirect."),
  READ_FAILURES_SERVER("read-failures-server-total", "reads", "Failed reads answered by a 5xx."),
  READ_FAILURES_NETWORK(
      "read-failures-network-total",
      "reads",
      "Failed reads without an answer, or with one that broke off, or not sent because the file of"
          + " the key or certificate hangs."),
  READ_FAILURES_MALFORMED(
      "read-failures-malformed-total",
      "reads",
      "Failed reads answered 200 by what is no list of events, or is too large, logins answered"
          + " 200 without a token, and repeated empty answers within a second.");

  private final String attribute;
  private final String unit;
  private final String description;

  Counter(String attribute, String unit, String description) {
    this.attribute = attribute;
    this.unit = unit;
    this.description = description;
  }

  /**
   * The failures like this one. What something other than Symphony answered is counted by its
   * status, as what Symphony answers.
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
