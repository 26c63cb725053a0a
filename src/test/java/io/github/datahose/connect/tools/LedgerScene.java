// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.tools.Reconciliation.Extent;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * The topics of a connector with a ledger, which a test can damage. Computes identities and digests
 * separately, from their specification.
 */
final class LedgerScene implements Audit.Topics {

  static final String LEDGER = "ledger";
  static final String EVENTS = "events";
  static final String READER = "pod.example.com/bot/tag.all/0";
  static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
  static final long MINUTE = 60_000;

  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(128);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A record of an event, which a test can change. */
  static final class Event {
    String topic = EVENTS;
    int partition;
    String window;
    String identity;
    byte[] value;
    final Map<String, String> headers = new HashMap<>();

    Event copy() {
      Event copy = new Event();
      copy.topic = topic;
      copy.partition = partition;
      copy.window = window;
      copy.identity = identity;
      copy.value = value;
      copy.headers.putAll(headers);
      return copy;
    }
  }

  final List<Event> events = new ArrayList<>();

  /** Values of the ledger records, written as JSON. */
  final List<Map<String, Object>> ledger = new ArrayList<>();

  /** Values that are written while the audit reads the topics. */
  final List<Map<String, Object>> ledgerLater = new ArrayList<>();

  /** Values of other ledgers, by topic. */
  final Map<String, List<Map<String, Object>>> otherLedgers = new TreeMap<>();

  /** Values of the ledger that are written unchanged. */
  final List<byte[]> ledgerBytes = new ArrayList<>();

  final Map<TopicPartition, Long> earliest = new HashMap<>();
  final Map<TopicPartition, Long> stuckAt = new HashMap<>();

  /** Whether the transactions of {@code stuckAt} end while the audit reads the topics of events. */
  boolean stuckOnce;

  final Set<String> compacted = new TreeSet<>();
  final Set<String> absent = new TreeSet<>();
  boolean withHeartbeat = true;
  boolean closed;
  private boolean topicsRead;
  private int made;

  /** Creates three windows of a reader with ten events each, and an open window with three. */
  static LedgerScene ofThreeWindows() {
    LedgerScene scene = new LedgerScene();
    for (int sequence = 1; sequence <= 3; sequence++) {
      scene.close(READER, sequence, scene.addEvents(READER, sequence, 10));
    }
    scene.addEvents(READER, 4, 3);
    return scene;
  }

