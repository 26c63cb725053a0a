// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Another agent of a simulated pod, on its own port. It shares feeds and tokens, and has its own
 * faults, requests, and optionally other options. Thread-safe.
 */
public final class FurtherAgent implements AutoCloseable {

  private final AtomicReference<UnaryOperator<SimulatorOptions>> own;
  private final Faults faults;
  private final Requests.Log log;
  private final SimulatorServer server;

  FurtherAgent(
      Supplier<SimulatorOptions> ofThePod,
      UnaryOperator<SimulatorOptions> initial,
      Function<Supplier<SimulatorOptions>, Map<String, SimulatorServer.Endpoint>> endpoints) {
    own = new AtomicReference<>(initial);
    Supplier<SimulatorOptions> options = () -> own.get().apply(ofThePod.get()).port(0);
    faults = new Faults(options);
    log = new Requests.Log(options.get().recordedRequests);
    server = new SimulatorServer(options, endpoints.apply(options), faults, log);
  }

  /** Replaces the options that differ from those of the pod. */
  public void reconfigure(UnaryOperator<SimulatorOptions> change) {
    own.set(change);
  }

  /** Returns the base URL, without a trailing slash. */
  public String url() {
    return server.url();
  }

  /** Returns the planned faults. */
  public Faults faults() {
    return faults;
  }

  /** Returns the requests to this agent; only the newest if there are too many. */
  public Requests requests() {
    return log.all();
  }

  /** Stops the agent: waiting reads end without a response, and the port is closed. */
  @Override
  public void close() {
    server.close();
  }
}
