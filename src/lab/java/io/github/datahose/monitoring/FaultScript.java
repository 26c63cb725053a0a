// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.SimulatorOptions;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Reproduces a fault with its own connector, and fixes it.
 *
 * @param pod changes the simulated pod before it starts
 * @param prepare runs before the connector is created
 * @param begin causes the fault, at a connector that reads successfully unless it was prepared
 * @param mend ends the fault as the action in the table says; the restart of a failed task is not
 *     part of it
 * @param fromTheStart whether the fault is there before the first read of the connector
 * @param exactlyOnce whether its worker is the one with exactly-once
 */
record FaultScript(
    UnaryOperator<SimulatorOptions> pod,
    Consumer<FaultyConnector> prepare,
    Consumer<FaultyConnector> begin,
    Consumer<FaultyConnector> mend,
    boolean fromTheStart,
    boolean exactlyOnce) {

  /** Begins and ends the fault while the connector runs. */
  static FaultScript of(Consumer<FaultyConnector> begin, Consumer<FaultyConnector> mend) {
    return new FaultScript(pod -> pod, connector -> {}, begin, mend, false, false);
  }

  /** Responds so to all requests until the fault is fixed, once the feed has been read. */
  static FaultScript answers(Fault... faults) {
    return of(
        connector -> {
          for (Fault fault : faults) {
            connector.pod().faults().add(fault.times(Integer.MAX_VALUE));
          }
        },
        FaultyConnector::clearFaults);
  }

  /** Happens once, with an event; there is nothing to fix. */
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
