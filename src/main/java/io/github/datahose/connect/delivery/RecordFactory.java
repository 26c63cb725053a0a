// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.config.RecordConfig;
import io.github.datahose.connect.config.option.RecordOptions.RecordRawMode;
import io.github.datahose.connect.config.option.RecordOptions.RecordValueMode;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.EventSchemas;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.event.RecordKey;
import io.github.datahose.connect.event.text.MessageTexts;
import io.github.datahose.connect.monitor.Counter;
import io.github.datahose.connect.monitor.FeedClock;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.text.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Factory of records from events: topic, key, value, headers, and timestamp. Confined to the
 * reader's thread.
 *
 * <p>The timestamp is the event's own, and Kafka's retention depends on it: the broker deletes a
 * year-old event that arrives now at its next check. That looks like data loss, so the factory
 * warns of old events.
 */
public final class RecordFactory {

  private static final Logger LOG = LoggerFactory.getLogger(RecordFactory.class);

  /**
   * A Kafka 4 broker rejects a record more than an hour ahead of its clock, and such a record would
   * fail the task after each restart.
   */
  private static final long AHEAD_AT_MOST_MILLIS = 5L * 60 * 1000;

  /** Far below the 7 days for which Kafka keeps records by default. */
  private static final Duration OLD = Duration.ofDays(1);

  private static final int LONGEST_HEADER = 1000;
  private static final int WARNED_PATHS_AT_MOST = 1000;

  private static final String EVENT_TYPE = "symphony.event.type";

  /** Headers of the known event types, by type. Immutable, so that records share them. */
  private static final Map<String, Header> TYPE_HEADERS =
      EventSchemas.EVENT_TYPES.stream()
          .collect(Collectors.toMap(Function.identity(), type -> header(EVENT_TYPE, type)));

  private final String name;
  private final FeedConfig.Topics topics;
  private final boolean asJson;
  private final RecordKey keys;
  private final RecordRawMode rawMode;
  private final boolean withHeaders;
  private final Header feedHeader;

  /** Null without one. */
  private final String quarantineTopic;

  private final OversizePolicy oversize;
  private final Map<String, String> partition;
  private final FeedClock clock;
  private final FeedMetrics metrics;
  private final Set<String> warnedPaths;

  /** Header that names the ledger's window of the last record; null before the first. */
  private Header windowHeader;

  private long namedSequence;
  private boolean warnedOfAge;

  /** Null if messages get no texts: without them, no XML parser is required. */
  private final MessageTexts texts;

  public RecordFactory(
      ReaderContext context,
      DatahoseConfig config,
      FeedConfig feed,
      Map<String, String> partition,
      Set<String> warnedPaths) {
    name = context.name();
    topics = feed.topics();
    RecordConfig options = config.records();
    asJson = options.valueMode() == RecordValueMode.JSON;
    keys = options.keyMode();
    rawMode = options.rawMode();
    texts = options.messageText() ? new MessageTexts() : null;
    withHeaders = options.headers();
    feedHeader = header("symphony.feed", feed.name());
    quarantineTopic = options.quarantineTopic().orElse(null);
    oversize = new OversizePolicy(context, config);
    this.partition = partition;
    this.warnedPaths = warnedPaths;
    clock = context.clock();
    metrics = context.metrics();
  }

  /**
   * Creates a mapper of the events for these records: of complete events, unless the value is their
   * original text.
   */
  public EventMapper newMapper() {
    return asJson ? EventMapper.ofIdentifiers() : new EventMapper();
  }

  /**
   * Creates the record of an event, and counts it.
   *
   * @param growth counts it for the ledger; null without one
   */
  TrackedRecord record(
      Batch batch,
      RawEvent json,
      MappedEvent event,
      Identity identity,
      Map<String, ?> offset,
      Window.Growth growth) {
    String misfit = asJson && event.isObject() && event.isReadable() ? null : event.mappingError();
    boolean mayQuarantine = quarantineTopic != null;
    boolean odd = mayQuarantine && (!event.isObject() || (!asJson && event.hasFieldOfWrongType()));
    boolean withRaw = !asJson && (odd || keepsRaw(misfit != null));
    if (misfit != null) {
      metrics.add(Counter.UNMAPPED, 1);
      warnOnce(event.type(), misfit, withRaw);
    }
    String key = keys.of(event, identity);
    OversizePolicy.Value value =
        oversize.valueOf(
            event, json, withRaw, () -> asJson ? json.text() : struct(event, json, withRaw));
    boolean quarantined = odd || (mayQuarantine && value.isOversize());
    if (quarantined) {
      metrics.add(Counter.QUARANTINED, 1);
    }
    String topic = quarantined ? quarantineTopic : topics.topicFor(event.type());
    Headers headers = headers(event, misfit, value);
    if (growth != null) {
      headers.add(windowHeader(growth.sequence()));
      headers.addString("symphony.identity", identity.hex());
      growth.add(
          identity,
          topic,
          topics.knownType(event.type()),
          quarantined,
          value.isOversize(),
          misfit != null);
    }
    return new TrackedRecord(
        batch,
        partition,
        offset,
        topic,
        key,
        asJson ? Schema.STRING_SCHEMA : EventSchemas.EVENT,
        value.value(),
        timestamp(event.timestamp(), topic),
        headers);
  }

