// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventList.MalformedEventListException;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.monitor.FeedMetrics;
import io.github.datahose.connect.monitor.MetricValues;
import io.github.datahose.connect.reader.ManualClock;
import io.github.datahose.connect.reader.RunningReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** What makes records of events, with the options and the counters of its test. */
public final class RecordFactoryFixture {

  public static final Map<String, Object> OFFSET = Map.of("ackId", "a1");

  public final ManualClock clock = new ManualClock();
  public final ReaderContext context = new ReaderContext("Reader", clock);
  public final FeedMetrics metrics = context.metrics();
  private final Map<String, String> properties = new HashMap<>();

  /** Sets options in addition to those of each configuration, as names and values. */
  public RecordFactoryFixture(String... options) {
    set(
        "name", "datahose",
        "symphony.pod.url", "https://pod",
        "symphony.username", "bot",
        "symphony.private.key.path", "/secrets/key.pem",
        "topic", "events");
    set(options);
  }

  /** Options for what is made from now on. */
  public RecordFactoryFixture set(String... options) {
    for (int i = 0; i < options.length; i += 2) {
      properties.put(options[i], options[i + 1]);
    }
    return this;
  }

  public DatahoseConfig config() {
    return new DatahoseConfig(properties);
  }

  public RecordFactory factory() {
    DatahoseConfig config = config();
    return new RecordFactory(
        context, config, config.feeds().get(0), RunningReader.PARTITION, new HashSet<>());
  }

  public TrackedRecord record(String event) {
    return record(factory(), event);
  }

  /** The record of an answer's only event; of the text alone when an answer cannot have it. */
  public static TrackedRecord record(RecordFactory factory, String event) {
    byte[] answer = ("{\"events\":[" + event + "]}").getBytes(StandardCharsets.UTF_8);
    try {
      EventList list = EventList.read(answer, Long.MAX_VALUE, factory.newMapper());
      return record(factory, list.events().get(0), list.mapped().get(0));
    } catch (MalformedEventListException noEvent) {
      byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
      return record(factory, new RawEvent(bytes, 0, bytes.length));
    }
  }

  public static TrackedRecord record(RecordFactory factory, RawEvent json) {
    return record(factory, json, factory.newMapper().map(json));
  }

  private static TrackedRecord record(RecordFactory factory, RawEvent json, MappedEvent mapped) {
    return factory.record(
        null, json, mapped, new Identity.Digest().identityOf(mapped, json), OFFSET, null);
  }

  public long counter(String name) {
    return (Long) MetricValues.of(metrics, name);
  }

  public static Map<String, Object> headers(SourceRecord record) {
    Map<String, Object> headers = new LinkedHashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    return headers;
  }

  /** The original text that the value has, or null. */
  public static String raw(SourceRecord record) {
    return ((Struct) record.value()).getString("raw");
  }

  public static Struct message(SourceRecord record) {
    return ((Struct) record.value())
        .getStruct("payload")
        .getStruct("messageSent")
        .getStruct("message");
  }
}
