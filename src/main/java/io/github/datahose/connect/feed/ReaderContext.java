// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

/**
 * What all parts of one reader share.
 *
 * @param name the reader in log lines and errors
 * @param clock its time
 * @param signal what it waits on
 * @param metrics its state and counters
 */
record ReaderContext(String name, FeedClock clock, ReaderSignal signal, FeedMetrics metrics) {}
