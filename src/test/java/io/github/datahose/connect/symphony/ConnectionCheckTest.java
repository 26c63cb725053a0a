// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FurtherAgent;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions.ContentExport;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the connection check asks, what it makes of the answers, and that it always ends. */
@Timeout(60)
class ConnectionCheckTest {

  private static final Duration LIMIT = Duration.ofSeconds(50);

  /** Longer than a test may take: what waits for its end fails. */
  private static final Duration ENDLESS = Duration.ofMinutes(10);

  private static final String HEALTH = "/agent/v3/health/extended";
  private static final String INFO = "/agent/v1/info";
  private static final String NOBODY = "http://nobody.invalid";

  private final Simulator simulator = Simulator.start();
  private final GivenSettings settings = GivenSettings.of(simulator.url());

  @AfterEach
  void theCheckReadsNoFeedAndLeavesNothingBehind() {
    assertThat(simulator.ledger().totals().feeds()).isEmpty();
    assertThat(simulator.requests().reads().count()).isZero();
    simulator.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> threadsOfChecks() == 0);
  }

  private static long threadsOfChecks() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("datahose-connection-check"))
        .count();
  }

  @Test
  void tellsWhatIsConnectedWithWhatWhenAllIsWell() {
    simulator.reconfigure(options -> options.agentVersion("24.12.4-913"));
    ConnectionReport report = check();
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
        .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH);
  }

  @Test
  void invariant10NoTokenGoesToAnAgentAndNoneIsTold() {
    ConnectionReport report = check();
    assertThat(simulator.requests().to(HEALTH).last().headers())
        .doesNotContainKeys("sessionToken", "keyManagerToken");
    assertThat(simulator.logins())
        .hasSize(2)
        .noneMatch(login -> report.toString().contains(login.token()));
  }

  @Test
  void findsAKeyThatThePodDoesNotAcceptAndDoesNotAskTheKeyManagerAsWell() {
    settings.privateKey(SimulatorKeys::anotherPrivateKey);
    assertThat(definite(Subject.KEY))
        .startsWith("the login at the pod (127.0.0.1) was answered with 401: ")
        .contains("its public key must be the one that", "the clocks must agree");
    assertThat(simulator.requests().to(Requests.KEY_MANAGER_LOGIN).count()).isZero();
    assertThat(simulator.requests().to(HEALTH).count()).as("that is something else").isOne();
  }

  @Test
  void saysOfAKeyThatTheKeyManagerAloneRefusesThatThePodTakesIt() {
    fault(Fault.status(401), Requests.KEY_MANAGER_LOGIN);
    assertThat(definite(Subject.KEY))
        .startsWith("the login at the key manager (127.0.0.1) was answered with 401: ")
        .contains("The pod accepts this service account", "symphony.key.manager.url");
  }

  @Test
  void findsAnAccountThatThePodDoesNotKnow() {
    settings.username("nobody");
    assertThat(definite(Subject.KEY)).contains("Check symphony.username");
  }

  @Test
  void findsAKeyThatCannotBeUsed() {
    settings.privateKey(() -> "no key");
    assertThat(definite(Subject.KEY)).doesNotContain("no key");
    assertThat(simulator.requests().to(Requests.SESSION_LOGIN).count()).isZero();
  }

  @Test
  void aKeyWhoseFileHangsMayHeal() {
    settings.privateKey(
        () -> {
          throw new IllegalArgumentException("The key hangs", new TimeoutException());
        });
    assertThat(check(Duration.ofSeconds(30)).findings())
        .contains(new ConnectionFinding(Subject.KEY, false, "The key hangs"))
        .doesNotHaveDuplicates()
        .noneMatch(ConnectionFinding::definite);
  }

  @ParameterizedTest
  @CsvSource({
    "/login/pubkey/authenticate, 401, KEY",
    "/login/pubkey/authenticate, 403, USERNAME",
    "/login/pubkey/authenticate, 404, POD_URL",
    "/relay/pubkey/authenticate, 401, KEY",
    "/relay/pubkey/authenticate, 403, KEY_MANAGER_URL",
    "/relay/pubkey/authenticate, 404, KEY_MANAGER_URL"
  })
  void takesARefusalOfALoginByTheServerItselfAsDefinite(String path, int status, Subject subject) {
    fault(Fault.status(status), path);
    assertThat(definite(subject)).contains("was answered with " + status + ": Simulated fault");
    assertThat(check().facts()).isEmpty();
  }

  @Test
  void takesA404OfTheAgentItselfToBothQuestionsAsDefinite() {
    fault(Fault.status(404), HEALTH);
    fault(Fault.status(404), INFO);
    assertThat(definite(Subject.AGENT_URL))
        .contains("health of the agent (127.0.0.1) was answered with 404", "context path");
  }

  @Test
  void findsOnlyThePodsUrlWhenAllAreOnItAndItIsWrong() {
    fault(Fault.status(404), Requests.SESSION_LOGIN);
    fault(Fault.status(404), Requests.KEY_MANAGER_LOGIN);
    fault(Fault.status(404), HEALTH);
    fault(Fault.status(404), INFO);
    assertThat(definite(Subject.POD_URL)).contains("404");
    assertThat(simulator.requests().count()).isOne();
  }

  static List<Fault> whatMayHeal() {
    return List.of(
        Fault.status(400),
        Fault.status(401).body("<html>"),
        Fault.status(403).body("<html>"),
        Fault.status(404).body("<html>"),
        Fault.status(429),
        Fault.status(500),
        Fault.status(502).body("<html>"),
        Fault.status(503).header("Retry-After", "0"),
        Fault.status(503).header("Retry-After", "99999"),
        Fault.redirect("http://sign-in.example.test"),
        Fault.htmlPage(),
        Fault.malformedJson(),
        Fault.status(200).body("{}"),
        Fault.status(200).body(""),
        Fault.closed(),
        Fault.truncated(5));
  }

  @ParameterizedTest
  @MethodSource("whatMayHeal")
  void takesTheRestOfWhatThePodAnswersForSomethingThatMayHeal(Fault fault) {
    fault(fault, Requests.SESSION_LOGIN);
    assertThat(healing(Subject.POD_URL)).contains("login at the pod").doesNotContain("<html>");
  }

  @ParameterizedTest
  @MethodSource("whatMayHeal")
  void takesTheRestOfWhatTheKeyManagerAnswersForSomethingThatMayHeal(Fault fault) {
    fault(fault, Requests.KEY_MANAGER_LOGIN);
    assertThat(healing(Subject.KEY_MANAGER_URL)).contains("login at the key manager");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 429, 500, 502})
  void takesTheRestOfWhatTheAgentAnswersForSomethingThatMayHeal(int status) {
    fault(Fault.status(status), HEALTH);
    fault(Fault.status(status), INFO);
    assertThat(healing(Subject.AGENT_URL)).contains("was answered with " + status);
  }

  /** So an ingress (Envoy) answers what it has no route for; the reads may have one. */
  @Test
  void takesA404WithoutABodyForSomethingElseThanTheAgents() {
    fault(Fault.status(404).body(""), HEALTH);
    fault(Fault.status(404).body(""), INFO);
    assertThat(healing(Subject.AGENT_URL)).contains("was answered with 404");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void isContentWithAnAgentWhoseHealthIsKeptFromUs(int status) {
    fault(Fault.status(status), HEALTH);
    ConnectionReport report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.facts())
        .contains("of version 25.8.1, content export account (ceservice) not told of");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void takesNoRefusalOfTheKeyManagersForGoodWhileThePodIsAway(int status) {
    fault(Fault.status(503), Requests.SESSION_LOGIN);
    fault(Fault.status(status), Requests.KEY_MANAGER_LOGIN);
    assertThat(check().findings())
        .hasSize(2)
        .noneMatch(ConnectionFinding::definite)
        .anyMatch(finding -> finding.text().contains("key manager"));
  }

  @Test
  void asksTheAgentAlsoWhereTheKeyManagerIsNotOnThePodsUrl() {
    fault(Fault.status(404), Requests.KEY_MANAGER_LOGIN);
    definite(Subject.KEY_MANAGER_URL);
    assertThat(simulator.requests().to(HEALTH).count()).isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404, 503})
  void isContentWithoutTheKeyManagerWhereSimplifiedKeyDeliveryAllowsIt(int status) {
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
    fault(Fault.status(status), Requests.KEY_MANAGER_LOGIN);
    ConnectionReport report = check();
    assertThat(report.findings())
        .singleElement()
        .matches(finding -> !finding.definite())
        .matches(finding -> finding.text().contains("Simplified key delivery allows this"));
    assertThat(report.facts()).isNotEmpty();
  }

  @Test
  void onlyWarnsOfTheKeyManagerWhereSimplifiedKeyDeliveryIsAllowed() {
    keyManagerIsOfNoUse(404);
    try (FurtherAgent old = agent("24.10.1");
        FurtherAgent current = agent("24.12.4")) {
      settings.agents(old.url(), current.url());
      ConnectionReport report = check();
      assertThat(report.findings())
          .singleElement()
          .matches(finding -> !finding.definite())
          .matches(finding -> finding.subject() == Subject.KEY_MANAGER_URL)
          .matches(finding -> finding.text().contains("Simplified key delivery allows this"));
      assertThat(report.facts()).contains("of version 24.10.1", "of version 24.12.4");
    }
  }

  @Test
  void findsTheUrlOfTheAgentAloneWhereTheRightOneMayDoWithoutTheKeyManager() {
    keyManagerIsOfNoUse(404);
    for (String keyManager : List.of(simulator.url(), NOBODY)) {
      settings.keyManager(keyManager).agents(NOBODY + "/agent");
      assertThat(check().findings())
          .filteredOn(ConnectionFinding::definite)
          .singleElement()
          .matches(finding -> finding.subject() == Subject.AGENT_URL);
    }
  }

  @Test
  void countsAnAgentThatNeedNotBeAskedAmongThoseThatMayComeBack() {
    String away = away();
    settings.pod(away).keyManager(away).agents(away, NOBODY);
    nothingIsDefinite(2);
  }

  private void keyManagerIsOfNoUse(int status) {
    simulator.reconfigure(options -> options.simplifiedKeyDelivery(true));
    fault(Fault.status(status), Requests.KEY_MANAGER_LOGIN);
  }

  private FurtherAgent agent(String version) {
    return simulator.furtherAgent(options -> options.agentVersion(version));
  }

  private static String at(FurtherAgent agent) {
    return "the agent at " + agent.url().substring("http://".length());
  }

  /** All that was found; nothing is connected, and no agent said to be good enough. */
  private String nothingIsDefinite(int findings) {
    ConnectionReport report = check();
    String all = report.findings().toString();
    assertThat(report.findings()).hasSize(findings).noneMatch(ConnectionFinding::definite);
    assertThat(report.facts()).isEmpty();
    assertThat(all).doesNotContain("Another agent");
    return all;
  }

  /** Java has one exception for a name that nobody knows and for nobody who could tell. */
  @ParameterizedTest
  @CsvSource({
    "pod.test: Name or service not known, true",
    "pod.test: nodename nor servname provided or not known, true",
    "pod.test, true",
    ", true",
    "pod.test: Temporary failure in name resolution, false",
    "pod.test: Try again, false"
  })
  void takesANameServerThatIsAwayForSomethingThatMayHeal(String text, boolean definite) {
    SymphonyException failure =
        SymphonyException.of(SymphonyCall.SESSION_LOGIN, FailureKind.NETWORK, "login failed")
            .cause(new UnknownHostException(text))
            .build();
    ClientSettings given = settings.build();
    ConnectionFinding finding = new ConnectionVerdict(given).on(failure, given.endpoints().pod());
    assertThat(finding.definite()).isEqualTo(definite);
    assertThat(finding.subject()).isEqualTo(Subject.POD_URL);
  }

  @Test
  void findsAnUnknownHostOfThePod() {
    settings.pod(NOBODY);
    assertThat(definite(Subject.POD_URL))
        .contains("login at the pod (nobody.invalid) failed: the host name is not known here");
  }

  @Test
  void findsAnUnknownHostOfTheKeyManager() {
    settings.keyManager(NOBODY);
    assertThat(definite(Subject.KEY_MANAGER_URL)).contains("the host name is not known here");
  }

  @Test
  void findsAnUnknownHostOfTheAgent() {
    settings.agents(NOBODY);
    assertThat(definite(Subject.AGENT_URL)).contains("the host name is not known here");
  }

  @Test
  void findsAHostThatAllHaveInCommonOnce() {
    settings.pod(NOBODY).keyManager(NOBODY + "/km").agents(NOBODY, NOBODY + "/agent");
    definite(Subject.POD_URL);
  }

  @Test
  void takesServersThatAreAwayForSomethingThatMayHealAndTellsOneThatAllHaveInCommonOnce() {
    String away = away();
    settings.pod(away).keyManager(away).agents(away);
    assertThat(healing(Subject.POD_URL)).contains("no connection");
  }

  @Test
  void takesAKeyManagerThatIsAwayForSomethingThatMayHeal() {
    settings.keyManager(away());
    assertThat(healing(Subject.KEY_MANAGER_URL)).contains("no connection");
  }

  @Test
  void takesAnAgentThatIsAwayForSomethingThatMayHeal() {
    settings.agents(away());
    assertThat(healing(Subject.AGENT_URL)).contains("health of the agent", "no connection");
  }

  @ParameterizedTest
  @EnumSource(names = "UP", mode = EnumSource.Mode.EXCLUDE)
  void warnsOfAContentExportAccountThatDoesNotWork(ContentExport state) {
    simulator.reconfigure(options -> options.contentExport(state));
    ConnectionReport report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.facts()).isNotEmpty();
    assertThat(report.warnings())
        .singleElement()
        .asString()
        .contains("The agent at 127.0.0.1:" + simulator.port(), "agent.privatekey.ceservice");
  }

  @Test
  void warnsOfAnAgentThatIsTooOld() {
    simulator.reconfigure(options -> options.agentVersion("22.6.5-402"));
    ConnectionReport report = check();
    assertThat(report.findings()).isEmpty();
    assertThat(report.warnings()).singleElement().asString().contains("needs 22.7 or later");
  }

  @Test
  void invariant7WarnsWhenAgentsHaveDifferentVersions() {
    try (FurtherAgent one = agent("24.12.4");
        FurtherAgent same = agent("24.12.4");
        FurtherAgent other = agent("25.8.1")) {
      settings.agents(one.url(), same.url());
      assertThat(check().warnings()).isEmpty();
      settings.agents(one.url(), other.url(), away());
      assertThat(check().warnings())
          .singleElement()
          .asString()
          .containsPattern(
              "different versions: \\S+ has 24.12.4, \\S+ has 25.8.1. With exactly-once");
    }
  }

  @Test
  void isContentWithOneOfTwoAgentsAndTellsOfTheOther() {
    for (String other : List.of(away(), NOBODY)) {
      settings.agents(other, simulator.url());
      ConnectionReport report = check();
      assertThat(report.findings())
          .singleElement()
          .matches(finding -> !finding.definite())
          .matches(finding -> finding.text().contains("Another agent answers"));
      assertThat(report.facts()).contains("of version 25.8.1");
    }
  }

  @Test
  void asksAllAgents() {
    try (FurtherAgent further = simulator.furtherAgent()) {
      settings.agents(simulator.url(), further.url());
      assertThat(check().facts())
          .containsSubsequence("agent 127.0.0.1:", "of version", "agent 127.0.0.1:", "of version");
      assertThat(further.requests().to(HEALTH).count()).isOne();
    }
  }

  @Test
  void findsAgentsOfWhichNoneCanEverAnswer() {
    settings.agents(NOBODY, "http://nobody-else.invalid");
    assertThat(definite(Subject.AGENT_URL)).contains("nobody.invalid");
  }

  @Test
  void takesAgentsOfWhichOneMayComeBackForSomethingThatMayHeal() {
    settings.agents(NOBODY, away());
    assertThat(check().findings()).hasSize(2).noneMatch(ConnectionFinding::definite);
  }

  @ParameterizedTest
  @ValueSource(strings = {Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH})
  void leavesTimeForTheOthersWhenOneHangs(String path) {
    fault(Fault.delayed(ENDLESS), path);
    fault(Fault.delayed(ENDLESS), INFO);
    assertThat(check(Duration.ofSeconds(5)).findings())
        .noneMatch(ConnectionFinding::definite)
        .anyMatch(finding -> finding.text().contains("took too long"));
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .contains(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH);
  }

  @Test
  void endsInTimeWhenAllHang() {
    for (String path : List.of(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, HEALTH, INFO)) {
      fault(Fault.delayed(ENDLESS), path);
    }
    try (FurtherAgent further = simulator.furtherAgent()) {
      further.faults().add(Fault.delayed(ENDLESS).at(HEALTH));
      settings.agents(simulator.url(), further.url());
      assertThat(check(Duration.ofSeconds(1)).findings())
          .isNotEmpty()
          .noneMatch(ConnectionFinding::definite);
    }
  }

  @Test
  void endsInTimeWhenABodyDrips() throws Exception {
    try (RawServer server = RawServer.dripping()) {
      settings.pod(server.url()).keyManager(server.url()).agents(server.url());
      assertThat(check(Duration.ofSeconds(1)).findings())
          .isNotEmpty()
          .noneMatch(ConnectionFinding::definite);
    }
  }

  @Test
  void endsInTimeWhenSomethingHangsThatCannotBeInterrupted() {
    CountDownLatch release = new CountDownLatch(1);
    settings.privateKey(
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new AssertionError("Nobody can be interrupted in a system call", e);
          }
          return "no key";
        });
    try {
      assertThat(check(Duration.ofMillis(200)).findings())
          .singleElement()
          .matches(finding -> !finding.definite())
          .extracting(ConnectionFinding::text)
          .isEqualTo("the login at the pod was not done in time");
    } finally {
      release.countDown();
    }
  }

  @Test
  void endsAtOnceWhenItsThreadIsInterruptedAndLeavesItSo() {
    fault(Fault.delayed(ENDLESS), Requests.SESSION_LOGIN);
    Thread.currentThread().interrupt();
    ConnectionReport report = check(ENDLESS);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(report.findings()).singleElement().matches(finding -> !finding.definite());
  }

  /** Where nobody listens. */
  private static String away() {
    try (Simulator gone = Simulator.start()) {
      return gone.url();
    }
  }

  private void fault(Fault fault, String path) {
    simulator.faults().add(fault.at(path).times(Integer.MAX_VALUE));
  }

  private ConnectionReport check() {
    return check(LIMIT);
  }

  private ConnectionReport check(Duration limit) {
    return ConnectionCheck.run(settings.build(), limit);
  }

  /** The text of the one and only finding, which stays until somebody mends this. */
  private String definite(Subject subject) {
    ConnectionFinding finding = only(subject);
    assertThat(finding.definite()).isTrue();
    return finding.text();
  }

  /** The text of the one and only finding, which may heal. */
  private String healing(Subject subject) {
    ConnectionFinding finding = only(subject);
    assertThat(finding.definite()).isFalse();
    return finding.text();
  }

  private ConnectionFinding only(Subject subject) {
    ConnectionReport report = check();
    assertThat(report.facts()).isEmpty();
    assertThat(report.findings()).extracting(ConnectionFinding::subject).containsExactly(subject);
    return report.findings().get(0);
  }
}
