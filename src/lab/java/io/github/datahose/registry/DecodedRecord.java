// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.registry;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A record as a consumer got it.
 *
 * @param topic where it stood
 * @param key its key as text; null when it has none
 * @param value what the deserializer made of its value
 * @param bytes the size of the value in Kafka
 * @param schema the Avro schema that the registry gave for it; null where none was asked
 */
record DecodedRecord(String topic, String key, JsonNode value, int bytes, String schema) {}
