// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

/** When the struct carries the event's original JSON text besides (option {@code record.raw}). */
public enum RecordRawMode {
  /** When the struct does not say all that the JSON said. */
  UNMAPPED,

  /** In each record. */
  ALWAYS,

  /** Never: what does not fit the struct is lost. */
  NEVER
}
