// SPDX-License-Identifier: Apache-2.0
/** The Kafka Connect source connector for Symphony Datahose: connector and task. */
package io.github.datahose.connect;
