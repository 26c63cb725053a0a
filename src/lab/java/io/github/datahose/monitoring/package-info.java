/**
 * What users watch the connector with ({@code docs/monitoring}) held against a real worker and a
 * real Prometheus: {@code mvn -q -Pmonitoring verify}.
 */
package io.github.datahose.monitoring;
