/**
 * What users watch the connector with ({@code config/monitoring}) held against a real worker and a
 * real Prometheus: {@code mvn -q -Pmonitoring verify}.
 */
package io.github.datahose.monitoring;
