// SPDX-License-Identifier: Apache-2.0
/**
 * A batch on its way into Kafka: records, their queue for poll, offsets, deduplication, oversize
 * events, windows of the ledger; and what a reader waits on ({@code ReaderContext.Signal}). Knows
 * events, metrics and the configuration; knows nothing of HTTP and of the reader's loop.
 */
package io.github.datahose.connect.delivery;
