// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.DatahoseFeed;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.GivenSettings;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.FurtherAgent;
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
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client sends, what it takes, and how often: one request a read, whatever happens. */
@Timeout(120)
class SymphonyClientTest {

  @AutoClose private final ClientUnderTest symphony = new ClientUnderTest();
  private final Simulator simulator = symphony.simulator;

  @Test
  void sendsExpectedBody() throws Exception {
    DatahoseFeed feed =
        symphony
            .client()
            .feed("kafka.all", List.of("MESSAGESENT", "A"), List.of(), this::agent, () -> {});
    assertThat(simulator.requests().count()).as("before the first read").isZero();
    feed.read("");
    String begin =
        "{\"type\":\"datahose\",\"tag\":\"kafka.all\",\"eventTypes\":[\"MESSAGESENT\",\"A\"],";
    assertThat(symphony.lastRead().text())
        .isEqualTo(begin + "\"ackId\":\"\",\"updatePresence\":false}");
    simulator.faults().add(Fault.status(200).body("{}"));
    feed.read("a\"b\\/+=");
    assertThat(symphony.lastRead().text())
        .isEqualTo(begin + "\"ackId\":\"a\\\"b\\\\/+=\",\"updatePresence\":false}");
  }

  @Test
  void sendsScopesOnlyWhenConfigured() throws Exception {
    symphony
        .client()
        .feed("t", List.of("A"), List.of("EXTERNAL", "INTERNAL"), this::agent, () -> {})
        .read("");
    assertThat(symphony.lastRead().text())
        .isEqualTo(
            "{\"type\":\"datahose\",\"tag\":\"t\",\"eventTypes\":[\"A\"],"
                + "\"ackId\":\"\",\"updatePresence\":false,"
                + "\"scopes\":[\"EXTERNAL\",\"INTERNAL\"]}");
  }

  @Test
  void sendsExpectedHeaders() throws Exception {
    symphony.read();
    RecordedRequest read = symphony.lastRead();
    assertThat(read.headers().keySet())
        .extracting(name -> name.toLowerCase(Locale.ROOT))
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
  void sendsNewTraceIdWithEachReadAndNamesItInFailure() throws Exception {
    Set<String> traceIds = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      symphony.read();
      traceIds.add(symphony.lastRead().header("X-Trace-Id"));
    }
    assertThat(traceIds).hasSize(20);
    simulator.faults().add(Fault.status(500));
    SymphonyException failure = symphony.failure();
    assertThat(failure)
        .hasMessageContaining("trace id " + symphony.lastRead().header("X-Trace-Id"));
  }

  @Test
  void keepsContextPathAndPortOfBaseUrl() throws Exception {
    simulator.reconfigure(options -> options.contextPath("/sym/api"));
    symphony.settings.allAt(simulator.url());
    assertThat(symphony.read().status()).isEqualTo(200);
    assertThat(simulator.requests())
        .extracting(RecordedRequest::path)
        .containsExactly(Requests.SESSION_LOGIN, Requests.KEY_MANAGER_LOGIN, Requests.READ);
  }

