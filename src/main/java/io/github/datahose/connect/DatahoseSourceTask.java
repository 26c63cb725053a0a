// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.delivery.Batch.TrackedRecord;
import io.github.datahose.connect.delivery.RecordQueue;
import io.github.datahose.connect.reader.FeedReaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Task that reads some of a connector's feeds. Each reader has its own thread; the task passes
 * batches to the worker, and the worker's confirmations to the batches.
 *
 * <p>It relies on the threads on which Kafka's own worker calls a task (poll and stop on one
 * thread, commitRecord on another or the same); other runtimes for connectors are not supported.
 */
public final class DatahoseSourceTask extends SourceTask {

  /** The worker checks for pause and stop only between polls. */
  private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(DatahoseSourceTask.class);

  private final RecordQueue queue = new RecordQueue();
  private FeedReaders readers;

  @Override
  public String version() {
    return ConnectorVersion.get();
  }

  /** Reads the stored offsets and starts the readers, without network I/O of its own. */
  @Override
  public void start(Map<String, String> properties) {
    DatahoseConfig config = new DatahoseConfig(properties);
    readers =
        FeedReaders.start(
            config,
            ConnectorVersion.get(),
            ConnectorVersion.userAgent(),
            context.offsetStorageReader(),
            queue);
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return queue.poll(LONGEST_POLL);
  }

  /**
   * Settles a record. Overrides the two-argument method, because a Kafka 4 worker never calls the
   * other one.
   *
   * @param metadata null for a record that an SMT or a tolerated error dropped, which is settled,
   *     too (KIP-779)
   */
  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    if (record instanceof TrackedRecord ours) {
      ours.settle(metadata != null);
    }
  }

  @Override
  public void commit() {
    LOG.debug("The worker stored the offsets of settled records, if there were new ones.");
    queue.commit();
  }

  /**
   * Stops the readers within a second, even during a long poll. Symphony redelivers the events that
   * Kafka has not confirmed.
   */
  @Override
  public void stop() {
    queue.close();
    if (readers != null) {
      readers.close();
    }
  }
}
