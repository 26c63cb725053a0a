// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.datahose.connect.symphony.ClientUnderTest;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.auth.Login;
import io.github.datahose.connect.symphony.tls.RsaPrivateKeys;
import io.github.datahose.simulator.Fault;
import io.github.datahose.simulator.Requests;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of answers that are errors, and of no answer at all. */
@Timeout(120)
class CallFailuresTest {

  /** An error as an agent writes it. */
  private static final String OWN = "{\"code\":1,\"message\":\"no\"}";

  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @AutoClose private static final ClientUnderTest SYMPHONY = new ClientUnderTest();

  @BeforeAll
  static void setClock() {
    SYMPHONY.settings.clock = Clock.fixed(NOW, ZoneOffset.UTC);
  }

  @ParameterizedTest
  @CsvSource({
    "201,MALFORMED,PAGE",
    "302,NOT_SYMPHONY,NOT_SYMPHONY",
    "400,BAD_REQUEST,UNAVAILABLE",
    "401,UNAUTHORIZED,UNAVAILABLE",
    "403,FORBIDDEN,NOT_SYMPHONY",
    "404,NOT_FOUND,NOT_SYMPHONY",
    "405,REFUSED,NOT_SYMPHONY",
    "408,UNAVAILABLE,UNAVAILABLE",
    "425,UNAVAILABLE,UNAVAILABLE",
    "429,THROTTLED,UNAVAILABLE",
    "451,REFUSED,NOT_SYMPHONY",
    "500,UNAVAILABLE,UNAVAILABLE",
    "502,UNAVAILABLE,UNAVAILABLE",
    "504,UNAVAILABLE,UNAVAILABLE"
  })
  void mapsStatusAndBodyToFailureKind(int status, FailureKind ofSymphony, FailureKind ofAnother) {
    assertThat(failure(Fault.status(status).body(OWN)).kind()).isEqualTo(ofSymphony);
    assertThat(failure(Fault.status(status).body("<html>")).kind()).isEqualTo(ofAnother);
    assertThat(failure(Fault.status(status).body("")).kind()).isEqualTo(ofAnother);
    assertThat(failure(Fault.status(status).body("")).status()).isEqualTo(status);
  }

