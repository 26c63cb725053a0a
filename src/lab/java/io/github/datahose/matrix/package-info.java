/**
 * The worker matrix, {@code mvn -q -Pworker-matrix verify}: the packaged archive in real workers of
 * old and new versions of Kafka, on old and new versions of Java.
 */
package io.github.datahose.matrix;
