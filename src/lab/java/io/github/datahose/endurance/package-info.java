/**
 * Measures what the connector takes of a worker: over a million events, with a large answer, and
 * with an empty feed. {@code mvn -q -Pendurance verify} runs {@link
 * io.github.datahose.endurance.Endurance}.
 */
package io.github.datahose.endurance;
