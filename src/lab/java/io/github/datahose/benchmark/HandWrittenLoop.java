// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.symphony.bdk.core.auth.AuthSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine;

/**
 * The best that an expert would write by hand, without any care for what may go wrong: read, send
 * all of a batch, wait for Kafka, read on with its ackId. It writes the same bytes as the connector
 * does with {@code record.value=json}. Only the login is the vendor's.
 *
 * <p>Ways: {@code flush}; {@code transaction}, one for each batch, with a record of the ackId in
 * it; {@code nowhere} only reads and acknowledges, which tells what the simulator can give.
 */
public final class HandWrittenLoop extends Loop {

  /** Ends the name of the topic that a transactional loop keeps its ackId in. */
  static final String OFFSETS = "-offsets";

  /** Runs until it is killed; see {@link Loop}. */
  public static void main(String[] words) {
    System.exit(new CommandLine(new HandWrittenLoop()).execute(words));
  }

  @Override
  public Integer call() throws Exception {
    AuthSession session = login(pod, topic);
    AgentByHand agent =
        new AgentByHand(
            pod,
            topic,
            String.join(",", Contender.TYPES),
            session.getSessionToken(),
            session.getKeyManagerToken());
    String ackId = "";
    if (way.equals("nowhere")) {
      while (true) {
        ackId = Answer.ackIdAtTheEndOf(agent.read(ackId));
      }
    }
    boolean inTransactions = way.equals("transaction");
    Map<String, String> settings = new HashMap<>();
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
    if (inTransactions) {
      settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
    }
    try (KafkaProducer<String, byte[]> producer = producer(brokers, settings)) {
      if (inTransactions) {
        producer.initTransactions();
      }
      while (true) {
        Answer answer = Answer.parse(agent.read(ackId));
        if (inTransactions) {
          inTransaction(producer, answer);
        } else {
          flushed(producer, answer);
        }
        ackId = answer.ackId();
      }
    }
  }

  private void flushed(KafkaProducer<String, byte[]> producer, Answer answer) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (Answer.EventByHand each : answer.events()) {
      sent.add(producer.send(each.to(topic)));
    }
    producer.flush();
    for (Future<?> each : sent) {
      each.get();
    }
  }

  private void inTransaction(KafkaProducer<String, byte[]> producer, Answer answer) {
    if (!answer.events().isEmpty()) {
      producer.beginTransaction();
      answer.events().forEach(each -> producer.send(each.to(topic)));
      producer.send(new ProducerRecord<>(topic + OFFSETS, topic, answer.ackId().getBytes()));
      producer.commitTransaction();
    }
  }
}
