// SPDX-License-Identifier: Apache-2.0
/**
 * Settings, responses, and failures of requests to Symphony. The packages below send the requests.
 * Independent of Kafka.
 */
package io.github.datahose.connect.symphony;
