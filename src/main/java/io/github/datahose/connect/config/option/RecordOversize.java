// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

/** What is done with an event that is too large for a record (option {@code record.oversize}). */
public enum RecordOversize {
  /** It is delivered without its large texts. */
  ENVELOPE,

  /** The task fails before anything of the event's batch is handed over. */
  FAIL
}
