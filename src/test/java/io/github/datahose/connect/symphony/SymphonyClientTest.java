// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.RecordedRequest;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client sends, what it takes, and how often: one request a read, whatever happens. */
@Timeout(120)
class SymphonyClientTest {

  private final Simulator simulator =
      Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
  private SymphonyClient client = new SymphonyClient(GivenSettings.of(simulator.url()).build());
  private String agentUrl = simulator.url();
  private final AtomicInteger logins = new AtomicInteger();

  @AfterEach
  void stop() {
    client.close();
    simulator.close();
  }

  @Test
  void sendsNothingBeforeTheFirstRead() {
    feed();
    assertThat(simulator.requests().count()).isZero();
  }

  @Test
  void sendsExactlyThisBody() throws Exception {
    DatahoseFeed feed =
        client.feed(
            "kafka.all",
            List.of("MESSAGESENT", "ROOMCREATED"),
            List.of(),
            this::agent,
            this::loggedIn);
    feed.read("");
    assertThat(lastRead().text())
        .isEqualTo(
            "{\"type\":\"datahose\",\"tag\":\"kafka.all\","
                + "\"eventTypes\":[\"MESSAGESENT\",\"ROOMCREATED\"],"
                + "\"ackId\":\"\",\"updatePresence\":false}");
    String ackId = "a\"b\\/+=";
    simulator.faults().add(Fault.status(200).body("{}"));
    feed.read(ackId);
    assertThat(lastRead().text())
        .isEqualTo(
            "{\"type\":\"datahose\",\"tag\":\"kafka.all\","
                + "\"eventTypes\":[\"MESSAGESENT\",\"ROOMCREATED\"],"
                + "\"ackId\":\"a\\\"b\\\\/+=\",\"updatePresence\":false}");
  }

  @Test
  void sendsScopesOnlyWhenThereAreAny() throws Exception {
    client
        .feed("t", List.of("A"), List.of("EXTERNAL", "INTERNAL"), this::agent, this::loggedIn)
        .read("");
    assertThat(lastRead().text())
        .isEqualTo(
            "{\"type\":\"datahose\",\"tag\":\"t\",\"eventTypes\":[\"A\"],"
                + "\"ackId\":\"\",\"updatePresence\":false,"
                + "\"scopes\":[\"EXTERNAL\",\"INTERNAL\"]}");
  }

  @Test
  void sendsExactlyTheseHeaders() throws Exception {
    feed().read("");
    RecordedRequest read = lastRead();
    assertThat(read.headers().keySet())
        .extracting(name -> name.toLowerCase(java.util.Locale.ROOT))
        .containsExactlyInAnyOrder(
            "accept",
            "accept-encoding",
            "connection",
            "content-length",
            "content-type",
            "host",
            "keymanagertoken",
            "sessiontoken",
            "user-agent",
            "x-trace-id");
    assertThat(read.header("sessionToken")).isEqualTo(simulator.logins().get(0).token());
    assertThat(read.header("keyManagerToken")).isEqualTo(simulator.logins().get(1).token());
    assertThat(read.header("Content-Type")).isEqualTo("application/json");
    assertThat(read.header("Accept")).isEqualTo("application/json");
    assertThat(read.header("Accept-Encoding")).isEqualTo("gzip");
    assertThat(read.header("User-Agent")).isEqualTo(GivenSettings.USER_AGENT);
    assertThat(read.header("X-Trace-Id")).matches("[A-Za-z0-9]{6}");
    assertThat(read.query()).isEmpty();
  }

