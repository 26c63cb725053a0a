// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.service.datafeed.EventException;
import com.symphony.bdk.core.service.datafeed.RealTimeEventListener;
import com.symphony.bdk.gen.api.model.UserV2;
import com.symphony.bdk.gen.api.model.V4Event;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What one would write today: the vendor's {@code DatahoseLoop} with a listener that sends each
 * event to Kafka. The listener takes the whole event where the loop first shows it, so that nothing
 * is done for the loop's dispatch by type.
 *
 * <p>Ways: {@code defaults} and {@code linger-0} wait for each record, as they must, since the loop
 * acknowledges when the listener has returned. {@code losing-data} does not wait.
 */
public final class VendorLoop implements RealTimeEventListener {

  private static final ObjectMapper JSON =
      new ObjectMapper().setSerializationInclusion(JsonInclude.Include.NON_NULL);

  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final boolean waits;

  private VendorLoop(LoopArguments arguments) {
    Map<String, String> settings =
        arguments.way().equals("defaults")
            ? Map.of()
            : Map.of(ProducerConfig.LINGER_MS_CONFIG, "0");
    producer = arguments.producer(settings);
    topic = arguments.topic();
    waits = !arguments.way().equals("losing-data");
  }

  /** Runs until it is killed; see {@link LoopArguments}. */
  public static void main(String[] words) throws Exception {
    LoopArguments arguments = LoopArguments.parse(words);
    SymphonyBdk bdk = new SymphonyBdk(arguments.vendorConfig());
    bdk.datahose().subscribe(new VendorLoop(arguments));
    bdk.datahose().start();
  }

  @Override
  public boolean isAcceptingEvent(V4Event event, UserV2 bot) throws EventException {
    try {
      byte[] value = JSON.writeValueAsBytes(event);
      Future<?> sent = producer.send(new ProducerRecord<>(topic, event.getMessageId(), value));
      if (waits) {
        sent.get();
      }
    } catch (Exception e) {
      throw new EventException("Not in Kafka, so not to be acknowledged", e);
    }
    return false;
  }
}
