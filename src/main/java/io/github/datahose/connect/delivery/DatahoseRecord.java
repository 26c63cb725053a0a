// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that knows the batch it settles, and is equal to itself only. A worker with exactly-once
 * keeps the records of a transaction in a hash map ({@code
 * ExactlyOnceWorkerSourceTask.committableRecords}), and {@code SourceRecord} compares by value and
 * offset: of two equal ones only one would be reported, and the batch would wait for the other for
 * ever.
 */
public final class DatahoseRecord extends SourceRecord {

  private final Batch batch;
  private boolean reported;

  public DatahoseRecord(
      Batch batch,
      Map<String, ?> sourcePartition,
      Map<String, ?> sourceOffset,
      String topic,
      String key,
      Schema valueSchema,
      Object value,
      Long timestamp,
      Headers headers) {
    super(
        sourcePartition,
        sourceOffset,
        topic,
        null,
        key == null ? null : Schema.STRING_SCHEMA,
        key,
        valueSchema,
        value,
        timestamp,
        headers);
    this.batch = batch;
  }

  /**
   * Takes the worker's word that nothing more will happen to this record: Kafka has it, or it was
   * dropped on purpose. Never throws; cheap, since the producer's I/O thread calls it.
   *
   * @param withMetadata whether Kafka said where the record stands; false for one that an SMT
   *     dropped or a tolerated error lost
   */
  public void settle(boolean withMetadata) {
    batch.settle(this, withMetadata);
  }

  /** Marks the record as reported; false when it was before. Guarded by the batch. */
  boolean report() {
    boolean first = !reported;
    reported = true;
    return first;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
