// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * The loop by hand as a task of Connect: what is left of its speed when a worker does the writing,
 * whatever the connector. It reads in {@code poll}, on the worker's own thread, as soon as Kafka
 * has the batch before.
 */
public final class HandWrittenTask extends SourceTask {

  private Map<String, String> config;
  private AgentByHand agent;
  private String ackId = "";
  private int unconfirmed;

  @Override
  public String version() {
    return "1";
  }

  @Override
  public void start(Map<String, String> taskConfig) {
    config = taskConfig;
    agent = new AgentByHand(config.get("pod"), config.get("tag"), config.get("types"));
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    awaitConfirmation();
    try {
      byte[] body = agent.read(ackId, config.get("session.token"), config.get("key.manager.token"));
      Answer answer = Answer.parse(body);
      ackId = answer.ackId();
      Map<String, String> offset = Map.of("ackId", ackId);
      List<SourceRecord> records =
          answer.events().stream().map(each -> record(each, offset)).toList();
      expect(records.size());
      return records;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void commitRecord(SourceRecord record, RecordMetadata metadata) {
    unconfirmed--;
    notifyAll();
  }

  @Override
  public void stop() {}

  private synchronized void awaitConfirmation() throws InterruptedException {
    while (unconfirmed > 0) {
      wait();
    }
  }

  private synchronized void expect(int records) {
    unconfirmed = records;
  }

  private SourceRecord record(Answer.EventByHand event, Map<String, String> offset) {
    ConnectHeaders headers = new ConnectHeaders();
    event.eachHeader(headers::addString);
    return new SourceRecord(
        Map.of("feed", config.get("tag")),
        offset,
        config.get("topic"),
        null,
        Schema.STRING_SCHEMA,
        event.key(),
        Schema.STRING_SCHEMA,
        new String(event.json(), StandardCharsets.UTF_8),
        event.timestamp(),
        headers);
  }
}
