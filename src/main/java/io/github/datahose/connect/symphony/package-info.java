// SPDX-License-Identifier: Apache-2.0
/**
 * Symphony's side: HTTP, logins, tokens, the read call of the Datahose, and what its failures mean.
 * Knows nothing of Kafka.
 */
package io.github.datahose.connect.symphony;