  List<Event> addEvents(String reader, long sequence, int count) {
    List<Event> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made++;
      added.add(
          made % 2 == 0
              ? event(reader, sequence, message("id" + made), "iMESSAGESENT\0id" + made)
              : event(reader, sequence, other(made), "b" + other(made)));
    }
    events.addAll(added);
    return added;
  }

  static String message(String id) {
    return "{\"type\": \"MESSAGESENT\", \"payload\": {\"messageSent\": {\"message\": {\"messageId\": \""
        + id
        + "\"}}}}";
  }

  /** Returns a window of a later run. */
  static Map<String, Object> later(Map<String, Object> window, Duration by) {
    for (String time : List.of("from", "to")) {
      window.computeIfPresent(time, (name, at) -> (long) at + by.toMillis());
    }
    return window;
  }

  private static String other(int number) {
    return "{\"type\": \"ROOMCREATED\", \"id\": \"" + number + "\"}";
  }

  Event event(String reader, long sequence, String text, String hashed) {
    Event event = new Event();
    event.partition = made % 2;
    event.window = reader + "#" + sequence;
    event.identity = HexFormat.of().formatHex(Arrays.copyOf(sha256(hashed), 16));
    event.value = text.getBytes(UTF_8);
    return event;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  Map<String, Object> close(String reader, long sequence, List<Event> of) {
    Map<String, Object> window = window(reader, sequence, of);
    ledger.add(window);
    return window;
  }

  static Map<String, Object> window(String reader, long sequence, List<Event> of) {
    Map<String, Object> window = new LinkedHashMap<>();
    window.put("reader", reader);
    window.put("sequence", sequence);
    window.put("from", START.toEpochMilli() + (sequence - 1) * MINUTE);
    window.put("to", START.toEpochMilli() + sequence * MINUTE);
    window.put("reads", 7);
    window.put("events", of.size());
    window.put("duplicates", 0);
    window.put(
        "records",
        of.stream().collect(Collectors.groupingBy(each -> each.topic, Collectors.counting())));
    window.put("types", of.isEmpty() ? Map.of() : Map.of("MESSAGESENT", of.size()));
    window.put("quarantined", 0);
    window.put("oversize", 0);
    window.put("unmapped", 0);
    window.put("dropped", 0);
    window.put("digest", digest(of));
    window.put("gapFrom", null);
    window.put("gapTo", null);
    window.put("version", "1.0.0");
    return window;
  }

  static String digest(List<Event> of) {
    BigInteger sum =
        of.stream()
            .map(each -> new BigInteger(each.identity, 16))
            .reduce(BigInteger.ZERO, BigInteger::add)
            .mod(MODULUS);
    String hex = sum.toString(16);
    return "0".repeat(32 - hex.length()) + hex;
  }

  /** Returns the records by partition. Each third offset is the end of a transaction. */
  private Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> log() {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> log =
        new TreeMap<>(
            (a, b) ->
                a.topic().equals(b.topic())
                    ? Integer.compare(a.partition(), b.partition())
                    : a.topic().compareTo(b.topic()));
    log.put(new TopicPartition(LEDGER, 0), new ArrayList<>());
    if (withHeartbeat) {
      append(
          log, LEDGER, 0, "{\"reader\":\"r\",\"readAt\":1,\"reads\":1}".getBytes(UTF_8), Map.of());
    }
    append(log, EVENTS, 0, "of another producer".getBytes(UTF_8), Map.of("their", "header"));
    append(log, EVENTS, 1, null, Map.of());
    for (Event each : events) {
      Map<String, String> headers = new HashMap<>(each.headers);
      Optional.ofNullable(each.window).ifPresent(text -> headers.put("symphony.window", text));
      Optional.ofNullable(each.identity).ifPresent(text -> headers.put("symphony.identity", text));
      append(log, each.topic, each.partition, each.value, headers);
    }
    ledger.forEach(value -> append(log, LEDGER, 0, json(value), Map.of()));
    ledgerBytes.forEach(value -> append(log, LEDGER, 0, value, Map.of()));
    otherLedgers.forEach(
        (topic, values) -> values.forEach(value -> append(log, topic, 0, json(value), Map.of())));
    if (topicsRead) {
      ledgerLater.forEach(value -> append(log, LEDGER, 0, json(value), Map.of()));
    }
    return log;
  }

  static byte[] json(Object value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static void append(
      Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> log,
      String topic,
      int partition,
      byte[] value,
      Map<String, String> headers) {
    List<ConsumerRecord<byte[], byte[]>> records =
        log.computeIfAbsent(new TopicPartition(topic, partition), added -> new ArrayList<>());
    RecordHeaders written = new RecordHeaders();
    headers.forEach((name, text) -> written.add(name, text.getBytes(UTF_8)));
    records.add(
        new ConsumerRecord<>(
            topic,
            partition,
            records.size() + records.size() / 2,
            START.toEpochMilli(),
            TimestampType.CREATE_TIME,
            0,
            0,
            null,
            value,
            written,
            Optional.empty()));
  }

  @Override
  public Map<TopicPartition, Extent> extents(Collection<String> topics) {
    Map<TopicPartition, Extent> extents = new HashMap<>();
    log()
        .forEach(
            (partition, records) -> {
              if (topics.contains(partition.topic()) && !absent.contains(partition.topic())) {
                extents.put(
                    partition,
                    new Extent(
                        earliest.getOrDefault(partition, 0L), records.size() + records.size() / 2));
              }
            });
    return extents;
  }

  @Override
  public Set<String> compacted(Collection<String> topics) {
    return topics.stream().filter(compacted::contains).collect(Collectors.toSet());
  }

  @Override
  public Map<TopicPartition, Long> read(
      Map<TopicPartition, Extent> extents, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
    Map<TopicPartition, Long> stuck = stuckOnce && topicsRead ? Map.of() : Map.copyOf(stuckAt);
    log()
        .forEach(
            (partition, records) -> {
              Extent extent = extents.get(partition);
              if (extent != null) {
                long end = stuck.getOrDefault(partition, extent.end());
                records.stream()
                    .filter(each -> each.offset() >= extent.earliest() && each.offset() < end)
                    .forEach(reader);
              }
            });
    topicsRead |= extents.keySet().stream().anyMatch(each -> each.topic().equals(EVENTS));
    Map<TopicPartition, Long> unread = new HashMap<>(stuck);
    unread.keySet().retainAll(extents.keySet());
    return unread;
  }

  @Override
  public void close() {
    closed = true;
  }
}
