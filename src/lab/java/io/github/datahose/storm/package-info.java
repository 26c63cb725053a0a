/**
 * The storm in one command, {@code mvn -q -Pchaos verify}: workers are killed at random instants
 * while events flow and the simulated pod misbehaves, and at the end the topics are held against
 * the pod's ledger. It begins at {@link io.github.datahose.storm.Storm}.
 */
package io.github.datahose.storm;