  @Test
  void treats400WithRetryAfterAsThrottling() {
    SymphonyException failure = failure(Fault.status(400).header("Retry-After", "7"));
    assertThat(failure.kind()).isEqualTo(FailureKind.THROTTLED);
    assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    SymphonyException page = failure(Fault.status(400).header("Retry-After", "7").body("<html>"));
    assertThat(page.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(page.retryAfter()).isEqualTo(Duration.ofSeconds(7));
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
  void readsRetryAfterInSecondsFromZeroToTenMinutes(String header, long seconds) {
    assertThat(retryAfter(header)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"45,45", "3600,600", "0,0", "-45,0"})
  void readsRetryAfterAsDate(long ahead, long seconds) {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(NOW.plusSeconds(ahead).atZone(ZoneOffset.UTC));
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
  void treatsInvalidRetryAfterAsUnspecifiedTime(String header) {
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
  void quotesMessageOfAgent(int status, String fixture, String text) throws IOException {
    String body = Files.readString(Path.of("src", "test", "resources", "responses", fixture));
    SymphonyException failure = failure(Fault.status(status).body(body));
    assertThat(failure)
        .hasMessageContaining("read of the Datahose feed (127.0.0.1, trace id ")
        .hasMessageContaining(") returned HTTP " + status + ": " + text)
        .hasMessageNotContaining("details");
    assertThat(failure.kind()).isNotEqualTo(FailureKind.NOT_SYMPHONY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html><h1>secret</h1></html>",
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
  void recognizesErrorOfAgentByCodeAndMessage(String body) {
    SymphonyException failure = failure(Fault.status(400).body(body));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure)
        .hasMessageContaining("a body that is not Symphony's JSON")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"{}, UNAUTHORIZED", "'', UNAUTHORIZED", "<html>, UNAVAILABLE", "[], UNAVAILABLE"})
  void recognizesErrorOfLoginByAnyJsonObject(String body, FailureKind kind) {
    assertThat(loginFailure(body).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "line one\\nline\\ttwo | line one line two",
        "one\u2028two\u0085three\u202efour | one two three four",
        "Basic authentication failed. Authorization denied; the bearer"
            + " | Basic authentication failed. Authorization denied; the bearer"
      })
  void quotesMessageOnOneLineWithoutControlCharacters(String message, String quoted) {
    assertThat(refusal(message)).hasMessageEndingWith(quoted);
  }

  @Test
  void quotesOneLineOfLimitedLength() {
    assertThat(refusal("x y ".repeat(500)).getMessage()).hasSizeLessThan(420).endsWith("...");
  }

  @Test
  void readsOnlyStartOfEndlessErrorBody() {
    SymphonyException failure = refusal("x ".repeat(100_000));
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure.getMessage()).hasSizeLessThan(300);
  }

  @Test
  @Tag("invariant-10")
  void invariant10HidesTokensRepeatedInErrorText() throws Exception {
    SYMPHONY.read();
    String session = SYMPHONY.lastRead().header("sessionToken");
    String keyManager = SYMPHONY.lastRead().header("keyManagerToken");
    SymphonyException failure =
        refusal("Bad token " + session.substring(0, 120) + " or " + keyManager + " given");
    assertThat(failure)
        .hasMessageContaining("Bad token (hidden) or (hidden) given")
        .hasMessageNotContaining(session.substring(0, 20))
        .hasMessageNotContaining(keyManager.substring(0, 20));
  }

  @Test
  @Tag("invariant-10")
  void invariant10HidesRepeatedJwtOfLogin() {
    String jwt = Login.jwt("bot", 1, RsaPrivateKeys.parse(SimulatorKeys.privateKey()));
    assertThat(loginFailure("{\"message\":\"no: " + jwt + "\"}"))
        .hasMessageEndingWith("no: (hidden)");
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
  @Tag("invariant-10")
  void invariant10HidesRepeatedLoginsOfAnyKind(String echo) {
    assertThat(refusal("No: " + echo))
        .hasMessageContaining("returned HTTP 400: No: ")
        .hasMessageContaining("(hidden)")
        .hasMessageNotContaining("d29y")
        .hasMessageNotContaining("2Yot")
        .hasMessageNotContaining("6629")
        .hasMessageNotContaining("YIIZ");
  }

  @Test
  void quotesContentTypeOnOneShortLineWithoutSentTokens() throws Exception {
    String type = "text/html\u0007\u001b[31m; Basic d29ya2VyOmh1bnRlcjI=; " + "x y ".repeat(500);
    MockResponse page =
        new MockResponse.Builder().addHeaderLenient("Content-Type", type).body("<html>").build();
    try (MockWebServer server = new MockWebServer();
        ClientUnderTest another = new ClientUnderTest()) {
      server.enqueue(page);
      server.enqueue(page);
      server.start();
      String url = server.url("/").toString();
      SymphonyException ofRead = SYMPHONY.feedAt(url).read("").malformed("is a page");
      another.settings.pod(url);
      for (SymphonyException failure : List.of(ofRead, another.failure())) {
        assertThat(failure.getMessage())
            .contains("content type text/html [31m; Basic (hidden); x y")
            .hasSizeLessThan(300)
            .doesNotContainPattern("\\p{Cntrl}");
      }
    }
  }

  @Test
  void namesOnlyStartOfEndlessRedirectHost() {
    SymphonyException failure = failure(Fault.redirect("http://" + "x.".repeat(500) + "test/"));
    assertThat(failure)
        .hasMessageContaining("a redirect to the host x.x.")
        .hasMessageEndingWith("..., which the connector does not follow");
    assertThat(failure.getMessage()).hasSizeLessThan(500);
  }

  @ParameterizedTest
  @CsvSource({
    "http://login.example.test:8443/a?token=secret,login.example.test",
    "/relative/secret,127.0.0.1",
    "//other.example.test/secret,other.example.test",
    "'http://[secret',(unreadable)",
    "mailto:secret,(none)",
    "http://eyJhbGciOiJSUzUxMiJ9.secret/,(hidden)"
  })
  void namesOnlyHostOfRedirect(String location, String host) {
    SymphonyException failure = failure(Fault.redirect(location));
    assertThat(failure)
        .hasMessageContaining(
            "a redirect to the host " + host + ", which the connector does not follow")
        .hasMessageNotContaining("secret");
  }

  private static Duration retryAfter(String header) {
    return failure(Fault.status(503).header("Retry-After", header)).retryAfter();
  }

  private static SymphonyException refusal(String message) {
    return failure(Fault.status(400).body("{\"code\":400,\"message\":\"" + message + "\"}"));
  }

  private static SymphonyException failure(Fault fault) {
    SYMPHONY.simulator.faults().add(fault);
    return SYMPHONY.failure();
  }

  private static SymphonyException loginFailure(String body) {
    try (ClientUnderTest another = new ClientUnderTest()) {
      another.spoil(Requests.SESSION_LOGIN, Fault.status(401).body(body));
      return another.failure();
    }
  }

  static Stream<Arguments> exceptions() {
    return Stream.of(
        arguments(new SSLPeerUnverifiedException("no"), FailureKind.WRONG_HOST_NAME),
        arguments(new SSLHandshakeException("no"), FailureKind.TLS),
        arguments(new ConnectException("refused"), FailureKind.UNREACHABLE),
        arguments(new SocketException("reset"), FailureKind.CONNECTION_LOST),
        arguments(new NoRouteToHostException("no"), FailureKind.NETWORK),
        arguments(
            named("hung up", new IOException("unexpected end", new EOFException())),
            FailureKind.CONNECTION_LOST),
        arguments(new EOFException("in the body"), FailureKind.NETWORK),
        arguments(new IOException("Canceled"), FailureKind.NETWORK),
        arguments(new InterruptedIOException("timeout"), FailureKind.NETWORK));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void mapsExceptionToFailureKind(IOException thrown, FailureKind kind) {
    assertThat(kind(thrown, SymphonyHttp.emptyBody())).isEqualTo(kind);
    assertThat(kind.isServersAnswer()).isFalse();
  }

  /** Java has one exception for an unknown name and for an unavailable name server. */
  @ParameterizedTest
  @CsvSource({
    "pod.test: Name or service not known, UNKNOWN_HOST",
    "pod.test: nodename nor servname provided or not known, UNKNOWN_HOST",
    "pod.test, UNKNOWN_HOST",
    ", UNKNOWN_HOST",
    "pod.test: Temporary failure in name resolution, NO_NAME_SERVER",
    "pod.test: Try again, NO_NAME_SERVER"
  })
  void distinguishesUnknownNameFromUnavailableNameServer(String text, FailureKind kind) {
    assertThat(kind(new UnknownHostException(text), SymphonyHttp.emptyBody())).isEqualTo(kind);
  }

  @Test
  void treatsTimeoutAsReadTimeoutOnlyWhenRequestWasSent() throws IOException {
    RequestBody body = SymphonyHttp.json(new byte[2]);
    SocketTimeoutException timeout = new SocketTimeoutException("timeout");
    assertThat(kind(timeout, body)).isEqualTo(FailureKind.NETWORK);
    body.writeTo(new Buffer());
    assertThat(kind(timeout, body)).isEqualTo(FailureKind.TIMEOUT);
  }

  private static FailureKind kind(IOException thrown, RequestBody body) {
    Request request = new Request.Builder().url("https://agent.test").post(body).build();
    return CallFailures.ofNoAnswer(SymphonyCall.READ, "read", request, thrown, false).kind();
  }
}
