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
 * How a {@link Simulator} behaves. Immutable: each method that takes a value returns a changed
 * copy. The defaults are those of the real thing where its vendor states them.
 */
public final class SimulatorOptions implements Cloneable {

  /** What an empty long poll is answered with; the vendor documents only the first two. */
  public enum EmptyAnswer {
    /** 200, an empty list and an ackId of its own. */
    WITH_ACK_ID,
    /** 200 and an empty list. */
    WITHOUT_ACK_ID,
    /** 204, as version 4 of the API did. */
    NO_CONTENT
  }

  /**
   * What becomes of a well-formed ackId whose batch went back to the queue (its visibility timeout
   * passed), or that comes from a feed that is no more. The vendor does not say which it is.
   */
  public enum StaleAckId {
    /** Accepted, acknowledges nothing. */
    IGNORED,
    /** Refused with 400. */
    REFUSED
  }

  /** State of the content export account in the agent's health. */
  public enum ContentExport {
    UP,
    /** Health is answered with 503. */
    DOWN,
    /** Not configured: it is missing in the answer, and the agent still says UP. */
    ABSENT
  }

  static final String TLS_VERSION = "TLSv1.3";

  // Read by the simulator; changed only in a fresh copy that nobody else has seen, and by picocli
  // in one that is made for the command line; options.properties says what each option means.

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

  /** One account ({@link SimulatorKeys}), a free port of 127.0.0.1, the vendor's times. */
  public static SimulatorOptions defaults() {
    return new SimulatorOptions();
  }

  /** Address to listen on. */
  public SimulatorOptions host(String value) {
    return with(copy -> copy.host = value);
  }

  /** Port to listen on; 0 takes a free one. */
  public SimulatorOptions port(int value) {
    return with(copy -> copy.port = value);
  }

  /** Put before every path, as a reverse proxy may do; empty, or beginning with a slash. */
  public SimulatorOptions contextPath(String value) {
    return with(copy -> copy.contextPath = value);
  }

  /** Adds a service account that may log in with the private part of this RSA key. */
  public SimulatorOptions account(String username, PublicKey key) {
    Map<String, PublicKey> more = new LinkedHashMap<>(accounts);
    more.put(username, key);
    return with(copy -> copy.accounts = Map.copyOf(more));
  }

  /**
   * Listens with HTTPS, and on a second port too, where nothing is taken without a client
   * certificate ({@link Simulator#certificateUrl()}).
   *
   * @param key of the certificate
   * @param chain the server's certificate and those that it is signed by, but the root
   */
  public SimulatorOptions https(PrivateKey key, List<X509Certificate> chain) {
    return with(copy -> copy.identity = new ServerIdentity(key, List.copyOf(chain)));
  }

  /**
   * What an administrator does in the portal: lets accounts log in with this certificate, or with
   * those that it has signed.
   */
  public SimulatorOptions importCertificate(X509Certificate certificate) {
    Set<X509Certificate> more = new HashSet<>(importedCertificates);
    more.add(certificate);
    return with(copy -> copy.importedCertificates = Set.copyOf(more));
  }

  /** Takes it back. */
  public SimulatorOptions removeCertificate(X509Certificate certificate) {
    Set<X509Certificate> fewer = new HashSet<>(importedCertificates);
    fewer.remove(certificate);
    return with(copy -> copy.importedCertificates = Set.copyOf(fewer));
  }

  /** The only version of TLS to speak, as in {@code TLSv1.2}. */
  public SimulatorOptions tlsVersion(String value) {
    return with(copy -> copy.tlsVersion = value);
  }

  /**
   * Whether a certificate login may have a Content-Type when its body is empty. The vendor's
   * documentation forbids it since March 2025; the vendor's SDK for Java (2.12.0) sends it all the
   * same, so some pods must let it pass.
   */
  public SimulatorOptions toleratesContentType(boolean value) {
    return with(copy -> copy.toleratesContentType = value);
  }

  /** Time after which both tokens of a login are refused. */
  public SimulatorOptions tokenLifetime(Duration value) {
    return with(copy -> copy.tokenLifetime = value);
  }

  /** Whether session tokens claim that no key manager token is needed. */
  public SimulatorOptions simplifiedKeyDelivery(boolean value) {
    return with(copy -> copy.simplifiedKeyDelivery = value);
  }

  /** As in the agent's health, for example {@code 24.12.4-913}. */
  public SimulatorOptions agentVersion(String value) {
    return with(copy -> copy.agentVersion = value);
  }

  /** State of the content export account in the agent's health. */
  public SimulatorOptions contentExport(ContentExport value) {
    return with(copy -> copy.contentExport = value);
  }

  /** Longest time that a read waits for events. */
  public SimulatorOptions longPoll(Duration value) {
    return with(copy -> copy.longPoll = value);
  }

  /** Most events in one answer. */
  public SimulatorOptions batchSize(int value) {
    return with(copy -> copy.batchSize = value);
  }

  /** Time after which a delivered batch that is not acknowledged is delivered again. */
  public SimulatorOptions visibility(Duration value) {
    return with(copy -> copy.visibility = value);
  }

  /** Added to each read, before anything of it is looked at. */
  public SimulatorOptions latency(Duration value) {
    return with(copy -> copy.latency = value);
  }

  /** Time without a read after which a feed is deleted with all that it holds. */
  public SimulatorOptions feedExpiry(Duration value) {
    return with(copy -> copy.feedExpiry = value);
  }

  /** Most feeds of one account at a time; the next one is refused with 403. */
  public SimulatorOptions feedLimit(int value) {
    return with(copy -> copy.feedLimit = value);
  }

  /** What an empty long poll is answered with. */
  public SimulatorOptions emptyAnswer(EmptyAnswer value) {
    return with(copy -> copy.emptyAnswer = value);
  }

  /** What becomes of a stale ackId. */
  public SimulatorOptions staleAckId(StaleAckId value) {
    return with(copy -> copy.staleAckId = value);
  }

  /** Of the generated events; the same seed makes the same events, but for their times. */
  public SimulatorOptions seed(long value) {
    return with(copy -> copy.seed = value);
  }

  /** Number of different streams (rooms, chats, walls) that generated events are about. */
  public SimulatorOptions streams(int value) {
    return with(copy -> copy.streams = value);
  }

  /** Events a second that it produces by itself, of all types and without end; 0 for none. */
  public SimulatorOptions rate(double value) {
    return with(copy -> copy.rate = value);
  }

  /** Most requests that {@link Simulator#requests()} remembers. */
  public SimulatorOptions recordedRequests(int value) {
    return with(copy -> copy.recordedRequests = value);
  }

  /** Time of tokens, visibility and expiry; the long poll itself waits in real time. */
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
