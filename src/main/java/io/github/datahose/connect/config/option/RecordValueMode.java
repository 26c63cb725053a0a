// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

/** What a record's value is (option {@code record.value}). */
public enum RecordValueMode {
  /** A typed Connect struct. */
  STRUCT,

  /** The event's original JSON text. */
  JSON
}
