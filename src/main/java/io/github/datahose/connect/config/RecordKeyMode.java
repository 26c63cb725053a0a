// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

/** What a record's key is made of (option {@code record.key}). */
public enum RecordKeyMode {
  /**
   * The id of the stream that the event belongs to, so that one conversation stays in one
   * partition.
   */
  STREAM,

  /** The id of the first version of the message, for compacted topics. */
  MESSAGE,

  /** No key. */
  NONE
}
