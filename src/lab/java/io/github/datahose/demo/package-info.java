/**
 * The demo, {@code mvn -q -Pdemo verify}: from a simulated pod through a real worker to a real
 * broker, with an audit of the result.
 */
package io.github.datahose.demo;
