// SPDX-License-Identifier: Apache-2.0
/**
 * What one event costs, {@code mvn -q -Pjmh verify}: time and memory of each step that an event
 * takes, beside what else reads it, and the budget that the memory has to keep to. See {@code
 * docs/performance.md}.
 *
 * <p>The steps of {@code connect.event} are measured here, through its public classes. Those of
 * {@code connect.feed} are measured from within, by {@link
 * io.github.datahose.connect.feed.BatchBenchmark}: its classes are public for nobody, and should
 * not become so to be measured.
 */
package io.github.datahose.benchmark.micro;
