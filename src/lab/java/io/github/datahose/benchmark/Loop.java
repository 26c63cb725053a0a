// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.auth.AuthSession;
import com.symphony.bdk.core.auth.exception.AuthInitializationException;
import com.symphony.bdk.core.auth.exception.AuthUnauthorizedException;
import com.symphony.bdk.core.config.model.BdkConfig;
import com.symphony.bdk.core.config.model.BdkRsaKeyConfig;
import io.github.datahose.simulator.SimulatorKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine.Parameters;

/** What reads a feed without the connector, in a process of its own, until it is killed. */
abstract class Loop implements Callable<Integer> {

  @Parameters(index = "0")
  String pod;

  @Parameters(index = "1")
  String brokers;

  @Parameters(index = "2")
  String topic;

  /** Of its producer. */
  @Parameters(index = "3..*", arity = "0..*")
  Map<String, String> settings = new HashMap<>();

  /** A producer that waits for all replicas. */
  KafkaProducer<String, byte[]> producer() {
    Map<String, Object> all = new HashMap<>(settings);
    all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
  }

  /** The vendor's SDK for who writes to a topic. */
  static SymphonyBdk vendor(String pod, String topic)
      throws AuthInitializationException, AuthUnauthorizedException {
    BdkRsaKeyConfig key = new BdkRsaKeyConfig();
    key.setContent(SimulatorKeys.privateKey().getBytes(StandardCharsets.US_ASCII));
    URI url = URI.create(pod);
    BdkConfig config = new BdkConfig();
    config.setScheme(url.getScheme());
    config.setHost(url.getHost());
    config.setPort(url.getPort());
    config.getBot().setUsername(SimulatorKeys.USERNAME);
    config.getBot().setPrivateKey(key);
    config.getDatahose().setTag(Contender.tag(topic));
    config.getDatahose().setEventTypes(List.copyOf(Contender.TYPES));
    return new SymphonyBdk(config);
  }

  /** Its login. */
  static AuthSession login(String pod, String topic) {
    try {
      return vendor(pod, topic).botSession();
    } catch (AuthInitializationException | AuthUnauthorizedException e) {
      throw new IllegalStateException("The vendor's client cannot log in at the simulator", e);
    }
  }
}
