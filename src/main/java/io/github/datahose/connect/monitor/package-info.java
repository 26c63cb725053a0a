// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator sees of a reader: metrics, their MBean, and the log of changes of state; and the
 * clock that all of it goes by. Knows the kinds of Symphony's failures; knows nothing of records,
 * configuration or the reader's loop.
 */
package io.github.datahose.connect.monitor;
