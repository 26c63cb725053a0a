// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * The loop by hand as a task of Connect: what is left of its speed when a worker does the writing,
 * whatever the connector. It reads in {@code poll}, on the worker's own thread, as soon as Kafka
 * has the batch before.
 */
public final class HandWrittenTask extends SourceTask {

  private String topic;
  private AgentByHand agent;
  private String ackId = "";
  private volatile CountDownLatch unconfirmed = new CountDownLatch(0);

  /** Has one such task. */
  public static final class Connector extends SourceConnector {

    private Map<String, String> config;

    @Override
    public String version() {
      return "1";
    }

    @Override
    public void start(Map<String, String> connectorConfig) {
      config = connectorConfig;
    }

    @Override
    public Class<? extends Task> taskClass() {
      return HandWrittenTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
      return List.of(config);
    }

    @Override
    public ConfigDef config() {
      return new ConfigDef();
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
      return ExactlyOnceSupport.SUPPORTED;
    }

    @Override
    public void stop() {}
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public void start(Map<String, String> config) {
    topic = config.get("topic");
    agent =
        new AgentByHand(
            config.get("symphony.pod.url"),
            topic,
            config.get("datahose.event.types"),
            config.get("session.token"),
            config.get("key.manager.token"));
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    if (!unconfirmed.await(1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("Kafka has not confirmed the batch before");
    }
    try {
      Answer answer = Answer.parse(agent.read(ackId));
      ackId = answer.ackId();
      Map<String, String> offset = Map.of("ackId", ackId);
      List<SourceRecord> records =
          answer.events().stream().map(each -> record(each, offset)).toList();
      unconfirmed = new CountDownLatch(records.size());
      return records.isEmpty() ? null : records;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    unconfirmed.countDown();
  }

  @Override
  public void stop() {}

  private SourceRecord record(Answer.EventByHand event, Map<String, String> offset) {
    ConnectHeaders headers = new ConnectHeaders();
    event.eachHeader(headers::addString);
    return new SourceRecord(
        Map.of("feed", topic),
        offset,
        topic,
        null,
        Schema.STRING_SCHEMA,
        event.key(),
        Schema.BYTES_SCHEMA,
        event.json(),
        event.timestamp(),
        headers);
  }
}
