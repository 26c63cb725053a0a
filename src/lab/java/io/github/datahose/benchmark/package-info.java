/**
 * The benchmark, {@code mvn -q -Pbenchmark verify}: the README's config, {@code record.value=json}
 * and exactly-once delivery in a real worker, beside the vendor's SDK, a loop written by hand, and
 * that loop as a task in the same worker, which separates the connector's cost from Connect's.
 * {@code docs/performance.md} says what it means for a user. How it is measured:
 *
 * <ul>
 *   <li>Each contender has a process or worker with a heap of 512 MB, Kafka's client of the same
 *       version, {@code acks=all}, and a topic of one partition. It stays up through the whole run
 *       and acknowledges only what Kafka has. Connectors have the configs of {@code config}, so
 *       that the two cannot drift apart.
 *   <li>Simulator, broker and contenders share the machine. What simulator and broker take draws
 *       ratios towards 1.
 *   <li>Only one contender's feed is given events; the others wait in their long polls. After a
 *       lead of 0.15 s that does not count, as many events as it handles in some 1.3 s are put
 *       there at once.
 *   <li>Throughput is events by the time from the first delivery to the last acknowledgement, by
 *       the simulator's ledger. A cycle is from an answer to its acknowledgement.
 *   <li>Contenders are warmed up, for a moment also in each cell. Then come three rounds over all
 *       of them. Values are medians; the spread is the smallest and the largest. A ratio is that of
 *       the medians, its spread that of runs side by side.
 *   <li>Before the runs, who writes an event's own text must write the same keys, values, headers
 *       and timestamps. After them, topics must hold as many records as were acknowledged.
 * </ul>
 */
package io.github.datahose.benchmark;
