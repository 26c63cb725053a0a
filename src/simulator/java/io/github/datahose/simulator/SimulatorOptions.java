// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/**
 * The options of a {@link Simulator}. Immutable: each method that takes a value returns a changed
 * copy. The defaults are those of Symphony if its vendor states them.
 */
public final class SimulatorOptions implements Cloneable {

  /** The response to a long poll without events; the vendor documents only the first two. */
  public enum EmptyAnswer {
    /** HTTP 200, an empty list, and a new ackId. */
    WITH_ACK_ID,
    /** HTTP 200 and an empty list. */
    WITHOUT_ACK_ID,
    /** HTTP 204, like version 4 of the API. */
    NO_CONTENT
  }

  /**
   * The handling of a valid ackId whose batch was returned to the queue (after its visibility
   * timeout), or whose feed was deleted. The vendor does not document it.
   */
  public enum StaleAckId {
    /** Accepts it, and acknowledges nothing. */
    IGNORED,
    /** Rejects it with HTTP 400. */
    REFUSED
  }

  /** The state of the content export account in the agent's health response. */
  public enum ContentExport {
    UP,
    /** The health response is HTTP 503. */
    DOWN,
    /** Not configured: the account is missing in the response, and the agent is UP. */
    ABSENT
  }

  static final String TLS_VERSION = "TLSv1.3";

  // The simulator reads these fields. They change only in a new copy, or when picocli reads the
  // command line. options.properties describes each option.

  @Option(names = "--host", paramLabel = "<address>")
  String host = "127.0.0.1";

  @Option(names = "--port", paramLabel = "<number>")
  int port;

  @Option(names = "--context-path", paramLabel = "</path>")
  String contextPath = "";

  Map<String, PublicKey> accounts = Map.of(SimulatorKeys.USERNAME, SimulatorKeys.publicKey());
  ServerIdentity identity;
  Set<X509Certificate> importedCertificates = Set.of();
  boolean toleratesContentType;
  String tlsVersion = TLS_VERSION;

  @Option(names = "--token-lifetime-ms", paramLabel = "<number>")
  Duration tokenLifetime = Duration.ofHours(1);

  @Option(names = "--simplified-key-delivery", arity = "0")
  boolean simplifiedKeyDelivery;

  @Option(names = "--agent-version", paramLabel = "<version>")
  String agentVersion = "25.8.1-1042";

  @Option(names = "--content-export", paramLabel = "<state>")
  ContentExport contentExport = ContentExport.UP;

  @Option(names = "--long-poll-ms", paramLabel = "<number>")
  Duration longPoll = Duration.ofSeconds(20);

  @Option(names = "--batch-size", paramLabel = "<number>")
  int batchSize = 100;

  @Option(names = "--visibility-ms", paramLabel = "<number>")
  Duration visibility = Duration.ofSeconds(30);

  @Option(names = "--latency-ms", paramLabel = "<number>")
  Duration latency = Duration.ZERO;

  @Option(names = "--feed-expiry-ms", paramLabel = "<number>")
  Duration feedExpiry = Duration.ofMinutes(30);

  @Option(names = "--feed-limit", paramLabel = "<number>")
  int feedLimit = 5;

  @Option(names = "--empty-answer", paramLabel = "<kind>")
  EmptyAnswer emptyAnswer = EmptyAnswer.WITH_ACK_ID;

  @Option(names = "--stale-ack-id", paramLabel = "<kind>")
  StaleAckId staleAckId = StaleAckId.IGNORED;

  @Option(names = "--seed", paramLabel = "<number>")
  long seed = 20261124;

  @Option(names = "--streams", paramLabel = "<number>")
  int streams = 100;

  @Option(names = "--rate", paramLabel = "<number>")
  double rate;

  @Option(names = "--recorded-requests", paramLabel = "<number>")
  int recordedRequests = 10_000;

  InstantSource clock = Clock.systemUTC();

  private SimulatorOptions() {}

  /** Returns one account ({@link SimulatorKeys}), a free port of 127.0.0.1, the vendor's times. */
  public static SimulatorOptions defaults() {
    return new SimulatorOptions();
  }

  /** Sets the address to listen on. */
  public SimulatorOptions host(String value) {
    return with(copy -> copy.host = value);
  }

  /** Sets the port to listen on; 0 for a free port. */
  public SimulatorOptions port(int value) {
    return with(copy -> copy.port = value);
  }

  /** Sets the prefix of every path, as behind a reverse proxy; empty, or with a leading slash. */
  public SimulatorOptions contextPath(String value) {
    return with(copy -> copy.contextPath = value);
  }

  /** Adds a service account that can log in with the private key of this RSA key. */
  public SimulatorOptions account(String username, PublicKey key) {
    Map<String, PublicKey> more = new LinkedHashMap<>(accounts);
    more.put(username, key);
    return with(copy -> copy.accounts = Map.copyOf(more));
  }

