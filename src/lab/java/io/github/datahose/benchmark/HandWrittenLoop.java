// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.auth.AuthSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The best that an expert would write by hand, without any care for what may go wrong: read, send
 * all of a batch, wait for Kafka, read on with its ackId. It writes the same bytes as the connector
 * does with {@code record.value=json}. Only the login is the vendor's.
 *
 * <p>Ways: {@code flush}; {@code transaction}, one for each batch, with a record of the ackId in
 * it; {@code nowhere} only reads and acknowledges, which tells what the simulator can give.
 */
public final class HandWrittenLoop {

  private static final Map<String, String> TUNED =
      Map.of(ProducerConfig.BATCH_SIZE_CONFIG, LoopArguments.PRODUCER_BATCH_BYTES);

  private final LoopArguments arguments;
  private final AuthSession session;
  private final AgentByHand agent;

  private HandWrittenLoop(LoopArguments arguments, AuthSession session) {
    this.arguments = arguments;
    this.session = session;
    agent = new AgentByHand(arguments.pod(), arguments.tag(), String.join(",", arguments.types()));
  }

  /** Runs until it is killed; see {@link LoopArguments}. */
  public static void main(String[] words) throws Exception {
    LoopArguments arguments = LoopArguments.parse(words);
    AuthSession session = new SymphonyBdk(arguments.vendorConfig()).botSession();
    new HandWrittenLoop(arguments, session).run();
  }

  private void run() throws Exception {
    switch (arguments.way()) {
      case "flush" -> flushed();
      case "transaction" -> inTransactions();
      default -> nowhere();
    }
  }

  private void flushed() throws Exception {
    try (KafkaProducer<String, byte[]> producer = arguments.producer(TUNED)) {
      String ackId = "";
      while (true) {
        Answer answer = Answer.parse(read(ackId));
        List<Future<?>> sent = new ArrayList<>();
        for (Answer.EventByHand each : answer.events()) {
          sent.add(producer.send(each.to(arguments.topic())));
        }
        producer.flush();
        for (Future<?> each : sent) {
          each.get();
        }
        ackId = answer.ackId();
      }
    }
  }

  private void inTransactions() throws Exception {
    String id = arguments.tag();
    Map<String, String> settings = new HashMap<>(TUNED);
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    try (KafkaProducer<String, byte[]> producer = arguments.producer(settings)) {
      producer.initTransactions();
      String ackId = "";
      while (true) {
        Answer answer = Answer.parse(read(ackId));
        if (!answer.events().isEmpty()) {
          producer.beginTransaction();
          answer.events().forEach(each -> producer.send(each.to(arguments.topic())));
          producer.send(
              new ProducerRecord<>(
                  arguments.topic() + Answer.OFFSETS, id, answer.ackId().getBytes()));
          producer.commitTransaction();
        }
        ackId = answer.ackId();
      }
    }
  }

  private void nowhere() throws IOException {
    String ackId = "";
    while (true) {
      ackId = Answer.ackIdAtTheEndOf(read(ackId));
    }
  }

  private byte[] read(String ackId) throws IOException {
    return agent.read(ackId, session.getSessionToken(), session.getKeyManagerToken());
  }
}
