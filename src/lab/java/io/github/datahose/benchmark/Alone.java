// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.Identity;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RawEvent;
import io.github.datahose.connect.event.RecordKey;
import io.github.datahose.launch.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.storage.StringConverter;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/**
 * What must be done for a batch besides reading it, each part alone and on one thread: what the
 * connector makes of the answer's bytes, the converter's work, and the way to Kafka with the
 * settings of the worker's producer. Prints the milliseconds of each.
 */
public final class Alone implements Callable<Integer> {

  private static final int ROUNDS = 3;

  @Parameters(index = "0")
  private String brokers;

  /** A topic with at least as many events as the largest batch. */
  @Parameters(index = "1")
  private String source;

  /** A topic to write to. */
  @Parameters(index = "2")
  private String topic;

  /** That a part is measured for. */
  @Parameters(index = "3")
  private double seconds;

  @Parameters(index = "4..*")
  private List<Integer> batches;

  private final StringConverter converter = new StringConverter();
  private final EventMapper mapper = EventMapper.ofIdentifiers();
  private final Identity.Digest digest = new Identity.Digest();
  private final Map<String, List<Double>> millis = new LinkedHashMap<>();

  /** Keeps the compiler from leaving out what nobody looks at. */
  private long seen;

  /** Measures. */
  public static void main(String[] words) {
    System.exit(new CommandLine(new Alone()).execute(words));
  }

  @Override
  public Integer call() throws Exception {
    converter.configure(Map.of(), false);
    List<ConsumerRecord<String, String>> sample = new TopicReader(brokers).committed(source);
    Map<String, String> settings =
        Map.of(
            ProducerConfig.LINGER_MS_CONFIG, "0",
            ProducerConfig.BATCH_SIZE_CONFIG, Loop.PRODUCER_BATCH_BYTES,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "false",
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    try (KafkaProducer<String, byte[]> producer = Loop.producer(brokers, settings)) {
      for (int batch : batches) {
        List<ConsumerRecord<String, String>> records = sample.subList(0, batch);
        String texts = String.join(",", records.stream().map(ConsumerRecord::value).toList());
        byte[] body =
            ("{\"events\":[" + texts + "],\"ackId\":\"" + "x".repeat(150) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        Cell cell = new Cell(batch, 0);
        measure("parse, " + cell, () -> parse(body));
        measure("convert, " + cell, () -> convert(records));
        measure("produce, " + cell, () -> produce(records, producer));
      }
    }
    OwnProcess.print(millis);
    return seen == 0 ? 1 : 0;
  }

  private Void parse(byte[] body) throws Exception {
    EventList list = EventList.read(body, Long.MAX_VALUE, mapper);
    for (int i = 0; i < list.events().size(); i++) {
      RawEvent json = list.events().get(i);
      MappedEvent event = list.mapped().get(i);
      seen += RecordKey.STREAM.of(event, digest.identityOf(event, json)).length();
      seen += json.text().length();
    }
    return null;
  }

  private Void convert(List<ConsumerRecord<String, String>> records) {
    for (ConsumerRecord<String, String> each : records) {
      seen += converter.fromConnectData(topic, Schema.STRING_SCHEMA, each.key()).length;
      seen += converter.fromConnectData(topic, Schema.STRING_SCHEMA, each.value()).length;
    }
    return null;
  }

  private Void produce(
      List<ConsumerRecord<String, String>> records, KafkaProducer<String, byte[]> producer)
      throws Exception {
    CountDownLatch confirmed = new CountDownLatch(records.size());
    for (ConsumerRecord<String, String> each : records) {
      producer.send(
          new ProducerRecord<>(
              topic,
              null,
              each.timestamp(),
              each.key(),
              each.value().getBytes(StandardCharsets.UTF_8),
              new RecordHeaders(each.headers().toArray())),
          (metadata, failure) -> confirmed.countDown());
    }
    confirmed.await();
    return null;
  }

  /** As long again before, to warm up; and medians, since a pause is not the part's own. */
  private void measure(String part, Callable<Void> work) throws Exception {
    median(work, seconds);
    List<Double> medians = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      medians.add(median(work, seconds / ROUNDS));
    }
    millis.put(part, medians);
  }

  private static double median(Callable<Void> work, double seconds) throws Exception {
    List<Double> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      long begin = System.nanoTime();
      work.call();
      times.add((System.nanoTime() - begin) / 1e6);
    }
    return Row.median(times);
  }
}