  /**
   * Listens with HTTPS, also on a second port that requires a client certificate ({@link
   * Simulator#certificateUrl()}).
   *
   * @param key the private key of the certificate
   * @param chain the server's certificate and the certificates that signed it, without the root
   */
  public SimulatorOptions https(PrivateKey key, List<X509Certificate> chain) {
    return with(copy -> copy.identity = new ServerIdentity(key, List.copyOf(chain)));
  }

  /**
   * Lets accounts log in with this certificate, or with those that it signed, like an import in the
   * admin portal.
   */
  public SimulatorOptions importCertificate(X509Certificate certificate) {
    Set<X509Certificate> more = new HashSet<>(importedCertificates);
    more.add(certificate);
    return with(copy -> copy.importedCertificates = Set.copyOf(more));
  }

  /** Reverts the import of a certificate. */
  public SimulatorOptions removeCertificate(X509Certificate certificate) {
    Set<X509Certificate> fewer = new HashSet<>(importedCertificates);
    fewer.remove(certificate);
    return with(copy -> copy.importedCertificates = Set.copyOf(fewer));
  }

  /** Sets the only TLS version to offer, such as {@code TLSv1.2}. */
  public SimulatorOptions tlsVersion(String value) {
    return with(copy -> copy.tlsVersion = value);
  }

  /**
   * Sets whether a certificate login with an empty body can have a Content-Type. The vendor's
   * documentation forbids it since March 2025. The vendor's SDK for Java (2.12.0) still sends it,
   * so some pods must accept it.
   */
  public SimulatorOptions toleratesContentType(boolean value) {
    return with(copy -> copy.toleratesContentType = value);
  }

  /** Sets the time after which both tokens of a login are rejected. */
  public SimulatorOptions tokenLifetime(Duration value) {
    return with(copy -> copy.tokenLifetime = value);
  }

  /** Sets whether session tokens state that no key manager token is needed. */
  public SimulatorOptions simplifiedKeyDelivery(boolean value) {
    return with(copy -> copy.simplifiedKeyDelivery = value);
  }

  /** Sets the version in the agent's health response, such as {@code 24.12.4-913}. */
  public SimulatorOptions agentVersion(String value) {
    return with(copy -> copy.agentVersion = value);
  }

  /** Sets the state of the content export account in the agent's health response. */
  public SimulatorOptions contentExport(ContentExport value) {
    return with(copy -> copy.contentExport = value);
  }

  /** Sets the maximum time that a read waits for events. */
  public SimulatorOptions longPoll(Duration value) {
    return with(copy -> copy.longPoll = value);
  }

  /** Sets the maximum number of events in one response. */
  public SimulatorOptions batchSize(int value) {
    return with(copy -> copy.batchSize = value);
  }

  /** Sets the time after which an unacknowledged batch is redelivered. */
  public SimulatorOptions visibility(Duration value) {
    return with(copy -> copy.visibility = value);
  }

  /** Sets the time that is added to each read, before it is processed. */
  public SimulatorOptions latency(Duration value) {
    return with(copy -> copy.latency = value);
  }

  /** Sets the time without a read after which a feed and its events are deleted. */
  public SimulatorOptions feedExpiry(Duration value) {
    return with(copy -> copy.feedExpiry = value);
  }

  /** Sets the maximum number of feeds per account; another feed is rejected with HTTP 403. */
  public SimulatorOptions feedLimit(int value) {
    return with(copy -> copy.feedLimit = value);
  }

  /** Sets the response to a long poll without events. */
  public SimulatorOptions emptyAnswer(EmptyAnswer value) {
    return with(copy -> copy.emptyAnswer = value);
  }

  /** Sets the handling of a stale ackId. */
  public SimulatorOptions staleAckId(StaleAckId value) {
    return with(copy -> copy.staleAckId = value);
  }

  /** Sets the seed of the generated events; it determines all but their times. */
  public SimulatorOptions seed(long value) {
    return with(copy -> copy.seed = value);
  }

  /** Sets the number of streams (rooms, chats, walls) of the generated events. */
  public SimulatorOptions streams(int value) {
    return with(copy -> copy.streams = value);
  }

  /** Sets the number of events to generate per second, of all types; 0 for none. */
  public SimulatorOptions rate(double value) {
    return with(copy -> copy.rate = value);
  }

  /** Sets the maximum number of requests that {@link Simulator#requests()} keeps. */
  public SimulatorOptions recordedRequests(int value) {
    return with(copy -> copy.recordedRequests = value);
  }

  /** Sets the clock of tokens, visibility, and expiry; the long poll waits in real time. */
  public SimulatorOptions clock(InstantSource value) {
    return with(copy -> copy.clock = value);
  }

  private SimulatorOptions with(Consumer<SimulatorOptions> change) {
    try {
      SimulatorOptions copy = (SimulatorOptions) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
