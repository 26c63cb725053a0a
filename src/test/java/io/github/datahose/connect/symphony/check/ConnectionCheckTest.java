// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import static io.github.datahose.connect.symphony.ClientUnderTest.AUTHORITY;
import static io.github.datahose.connect.symphony.ClientUnderTest.HEALTH;
import static io.github.datahose.connect.symphony.ClientUnderTest.INFO;
import static io.github.datahose.simulator.Requests.CERTIFICATE_KEY_MANAGER_LOGIN;
import static io.github.datahose.simulator.Requests.CERTIFICATE_SESSION_LOGIN;
import static io.github.datahose.simulator.Requests.KEY_MANAGER_LOGIN;
import static io.github.datahose.simulator.Requests.SESSION_LOGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.net.httpserver.HttpServer;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.GivenSettings;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Finding;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Report;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Step;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Subject;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the connection check asks, what it makes of the answers, and that it always ends. */
@Timeout(60)
class ConnectionCheckTest {

  /** Longer than a test may take: what waits for its end fails. */
  private static final Duration ENDLESS = Duration.ofMinutes(10);

  private static final List<String> SERVERS = List.of("pod", "key manager", "agent");
  private static final String NOBODY = "http://nobody.invalid";

  private ClientUnderTest symphony = new ClientUnderTest();
  private Simulator simulator = symphony.simulator;
  private GivenSettings settings = symphony.settings;

  /** From here on all servers have certificates. */
  private void useTls(Identity server) {
    symphony.close();
    symphony = ClientUnderTest.withTls(server);
    simulator = symphony.simulator;
    settings = symphony.settings;
  }

  /** From here on the service account has one, too. */
  private void useCertificate() {
    useTls(AUTHORITY.server());
    settings
        .keyManager(simulator.certificateUrl())
        .certificate(AUTHORITY.client(SimulatorKeys.USERNAME));
  }

