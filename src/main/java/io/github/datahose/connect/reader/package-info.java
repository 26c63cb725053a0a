// SPDX-License-Identifier: Apache-2.0
/**
 * The loop of a reader: reads, retries, failover, keep-alive reads, heartbeats, ledger. Depends on
 * delivery, monitor, config, event, and Symphony's client; independent of how requests are sent.
 */
package io.github.datahose.connect.reader;
