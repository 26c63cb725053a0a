// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.symphony.bdk.core.auth.AuthSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine;

/**
 * The best that an expert would write by hand, without any care for what may go wrong: read, send
 * all of a batch, flush, read on with its ackId. It writes the same bytes as the connector does
 * with {@code record.value=json}. Only the login is the vendor's.
 */
public final class HandWrittenLoop extends Loop {

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
    try (KafkaProducer<String, byte[]> producer = producer()) {
      while (true) {
        Answer answer = Answer.parse(agent.read(ackId));
        List<Future<?>> sent = new ArrayList<>();
        for (Answer.EventByHand each : answer.events()) {
          sent.add(producer.send(each.to(topic)));
        }
        producer.flush();
        for (Future<?> each : sent) {
          each.get();
        }
        ackId = answer.ackId();
      }
    }
  }
}
