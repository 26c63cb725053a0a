// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Timeouts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * What {@code DatahoseSourceTask} is, but for time: it passes only while a reader waits, five
 * seconds with each poll, so that minutes of grace and back-off are over at once. (A read takes no
 * time then, however long it took.)
 */
final class ClockedTask extends SourceTask {

  private static final Duration STEP = Duration.ofSeconds(5);

  final ManualClock clock = new ManualClock();
  private final Duration readTimeout;
  private final Duration longestCall;
  private final HandOver handOver = new HandOver();
  private FeedReaders readers;

  /** With these real times in place of the configured minute and the five minutes. */
  ClockedTask(Duration readTimeout, Duration longestCall) {
    this.readTimeout = readTimeout;
    this.longestCall = longestCall;
  }

  @Override
  public String version() {
    return "test";
  }

  @Override
  public void start(Map<String, String> properties) {
    DatahoseConfig config = new DatahoseConfig(properties);
    ClientSettings settings =
        new ClientSettings(
            config.symphony().endpoints(),
            config.symphony().credentials(),
            config.symphony().trustStore(),
            config.symphony().proxy().orElse(null),
            new Timeouts(config.symphony().connectTimeout(), readTimeout, longestCall),
            config.maxResponseBytes(),
            "kafka-connect-symphony-datahose/test",
            Clock.systemUTC(),
            clock::now);
    readers = FeedReaders.start(config, context.offsetStorageReader(), handOver, settings, clock);
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    if (clock.hasWaiter()) {
      clock.advance(STEP);
    }
    return handOver.poll(Duration.ofMillis(2));
  }

  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    ((DatahoseRecord) record).settle(metadata != null);
  }

  @Override
  public void stop() {
    handOver.close();
    readers.close();
  }
}
