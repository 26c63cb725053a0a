/**
 * The main job in one command, {@code mvn -q -Pdemo verify}: from a simulated pod through a real
 * worker into a real broker and back by an audit.
 */
package io.github.datahose.demo;
