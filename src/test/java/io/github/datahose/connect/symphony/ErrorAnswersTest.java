// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import io.github.datahose.simulator.SimulatorOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of answers that are errors. */
@Timeout(120)
class ErrorAnswersTest {

  private static final Instant NOW =
      Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
  private static Simulator simulator;
  private static SymphonyClient client;

  @BeforeAll
  static void start() {
    simulator = Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
    client =
        new SymphonyClient(
            GivenSettings.of(simulator.url()).clock(Clock.fixed(NOW, ZoneOffset.UTC)).build());
  }

  @AfterAll
  static void stop() {
    client.close();
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource({
    "400,REFUSED",
    "401,UNAUTHORIZED",
    "403,FORBIDDEN",
    "404,REFUSED",
    "405,REFUSED",
    "429,THROTTLED",
    "500,SERVER",
    "502,SERVER",
    "504,SERVER",
    "201,MALFORMED",
    "451,REFUSED"
  })
  void tellsKindsByStatusAlone(int status, FailureKind kind) {
    assertThat(failure(Fault.status(status)).kind()).isEqualTo(kind);
    assertThat(failure(Fault.status(status).body("<html>")).kind()).isEqualTo(kind);
    assertThat(failure(Fault.status(status).body("")).status()).isEqualTo(status);
  }

  @Test
  void takesA400WithRetryAfterForThrottling() {
    SymphonyException failure = failure(Fault.status(400).header("Retry-After", "7"));
    assertThat(failure.kind()).isEqualTo(FailureKind.THROTTLED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1,1",
    "' 30 ',30",
    "600,600",
    "601,600",
    "999999999999,600",
    "99999999999999999999,600",
    "9223372036854775807,600",
    "-1,0",
    "-9223372036854775808,0"
  })
  void honoursRetryAfterInSecondsFromZeroToTenMinutes(String header, long seconds) {
    assertThat(retryAfter(header)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"45,45", "3600,600", "0,0", "-45,0"})
  void honoursRetryAfterAsADate(long ahead, long seconds) {
    String date =
        java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
            NOW.plusSeconds(ahead).atZone(ZoneOffset.UTC));
    assertThat(retryAfter(date)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "soon",
        "",
        "1.5",
        "10s",
        "0x10",
        "2026-11-24T00:00:00Z",
        "Tue, 99 Nov 2026 00:00:00 GMT",
        "Sun, 31 Dec +999999999 23:59:59 GMT"
      })
  void takesARetryAfterThatIsNeitherForAWishWithoutATime(String header) {
    assertThat(retryAfter(header)).isZero();
    assertThat(failure(Fault.status(400).header("Retry-After", header)).kind())
        .isEqualTo(FailureKind.THROTTLED);
  }

  @ParameterizedTest
  @CsvSource({
    "400,error.400.bad-request.json,At least one event type is required",
    "400,error.400.feed-not-found.json,Could not find a datafeed with the provided id",
    "400,error.400.with-details.json,Bad request",
    "401,error.401.invalid-session.json,Invalid session",
    "403,error.403.entitlement.json,The user lacks the required entitlement",
    "429,error.429.throttled.json,Too many requests",
    "500,error.500.pod.json,Received an error when calling a pod endpoint",
    "503,error.503.maintenance.json,Service unavailable"
  })
  void quotesTheAgentsOwnMessage(int status, String fixture, String text) throws IOException {
    String body = Files.readString(Path.of("src", "test", "resources", "responses", fixture));
    SymphonyException failure = failure(Fault.status(status).body(body));
    assertThat(failure)
        .hasMessageContaining("read of the Datahose feed (127.0.0.1, trace id ")
        .hasMessageContaining(") was answered with " + status + ": " + text)
        .hasMessageNotContaining("details");
    assertThat(failure.isSymphonyJson()).isTrue();
  }

