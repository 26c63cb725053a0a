// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.SymphonyOptions.RETRY_BACKOFF;
import static io.github.datahose.connect.config.option.SymphonyOptions.RETRY_BACKOFF_MAX;

import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.ProxyOptions;
import io.github.datahose.connect.config.option.RecordOptions;
import io.github.datahose.connect.config.option.RecordValueMode;
import io.github.datahose.connect.config.option.Secrets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTask.TransactionBoundary;

/**
 * The checks on several options at once, except those on feeds, login and URLs, and on options of
 * the worker's.
 */
final class CrossChecks {
  static final List<String> OUR_PREFIXES =
      List.of("symphony.", "datahose.", "record.", "quarantine.", "heartbeat.");

  private static final String ACKS = "producer.override.acks";

  private CrossChecks() {}

  static void apply(Examination examination) {
    LoginChecks.apply(examination);
    backoffs(examination);
    transactionBoundary(examination);
    acks(examination);
    RecordLimit.check(examination);
    messageText(examination);
    proxyLogin(examination);
    UrlChecks.apply(examination);
    unknownOptions(examination);
  }

  private static void backoffs(Examination examination) {
    if (!examination.sound(RETRY_BACKOFF, RETRY_BACKOFF_MAX)) {
      return;
    }
    long first = (Long) examination.value(RETRY_BACKOFF);
    long longest = (Long) examination.value(RETRY_BACKOFF_MAX);
    if (first > longest) {
      boolean longestGiven = examination.isGiven(RETRY_BACKOFF_MAX);
      examination.fault(
          longestGiven ? RETRY_BACKOFF_MAX : RETRY_BACKOFF,
          longestGiven
              ? "is less than " + RETRY_BACKOFF + " (" + first + "): raise it, or lower that"
              : "is more than "
                  + RETRY_BACKOFF_MAX
                  + " ("
                  + longest
                  + "): lower it, or raise that");
    }
  }

  /** Every batch would wait for the interval with its ack; the worker refuses CONNECTOR itself. */
  private static void transactionBoundary(Examination examination) {
    String boundary = examination.properties().get(SourceTask.TRANSACTION_BOUNDARY_CONFIG);
    if (boundary != null
        && boundary.strip().toUpperCase(Locale.ROOT).equals(TransactionBoundary.INTERVAL.name())) {
      examination.fault(
          SourceTask.TRANSACTION_BOUNDARY_CONFIG,
          "must not be interval: each batch is confirmed to Symphony when its transaction is"
              + " committed, and must not wait for an interval. Take the option out, its default"
              + " is poll");
    }
  }

  /** Less than all replicas in sync breaks invariant 1: such a confirmation can be lost again. */
  private static void acks(Examination examination) {
    String acks = examination.properties().get(ACKS);
    if (acks != null && !List.of("all", "-1").contains(acks.strip())) {
      examination.fault(
          ACKS,
          "must be all: an event is acknowledged to Symphony once Kafka has confirmed its record,"
              + " and with less than all a confirmed record is lost together with one broker. Take"
              + " the option out, all is what a worker sets");
    }
  }

  private static void messageText(Examination examination) {
    if (examination.sound(RecordOptions.TEXT, RecordOptions.VALUE)
        && (Boolean) examination.value(RecordOptions.TEXT)
        && RecordValueMode.JSON
            .name()
            .equalsIgnoreCase((String) examination.value(RecordOptions.VALUE))) {
      examination.warn(
          RecordOptions.TEXT
              + " has no effect with "
              + RecordOptions.VALUE
              + "=json, which is the event's original text: for texts of messages, set that to"
              + " struct");
    }
  }

  private static void unknownOptions(Examination examination) {
    Set<String> known = Examination.options().map(Option::name).collect(Collectors.toSet());
    for (String option : new TreeSet<>(examination.properties().keySet())) {
      if (OUR_PREFIXES.stream().anyMatch(option::startsWith)
          && !option.startsWith(DatahoseOptions.FEED_PREFIX)
          && !known.contains(option)) {
        unknownOption(option, examination);
      }
    }
  }

  /** A misspelled name is no password to Connect, which would log the key in clear, too. */
  private static void unknownOption(String option, Examination examination) {
    String value = examination.properties().get(option);
    if (value != null && Secrets.looksLikeKey(Secrets.withoutCertificates(value))) {
      examination.fault(
          option,
          "is not an option of this version, and holds what looks like a key or token, which is not"
              + " repeated here: check its spelling. Connect's log hides the values of known options"
              + " only; if it was stored anywhere, replace it");
    } else {
      examination.warn(
          option + " is not an option of this version and has no effect: check its spelling");
    }
  }

  private static void proxyLogin(Examination examination) {
    boolean username = examination.isGiven(ProxyOptions.USERNAME);
    boolean password = examination.isGiven(ProxyOptions.PASSWORD);
    if (username != password && examination.sound(ProxyOptions.USERNAME, ProxyOptions.PASSWORD)) {
      examination.fault(
          username ? ProxyOptions.PASSWORD : ProxyOptions.USERNAME,
          "is not set, but "
              + (username ? ProxyOptions.USERNAME : ProxyOptions.PASSWORD)
              + " is: set both, or neither where the proxy wants no login");
    }
    if (!examination.isGiven(ProxyOptions.URL)) {
      for (String option :
          List.of(ProxyOptions.USERNAME, ProxyOptions.PASSWORD, ProxyOptions.EXCLUDE)) {
        if (examination.isGiven(option)) {
          examination.warn(
              option + " has no effect without " + ProxyOptions.URL + ": set that, or take it out");
        }
      }
    }
  }
}
