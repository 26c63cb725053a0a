// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import io.github.datahose.connect.event.EventJson;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventMapper;
import io.github.datahose.connect.event.IdentityDigest;
import io.github.datahose.connect.event.MappedEvent;
import io.github.datahose.connect.event.RecordKey;
import io.github.datahose.launch.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

/**
 * What must be done for a batch besides reading it, each part alone and on one thread: what the
 * connector makes of the answer's bytes, the converter's work, and the way to Kafka with the
 * settings of the worker's producer. Prints a line for each: see {@link Parts}.
 */
public final class Alone {

  private static final int ROUNDS = 3;

  private final double seconds;
  private final String topic;
  private final List<ConsumerRecord<String, String>> sample;
  private final StringConverter converter = new StringConverter();
  private final EventMapper mapper = new EventMapper();
  private final IdentityDigest digest = new IdentityDigest();

  /** Keeps the compiler from leaving out what nobody looks at. */
  private long seen;

  private Alone(double seconds, String topic, List<ConsumerRecord<String, String>> sample) {
    this.seconds = seconds;
    this.topic = topic;
    this.sample = sample;
    converter.configure(Map.of(), false);
  }

  /**
   * Measures.
   *
   * @param words bootstrap servers, a topic with at least as many events as the largest batch, a
   *     topic to write to, the batches with commas, and the seconds that a part is measured for
   */
  public static void main(String[] words) throws Exception {
    double seconds = Double.parseDouble(words[4]);
    Alone alone = new Alone(seconds, words[2], new TopicReader(words[0]).committed(words[1]));
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, words[0],
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.LINGER_MS_CONFIG, "0",
            ProducerConfig.BATCH_SIZE_CONFIG, LoopArguments.PRODUCER_BATCH_BYTES,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "false",
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
    LoopArguments arguments =
        new LoopArguments("http://127.0.0.1:1", words[0], words[2], "alone", List.of(), "");
    try (KafkaProducer<String, byte[]> producer = arguments.producer(settings)) {
      for (String batch : words[3].split(",")) {
        alone.measure(Integer.parseInt(batch), producer);
      }
    }
    System.exit(alone.seen == 0 ? 1 : 0);
  }

  private void measure(int batch, KafkaProducer<String, byte[]> producer) throws Exception {
    List<String> texts = sample.stream().limit(batch).map(ConsumerRecord::value).toList();
    byte[] body =
        ("{\"events\":[" + String.join(",", texts) + "],\"ackId\":\"" + "x".repeat(150) + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    print(batch, "parse", () -> parse(body));
    print(batch, "convert", () -> convert(batch));
    print(batch, "produce", () -> produce(batch, producer));
  }

  private Void parse(byte[] body) throws Exception {
    for (EventJson json : EventList.readIdentifiers(body, Long.MAX_VALUE).events()) {
      MappedEvent event = mapper.map(json);
      seen += RecordKey.STREAM.of(event, digest.identityOf(event, json)).length();
      seen += json.text().length();
    }
    return null;
  }

  private Void convert(int batch) {
    for (ConsumerRecord<String, String> each : sample.subList(0, batch)) {
      seen += converter.fromConnectData(topic, Schema.STRING_SCHEMA, each.key()).length;
      seen += converter.fromConnectData(topic, Schema.STRING_SCHEMA, each.value()).length;
    }
    return null;
  }

  private Void produce(int batch, KafkaProducer<String, byte[]> producer) throws Exception {
    CountDownLatch confirmed = new CountDownLatch(batch);
    for (ConsumerRecord<String, String> each : sample.subList(0, batch)) {
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
  private void print(int batch, String part, Callable<Void> work) throws Exception {
    median(work, seconds);
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      millis.add(median(work, seconds / ROUNDS));
    }
    System.out.println(Parts.line(batch, part, millis));
  }

  private static double median(Callable<Void> work, double seconds) throws Exception {
    List<Double> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      long begin = System.nanoTime();
      work.call();
      times.add((System.nanoTime() - begin) / 1e6);
    }
    return Spread.of(times).median();
  }
}
