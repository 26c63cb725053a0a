/**
 * Measures what the connector takes of a worker: over a million events, with a large answer, and
 * with an empty feed; and sends events in more transactions than a producer's epoch has numbers.
 * {@code mvn -q -Pendurance verify} runs {@link io.github.datahose.endurance.Endurance}.
 */
package io.github.datahose.endurance;