  @AfterEach
  void readsNoFeedAndLeavesNoThread() {
    assertThat(simulator.ledger().totals().feeds()).isEmpty();
    assertThat(simulator.requests().reads().count()).isZero();
    symphony.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> threadsOfChecks() == 0);
  }

  private static long threadsOfChecks() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("datahose-connection-check"))
        .count();
  }

  @Test
  void reportsFactsWhenEveryCallSucceeds() {
    simulator.reconfigure(options -> options.agentVersion("24.12.4-913"));
    Report report = symphony.check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.warnings()).isEmpty();
    String server = "127.0.0.1:" + simulator.port();
    assertThat(report.facts())
        .isEqualTo(
            "Account settlement-bot with login by RSA key, pod %s, key manager %s, agent %s of"
                    .formatted(server, server, server)
                + " version 24.12.4, content export account (ceservice) UP.");
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .containsExactly(SESSION_LOGIN, KEY_MANAGER_LOGIN, HEALTH);
  }

  @Test
  @Tag("invariant-10")
  void invariant10SendsNoTokenToAnAgentAndReportsNone() {
    Report report = symphony.check();
    assertThat(simulator.requests().to(HEALTH).last().headers())
        .doesNotContainKeys("sessionToken", "keyManagerToken");
    assertThat(simulator.logins())
        .hasSize(2)
        .noneMatch(login -> report.toString().contains(login.token()));
  }

  @Test
  void reportsARejectedKeyAndSkipsTheKeyManager() {
    settings.privateKey = SimulatorKeys::anotherPrivateKey;
    assertThat(only(true, Subject.KEY))
        .startsWith("the login to the pod (127.0.0.1) returned HTTP 401: ")
        .contains("Its public key must be the one that", "the clocks must agree")
        .contains("Check symphony.username");
    assertThat(simulator.requests().to(KEY_MANAGER_LOGIN).count()).isZero();
    assertThat(simulator.requests().to(HEALTH).count()).as("that is something else").isOne();
  }

  @Test
  void reportsAnUnusableKey() {
    settings.privateKey = () -> "no key";
    assertThat(only(true, Subject.KEY)).doesNotContain("no key");
    assertThat(simulator.requests().to(SESSION_LOGIN).count()).isZero();
  }

  @Test
  void reportsTransientFailureWhenAKeyFileIsUnresponsive() {
    settings.privateKey =
        () -> {
          throw new IllegalArgumentException("The key hangs", new TimeoutException());
        };
    assertThat(symphony.check().findings())
        .contains(new Finding(Subject.KEY, false, FailureKind.CREDENTIALS_TIMEOUT, "The key hangs"))
        .doesNotHaveDuplicates()
        .noneMatch(Finding::permanent);
  }

  @ParameterizedTest
  @CsvSource({
    "key, pod, 403, USERNAME, administrator must check that the account is enabled",
    "key, pod, 404, POD_URL, context path",
    "key, key manager, 401, KEY, The pod accepts this service account",
    "key, key manager, 403, KEY_MANAGER_URL, The pod accepts this service account",
    "key, key manager, 404, KEY_MANAGER_URL, context path",
    "key, agent, 404, AGENT_URL, health check of the agent (127.0.0.1) returned HTTP 404",
    "certificate, pod, 403, KEY, Its common name (CN) must be",
    "certificate, pod, 404, SESSION_AUTH_URL, context path",
    "certificate, key manager, 401, KEY, The pod accepts this service account",
    "certificate, key manager, 403, KEY_MANAGER_URL, The pod accepts this service account"
  })
  void reportsPermanentFailureWhenTheServerItselfRejects(
      String login, String server, int status, Subject subject, String text) {
    if (login.equals("certificate")) {
      useCertificate();
    }
    spoil(server, Fault.status(status));
    assertThat(only(true, subject)).contains("returned HTTP " + status + ": Simulated fault", text);
  }

  static Stream<Arguments> transientFailures() {
    Stream<Arguments> atEach =
        Stream.of(
                Fault.status(400),
                Fault.status(401).body("<html>"),
                Fault.status(403).body("<html>"),
                Fault.status(404).body("<html>"),
                Fault.status(429),
                Fault.status(500),
                Fault.redirect("http://sign-in.example.test"),
                Fault.htmlPage(),
                Fault.malformedJson(),
                Fault.status(200).body(""),
                Fault.closed(),
                Fault.truncated(5))
            .flatMap(fault -> SERVERS.stream().map(server -> arguments(server, fault)));
    Stream<Arguments> atLogins =
        Stream.of(
                Fault.status(503).header("Retry-After", "0"),
                Fault.status(503).header("Retry-After", "99999"),
                Fault.status(200).body("{}"))
            .flatMap(fault -> Stream.of(arguments("pod", fault), arguments("key manager", fault)));
    // These calls need no login, so it is a gateway that keeps them from us. And so an ingress
    // (Envoy) answers what it has no route for; the reads may have one.
    Stream<Arguments> atAgents =
        Stream.of(Fault.status(401), Fault.status(403), Fault.status(404).body(""))
            .map(fault -> arguments("agent", fault));
    return Stream.of(atEach, atLogins, atAgents).flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  void reportsTransientFailureForOtherResponses(String server, Fault fault) {
    spoil(server, fault);
    assertThat(only(false, subjectOf(server))).contains("the " + server).doesNotContain("<html>");
  }

  /**
   * While the pod is unavailable, a key manager might reject all accounts, which proves nothing.
   */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 503})
  void logsInToKeyManagerOnlyAfterPodAcceptsAccount(int status) {
    spoil("pod", Fault.status(status));
    symphony.check();
    assertThat(simulator.requests().to(KEY_MANAGER_LOGIN).count()).isZero();
    assertThat(simulator.requests().to(HEALTH).count()).as("that is something else").isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404, 503})
  void needsNoKeyManagerWhenSimplifiedKeyDeliveryIsAllowed(int status) {
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
    spoil("key manager", Fault.status(status));
    Report report = symphony.check();
    assertThat(report.findings())
        .singleElement()
        .matches(finding -> !finding.permanent())
        .matches(finding -> finding.text().contains("Simplified key delivery allows this"));
    assertThat(report.facts()).isNotEmpty();
  }

  @ParameterizedTest
  @FieldSource("SERVERS")
  void reportsUnknownHostAsPermanentAndClosedPortAsTransient(String server) {
    move(server, NOBODY);
    assertThat(only(true, subjectOf(server))).contains("cannot resolve the host name");
    move(server, away());
    assertThat(only(false, subjectOf(server))).contains("cannot connect");
  }

  @Test
  void reportsAnUnknownHostOfAllServersOnThePodUrl() {
    settings.allAt(NOBODY);
    only(true, Subject.POD_URL, Subject.POD_URL, true);
  }

  @ParameterizedTest
  @CsvSource({"UNKNOWN_HOST, true", "NO_NAME_SERVER, false"})
  void reportsTransientFailureWhenTheNameServerIsUnavailable(FailureKind kind, boolean permanent) {
    SymphonyException failure =
        new SymphonyException(SymphonyCall.SESSION_LOGIN, kind, "login failed", null);
    ClientSettings given = settings.build();
    Finding finding = new FailureClassifier(given).classify(failure, given.endpoints().pod());
    assertThat(finding.permanent()).isEqualTo(permanent);
    assertThat(finding.subject()).isEqualTo(Subject.POD_URL);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void acceptsAnAgentWhoseHealthIsBlocked(int status) {
    symphony.spoil(HEALTH, Fault.status(status));
    Report report = symphony.check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.facts())
        .contains("of version 25.8.1, content export account (ceservice) not reported");
  }

  @Test
  @Tag("invariant-7")
  void invariant7WarnsWhenAgentsHaveDifferentVersions() {
    try (FurtherAgent one = agent("24.12.4");
        FurtherAgent same = agent("24.12.4");
        FurtherAgent other = agent("25.8.1")) {
      settings.agents(one.url(), same.url());
      Report report = symphony.check();
      assertThat(report.warnings()).isEmpty();
      assertThat(report.facts())
          .containsSubsequence("agent 127.0.0.1:", "of version", "agent 127.0.0.1:", "of version");
      settings.agents(one.url(), other.url(), away());
      assertThat(symphony.check().warnings())
          .singleElement()
          .asString()
          .containsPattern(
              "different versions: \\S+ has 24.12.4, \\S+ has 25.8.1. With exactly-once");
    }
  }

  private FurtherAgent agent(String version) {
    return simulator.furtherAgent(options -> options.agentVersion(version));
  }

  @Test
  void reportsTransientFailureWhenOneOfTwoAgentsFails() {
    for (String other : List.of(away(), NOBODY)) {
      settings.agents(other, simulator.url());
      Report report = symphony.check();
      assertThat(report.findings())
          .singleElement()
          .matches(finding -> !finding.permanent())
          .matches(finding -> finding.text().contains("Another agent responds"));
      assertThat(report.facts()).contains("of version 25.8.1");
    }
  }

  @Test
  void reportsPermanentFailureOfAgentsOnlyWhenAllFailPermanently() {
    settings.agents(NOBODY, "http://nobody-else.invalid");
    assertThat(only(true, Subject.AGENT_URL, Subject.AGENT_URL, true)).contains("nobody.invalid");
    settings.agents(NOBODY, away());
    assertThat(symphony.check().findings()).hasSize(2).noneMatch(Finding::permanent);
  }

  /** What fixes that is the trust store, which the message names. */
  @Test
  void reportsAnUntrustedCertificateOfEveryAgentOnTheAgentUrl() {
    useTls(AUTHORITY.server());
    settings.trusting().agents(simulator.url(), simulator.url() + "/other");
    try (Simulator pod = Simulator.start()) {
      settings.pod(pod.url()).keyManager(pod.url());
      assertThat(only(true, Subject.AGENT_URL, Subject.AGENT_URL, true))
          .contains("is signed by an untrusted certificate authority");
    }
  }

  @Test
  void reportsAnUnusableTrustStore() {
    useTls(AUTHORITY.server());
    settings.trusting(
        () -> {
          throw new IllegalArgumentException("symphony.truststore.path names no file");
        });
    assertThat(only(true, Subject.TRUST_STORE, Subject.TRUST_STORE, true))
        .contains("cannot read the trusted certificates");
  }

  @Test
  void reportsAWrongHostNameOfAllServersOnThePodUrl() {
    useTls(AUTHORITY.server("agent.example.test"));
    assertThat(only(true, Subject.POD_URL, Subject.POD_URL, true))
        .contains("certificate is for another host name", "agent.example.test");
  }

  @ParameterizedTest
  @FieldSource("SERVERS")
  void reportsAWrongHostNameOnTheUrlOfTheServer(String server) {
    useTls(AUTHORITY.server("127.0.0.1"));
    move(server, "https://localhost:" + simulator.port());
    assertThat(only(true, subjectOf(server)))
        .contains("the " + server + " (localhost)", "certificate is for another host name");
  }

  @Test
  void reportsTransientFailureForAnExpiredCertificate() {
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    useTls(AUTHORITY.server(yesterday.minusSeconds(1), yesterday, "127.0.0.1"));
    assertThat(only(false, Subject.POD_URL, Subject.AGENT_URL, false))
        .contains("expired on ", "Have it renewed");
    settings.trusting();
    assertThat(only(false, Subject.POD_URL, Subject.AGENT_URL, false))
        .contains("expired on ", "Have it renewed");
  }

  /**
   * TLS has alerts for it, but some servers only close the connection, which looks like an outage.
   */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void reportsTransientFailureWhenTlsMightHaveRejectedTheCertificate(String version) {
    useCertificate();
    simulator.reconfigure(
        options -> options.tlsVersion(version).removeCertificate(AUTHORITY.certificate()));
    assertThat(symphony.check().findings())
        .isNotEmpty()
        .noneMatch(Finding::permanent)
        .anyMatch(finding -> finding.text().contains("is imported in the pod's admin portal"));
    assertThat(simulator.requests().to(HEALTH).count()).as("that is something else").isOne();
  }

  @Nested
  class ThroughAProxy {

    @AutoClose
    private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");

    @BeforeEach
    void reachByProxy() {
      settings
          .allAt("http://acme.symphony.test:" + simulator.port())
          .proxy(proxy, "worker", "hunter2", "127.0.0.1");
    }

    @Test
    void reportsTheProxyInTheFacts() {
      Report report = symphony.check();
      assertThat(report.findings()).isEmpty();
      assertThat(report.facts())
          .contains("pod acme.symphony.test:" + simulator.port())
          .endsWith("content export account (ceservice) UP, proxy 127.0.0.1:" + proxy.port() + ".");
    }

    @Test
    @Tag("invariant-10")
    void invariant10ReportsARejectedProxyLoginAndSendsItOnce() {
      settings.proxy(proxy, "worker", "hunter3", "127.0.0.1").agents(simulator.url());
      assertThat(only(true, Subject.PROXY_LOGIN))
          .contains("through the proxy 127.0.0.1:" + proxy.port(), "407")
          .doesNotContain("hunter3");
      assertThat(proxy.asked()).as("no account is locked by a check").hasSize(1);
      assertThat(simulator.requests())
          .as("an agent that is reached directly")
          .extracting(RecordedRequest::path)
          .containsExactly(HEALTH);
    }

    @Test
    void sendsNoSecondLoginToAProxyThatRejectedTheFirst() {
      settings.proxy(proxy, "worker", "hunter4", "127.0.0.1");
      only(true, Subject.PROXY_LOGIN, Subject.PROXY_LOGIN, false);
      assertThat(proxy.asked()).as("though the agent is behind it, too").hasSize(1);
    }

    @Test
    void reportsTransientFailureWhenProxyRejectsLoginForAgentOnly() {
      String agent = settings.build().endpoints().agents().get(0).toString();
      settings.proxy(proxy, "worker", "hunter5", "127.0.0.1").allAt(simulator.url()).agents(agent);
      assertThat(only(false, Subject.PROXY_LOGIN)).contains("407");
    }

    @Test
    void reportsTransientFailureWhenTheProxyOrAServerIsUnreachable() {
      String all = settings.build().endpoints().pod().toString();
      settings.agents(NOBODY);
      only(false, Subject.AGENT_URL);
      settings.agents(all);
      proxy.close();
      assertThat(only(false, Subject.POD_URL, Subject.AGENT_URL, false)).contains("cannot connect");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 502, 503})
    void reportsTransientFailureWhenTheProxyOpensNoTunnel(int status) {
      proxy.refuseTunnels(status);
      settings.allAt("https://acme.symphony.test");
      assertThat(symphony.check().findings())
          .isNotEmpty()
          .noneMatch(Finding::permanent)
          .anyMatch(finding -> finding.text().contains("with HTTP " + status));
    }
  }

  @ParameterizedTest
  @FieldSource("SERVERS")
  void leavesTimeForTheOthersWhenOneIsUnresponsive(String server) {
    spoil(server, Fault.delayed(ENDLESS));
    assertThat(findingsWithin(Duration.ofSeconds(5)))
        .noneMatch(Finding::permanent)
        .anyMatch(finding -> finding.text().contains("exceeded its total time limit"));
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .contains(SESSION_LOGIN, HEALTH)
        .containsAll(server.equals("pod") ? List.of() : List.of(KEY_MANAGER_LOGIN));
  }

  @Test
  void endsInTimeWhenAllAreUnresponsive() {
    SERVERS.forEach(server -> spoil(server, Fault.delayed(ENDLESS)));
    nothingIsDefiniteWithinASecond();
  }

  @Test
  void endsInTimeWhenAServerDoesNotAnswerInTls() {
    settings.allAt("https://127.0.0.1:" + simulator.port());
    nothingIsDefiniteWithinASecond();
  }

  /** Here each read comes to its end: only the limit of the whole call helps. */
  @Test
  void endsInTimeWhenABodyArrivesSlowly() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(task -> new Thread(task, "drips").start());
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
          }
        });
    server.start();
    try {
      settings.allAt("http://127.0.0.1:" + server.getAddress().getPort());
      nothingIsDefiniteWithinASecond();
    } finally {
      server.stop(0);
    }
  }

  private void nothingIsDefiniteWithinASecond() {
    assertThat(findingsWithin(Duration.ofSeconds(1))).isNotEmpty().noneMatch(Finding::permanent);
  }

  @Test
  void endsInTimeWhenACallIgnoresInterruption() {
    CountDownLatch release = new CountDownLatch(1);
    settings.privateKey =
        () -> {
          awaitUninterruptibly(release);
          return "no key";
        };
    try {
      assertThat(findingsWithin(Duration.ofMillis(200)))
          .singleElement()
          .matches(finding -> !finding.permanent())
          .extracting(Finding::text)
          .asString()
          .startsWith("the login ")
          .contains("did not finish in time");
    } finally {
      release.countDown();
    }
  }

  @Test
  void reportsNoStepAfterItsTimeLimit() {
    CountDownLatch release = new CountDownLatch(1);
    settings.privateKey =
        () -> {
          awaitUninterruptibly(release);
          return "no key";
        };
    List<Step> steps = new CopyOnWriteArrayList<>();
    try {
      ConnectionCheck.run(settings.build(), Duration.ofMillis(200), steps::add);
    } finally {
      release.countDown();
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> threadsOfChecks() == 0);
    assertThat(steps)
        .singleElement()
        .matches(step -> step.call() == SymphonyCall.SESSION_LOGIN)
        .as("the administrator of the key must act")
        .matches(step -> step.finding().subject() == Subject.KEY)
        .matches(step -> step.finding().kind() == FailureKind.CREDENTIALS_TIMEOUT);
  }

  @Test
  void endsAtOnceAndKeepsInterruptedStatusWhenInterrupted() {
    spoil("pod", Fault.delayed(ENDLESS));
    Thread.currentThread().interrupt();
    List<Finding> findings = findingsWithin(ENDLESS);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(findings)
        .singleElement()
        .matches(finding -> !finding.permanent())
        .as("no fault of the key")
        .matches(finding -> finding.subject() == Subject.POD_URL);
  }

  private static void awaitUninterruptibly(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new AssertionError("Nobody can be interrupted in a system call", e);
    }
  }

  /** Where nobody listens. */
  private static String away() {
    try (Simulator gone = Simulator.start()) {
      return gone.url();
    }
  }

  private void move(String server, String url) {
    switch (server) {
      case "pod" -> settings.pod(url);
      case "key manager" -> settings.keyManager(url);
      default -> settings.agents(url);
    }
  }

  private void spoil(String server, Fault fault) {
    switch (server) {
      case "pod" -> spoil(fault, SESSION_LOGIN, CERTIFICATE_SESSION_LOGIN);
      case "key manager" -> spoil(fault, KEY_MANAGER_LOGIN, CERTIFICATE_KEY_MANAGER_LOGIN);
      default -> spoil(fault, HEALTH, INFO);
    }
  }

  private void spoil(Fault fault, String... paths) {
    List.of(paths).forEach(path -> symphony.spoil(path, fault));
  }

  private static Subject subjectOf(String server) {
    return Subject.valueOf(server.toUpperCase(Locale.ROOT).replace(' ', '_') + "_URL");
  }

  private List<Finding> findingsWithin(Duration limit) {
    return ConnectionCheck.run(settings.build(), limit).findings();
  }

  /**
   * The text of the first finding, and that there is no other.
   *
   * @param others subject and whether it is permanent, of the findings after it
   */
  private String only(boolean permanent, Subject subject, Object... others) {
    Report report = symphony.check();
    assertThat(report.facts()).isEmpty();
    List<Object> expected = new ArrayList<>(List.of(subject, permanent));
    expected.addAll(List.of(others));
    assertThat(report.findings())
        .flatExtracting(Finding::subject, Finding::permanent)
        .isEqualTo(expected);
    return report.findings().get(0).text();
  }
}
