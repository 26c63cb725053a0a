// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A further agent of a simulated pod, on a port of its own: the same feeds and tokens, but faults
 * and requests that are its own, and whatever options it has of its own. Thread-safe.
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

  /** Changes what it has of its own, in place of what that was before. */
  public void reconfigure(UnaryOperator<SimulatorOptions> change) {
    own.set(change);
  }

  /** Base URL, without a slash at the end. */
  public String url() {
    return server.url();
  }

  /** The plan of faults. */
  public Faults faults() {
    return faults;
  }

  /** The requests to this agent, the newest of them when there were very many. */
  public Requests requests() {
    return log.all();
  }

  /** It dies: reads that wait end without an answer, and nobody listens any more. */
  @Override
  public void close() {
    server.close();
  }
}
