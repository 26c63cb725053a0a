// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.agent.SymphonyClient;
import io.github.datahose.connect.symphony.check.ConnectionCheck;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.HttpUrl;

/** A client, and the simulator that is its pod, key manager and agent. */
public final class ClientUnderTest implements AutoCloseable {

  public static final String HEALTH = "/agent/v3/health/extended";
  public static final String INFO = "/agent/v1/info";

  /** Of all servers and clients with certificates. */
  public static final Authority AUTHORITY = new Authority("Test CA");

  public final Simulator simulator;

  /** Those of the client that the next call makes. */
  public final GivenSettings settings;

  /** How often a read had to log in. */
  public final AtomicInteger logins = new AtomicInteger();

  private SymphonyClient client;

  /** Without TLS. */
  public ClientUnderTest() {
    this(SimulatorOptions.defaults());
  }

  private ClientUnderTest(SimulatorOptions options) {
    simulator = Simulator.start(options.longPoll(Duration.ZERO));
    settings = GivenSettings.of(simulator.url());
  }

  /** With TLS; each trusts the authority of the other. */
  public static ClientUnderTest withTls(Identity server) {
    ClientUnderTest client =
        new ClientUnderTest(
            SimulatorOptions.defaults()
                .https(server.key(), server.chain())
                .importCertificate(AUTHORITY.certificate()));
    client.settings.trusting(AUTHORITY.certificate());
    return client;
  }

  /** The same with a certificate for this machine. */
  public static ClientUnderTest withTls() {
    return withTls(AUTHORITY.server());
  }

  public synchronized SymphonyClient client() {
    if (client == null) {
      client = new SymphonyClient(settings.build());
    }
    return client;
  }

  /** The next call makes a new client. */
  public synchronized void forgetClient() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** A reader's way to the feed, at the first agent of the settings. */
  public DatahoseFeed feed() {
    return feedAt(settings.build().endpoints().agents().get(0).toString());
  }

  public DatahoseFeed feedAt(String agentUrl) {
    HttpUrl agent = HttpUrl.get(agentUrl);
    return client()
        .feed("tag", List.of("MESSAGESENT"), List.of(), () -> agent, logins::incrementAndGet);
  }

  /** Reads without an ackId. */
  public ReadAnswer read() throws SymphonyException {
    return feed().read("");
  }

  /** The failure of such a read; null when it worked. */
  public SymphonyException failure() {
    return failureOf(feed());
  }

  public static SymphonyException failureOf(DatahoseFeed feed) {
    return catchThrowableOfType(SymphonyException.class, () -> feed.read(""));
  }

  /** Checks the connection as {@code validate} does. */
  public ConnectionCheck.Report check() {
    return ConnectionCheck.run(settings.build(), Duration.ofSeconds(50));
  }

  /** Spoils each request to this path from here on. */
  public void spoil(String path, Fault fault) {
    simulator.faults().add(fault.at(path).times(Integer.MAX_VALUE));
  }

  public RecordedRequest lastRead() {
    return simulator.requests().reads().last();
  }

  /** Until a request to this path has come to the simulator that it has not answered yet. */
  public void awaitWaiting(String path) {
    await().until(() -> simulator.requests().to(path).waiting().count() == 1);
  }

  @Override
  public void close() {
    forgetClient();
    simulator.close();
  }
}
