// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.reader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.delivery.OversizeTest;
import io.github.datahose.connect.delivery.RecordFactoryFixture;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FaultyProxy;
import io.github.datahose.simulator.FaultyProxy.Trouble;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import io.github.datahose.simulator.SimulatorOptions.EmptyAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The failure table of docs/architecture.md through a task. The rules alone, each with its times:
 * {@link RetryPolicyTest}, {@link AgentFailoverTest}; several agents: {@link SeveralAgentsTest};
 * through a worker up to REST: FailureRowsIT; Kafka's own: the same, LifecycleIT, BrokerOutageIT,
 * {@link FeedKeptAliveTest}, {@link OversizeTest}; what an event is like: EventMapperTest,
 * RecordFactoryTest.
 */
@Timeout(120)
public class FailureTableTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int LIMIT = 60_000;
  private static final String POD = Requests.SESSION_LOGIN;
  private static final String KEY_MANAGER = Requests.KEY_MANAGER_LOGIN;

  /** Whether a read of the task has succeeded before the failures begin. */
  private enum When {
    AT_START,
    AFTER_A_SUCCESSFUL_READ
  }

  /** A failure that lasts, and for one that fails the task the words of its message. */
  private record Row(String failure, When when, Fault fault, String... words) {
    @Override
    public String toString() {
      return failure + " " + when;
    }
  }

  private RunningTask task = RunningTask.clocked(SimulatorOptions.defaults());

  @AfterEach
  void stop() {
    task.close();
  }

  static Stream<Row> transientFailures() {
    return Stream.of(
            always("401 on each read", Fault.status(401)),
            always("400 with Retry-After", Fault.status(400).header("Retry-After", "20")),
            always("400 that is not JSON", page(400)),
            always("429", Fault.status(429)),
            always("500", Fault.status(500)),
            always("503 with Retry-After", Fault.status(503).header("Retry-After", "20")),
            always("a balancer's 502", page(502)),
            always("408", Fault.status(408)),
            always("login answered with HTML", Fault.htmlPage().at(POD)),
            always("login answered with 404", Fault.status(404).at(POD)),
            always("login answered with 404 and HTML", page(404).at(POD)),
            always("login answered with 403 and HTML", page(403).at(POD)),
            always("login answered with 429", Fault.status(429).at(POD)),
            always("login answered with 500", Fault.status(500).at(POD)),
            always("login to the key manager with HTML", Fault.htmlPage().at(KEY_MANAGER)),
            always("login to the key manager with 503", Fault.status(503).at(KEY_MANAGER)),
            laterOn("key manager refuses with 400", Fault.status(400).at(KEY_MANAGER)),
            laterOn("key manager refuses with 401", Fault.status(401).at(KEY_MANAGER)),
            laterOn("key manager refuses with 403", Fault.status(403).at(KEY_MANAGER)),
            laterOn("login answered with 400", Fault.status(400).at(POD)),
            laterOn("200 and HTML", Fault.htmlPage()),
            laterOn("403 and HTML", page(403)),
            laterOn("404 and HTML", page(404)),
            laterOn("redirect", Fault.redirect("http://sign-in.example.test/?next=1")))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("transientFailures")
  @Tag("invariant-9")
  void invariant9RetriesIndefinitelyAndRecovers(Row row) throws InterruptedException {
    begin(row);
    task.workUntil(() -> task.elapsed().compareTo(LONG) > 0 && struck() > 10);
    assertRecovers();
    assertThat(task.log()).contains("2 consecutive failed reads", "Reads succeed again after ");
  }

  static Stream<Row> refusals() {
    return Stream.of(
            always("401 to the login", Fault.status(401).at(POD), "symphony.username", "clocks"),
            always("403 to the login", Fault.status(403).at(POD), "private key"),
            always(
                "403",
                Fault.status(403),
                "can create datahose feeds",
                "can read from datahose feeds",
                "add-on",
                "at most 5 feeds"),
            always("400", Fault.status(400), "Simulated fault", "earlier than 22.7"),
            always("404", Fault.status(404), "symphony.agent.url", "context path", "22.7"),
            always("405", Fault.status(405), "symphony.agent.url"),
            atStart("key manager refuses", Fault.status(401).at(KEY_MANAGER), "private key"),
            atStart("login answered with 400", Fault.status(400).at(POD), "symphony.username"),
            atStart("403 and HTML", page(403), "can read from datahose feeds"),
            atStart("404 and HTML", page(404), "symphony.agent.url"),
            atStart(
                "redirect",
                Fault.redirect("http://sign-in.example.test/?next=1"),
                "sign-in.example.test",
                "symphony.agent.url"))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  @Tag("invariant-9")
  void invariant9FailsTaskAfterGracePeriodWithNextStep(Row row) throws InterruptedException {
    begin(row);
    assertFailsAfterTheGrace(row.words());
    assertRecoversAfterARestart();
  }

  @Test
  @Tag("invariant-13")
  void invariant13RetriesAfterRestartDuringOutage() throws InterruptedException {
    task.startAndReadWell();
    task.simulator.faults().add(page(404).times(Integer.MAX_VALUE));
    task.stop();
    task.start();
    task.workFor(LONG);
    assertRecovers();
  }

  @Test
  @Tag("invariant-13")
  void invariant13DoesNotCountOutageAsGracePeriodOfNextFailure() throws InterruptedException {
    task.startAndReadWell();
    task.simulator.faults().add(Fault.closed().times(Integer.MAX_VALUE));
    task.endLongPoll();
    task.workFor(Duration.ofSeconds(135));
    task.simulator.faults().clear();
    task.simulator.faults().add(Fault.status(404).times(3));
    task.workUntil(() -> !task.simulator.faults().pending());
    task.bringEvents();
    task.assertNothingIsLostOrTwice();
  }

  static Stream<Row> malformedAnswers() {
    return Stream.of(
            always("JSON that is no event list", answer("{\"events\":7}"), "symphony.agent.url"),
            always("JSON that breaks off", Fault.malformedJson(), "content type", "bytes"),
            always(
                "events without an ackId",
                answer("{\"events\":[{\"type\":\"MESSAGESENT\"}]}"),
                "no ackId",
                "symphony.agent.url"),
            always(
                "body over the limit",
                answer(" ".repeat(LIMIT + 1)),
                "more than " + LIMIT + " bytes",
                "datahose.max.response.bytes"),
            always(
                "more events than the limit counts",
                answer(
                    "{\"events\":[" + "1,".repeat(10_000 + LIMIT / 1_024) + "1],\"ackId\":\"a\"}"),
                "too many events",
                "datahose.max.response.bytes"),
            always(
                "an ackId without end",
                answer("{\"events\":[1],\"ackId\":\"" + "a".repeat(8_193) + "\"}"),
                "ackId is longer than 8192 characters",
                "symphony.agent.url"),
            always("body that inflates", inflating(), "datahose.max.response.bytes"),
            atStart("200 and HTML", Fault.htmlPage(), "symphony.agent.url"))
        .flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("malformedAnswers")
  @Tag("invariant-9")
  void invariant9FailsTaskAtTenthMalformedResponseWithNextStep(Row row)
      throws InterruptedException {
    task.properties.put("datahose.max.response.bytes", Integer.toString(LIMIT));
    begin(row);
    assertFailsWith(row.words());
    assertThat(struck()).isEqualTo(10);
    assertRecoversAfterARestart();
  }

  @Test
  void retriesAtOnceAfterFirst401AndThenBacksOff() throws InterruptedException {
    task.startAndReadWell();
    task.simulator.expireSessionTokens();
    task.endLongPoll();
    task.awaitAllAcknowledged();
    assertThat(task.simulator.logins()).hasSize(4);
    task.simulator.expireKeyManagerTokens();
    task.endLongPoll();
    task.awaitAllAcknowledged();
    assertThat(task.simulator.logins()).hasSize(6);
    assertThat(task.log()).contains("Retrying.").doesNotContain("consecutive failed reads");
    task.simulator.faults().add(Fault.status(401).times(2));
    task.endLongPoll();
    task.awaitAllAcknowledged();
    assertThat(task.simulator.logins()).hasSize(10);
    assertThat(task.log()).contains("2 consecutive failed reads");
  }

  @Test
  @Tag("invariant-4")
  void invariant4ReadsOnceWithoutRejectedAckId() throws InterruptedException {
    task.startAndReadWell();
    task.simulator.faults().add(Fault.status(400));
    task.endLongPoll();
    task.workUntil(() -> struck() == 1);
    task.awaitLongPolls(1);
    List<RecordedRequest> reads = task.simulator.requests().reads().list();
    int refused = reads.indexOf(task.simulator.requests().answered(400).first());
    assertThat(reads.get(refused).ackId()).isNotEmpty();
    assertThat(reads.get(refused + 1).ackId()).isEmpty();
    task.awaitAllAcknowledged();
    task.assertNothingIsLostOrTwice();
  }

  @ParameterizedTest
  @CsvSource({"429, 300, 300", "400, 300, 300", "503, 86400, 600"})
  void waitsAsServerRequestsForAtMostTenMinutes(int status, String asked, int seconds)
      throws InterruptedException {
    task.startAndReadWell();
    assertWaits(Fault.status(status).header("Retry-After", asked), Duration.ofSeconds(seconds));
  }

  /** Real time passes on the way to the answer: so the wait may be shorter than it was then. */
  @Test
  void waitsUntilDateOfRetryAfter() throws InterruptedException {
    task.startAndReadWell();
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(330));
    assertWaits(Fault.status(503).header("Retry-After", date), Duration.ofSeconds(270));
  }

  private void assertWaits(Fault fault, Duration asked) throws InterruptedException {
    task.simulator.faults().add(fault);
    task.endLongPoll();
    task.awaitAllAcknowledged();
    assertThat(task.elapsed()).isBetween(asked, asked.plusSeconds(70));
  }

  @ParameterizedTest
  @EnumSource
  void doesNotCountQuickEmptyResponsesAsSuccessfulReads(EmptyAnswer empty)
      throws InterruptedException {
    task.simulator.reconfigure(options -> options.longPoll(Duration.ZERO).emptyAnswer(empty));
    task.start();
    task.workFor(LONG);
    assertThat(task.simulator.requests().reads().count()).isBetween(60, 600);
    assertThat(task.log()).contains("has no events and arrived without the delay of a long poll");
    task.simulator.faults().add(page(404).times(Integer.MAX_VALUE));
    assertFailsWith("symphony.agent.url");
    task.simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(20)));
    assertRecoversAfterARestart();
  }

  @ParameterizedTest
  @EnumSource
  @Tag("invariant-12")
  void invariant12SendsNothingToHostOfRedirect(When when) throws InterruptedException {
    try (Simulator other = Simulator.start()) {
      String elsewhere = "http://localhost:" + other.port() + Requests.READ;
      begin(new Row("", when, Fault.redirect(elsewhere)));
      task.workUntil(() -> struck() > 5);
      task.simulator.faults().add(Fault.redirect(elsewhere).times(1000).at(POD));
      task.simulator.faults().add(Fault.redirect(elsewhere).times(1000).at(KEY_MANAGER));
      task.simulator.faults().add(Fault.status(401));
      task.workUntil(() -> struck() > 8);
      assertThat(other.requests().count()).isZero();
      assertThat(task.log())
          .contains("a redirect to the host localhost, which the connector does not follow");
    }
  }

  @Test
  @Tag("invariant-12")
  void invariant12DeliversTooDeepEventRawAndItsNeighborsMapped() throws InterruptedException {
    String deep =
        "{\"type\":\"MESSAGESENT\",\"messageId\":\"deep\",\"payload\":"
            + "[".repeat(LIMIT)
            + "]".repeat(LIMIT)
            + "}";
    task.start();
    task.awaitLongPolls(1);
    for (String event :
        List.of(RunningReader.message("before"), deep, RunningReader.message("after"))) {
      task.simulator.produceUnfiltered(event.getBytes(StandardCharsets.UTF_8));
    }
    task.awaitAllAcknowledged();
    assertThat(RunningReader.messageIds(task.topic())).containsExactly("before", null, "after");
    SourceRecord raw = task.topic().get(1);
    assertThat(RecordFactoryFixture.raw(raw)).isEqualTo(deep);
    assertThat(raw.headers().lastWithName("symphony.mapping.error").value()).isEqualTo("/");
  }

  /** No whole answer comes: all of it is transient. */
  @Nested
  class WithoutAnAnswer {

    @ParameterizedTest
    @CsvSource({
      "RESET,connection lost",
      "CUT,connection lost",
      "HALF_OPEN,timed out waiting for a response[^\\n]*Retrying",
      "DRIPPING,exceeded its total time limit"
    })
    @Tag("invariant-9")
    void invariant9RecoversWithoutLossOrDuplicates(Trouble trouble, String pattern)
        throws InterruptedException {
      task.readTimeout = Duration.ofMillis(700);
      task.longestCall = Duration.ofSeconds(1);
      task.simulator.reconfigure(options -> options.longPoll(Duration.ofMillis(300)));
      try (FaultyProxy proxy = FaultyProxy.of(task.simulator)) {
        task.properties.put("symphony.agent.url", proxy.url());
        task.startAndReadWell();
        proxy.add(trouble, 4);
        task.endLongPoll();
        task.workUntil(() -> !proxy.pending());
        task.awaitAllAcknowledged();
        task.assertNothingIsLostOrTwice();
        assertThat(task.log()).containsPattern(pattern).contains("2 consecutive failed reads");
      }
    }

    @ParameterizedTest
    @CsvSource({
      "http://agent.invalid,cannot resolve the host name (DNS)",
      "http://127.0.0.1:1,cannot connect"
    })
    @Tag("invariant-9")
    void invariant9RetriesIndefinitelyWhenNothingListens(String agentUrl, String words)
        throws InterruptedException {
      assertRetriedWithOneLogin(agentUrl, words);
    }

    @Test
    @Tag("invariant-9")
    void invariant9RetriesIndefinitelyWhenCertificateAuthorityIsUnknown()
        throws InterruptedException {
      Identity server = new Authority("Unknown CA").server();
      try (Simulator agent =
          Simulator.start(SimulatorOptions.defaults().https(server.key(), server.chain()))) {
        assertRetriedWithOneLogin(agent.url(), "an untrusted certificate authority, CN=Unknown CA");
      }
    }

    private void assertRetriedWithOneLogin(String agentUrl, String words)
        throws InterruptedException {
      task.properties.put("symphony.agent.url", agentUrl);
      task.start();
      assertRetriesIndefinitely(words);
      assertThat(task.simulator.requests().reads().count()).isZero();
      assertThat(task.simulator.logins()).as("one login").hasSize(2);
    }
  }

  /** The login by certificate. */
  @Nested
  class ByCertificate {

    private static final String PASSWORD = "hunter2-store";
    private static final Authority AUTHORITY = new Authority("Test CA");
    private static final Identity SERVER = AUTHORITY.server();
    private static final Identity CLIENT = AUTHORITY.client(SimulatorKeys.USERNAME);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void configure() throws IOException {
      task.close();
      task =
          RunningTask.clocked(
              SimulatorOptions.defaults()
                  .https(SERVER.key(), SERVER.chain())
                  .importCertificate(CLIENT.certificate()));
      file = Files.write(folder.resolve("bot.p12"), CLIENT.pkcs12(PASSWORD));
      task.properties.remove("symphony.private.key");
      task.properties.put("symphony.auth.type", "CERTIFICATE");
      task.properties.put("symphony.session.auth.url", task.simulator.certificateUrl() + "//");
      task.properties.put("symphony.key.manager.url", task.simulator.certificateUrl() + "/");
      task.properties.put("symphony.certificate.path", file.toString());
      task.properties.put("symphony.certificate.password", PASSWORD);
      task.properties.put("symphony.truststore.certificates", AUTHORITY.pem());
    }

    @AfterEach
    void passwordIsInNoLog() {
      assertThat(task.log()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403})
    @Tag("invariant-9")
    void invariant9FailsTaskAfterGracePeriodWhenLoginIsRejected(int status)
        throws InterruptedException {
      begin(loginAnsweredBy(Fault.status(status)));
      assertFailsAfterTheGrace(
          "login to the pod (127.0.0.1, client certificate CN=settlement-bot) returned HTTP "
              + status,
          "Check the certificate of symphony.certificate.path. Its common name (CN) must be the"
              + " user name of the service account, settlement-bot,",
          "imported it, or the certificate that signed it, in the admin portal");
      assertRecoversAfterARestart();
    }

    static Stream<Row> otherAnswers() {
      return Stream.of(
          loginAnsweredBy(Fault.status(404)),
          loginAnsweredBy(Fault.status(429)),
          loginAnsweredBy(Fault.status(500)),
          loginAnsweredBy(Fault.htmlPage()),
          loginAnsweredBy(page(403)));
    }

    @ParameterizedTest
    @MethodSource("otherAnswers")
    @Tag("invariant-9")
    void invariant9RetriesIndefinitelyAndRecoversAfterOtherResponses(Row row)
        throws InterruptedException {
      begin(row);
      assertRetriesIndefinitely("login to the pod");
      assertRecovers();
    }

    private static Row loginAnsweredBy(Fault fault) {
      return new Row("", When.AT_START, fault.at(Requests.CERTIFICATE_SESSION_LOGIN));
    }

    @Test
    @Tag("invariant-9")
    void invariant9RetriesUntilRejectedCertificateIsImported() throws InterruptedException {
      task.simulator.reconfigure(options -> options.removeCertificate(CLIENT.certificate()));
      task.start();
      assertRetriesIndefinitely(
          "Check that the certificate of symphony.certificate.path, or the one that signed it, is"
              + " imported in the pod's admin portal. ");
      assertThat(task.simulator.requests().count()).isZero();
      task.simulator.reconfigure(options -> options.importCertificate(CLIENT.certificate()));
      assertRecovers();
    }

    @Test
    @Tag("invariant-9")
    void invariant9FailsTaskAfterGracePeriodWhenFileIsUnreadable() throws Exception {
      byte[] good = Files.readAllBytes(file);
      Files.write(file, new byte[] {0x30, 1, 2, 3, 4, 5});
      task.start();
      assertFailsAfterTheGrace(
          "symphony.certificate.path starts like a PKCS#12 or JKS keystore",
          "The connector cannot log in without it.");
      Files.write(file, good);
      assertRecoversAfterARestart();
    }

    @Test
    @Tag("invariant-9")
    void invariant9FailsTaskAfterGracePeriodWhenPasswordIsWrong() {
      task.properties.put("symphony.certificate.password", "hunter2-wrong");
      task.start();
      assertFailsAfterTheGrace(
          "symphony.certificate.password does not open the keystore. Correct it");
    }
  }

  /** A proxy that requires a login. */
  @Nested
  class ThroughAProxy {

    private final ForwardProxy proxy = ForwardProxy.start().requireLogin("worker", "hunter2");

    @BeforeEach
    void configure() {
      task.properties.put("symphony.proxy.url", proxy.url());
      task.properties.put("symphony.proxy.username", "worker");
      task.properties.put("symphony.proxy.password", "hunter2");
    }

    @AfterEach
    void stop() {
      assertThat(task.log()).doesNotContain("hunter");
      proxy.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    @Tag("invariant-13")
    void invariant13FailsTaskWithoutReadWhenProxyRejectsLogin(int readers) {
      task.properties.put("symphony.proxy.password", "hunter3");
      task.properties.put("datahose.feed.all.readers", Integer.toString(readers));
      task.start();
      assertThat(task.workUntilFailed())
          .hasMessageContainingAll(
              "through the proxy 127.0.0.1:" + proxy.port(),
              "the proxy rejected the login (407)",
              "Check symphony.proxy.username and symphony.proxy.password.");
      assertThat(task.elapsed()).isGreaterThanOrEqualTo(RetryPolicy.REFUSED_AT_MOST);
      assertThat(proxy.asked())
          .as("at 0 and 1 minutes, and at 3 if the clock moved while one of five readers worked")
          .hasSizeBetween(2, readers == 1 ? 2 : 3);
    }

    @Test
    @Tag("invariant-9")
    void invariant9DelaysRejectedProxyLoginAfterSuccessfulReadAndRecovers() throws Exception {
      task.startAndReadWell();
      proxy.requireLogin("worker", "another");
      int before = proxy.asked().size();
      task.endLongPoll();
      task.workFor(Duration.ofMinutes(29));
      assertThat(task.log())
          .contains("the proxy rejected the login (407)", "2 consecutive failed reads");
      assertThat(proxy.asked().size() - before).as("at 0, 1, 3, 7, 15 and 25 minutes").isEqualTo(6);
      proxy.requireLogin("worker", "hunter2");
      task.awaitAllAcknowledged();
      assertThat(task.elapsed()).isLessThan(Duration.ofMinutes(37));
      task.bringEvents();
      task.assertNothingIsLostOrTwice();
    }

    @Test
    @Tag("invariant-9")
    void invariant9RetriesIndefinitelyWhenProxyIsDown() throws Exception {
      task.startAndReadWell();
      proxy.close();
      assertRetriesIndefinitely("cannot connect");
      assertThat(task.topic()).hasSize(10);
    }

    @Test
    @Tag("invariant-9")
    void invariant9FailsTaskAfterGracePeriodWhenProxyRejectsTunnel() {
      proxy.refuseTunnels(403);
      task.properties.put("symphony.agent.url", "https://agent.bank.test");
      task.start();
      assertFailsAfterTheGrace(
          "agent.bank.test, through the proxy 127.0.0.1:" + proxy.port(),
          "the proxy rejected the connection to that server with HTTP 403",
          "add it to symphony.proxy.exclude");
    }

    @Test
    @Tag("invariant-9")
    void invariant9RetriesIndefinitelyWhenProxyCannotReachServer() throws Exception {
      proxy.refuseTunnels(502);
      task.properties.put("symphony.agent.url", "https://agent.bank.test");
      task.start();
      assertRetriesIndefinitely("with HTTP 502. ");
    }

    @Test
    @Tag("invariant-13")
    void invariant13FailsOverFromAgentThatProxyRejects() throws Exception {
      proxy.refuseTunnels(403);
      task.properties.put("symphony.agent.url", task.simulator.url() + ",https://b.bank.test");
      task.startAndReadWell();
      task.simulator.faults().add(Fault.status(503));
      task.endLongPoll();
      task.awaitAllAcknowledged();
      task.assertNothingIsLostOrTwice();
      assertThat(proxy.asked()).filteredOn(ForwardProxy.Asked::isTunnel).hasSize(1);
    }
  }

  /** Starts a task that meets the failure, which lasts until it is cleared. */
  private void begin(Row row) throws InterruptedException {
    Fault fault = row.fault().times(Integer.MAX_VALUE);
    if (row.when() == When.AT_START) {
      task.simulator.faults().add(fault);
      task.start();
      return;
    }
    task.startAndReadWell();
    if (!fault.path().equals(Requests.READ)) {
      task.simulator.expireTokens();
    }
    task.simulator.faults().add(fault);
    task.endLongPoll();
  }

  private int struck() {
    return task.simulator.requests().where(RecordedRequest::faulted).count();
  }

  private void assertFailsWith(String... words) {
    assertThat(task.workUntilFailed())
        .hasMessageStartingWith("Reader 0 of feed all (tag played.all) cannot read the feed: ")
        .hasMessageContainingAll(words);
  }

  private void assertFailsAfterTheGrace(String... words) {
    assertFailsWith(words);
    assertThat(task.elapsed())
        .isBetween(RetryPolicy.REFUSED_AT_MOST, RetryPolicy.REFUSED_AT_MOST.plusSeconds(40));
  }

  private void assertRetriesIndefinitely(String... words) throws InterruptedException {
    task.workFor(LONG);
    assertThat(task.log()).contains(words).contains("2 consecutive failed reads");
  }

  private void assertRecovers() throws InterruptedException {
    task.simulator.faults().clear();
    task.awaitLongPolls(1);
    task.bringEvents();
    task.assertNothingIsLostOrTwice();
  }

  private void assertRecoversAfterARestart() throws InterruptedException {
    task.simulator.faults().clear();
    task.restart();
    task.bringEvents();
    task.assertNothingIsLostOrTwice();
  }

  private static Stream<Row> always(String failure, Fault fault, String... words) {
    return Stream.concat(atStart(failure, fault, words), laterOn(failure, fault, words));
  }

  private static Stream<Row> atStart(String failure, Fault fault, String... words) {
    return Stream.of(new Row(failure, When.AT_START, fault, words));
  }

  private static Stream<Row> laterOn(String failure, Fault fault, String... words) {
    return Stream.of(new Row(failure, When.AFTER_A_SUCCESSFUL_READ, fault, words));
  }

  private static Fault page(int status) {
    return Fault.status(status).header("Content-Type", "text/html").body("<html>Sorry</html>");
  }

  private static Fault answer(String body) {
    return Fault.status(200).body(body);
  }

  /** 50 MB in some 50 kB. */
  private static Fault inflating() {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(new byte[50_000_000]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Fault.status(200).header("Content-Encoding", "gzip").body(compressed.toByteArray());
  }
}
