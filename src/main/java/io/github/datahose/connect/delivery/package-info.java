// SPDX-License-Identifier: Apache-2.0
/**
 * Batches in flight to Kafka: records, their queue for poll, offsets, deduplication, oversize
 * events, windows of the ledger; and the signal that a reader waits on ({@code
 * ReaderContext.Signal}). Depends on events, metrics, and the configuration; independent of HTTP
 * and of the reader's loop.
 */
package io.github.datahose.connect.delivery;
