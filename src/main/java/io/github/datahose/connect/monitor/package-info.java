// SPDX-License-Identifier: Apache-2.0
/**
 * Monitoring of a reader: metrics, their MBean, and the log of its states; and their clock. Depends
 * on the kinds of Symphony's failures; independent of records, configuration, and the reader's
 * loop.
 */
package io.github.datahose.connect.monitor;
