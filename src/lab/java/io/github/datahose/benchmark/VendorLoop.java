// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.service.datafeed.EventException;
import com.symphony.bdk.core.service.datafeed.RealTimeEventListener;
import com.symphony.bdk.gen.api.model.UserV2;
import com.symphony.bdk.gen.api.model.V4Event;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine;

/**
 * What one would write today: the vendor's {@code DatahoseLoop} with a listener that sends each
 * event to Kafka. The listener takes the whole event where the loop first shows it, so that nothing
 * is done for the loop's dispatch by type. It waits for each record, as it must, since the loop
 * acknowledges when the listener has returned.
 */
public final class VendorLoop extends Loop implements RealTimeEventListener {

  private static final ObjectMapper JSON =
      new ObjectMapper().setSerializationInclusion(JsonInclude.Include.NON_NULL);

  private KafkaProducer<String, byte[]> producer;

  /** Runs until it is killed; see {@link Loop}. */
  public static void main(String[] words) {
    System.exit(new CommandLine(new VendorLoop()).execute(words));
  }

  @Override
  public Integer call() throws Exception {
    producer = producer();
    SymphonyBdk bdk = vendor(pod, topic);
    bdk.datahose().subscribe(this);
    bdk.datahose().start();
    return 0;
  }

  @Override
  public boolean isAcceptingEvent(V4Event event, UserV2 bot) throws EventException {
    try {
      byte[] value = JSON.writeValueAsBytes(event);
      producer.send(new ProducerRecord<>(topic, event.getMessageId(), value)).get();
    } catch (Exception e) {
      throw new EventException("Not in Kafka, so not to be acknowledged", e);
    }
    return false;
  }
}
