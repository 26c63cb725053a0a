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
 * The checks across options, except those on feeds and login; the checks on options of the worker;
 * and the checks on URLs that this worker must not call, or that are probably mistakes.
 */
final class CrossChecks {
  static final List<String> OUR_PREFIXES =
      List.of("symphony.", "datahose.", "record.", "quarantine.", "heartbeat.", "ledger.");

  private static final String ACKS = "producer.override.acks";

  /** The worker rejects "required" if it does not support it; its default is "requested". */
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
              ? "must be at least "
                  + RETRY_BACKOFF
                  + " ("
                  + first
                  + "). Increase this option or decrease that one."
              : "must be at most "
                  + RETRY_BACKOFF_MAX
                  + " ("
                  + longest
                  + "). Decrease this option or increase that one.");
    }
  }

  /** Every acknowledgement would wait for the interval; the worker rejects CONNECTOR itself. */
  private static void transactionBoundary(ParsedConfig parsed) {
    String boundary = parsed.properties().get(SourceTask.TRANSACTION_BOUNDARY_CONFIG);
    if (boundary != null
        && boundary.strip().toUpperCase(Locale.ROOT).equals(TransactionBoundary.INTERVAL.name())) {
      parsed.addError(
          SourceTask.TRANSACTION_BOUNDARY_CONFIG,
          "must not be interval, because the reader acknowledges each batch to"
              + " Symphony after its transaction is committed, and must not wait for an"
              + " interval. Remove the option. Its default is poll.");
    }
  }

  /**
   * The reader acknowledges an event after Kafka confirms it, and a record that not all in-sync
   * replicas confirmed can still be lost.
   */
  private static void acks(ParsedConfig parsed) {
    String acks = parsed.properties().get(ACKS);
    if (acks != null && !List.of("all", "-1").contains(acks.strip())) {
      parsed.addError(
          ACKS,
          "must be all, because the reader acknowledges an event to Symphony after"
              + " Kafka confirms its record. With a lower value, the loss of one broker can"
              + " lose a confirmed record. Remove the option. A worker sets all by default.");
    }
  }

  private static void deliveryTimeout(ParsedConfig parsed) {
    String warning = KafkaClient.warning(parsed.properties(), AppInfoParser.getVersion());
    if (warning != null) {
      parsed.warn(warning);
    }
  }

  /**
   * With at-least-once delivery, the reader can acknowledge events whose offset was never stored,
   * so after a crash a count would be a guess.
   */
  private static void ledger(ParsedConfig parsed) {
    String support = parsed.properties().get(EXACTLY_ONCE);
    boolean required = support != null && support.strip().equalsIgnoreCase("required");
    if (parsed.isGiven(RecordOptions.LEDGER_TOPIC) && !required) {
      parsed.addError(
          RecordOptions.LEDGER_TOPIC,
          "requires "
              + EXACTLY_ONCE
              + "=required in the same configuration, because the ledger is exact after a crash only if"
              + " Kafka commits records, offsets, and ledger together. Set "
              + EXACTLY_ONCE
              + "=required (the workers need exactly.once.source.support=enabled), or remove "
              + RecordOptions.LEDGER_TOPIC
              + ".");
    }
    String tolerance = parsed.properties().get("errors.tolerance");
    if (parsed.isGiven(RecordOptions.LEDGER_TOPIC)
        && tolerance != null
        && tolerance.strip().equalsIgnoreCase("all")) {
      parsed.warn(
          RecordOptions.LEDGER_TOPIC
              + " is set together with errors.tolerance=all. An event that a converter or an"
              + " SMT cannot handle is lost, and the ledger counts it as dropped, like an"
              + " event that an SMT drops on purpose. Remove errors.tolerance=all.");
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
              + "=json, which delivers the event's original text. For the text of messages, set that"
              + " option to struct.");
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

  /** Connect does not know that an unknown option is a password, and would log the key as text. */
  private static void unknownOption(String option, ParsedConfig parsed) {
    String value = parsed.properties().get(option);
    if (value != null && Secrets.looksLikeKey(Secrets.withoutCertificates(value))) {
      parsed.addError(
          option,
          "is unknown, and its value looks like a key or token (not shown). Check the"
              + " spelling. In its log, Connect hides only the values of known options. If"
              + " the value was stored anywhere, replace the key or token.");
    } else {
      parsed.warn(option + " is unknown in this version and has no effect. Check the spelling.");
    }
  }

  private static void proxyLogin(ParsedConfig parsed) {
    boolean username = parsed.isGiven(ProxyOptions.USERNAME);
    boolean password = parsed.isGiven(ProxyOptions.PASSWORD);
    if (username != password && parsed.isValid(ProxyOptions.USERNAME, ProxyOptions.PASSWORD)) {
      parsed.addError(
          username ? ProxyOptions.PASSWORD : ProxyOptions.USERNAME,
          "is required with "
              + (username ? ProxyOptions.USERNAME : ProxyOptions.PASSWORD)
              + ". Set both or, if the proxy requires no login, neither.");
    }
    if (!parsed.isGiven(ProxyOptions.URL)) {
      for (String option :
          List.of(ProxyOptions.USERNAME, ProxyOptions.PASSWORD, ProxyOptions.EXCLUDE)) {
        if (parsed.isGiven(option)) {
          parsed.warn(
              option
                  + " has no effect without "
                  + ProxyOptions.URL
                  + ". Set that option or remove this one.");
        }
      }
    }
  }

  /** Checks the URLs that are set. The others are the pod's. */
  private static void allowedUrls(ParsedConfig parsed) {
    urlOptions(parsed)
        .forEach(
            option -> {
              List<String> urls = urls(parsed, option);
              for (int i = 0; i < urls.size(); i++) {
                String wrong = WorkerPolicy.urlError(urls.get(i));
                if (wrong != null) {
                  parsed.addError(option, urls.size() == 1 ? wrong : Rule.ofUrl(i + 1, wrong));
                }
              }
            });
  }

  /** Returns the URL options that are set and valid. */
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
        parsed.warn(
            option + " is an http URL, so tokens and messages are not encrypted. Use https.");
      }
    }
  }

  /** Returns the URLs of an option, which takes one or several; none if the option is not set. */
  private static List<String> urls(ParsedConfig parsed, String option) {
    String text = parsed.properties().get(option);
    if (text == null) {
      return List.of();
    }
    // In the other options, a comma is part of the path.
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
                        + " ends in a path of the Symphony API, which the connector appends itself."
                        + " Use the base URL, such as https://agent.example.com, without /agent, /pod,"
                        + " /login, /relay, /sessionauth, or /keyauth and what follows. If your context"
                        + " path has one of these names, ignore this warning."));
  }
}
