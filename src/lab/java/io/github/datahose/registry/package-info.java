// SPDX-License-Identifier: Apache-2.0
/**
 * The way of the records through converters: Confluent's Avro converter with a schema registry, and
 * those that Kafka brings. {@code mvn -q -Pregistry verify} runs it; the shipped schemas are also
 * held against the Connect schemas in the ordinary tests.
 */
package io.github.datahose.registry;
