/**
 * Events of Symphony as Kafka Connect structs: event lists, schemas, mapping, identities, and
 * record keys. Independent of HTTP.
 */
package io.github.datahose.connect.event;
