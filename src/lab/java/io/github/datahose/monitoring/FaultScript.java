// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.SimulatorOptions;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How a fault is made at a connector of its own, and mended.
 *
 * @param pod changes the simulated pod before it starts
 * @param prepare is done before the connector is created
 * @param begin makes the fault, at a connector that reads well unless it had to be prepared
 * @param mend ends the fault as somebody would who does what the table says; the restart of a task
 *     that failed is not part of it
 * @param fromTheStart whether the connector meets the fault before it has ever read
 * @param exactlyOnce whether its worker is the one with exactly-once
 */
record FaultScript(
    UnaryOperator<SimulatorOptions> pod,
    Consumer<FaultyConnector> prepare,
    Consumer<FaultyConnector> begin,
    Consumer<FaultyConnector> mend,
    boolean fromTheStart,
    boolean exactlyOnce) {

  /** Begins and mends it while the connector runs. */
  static FaultScript of(Consumer<FaultyConnector> begin, Consumer<FaultyConnector> mend) {
    return new FaultScript(pod -> pod, connector -> {}, begin, mend, false, false);
  }

  /** Answers all requests so until it is mended, once the feed has been read. */
  static FaultScript answers(Fault... faults) {
    return of(
        connector -> {
          for (Fault fault : faults) {
            connector.pod().faults().add(fault.times(Integer.MAX_VALUE));
          }
        },
        FaultyConnector::clearFaults);
  }

  /** Happens once with an event; there is nothing to mend. */
  static FaultScript event(String json) {
    return of(connector -> connector.pod().produce(json), connector -> {});
  }

  /** Is there before the connector is created. */
  static FaultScript prepared(Consumer<FaultyConnector> prepare, Consumer<FaultyConnector> mend) {
    return new FaultScript(pod -> pod, prepare, connector -> {}, mend, true, false);
  }

  /** The same, with the fault there before the connector is created. */
  FaultScript fromTheBeginning() {
    return new FaultScript(pod, prepare.andThen(begin), connector -> {}, mend, true, exactlyOnce);
  }

  /** The same, at a pod of these options. */
  FaultScript at(UnaryOperator<SimulatorOptions> changed) {
    return new FaultScript(changed, prepare, begin, mend, fromTheStart, exactlyOnce);
  }

  /** The same, with an option of the connector. */
  FaultScript with(String option, String value) {
    return preparedBy(connector -> connector.set(option, value));
  }

  /** The same, with something done before the connector is created. */
  FaultScript preparedBy(Consumer<FaultyConnector> first) {
    return new FaultScript(pod, first.andThen(prepare), begin, mend, fromTheStart, exactlyOnce);
  }

  /** The same, in the worker with exactly-once. */
  FaultScript inExactlyOnce() {
    return new FaultScript(pod, prepare, begin, mend, fromTheStart, true);
  }
}
