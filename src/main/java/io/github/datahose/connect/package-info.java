// SPDX-License-Identifier: Apache-2.0
/** The Kafka Connect source connector for the Datahose of Symphony: its connector and its task. */
package io.github.datahose.connect;
