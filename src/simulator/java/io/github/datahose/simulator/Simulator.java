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

/** A server that simulates a Symphony pod, key manager, and agent on one port. Thread-safe. */
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

  /** Starts a simulator with the defaults. */
  public static Simulator start() {
    return start(SimulatorOptions.defaults());
  }

  /**
   * Starts a simulator.
   *
   * @throws java.io.UncheckedIOException if it cannot listen
   */
  public static Simulator start(SimulatorOptions options) {
    return new Simulator(options);
  }

  /** Returns the base URL of the pod, key manager, and agent, without a trailing slash. */
  public String url() {
    return server.url();
  }

  /**
   * Returns the base URL of the same on the port that requires a client certificate; only with
   * {@link SimulatorOptions#https}.
   */
  public String certificateUrl() {
    return server.certificateUrl();
  }

  /** Returns the port. */
  public int port() {
    return server.port();
  }

  /** Starts another agent of this pod, which the caller closes. */
  public FurtherAgent furtherAgent() {
    return furtherAgent(UnaryOperator.identity());
  }

  /**
   * Starts another agent of this pod with other options.
   *
   * @param own changes the pod's options at each request: version, health, and handling of reads
   */
  public FurtherAgent furtherAgent(UnaryOperator<SimulatorOptions> own) {
    return new FurtherAgent(options::get, own, this::agentEndpoints);
  }

  /** Changes options at run time; host, port, HTTPS, seed, and streams stay the same. */
  public void reconfigure(UnaryOperator<SimulatorOptions> change) {
    options.updateAndGet(change);
  }

  /** Produces events of all types in the mix of a typical pod. */
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
   * @param types the event types; none means all
   * @return completes when all events are produced; canceling it stops the production
   */
  public CompletableFuture<Void> produceAtRate(
      int count, double ratePerSecond, Collection<String> types) {
    return producer.produceAtRate(count, ratePerSecond, types);
  }

  /** Produces one event; without a type, for every feed. */
  public void produce(String json) {
    producer.produce(List.of(Event.Given.of(json.getBytes(StandardCharsets.UTF_8))));
  }

  /** Produces several events at once, so that one response can contain them all. */
  public void produceAll(List<String> events) {
    producer.produce(
        events.stream()
            .map(json -> json.getBytes(StandardCharsets.UTF_8))
            .<Event>map(Event.Given::of)
            .toList());
  }

  /** Produces one event for every feed; the bytes need not be JSON. */
  public void produceUnfiltered(byte[] bytes) {
    producer.produce(List.of(Event.Given.unfiltered(bytes)));
  }

  /** Returns the event types that can be generated. */
  public List<String> types() {
    return producer.types();
  }

  /** Returns the produced, delivered, and acknowledged events. */
  public Ledger ledger() {
    return new Ledger(feeds);
  }

  /** Returns the planned faults. */
  public Faults faults() {
    return faults;
  }

  /** Returns the requests so far; only the newest if there are too many. */
  public Requests requests() {
    return log.all();
  }

  /** Returns the number of dropped requests. */
  public long forgottenRequests() {
    return log.forgotten();
  }

  /** Returns the successful logins, in order. */
  public List<Login> logins() {
    return login.logins();
  }

  /** Invalidates all tokens of both kinds now. */
  public void expireTokens() {
    expireSessionTokens();
    expireKeyManagerTokens();
  }

  /** Invalidates all session tokens now. */
  public void expireSessionTokens() {
    login.expire(Login.SESSION_TOKEN);
  }

  /** Invalidates all key manager tokens now. */
  public void expireKeyManagerTokens() {
    login.expire(Login.KEY_MANAGER_TOKEN);
  }

  /**
   * Makes all delivered and unacknowledged events visible now, as if their visibility timeout had
   * ended, to simulate a slow reader without a delay.
   */
  public void returnUnacknowledged() {
    feeds.returnUnacknowledged();
  }

  /** Deletes all feeds with their events, for runs of many measurements. */
  public void forgetFeeds() {
    feeds.forgetAll();
  }

  /**
   * Returns when the responses of the live feed with this tag were sent and acknowledged; null if
   * there is none.
   */
  public FeedTimes times(String tag) {
    return feeds.times(tag);
  }

  /** Ends waiting reads, all connections, and all threads. */
  @Override
  public void close() {
    producer.close();
    server.close();
  }
}