  @Test
  void doesNotQuoteAPageOfAProxy() throws IOException {
    String html =
        Files.readString(Path.of("src", "test", "resources", "responses", "error.502.html"));
    SymphonyException failure = failure(Fault.status(502).body(html));
    assertThat(failure)
        .hasMessageContaining("a body that is not Symphony's JSON")
        .hasMessageNotContaining("Bad Gateway")
        .hasMessageNotContaining("<");
    assertThat(failure.isSymphonyJson()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"secret\"",
        "{}",
        "{\"message\":\"secret\"}",
        "{\"code\":\"400\",\"message\":\"secret\"}",
        "{\"code\":400,\"message\":{\"secret\":1}}",
        "{\"code\":400,\"message\":\"secret",
        "{\"code\":400,\"message\":\"secret\"} secret"
      })
  void takesAReadsErrorForTheAgentsOnlyWithCodeAndMessage(String body) {
    SymphonyException failure = failure(Fault.status(400).body(body));
    assertThat(failure.isSymphonyJson()).isFalse();
    assertThat(failure).hasMessageNotContaining("secret");
  }

  @Test
  void takesAnyJsonObjectForALoginsOwnError() throws IOException {
    try (SymphonyClient another = new SymphonyClient(GivenSettings.of(simulator.url()).build())) {
      DatahoseFeed feed =
          another.feed("tag", List.of("A"), List.of(), Reads.at(simulator.url()), () -> {});
      simulator.faults().add(Fault.status(401).body("{}").at(Requests.SESSION_LOGIN));
      assertThat(Reads.failureOf(feed).isSymphonyJson()).isTrue();
      simulator.faults().add(Fault.status(401).body("<html>").at(Requests.SESSION_LOGIN));
      assertThat(Reads.failureOf(feed).isSymphonyJson()).isFalse();
    }
  }

  @Test
  void quotesOneLineOfBoundedLength() {
    String message = "line one\\nline\\ttwo " + "x y ".repeat(500);
    SymphonyException failure =
        failure(Fault.status(400).body("{\"code\":400,\"message\":\"" + message + "\"}"));
    assertThat(failure.getMessage()).contains("line one line two x y").doesNotContain("\n");
    assertThat(failure.getMessage()).hasSizeLessThan(420).endsWith("...");
  }

  @Test
  void readsNoMoreThanABitOfAnEndlessErrorBody() {
    String longText = "x ".repeat(100_000);
    SymphonyException failure =
        failure(Fault.status(400).body("{\"code\":400,\"message\":\"" + longText + "\"}"));
    assertThat(failure.isSymphonyJson()).isFalse();
    assertThat(failure.getMessage()).hasSizeLessThan(300);
  }

  @Test
  void invariant10HidesTokensThatTheServerRepeatsInItsErrorText() throws Exception {
    client.feed("tag", List.of("A"), List.of(), Reads.at(simulator.url()), () -> {}).read("");
    String session = simulator.requests().reads().last().header("sessionToken");
    String keyManager = simulator.requests().reads().last().header("keyManagerToken");
    String echo = "Bad token " + session.substring(0, 120) + " or " + keyManager + " given";
    SymphonyException failure =
        failure(Fault.status(400).body("{\"code\":400,\"message\":\"" + echo + "\"}"));
    assertThat(failure).hasMessageContaining("Bad token (hidden) or (hidden) given");
    for (String token : List.of(session, keyManager)) {
      assertThat(failure.getMessage()).doesNotContain(token.substring(0, 20));
    }
  }

