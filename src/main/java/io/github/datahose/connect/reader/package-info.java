// SPDX-License-Identifier: Apache-2.0
/**
 * The loop of a reader and its patience: read, retry, fail over, keep alive, heartbeat, ledger.
 * Knows delivery, monitor, config, event, and Symphony's client; knows nothing of how a call is
 * made.
 */
package io.github.datahose.connect.reader;
