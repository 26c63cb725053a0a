// SPDX-License-Identifier: Apache-2.0
/**
 * What one event costs, {@code mvn -q -Pjmh verify}: time and memory of each step that an event
 * takes, beside what else reads it, and the budget that the memory has to keep to. See {@code
 * docs/performance.md}. The steps themselves are in {@link EventBenchmark}.
 */
package io.github.datahose.benchmark.micro;
