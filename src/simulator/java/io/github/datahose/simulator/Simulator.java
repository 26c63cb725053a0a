// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A server that behaves as a Symphony pod, key manager and agent do, all on one port. Thread-safe.
 */
public final class Simulator implements AutoCloseable {

  private final AtomicReference<SimulatorOptions> options;
  private final PodLogin login;
  private final Feeds feeds;
  private final Producer producer;
  private final Faults faults;
  private final Requests.Log log;
  private final SimulatorServer server;

  private Simulator(SimulatorOptions initial) {
    options = new AtomicReference<>(initial);
    login = new PodLogin(options::get);
    feeds = new Feeds(options::get);
    producer = new Producer(options::get, feeds);
    faults = new Faults(options::get);
    log = new Requests.Log(initial.recordedRequests);
    Map<String, SimulatorServer.Endpoint> endpoints = new HashMap<>(login.endpoints());
    endpoints.putAll(agentEndpoints(options::get));
    endpoints.putAll(new Control(this).endpoints());
    server = new SimulatorServer(options::get, endpoints, faults, log);
    if (initial.rate > 0) {
      producer.produceAtRate(Integer.MAX_VALUE, initial.rate, List.of());
    }
  }

  private Map<String, SimulatorServer.Endpoint> agentEndpoints(Supplier<SimulatorOptions> agent) {
    return new Agent(agent, login, feeds).endpoints();
  }

  /** Starts one with the defaults. */
  public static Simulator start() {
    return start(SimulatorOptions.defaults());
  }

  /**
   * Starts one.
   *
   * @throws java.io.UncheckedIOException when it cannot listen
   */
  public static Simulator start(SimulatorOptions options) {
    return new Simulator(options);
  }

  /** Base URL of pod, key manager and agent, without a slash at the end. */
  public String url() {
    return server.url();
  }

  /**
   * Base URL of the same on the port where nobody gets through without a client certificate; only
   * with {@link SimulatorOptions#https}.
   */
  public String certificateUrl() {
    return server.certificateUrl();
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** A further agent of this pod, which the caller closes. */
  public FurtherAgent furtherAgent() {
    return furtherAgent(UnaryOperator.identity());
  }

  /**
   * A further agent of this pod that is not like it.
   *
   * @param own what it changes of the pod's options, as they are at each request: its version, its
   *     health, how it answers reads
   */
  public FurtherAgent furtherAgent(UnaryOperator<SimulatorOptions> own) {
    return new FurtherAgent(options::get, own, this::agentEndpoints);
  }

  /** Changes options while it runs; host, port, HTTPS, seed and streams stay as they were. */
  public void reconfigure(UnaryOperator<SimulatorOptions> change) {
    options.updateAndGet(change);
  }

  /** Produces events of all types in the mix of a pod. */
  public void produce(int count) {
    producer.produce(count, List.of());
  }

  /** Produces events of some types; none means all. */
  public void produce(int count, Collection<String> types) {
    producer.produce(count, types);
  }

  /** Produces events of some types, none means all, for the feed of one tag only. */
  public void produce(int count, Collection<String> types, String tag) {
    producer.produce(count, types, tag);
  }

  /**
   * Produces events at a rate, in the background.
   *
   * @param types none means all
   * @return done when all are produced; cancelling it stops the production
   */
  public CompletableFuture<Void> produceAtRate(
      int count, double ratePerSecond, Collection<String> types) {
    return producer.produceAtRate(count, ratePerSecond, types);
  }

  /** Produces one event; without a type in it, it goes to every feed. */
  public void produce(String json) {
    producer.produce(List.of(Event.Given.of(json.getBytes(StandardCharsets.UTF_8))));
  }

  /** Produces several events at once, so that one answer can hold them all. */
  public void produceAll(List<String> events) {
    producer.produce(
        events.stream()
            .map(json -> json.getBytes(StandardCharsets.UTF_8))
            .<Event>map(Event.Given::of)
            .toList());
  }

  /** Produces one event for every feed, whatever it is; the bytes need not be JSON. */
  public void produceUnfiltered(byte[] bytes) {
    producer.produce(List.of(Event.Given.unfiltered(bytes)));
  }

  /** The event types that can be generated. */
  public List<String> types() {
    return producer.types();
  }

  /** What was produced, delivered and acknowledged. */
  public Ledger ledger() {
    return new Ledger(feeds);
  }

  /** The plan of faults. */
  public Faults faults() {
    return faults;
  }

  /** The requests so far, the newest of them when there were very many. */
  public Requests requests() {
    return log.all();
  }

  /** How many requests are no longer remembered. */
  public long forgottenRequests() {
    return log.forgotten();
  }

  /** The logins that succeeded, in order. */
  public List<Login> logins() {
    return login.logins();
  }

  /** Makes all tokens of both kinds invalid now. */
  public void expireTokens() {
    expireSessionTokens();
    expireKeyManagerTokens();
  }

  /** Makes all session tokens invalid now. */
  public void expireSessionTokens() {
    login.expire(Login.SESSION_TOKEN);
  }

  /** Makes all key manager tokens invalid now. */
  public void expireKeyManagerTokens() {
    login.expire(Login.KEY_MANAGER_TOKEN);
  }

  /**
   * Makes all that was delivered and not acknowledged visible again now, as if its visibility
   * timeout had passed: for a reader that is away that long, without the wait.
   */
  public void returnUnacknowledged() {
    feeds.returnUnacknowledged();
  }

  /** Deletes all feeds, and forgets all that was in them: for a run of many measurements. */
  public void forgetFeeds() {
    feeds.forgetAll();
  }

  /** When the answers of the live feed with this tag were given and acknowledged; null without. */
  public FeedTimes times(String tag) {
    return feeds.times(tag);
  }

  /** Ends reads that wait, all connections and all threads. */
  @Override
  public void close() {
    producer.close();
    server.close();
  }
}