  @Test
  void invariant10HidesTheLoginsJwtThatTheServerRepeats() {
    String jwt = RsaLogin.jwt("bot", 1, RsaPrivateKeys.parse(SimulatorKeys.privateKey()));
    simulator
        .faults()
        .add(
            Fault.status(401).body("{\"message\":\"no: " + jwt + "\"}").at(Requests.SESSION_LOGIN));
    try (SymphonyClient another = new SymphonyClient(GivenSettings.of(simulator.url()).build())) {
      SymphonyException failure =
          Reads.failureOf(
              another.feed("tag", List.of("A"), List.of(), Reads.at(simulator.url()), () -> {}));
      assertThat(failure).hasMessageEndingWith("no: (hidden)");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Proxy-Authorization: Basic d29ya2VyOmh1bnRlcjI=",
        "proxy-authorization=Basic d29ya2VyOmh1bnRlcjI",
        "{'Authorization':'Bearer 2YotnFZFEjr1zCsicMWpAA'}",
        "Authorization : Digest username='worker', response='6629fae49393a05397'",
        "Basic d29ya2VyOmh1bnRlcjI= is wrong",
        "BASIC  d29ya2VyOmh1bnRlcjI is wrong",
        "Basic%20d29ya2VyOmh1bnRlcjI is wrong",
        "unknown bearer 2YotnFZFEjr1zCsicMWpAA",
        "Negotiate YIIZfgYGKwYBBQUCoII"
      })
  void invariant10HidesLoginsOfWhateverKindThatAServerRepeats(String echo) {
    SymphonyException failure =
        failure(Fault.status(403).body("{\"code\":403,\"message\":\"No: " + echo + "\"}"));
    assertThat(failure)
        .hasMessageContaining("was answered with 403: No: ")
        .hasMessageContaining("(hidden)")
        .hasMessageNotContaining("d29y")
        .hasMessageNotContaining("2Yot")
        .hasMessageNotContaining("6629")
        .hasMessageNotContaining("YIIZ");
  }

  @Test
  void doesNotTakeWordsAboutALoginForOne() {
    String words = "Basic authentication failed. Authorization denied; the bearer";
    assertThat(failure(Fault.status(403).body("{\"code\":403,\"message\":\"" + words + "\"}")))
        .hasMessageEndingWith(words);
  }

  @Test
  void quotesNoCharactersThatTurnOrEndALine() {
    String odd = "one\u2028two\u0085three\u202efour";
    assertThat(failure(Fault.status(400).body("{\"code\":400,\"message\":\"" + odd + "\"}")))
        .hasMessageEndingWith("one two three four");
  }

  @Test
  void tellsAContentTypeInOneShortLineWithoutWhatWeSent() throws Exception {
    String type = "text/html\u0007\u001b[31m; Basic d29ya2VyOmh1bnRlcjI=; " + "x y ".repeat(500);
    try (RawServer server =
        RawServer.answering(
            RawServer.answer("200 OK", "Content-Type: " + type + "\r\n", "<html>"))) {
      DatahoseFeed feed =
          client.feed("tag", List.of("A"), List.of(), Reads.at(server.url()), () -> {});
      String message = feed.read("").malformed("is a page").getMessage();
      assertThat(message).contains("content type text/html [31m; Basic (hidden); x y");
      assertThat(message).hasSizeLessThan(300).doesNotContainPattern("\\p{Cntrl}");
    }
    try (RawServer pod =
            RawServer.answering(
                RawServer.answer("200 OK", "Content-Type: " + type + "\r\n", "<html>"));
        SymphonyClient another = new SymphonyClient(GivenSettings.of(pod.url()).build())) {
      String message =
          Reads.failureOf(
                  another.feed("tag", List.of("A"), List.of(), Reads.at(pod.url()), () -> {}))
              .getMessage();
      assertThat(message).contains("content type text/html [31m; Basic (hidden); x y");
      assertThat(message).hasSizeLessThan(300).doesNotContainPattern("\\p{Cntrl}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://login.example.test:8443/a?token=secret,login.example.test",
    "/relative/secret,127.0.0.1",
    "//other.example.test/secret,other.example.test",
    "'http://[secret',(unreadable)",
    "mailto:secret,(none)"
  })
  void namesTheHostOfARedirectAndNothingElseOfIt(String location, String host) {
    SymphonyException failure = failure(Fault.redirect(location));
    assertThat(failure)
        .hasMessageContaining("a redirect to the host " + host + ", which is not followed")
        .hasMessageNotContaining("secret");
  }

  private static Duration retryAfter(String header) {
    return failure(Fault.status(503).header("Retry-After", header)).retryAfter();
  }

  private static SymphonyException failure(Fault fault) {
    simulator.faults().add(fault);
    return Reads.failureOf(
        client.feed("tag", List.of("A"), List.of(), Reads.at(simulator.url()), () -> {}));
  }
}
