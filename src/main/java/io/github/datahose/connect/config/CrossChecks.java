// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.SymphonyOptions.RETRY_BACKOFF;
import static io.github.datahose.connect.config.option.SymphonyOptions.RETRY_BACKOFF_MAX;

import io.github.datahose.connect.config.option.BaseUrl;
import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.ProxyOptions;
import io.github.datahose.connect.config.option.RecordOptions;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.config.option.Rule;
import io.github.datahose.connect.config.option.Secrets;
import io.github.datahose.connect.config.option.SymphonyOptions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTask.TransactionBoundary;

/**
 * The checks on several options at once, except those on feeds and login; on options of the
 * worker's; on URLs that this worker must not call, or that are likely not what was meant.
 */
final class CrossChecks {
  static final List<String> OUR_PREFIXES =
      List.of("symphony.", "datahose.", "record.", "quarantine.", "heartbeat.", "ledger.");

  private static final String ACKS = "producer.override.acks";

  /** The worker refuses "required" where it cannot keep it; its default is "requested". */
  private static final String EXACTLY_ONCE = "exactly.once.support";

  private CrossChecks() {}

  static void apply(ParsedConfig parsed) {
    LoginChecks.apply(parsed);
    backoffs(parsed);
    transactionBoundary(parsed);
    acks(parsed);
    deliveryTimeout(parsed);
    ledger(parsed);
    RecordConfig.checkMaxBytes(parsed);
    messageText(parsed);
    proxyLogin(parsed);
    unencryptedUrls(parsed);
    apiPaths(parsed);
    allowedUrls(parsed);
    unknownOptions(parsed);
  }