  @Test
  void sendsANewTraceIdWithEachReadAndNamesItInTheFailure() throws Exception {
    Set<String> traceIds = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      feed().read("");
      traceIds.add(lastRead().header("X-Trace-Id"));
    }
    assertThat(traceIds).hasSize(20);
    simulator.faults().add(Fault.status(500));
    SymphonyException failure = Reads.failureOf(feed());
    assertThat(failure).hasMessageContaining("trace id " + lastRead().header("X-Trace-Id"));
  }

  @Test
  void keepsTheContextPathAndThePortOfTheBaseUrl() throws Exception {
    try (Simulator behindProxy =
        Simulator.start(
            SimulatorOptions.defaults().longPoll(Duration.ZERO).contextPath("/sym/api"))) {
      use(GivenSettings.of(behindProxy.url()));
      agentUrl = behindProxy.url();
      assertThat(feed().read("").status()).isEqualTo(200);
      assertThat(behindProxy.requests())
          .extracting(RecordedRequest::path)
          .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, Requests.READ);
    }
  }

  @Test
  void sharesOneLoginAmongReadersAndTellsTheOneThatMadeIt() throws Exception {
    for (int reader = 0; reader < 3; reader++) {
      feed().read("");
    }
    assertThat(simulator.logins()).hasSize(2);
    assertThat(logins).hasValue(1);
  }

  @Test
  void logsInAgainOnceForAllReadersWhenTheTokensAreRefused() throws Exception {
    DatahoseFeed one = feed();
    DatahoseFeed other = feed();
    one.read("");
    other.read("");
    simulator.expireTokens();
    assertThat(Reads.failureOf(one).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    one.read("");
    other.read("");
    assertThat(simulator.logins()).hasSize(4);
    assertThat(logins).hasValue(2);
    assertThat(lastRead().header("sessionToken")).isEqualTo(simulator.logins().get(2).token());
    assertThat(lastRead().header("keyManagerToken")).isEqualTo(simulator.logins().get(3).token());
  }

  @Test
  void doesNotThrowAwayNewTokensForA401ThatCameForOldOnes() throws Exception {
    DatahoseFeed slow = feed();
    DatahoseFeed quick = feed();
    slow.read("");
    simulator.expireTokens();
    simulator.faults().add(Fault.delayed(Duration.ofMillis(700)));
    CompletableFuture<SymphonyException> late =
        CompletableFuture.supplyAsync(() -> Reads.failureOf(slow));
    Reads.awaitWaiting(simulator);
    Reads.failureOf(quick);
    quick.read("");
    assertThat(late.join().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    slow.read("");
    assertThat(simulator.logins()).hasSize(4);
  }

  @Test
  void readsAGzipAnswer() throws Exception {
    byte[] body = "{\"events\":[],\"ackId\":\"é\"}".getBytes(StandardCharsets.UTF_8);
    simulator.faults().add(gzip(body));
    ReadAnswer answer = feed().read("");
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void takes204AsAnAnswerWithoutBody() throws Exception {
    simulator.reconfigure(options -> options.emptyAnswer(SimulatorOptions.EmptyAnswer.NO_CONTENT));
    ReadAnswer answer = feed().read("");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void measuresFromTheHeadersOfTheAnswer() throws Exception {
    simulator.faults().add(Fault.delayed(Duration.ofMillis(200)));
    long before = System.nanoTime();
    ReadAnswer answer = feed().read("");
    assertThat(answer.sentAt().nanos()).isBetween(before, answer.headersAt().nanos());
    assertThat(answer.headersAt().nanos() - answer.sentAt().nanos())
        .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
    assertThat(answer.headersAt().nanos()).isLessThanOrEqualTo(System.nanoTime());
    assertThat(answer.headersAt().epochMillis() - answer.sentAt().epochMillis())
        .as("the wall clock, too")
        .isBetween(100L, 60_000L);
  }

  @Test
  void invariant12TakesAnAnswerUpToTheLimitAndCutsOffALongerOne() throws Exception {
    use(GivenSettings.of(simulator.url()).maxResponseBytes(1000));
    simulator.faults().add(Fault.status(200).body(new byte[1000]));
    simulator.faults().add(Fault.status(200).body(new byte[1001]));
    assertThat(feed().read("").body()).hasSize(1000);
    SymphonyException failure = Reads.failureOf(feed());
    assertThat(failure.kind()).isEqualTo(FailureKind.MALFORMED);
    assertThat(failure.isTooLarge()).isTrue();
    assertThat(failure).hasMessageContaining("more than 1000 bytes");
    assertThat(feed().read("").status()).as("the connection after it").isEqualTo(200);
  }

  @Test
  void invariant12CutsOffAnAnswerThatInflatesBeyondTheLimit() throws Exception {
    use(GivenSettings.of(simulator.url()).maxResponseBytes(10_000));
    byte[] bomb = new byte[50_000_000];
    simulator.faults().add(gzip(bomb));
    SymphonyException failure = Reads.failureOf(feed());
    assertThat(failure.isTooLarge()).isTrue();
  }

  @Test
  void invariant12NeverFollowsARedirectNorSendsTheTokensElsewhere() throws Exception {
    try (RawServer other = RawServer.answering(RawServer.answer("200 OK", "", "{}"))) {
      for (int status : new int[] {301, 302, 303, 307, 308}) {
        simulator
            .faults()
            .add(Fault.status(status).header("Location", other.url() + "/login?secret=1"));
        SymphonyException failure = Reads.failureOf(feed());
        assertThat(failure.kind()).isEqualTo(FailureKind.REFUSED);
        assertThat(failure.isRedirect()).isTrue();
        assertThat(failure)
            .hasMessageContaining("redirect to the host 127.0.0.1, which is not followed")
            .hasMessageNotContaining("secret");
      }
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void closeEndsALongPollAtOnceAndRefusesLaterReads() throws Exception {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(25)));
    CompletableFuture<SymphonyException> read =
        CompletableFuture.supplyAsync(() -> Reads.failureOf(feed()));
    Reads.awaitWaiting(simulator);
    long closed = System.nanoTime();
    client.close();
    assertThat(read.join().kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(System.nanoTime() - closed).isLessThan(Duration.ofSeconds(10).toNanos());
    int requests = simulator.requests().count();
    assertThat(Reads.failureOf(feed())).hasMessageContaining("the task is stopping");
    assertThat(simulator.requests().count()).isEqualTo(requests);
  }

  @Test
  void closeEndsALoginToo() throws Exception {
    simulator.faults().add(Fault.delayed(Duration.ofSeconds(25)).at(Requests.SESSION_LOGIN));
    CompletableFuture<SymphonyException> read =
        CompletableFuture.supplyAsync(() -> Reads.failureOf(feed()));
    Reads.awaitWaiting(simulator);
    client.close();
    assertThat(read).succeedsWithin(Duration.ofSeconds(1));
  }

  private DatahoseFeed feed() {
    return client.feed("tag", List.of("MESSAGESENT"), List.of(), this::agent, this::loggedIn);
  }

  private void loggedIn() {
    logins.incrementAndGet();
  }

  private void use(GivenSettings settings) {
    client.close();
    client = new SymphonyClient(settings.build());
  }

  private HttpUrl agent() {
    return HttpUrl.get(agentUrl);
  }

  private RecordedRequest lastRead() {
    return simulator.requests().reads().last();
  }

  private static Fault gzip(byte[] body) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(body);
    }
    return Fault.status(200).header("Content-Encoding", "gzip").body(compressed.toByteArray());
  }
}
