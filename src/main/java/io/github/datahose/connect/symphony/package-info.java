// SPDX-License-Identifier: Apache-2.0
/**
 * What a call to Symphony is told and answers, and what its failure is. The packages below make the
 * calls. Knows nothing of Kafka.
 */
package io.github.datahose.connect.symphony;