  private Header windowHeader(long sequence) {
    if (sequence != namedSequence) {
      windowHeader = header("symphony.window", FeedOffset.readerOf(partition) + "#" + sequence);
      namedSequence = sequence;
    }
    return windowHeader;
  }

  private boolean keepsRaw(boolean misfit) {
    return rawMode == RecordRawMode.ALWAYS || (misfit && rawMode == RecordRawMode.UNMAPPED);
  }

  private Struct struct(MappedEvent event, RawEvent json, boolean withRaw) {
    Struct struct = event.struct();
    if (texts != null) {
      texts.fill(struct);
    }
    if (withRaw) {
      struct.put(EventSchemas.RAW, json.text());
    }
    return struct;
  }

  private Long timestamp(Long millis, String topic) {
    if (millis == null || millis <= 0) {
      return null;
    }
    long age = clock.epochMillis() - millis;
    if (age < -AHEAD_AT_MOST_MILLIS) {
      return null;
    }
    if (age > OLD.toMillis() && !warnedOfAge) {
      warnedOfAge = true;
      LOG.warn(
          "{}: An event is {} days old ({}), and its record in topic {} has that timestamp. If retention.ms of"
              + " the topic (7 days by default) is shorter, Kafka deletes such records soon after they arrive,"
              + " which looks like data loss. Raise retention.ms, or set"
              + " message.timestamp.type=LogAppendTime on the topic. This warning is logged once; other"
              + " events might be older.",
          name,
          String.format(Locale.ROOT, "%.1f", age / (double) OLD.toMillis()),
          Instant.ofEpochMilli(millis),
          topic);
    }
    return millis;
  }

  private Headers headers(MappedEvent event, String misfit, OversizePolicy.Value value) {
    Headers headers = new ConnectHeaders();
    if (withHeaders) {
      Header typeHeader = event.type() == null ? null : TYPE_HEADERS.get(event.type());
      if (typeHeader != null) {
        headers.add(typeHeader);
      } else {
        addIfPresent(headers, EVENT_TYPE, event.type());
      }
      addIfPresent(headers, "symphony.event.id", event.id());
      headers.add(feedHeader);
    }
    addIfPresent(headers, "symphony.mapping.error", misfit);
    if (value.isOversize()) {
      headers.addString("symphony.oversize", Long.toString(value.size()));
    }
    return headers;
  }

  private static Header header(String name, String value) {
    return new ConnectHeaders().addString(name, value).lastWithName(name);
  }

  /**
   * Adds a header unless its value is absent or too long: headers must fit into the record, too.
   */
  private static void addIfPresent(Headers headers, String header, String value) {
    if (value != null && value.length() <= LONGEST_HEADER) {
      headers.addString(header, value);
    }
  }

  /** Warns once for each path, so that an upgraded agent does not flood the log. */
  private void warnOnce(String type, String path, boolean withRaw) {
    String kind = path.equals("/type") ? path + " " + type : path.replaceAll("/\\d+(?=/|$)", "/*");
    String shown = Printable.of(kind, LONGEST_HEADER);
    if (warnedPaths.size() < WARNED_PATHS_AT_MOST && warnedPaths.add(shown + " " + withRaw)) {
      LOG.warn(
          "{}: An event of type {} has {}, which the schema cannot represent. The reader delivers it and"
              + " similar events {}. The header symphony.mapping.error has this path. Report the path, without"
              + " the event's text, as an issue of the connector.",
          name,
          Printable.of(type),
          Printable.of(path),
          whereTheTextIs(withRaw));
    }
  }

  private String whereTheTextIs(boolean withRaw) {
    if (asJson) {
      return "with their original text as the value";
    }
    return withRaw
        ? "with their original text in the field raw"
        : "without the content that the schema cannot represent (record.raw is never)";
  }
}
