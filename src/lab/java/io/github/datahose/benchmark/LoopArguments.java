// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.symphony.bdk.core.config.model.BdkConfig;
import com.symphony.bdk.core.config.model.BdkRsaKeyConfig;
import io.github.datahose.simulator.SimulatorKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What a loop without the connector is started with.
 *
 * @param pod base URL of the simulator
 * @param brokers bootstrap servers
 * @param topic to write to
 * @param tag of the feed
 * @param types that it is read with
 * @param way how it writes, see the loop
 */
public record LoopArguments(
    String pod, String brokers, String topic, String tag, List<String> types, String way) {

  /** A batch of the feed in a request or two; Kafka's default of 16 kB makes dozens of it. */
  static final String PRODUCER_BATCH_BYTES = "1048576";

  static LoopArguments parse(String... words) {
    return new LoopArguments(
        words[0], words[1], words[2], words[3], List.of(words[4].split(",")), words[5]);
  }

  /** As {@link #parse} takes them. */
  public List<String> words() {
    return List.of(pod, brokers, topic, tag, String.join(",", types), way);
  }

  /** A producer that waits for all replicas. */
  KafkaProducer<String, byte[]> producer(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
  }

  /** How the vendor's SDK gets at the pod. */
  BdkConfig vendorConfig() {
    BdkRsaKeyConfig key = new BdkRsaKeyConfig();
    key.setContent(SimulatorKeys.privateKey().getBytes(StandardCharsets.US_ASCII));
    URI url = URI.create(pod);
    BdkConfig config = new BdkConfig();
    config.setScheme(url.getScheme());
    config.setHost(url.getHost());
    config.setPort(url.getPort());
    config.getBot().setUsername(SimulatorKeys.USERNAME);
    config.getBot().setPrivateKey(key);
    config.getDatahose().setTag(tag);
    config.getDatahose().setEventTypes(types);
    return config;
  }
}