  @Test
  void logsInOnceForAllReadersWhenTokensAreRejected() throws Exception {
    DatahoseFeed one = symphony.feed();
    DatahoseFeed other = symphony.feed();
    one.read("");
    other.read("");
    assertThat(simulator.logins()).hasSize(2);
    assertThat(symphony.logins).hasValue(1);
    simulator.expireTokens();
    assertThat(ClientUnderTest.failureOf(one).kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    one.read("");
    other.read("");
    assertThat(simulator.logins()).hasSize(4);
    assertThat(symphony.logins).hasValue(2);
    assertThat(symphony.lastRead().header("sessionToken"))
        .isEqualTo(simulator.logins().get(2).token());
    assertThat(symphony.lastRead().header("keyManagerToken"))
        .isEqualTo(simulator.logins().get(3).token());
  }

  /** It is no answer of Symphony's own, and yet the gateway may have checked the tokens. */
  @Test
  void renewsSessionAfter401OfGateway() throws Exception {
    DatahoseFeed feed = symphony.feed();
    feed.read("");
    simulator.faults().add(Fault.status(401).body("<html>"));
    assertThat(ClientUnderTest.failureOf(feed).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    feed.read("");
    assertThat(simulator.logins()).hasSize(4);
    assertThat(symphony.logins).hasValue(2);
    assertThat(symphony.lastRead().header("sessionToken"))
        .isEqualTo(simulator.logins().get(2).token());
  }

  @Test
  void renewsSessionAfter401OfGatewayOfOneAgent() throws Exception {
    try (FurtherAgent other = simulator.furtherAgent()) {
      DatahoseFeed healthy = symphony.feedAt(other.url());
      DatahoseFeed feed = symphony.feed();
      healthy.read("");
      feed.read("");
      assertThat(simulator.logins()).hasSize(2);
      simulator.faults().add(Fault.status(401).body("<html>"));
      assertThat(ClientUnderTest.failureOf(feed).kind()).isEqualTo(FailureKind.UNAVAILABLE);
      healthy.read("");
      feed.read("");
      assertThat(simulator.logins()).hasSize(4);
      assertThat(symphony.lastRead().header("sessionToken"))
          .isEqualTo(simulator.logins().get(2).token());
    }
  }

  @Test
  void keepsNewTokensWhen401IsForOldTokens() throws Exception {
    DatahoseFeed slow = symphony.feed();
    DatahoseFeed quick = symphony.feed();
    slow.read("");
    simulator.expireTokens();
    simulator.faults().add(Fault.delayed(Duration.ofMillis(700)));
    CompletableFuture<SymphonyException> late =
        CompletableFuture.supplyAsync(() -> ClientUnderTest.failureOf(slow));
    symphony.awaitWaiting(Requests.READ);
    ClientUnderTest.failureOf(quick);
    quick.read("");
    assertThat(late.join().kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    slow.read("");
    assertThat(simulator.logins()).hasSize(4);
  }

  @Test
  void readsGzipResponse() throws Exception {
    byte[] body = "{\"events\":[],\"ackId\":\"é\"}".getBytes(StandardCharsets.UTF_8);
    simulator.faults().add(gzip(body));
    ReadAnswer answer = symphony.read();
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void accepts204WithoutBody() throws Exception {
    simulator.reconfigure(options -> options.emptyAnswer(SimulatorOptions.EmptyAnswer.NO_CONTENT));
    ReadAnswer answer = symphony.read();
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void measuresTimeUntilResponseHeaders() throws Exception {
    simulator.faults().add(Fault.delayed(Duration.ofMillis(200)));
    long before = System.nanoTime();
    ReadAnswer answer = symphony.read();
    assertThat(answer.sentAt().nanos()).isBetween(before, answer.headersAt().nanos());
    assertThat(answer.headersAt().nanos() - answer.sentAt().nanos())
        .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
    assertThat(answer.headersAt().nanos()).isLessThanOrEqualTo(System.nanoTime());
    assertThat(answer.headersAt().epochMillis() - answer.sentAt().epochMillis())
        .as("the wall clock, too")
        .isBetween(100L, 60_000L);
  }

  @Test
  @Tag("invariant-12")
  void invariant12ReadsResponseUpToLimitAndStopsBeyondIt() throws Exception {
    symphony.settings.maxResponseBytes = 1000;
    simulator.faults().add(Fault.status(200).body(new byte[1000]));
    simulator.faults().add(Fault.status(200).body(new byte[1001]));
    assertThat(symphony.read().body()).hasSize(1000);
    SymphonyException failure = symphony.failure();
    assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
    assertThat(failure).hasMessageContaining("more than 1000 bytes");
    assertThat(symphony.read().status()).as("the connection after it").isEqualTo(200);
  }

  @Test
  @Tag("invariant-12")
  void invariant12StopsWhenDecompressedResponseExceedsLimit() throws Exception {
    symphony.settings.maxResponseBytes = 10_000;
    byte[] bomb = new byte[50_000_000];
    simulator.faults().add(gzip(bomb));
    SymphonyException failure = symphony.failure();
    assertThat(failure.kind()).isEqualTo(FailureKind.TOO_LARGE);
  }

  @Test
  @Tag("invariant-12")
  void invariant12NeverFollowsRedirectOrSendsTokensElsewhere() throws Exception {
    try (FurtherAgent other = simulator.furtherAgent()) {
      for (int status : new int[] {301, 302, 303, 307, 308}) {
        simulator.faults().add(Fault.status(status).header("Location", other.url() + "/login"));
        SymphonyException failure = symphony.failure();
        assertThat(failure.kind()).isEqualTo(FailureKind.NOT_SYMPHONY);
      }
      assertThat(other.requests().count()).isZero();
    }
  }

  @Test
  void endsLongPollAndRejectsLaterReadsWhenClosed() throws Exception {
    simulator.reconfigure(options -> options.longPoll(Duration.ofSeconds(25)));
    CompletableFuture<SymphonyException> read = CompletableFuture.supplyAsync(symphony::failure);
    symphony.awaitWaiting(Requests.READ);
    long closed = System.nanoTime();
    symphony.client().close();
    assertThat(read.join().kind()).isIn(FailureKind.NETWORK, FailureKind.CONNECTION_LOST);
    assertThat(System.nanoTime() - closed).isLessThan(Duration.ofSeconds(10).toNanos());
    int requests = simulator.requests().count();
    assertThat(symphony.failure()).hasMessageContaining("the task is stopping");
    assertThat(simulator.requests().count()).isEqualTo(requests);
  }

  @Test
  void endsLoginWhenClosed() throws Exception {
    simulator.faults().add(Fault.delayed(Duration.ofSeconds(25)).at(Requests.SESSION_LOGIN));
    CompletableFuture<SymphonyException> read = CompletableFuture.supplyAsync(symphony::failure);
    symphony.awaitWaiting(Requests.SESSION_LOGIN);
    symphony.client().close();
    assertThat(read).succeedsWithin(Duration.ofSeconds(1));
  }

  private HttpUrl agent() {
    return HttpUrl.get(simulator.url());
  }

  private static Fault gzip(byte[] body) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(body);
    }
    return Fault.status(200).header("Content-Encoding", "gzip").body(compressed.toByteArray());
  }
}
