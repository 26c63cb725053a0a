/**
 * Starts real Kafka brokers and real distributed Connect workers as processes of their own, by
 * Kafka version, with the packaged archive as the only plugin. Integration tests begin at {@link
 * ConnectCluster}.
 */
package io.github.datahose.launch;
