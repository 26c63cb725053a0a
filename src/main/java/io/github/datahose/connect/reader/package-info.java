// SPDX-License-Identifier: Apache-2.0
/**
 * The loop of a reader and its patience: read, retry, fail over, keep alive, heartbeat. Stands on
 * all other packages; only the task uses it.
 */
package io.github.datahose.connect.reader;
