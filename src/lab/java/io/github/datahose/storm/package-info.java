/**
 * The chaos test, {@code mvn -q -Pchaos verify}: workers are killed at random instants while events
 * flow and the simulated pod injects faults. At the end, the topics are compared with the pod's
 * ledger. It begins at {@link io.github.datahose.storm.Storm}.
 */
package io.github.datahose.storm;
