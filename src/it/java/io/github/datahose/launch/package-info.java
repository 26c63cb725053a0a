/**
 * Starts real Kafka brokers, real distributed Connect workers with the packaged archive as their
 * plugin, and the simulator, as processes of their own. Integration tests begin at {@link
 * WorkerFixture}.
 */
package io.github.datahose.launch;
