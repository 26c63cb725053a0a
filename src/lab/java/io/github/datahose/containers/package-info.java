// SPDX-License-Identifier: Apache-2.0
/**
 * The connector in containers: {@code docker-compose.yml}, and the tests of {@code -Pcontainers}.
 */
package io.github.datahose.containers;
