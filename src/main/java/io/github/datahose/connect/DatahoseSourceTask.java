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
 * Reads some of a connector's feeds. The reading is done by a thread for each reader; here their
 * batches go to the worker, and the worker's confirmations back to the batches.
 *
 * <p>It leans on how Kafka's own worker calls a task (poll and stop on one thread, commitRecord on
 * another or the same); other runtimes for connectors are not supported.
 */
public final class DatahoseSourceTask extends SourceTask {

  /** The worker looks at pause and stop between polls only. */
  private static final Duration LONGEST_POLL = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(DatahoseSourceTask.class);

  private final RecordQueue queue = new RecordQueue();
  private FeedReaders readers;

  @Override
  public String version() {
    return ConnectorVersion.get();
  }

  /** Reads the stored offsets and starts the readers; does no network I/O of its own. */
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
   * Settles a record. The two-argument form on purpose: a worker of Kafka 4 never calls the other
   * one.
   *
   * @param metadata null for a record that an SMT dropped or a tolerated error lost: done with, too
   *     (KIP-779)
   */
  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    if (record instanceof TrackedRecord ours) {
      ours.settle(metadata != null);
    }
  }

  @Override
  public void commit() {
    LOG.debug("The worker has stored the offsets of what was settled, if there were new ones.");
    queue.commit();
  }

  /**
   * Ends within a second, also in the middle of a long poll; what was read and not confirmed comes
   * again.
   */
  @Override
  public void stop() {
    queue.close();
    if (readers != null) {
      readers.close();
    }
  }
}
