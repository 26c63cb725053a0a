/**
 * The benchmark, {@code mvn -q -Pbenchmark verify}: the connector in a real worker beside what one
 * would have without it, the vendor's SDK and a loop written by hand. See {@code
 * docs/performance.md}.
 */
package io.github.datahose.benchmark;
