/**
 * From the JSON of Symphony's events to Kafka Connect structs: slicing an answer, schemas, mapping,
 * identities and record keys. Knows nothing of HTTP.
 */
package io.github.datahose.connect.event;
