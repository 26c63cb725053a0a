/**
 * The commands of {@code docs/runbooks.md}, taken out of it and run by a shell against a real
 * worker and a simulated pod.
 */
package io.github.datahose.connect.runbook;
