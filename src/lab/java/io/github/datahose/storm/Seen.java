// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.storm;

/**
 * What the audit keeps of a record: the values of a whole storm do not fit into memory.
 *
 * @param key null when it has none
 * @param messageId null when the event had none
 * @param type of the event; null when it had none
 */
record Seen(String key, String messageId, String type) {
  /** Whether its type begins so. */
  boolean isOf(String types) {
    return type != null && type.startsWith(types);
  }
}