  private static void backoffs(ParsedConfig parsed) {
    if (!parsed.isValid(RETRY_BACKOFF, RETRY_BACKOFF_MAX)) {
      return;
    }
    long first = (Long) parsed.value(RETRY_BACKOFF);
    long longest = (Long) parsed.value(RETRY_BACKOFF_MAX);
    if (first > longest) {
      boolean longestGiven = parsed.isGiven(RETRY_BACKOFF_MAX);
      parsed.addError(
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

  /** Every batch would wait for the interval with its ack; the worker rejects CONNECTOR itself. */
  private static void transactionBoundary(ParsedConfig parsed) {
    String boundary = parsed.properties().get(SourceTask.TRANSACTION_BOUNDARY_CONFIG);
    if (boundary != null
        && boundary.strip().toUpperCase(Locale.ROOT).equals(TransactionBoundary.INTERVAL.name())) {
      parsed.addError(
          SourceTask.TRANSACTION_BOUNDARY_CONFIG,
          "must not be interval: each batch is confirmed to Symphony when its transaction is"
              + " committed, and must not wait for an interval. Take the option out, its default"
              + " is poll");
    }
  }

  /**
   * An event is acknowledged once Kafka has confirmed it, and a confirmation by less than all
   * replicas in sync can be lost again.
   */
  private static void acks(ParsedConfig parsed) {
    String acks = parsed.properties().get(ACKS);
    if (acks != null && !List.of("all", "-1").contains(acks.strip())) {
      parsed.addError(
          ACKS,
          "must be all: an event is acknowledged to Symphony once Kafka has confirmed its record,"
              + " and with less than all a confirmed record is lost together with one broker. Take"
              + " the option out, all is what a worker sets");
    }
  }

  private static void deliveryTimeout(ParsedConfig parsed) {
    String warning = KafkaClient.warning(parsed.properties(), AppInfoParser.getVersion());
    if (warning != null) {
      parsed.warn(warning);
    }
  }

  /**
   * At least once, events may be acknowledged whose offset was never stored: a count that survives
   * a crash would be a guess.
   */
  private static void ledger(ParsedConfig parsed) {
    String support = parsed.properties().get(EXACTLY_ONCE);
    boolean required = support != null && support.strip().equalsIgnoreCase("required");
    if (parsed.isGiven(RecordOptions.LEDGER_TOPIC) && !required) {
      parsed.addError(
          RecordOptions.LEDGER_TOPIC,
          "requires "
              + EXACTLY_ONCE
              + "=required in the same config: only where Kafka commits records, offsets and ledger"
              + " together is a ledger exact after a crash. Set "
              + EXACTLY_ONCE
              + "=required (the workers need exactly.once.source.support=enabled), or leave "
              + RecordOptions.LEDGER_TOPIC
              + " out");
    }
    String tolerance = parsed.properties().get("errors.tolerance");
    if (parsed.isGiven(RecordOptions.LEDGER_TOPIC)
        && tolerance != null
        && tolerance.strip().equalsIgnoreCase("all")) {
      parsed.warn(
          RecordOptions.LEDGER_TOPIC
              + " with errors.tolerance=all: an event that a converter or an SMT cannot handle is lost, and"
              + " the ledger counts it as dropped, as one that an SMT was meant to drop. Take"
              + " errors.tolerance=all out");
    }
  }

  private static void messageText(ParsedConfig parsed) {
    if (parsed.isValid(RecordOptions.TEXT, RecordOptions.VALUE)
        && (Boolean) parsed.value(RecordOptions.TEXT)
        && RecordValueMode.JSON
            .name()
            .equalsIgnoreCase((String) parsed.value(RecordOptions.VALUE))) {
      parsed.warn(
          RecordOptions.TEXT
              + " has no effect with "
              + RecordOptions.VALUE
              + "=json, which is the event's original text: for texts of messages, set that to"
              + " struct");
    }
  }

  private static void unknownOptions(ParsedConfig parsed) {
    Set<String> known = ParsedConfig.options().map(Option::name).collect(Collectors.toSet());
    for (String option : new TreeSet<>(parsed.properties().keySet())) {
      if (OUR_PREFIXES.stream().anyMatch(option::startsWith)
          && !option.startsWith(DatahoseOptions.FEED_PREFIX)
          && !known.contains(option)) {
        unknownOption(option, parsed);
      }
    }
  }

  /** A misspelled name is no password to Connect, which would log the key in clear, too. */
  private static void unknownOption(String option, ParsedConfig parsed) {
    String value = parsed.properties().get(option);
    if (value != null && Secrets.looksLikeKey(Secrets.withoutCertificates(value))) {
      parsed.addError(
          option,
          "is not an option of this version, and holds what looks like a key or token, which is not"
              + " repeated here: check its spelling. Connect's log hides the values of known options"
              + " only; if it was stored anywhere, replace it");
    } else {
      parsed.warn(
          option + " is not an option of this version and has no effect: check its spelling");
    }
  }

  private static void proxyLogin(ParsedConfig parsed) {
    boolean username = parsed.isGiven(ProxyOptions.USERNAME);
    boolean password = parsed.isGiven(ProxyOptions.PASSWORD);
    if (username != password && parsed.isValid(ProxyOptions.USERNAME, ProxyOptions.PASSWORD)) {
      parsed.addError(
          username ? ProxyOptions.PASSWORD : ProxyOptions.USERNAME,
          "is not set, but "
              + (username ? ProxyOptions.USERNAME : ProxyOptions.PASSWORD)
              + " is: set both, or neither where the proxy wants no login");
    }
    if (!parsed.isGiven(ProxyOptions.URL)) {
      for (String option :
          List.of(ProxyOptions.USERNAME, ProxyOptions.PASSWORD, ProxyOptions.EXCLUDE)) {
        if (parsed.isGiven(option)) {
          parsed.warn(
              option + " has no effect without " + ProxyOptions.URL + ": set that, or take it out");
        }
      }
    }
  }

  /** A URL that is not set is the pod's. */
  private static void allowedUrls(ParsedConfig parsed) {
    urlOptions(parsed)
        .forEach(
            option -> {
              List<String> urls = urls(parsed, option);
              for (int i = 0; i < urls.size(); i++) {
                String wrong = WorkerPolicy.urlError(urls.get(i));
                if (wrong != null) {
                  parsed.addError(
                      option,
                      urls.size() == 1
                          ? wrong
                          : "has a URL, number " + (i + 1) + ", that " + wrong);
                }
              }
            });
  }

  /** Those that are given, and valid. */
  private static Stream<String> urlOptions(ParsedConfig parsed) {
    return ParsedConfig.options()
        .map(Option::name)
        .filter(option -> option.startsWith("symphony.") && option.endsWith(".url"))
        .filter(option -> parsed.isValid(option) && parsed.isGiven(option));
  }

  private static void unencryptedUrls(ParsedConfig parsed) {
    for (String option :
        List.of(
            SymphonyOptions.POD_URL,
            SymphonyOptions.AGENT_URL,
            SymphonyOptions.KEY_MANAGER_URL,
            SymphonyOptions.SESSION_AUTH_URL)) {
      if (urls(parsed, option).stream()
          .anyMatch(url -> url.regionMatches(true, 0, "http:", 0, 5))) {
        parsed.warn(option + " is an http URL: tokens and messages travel unencrypted; use https");
      }
    }
  }

  /** Those of an option of one URL or of several; none where it is not set. */
  private static List<String> urls(ParsedConfig parsed, String option) {
    String text = parsed.properties().get(option);
    if (text == null) {
      return List.of();
    }
    // A comma in another one is a part of its path.
    return option.equals(SymphonyOptions.AGENT_URL)
        ? Rule.entries(Rule.split(text))
        : Rule.entries(List.of(text));
  }

  private static void apiPaths(ParsedConfig parsed) {
    urlOptions(parsed)
        .filter(option -> urls(parsed, option).stream().anyMatch(BaseUrl::endsInPathOfTheApi))
        .forEach(
            option ->
                parsed.warn(
                    option
                        + " ends in a path of Symphony's API, which the connector appends itself:"
                        + " give the base URL, without /agent, /pod, /login, /relay, /sessionauth"
                        + " or /keyauth and what follows, as https://agent.example.com (if your"
                        + " context path is named so, all is well)"));
  }
}
