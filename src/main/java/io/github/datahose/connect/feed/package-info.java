// SPDX-License-Identifier: Apache-2.0
/**
 * A feed's way into Connect: the reader thread, the batch, its hand-over to poll, its offsets, the
 * window of events that are already there, and the metrics.
 */
package io.github.datahose.connect.feed;
