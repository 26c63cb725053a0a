// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Of which kind a failure is that came in the place of an answer. */
class NetworkFailuresTest {

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
  void tellsTheKindByTheException(IOException thrown, FailureKind kind) {
    assertThat(kind(thrown, SymphonyRequest.emptyBody())).isEqualTo(kind);
    assertThat(kind.isAnswer()).isFalse();
  }

  /** Java has one exception for a name that nobody knows and for nobody who could tell. */
  @ParameterizedTest
  @CsvSource({
    "pod.test: Name or service not known, UNKNOWN_HOST",
    "pod.test: nodename nor servname provided or not known, UNKNOWN_HOST",
    "pod.test, UNKNOWN_HOST",
    ", UNKNOWN_HOST",
    "pod.test: Temporary failure in name resolution, NO_NAME_SERVER",
    "pod.test: Try again, NO_NAME_SERVER"
  })
  void tellsAnUnknownNameFromANameServerThatIsAway(String text, FailureKind kind) {
    assertThat(kind(new UnknownHostException(text), SymphonyRequest.emptyBody())).isEqualTo(kind);
  }

  @Test
  void takesATimeoutForThatOfAReadOnlyWhenTheRequestWasSent() throws IOException {
    RequestBody body = SymphonyRequest.json(new byte[2]);
    SocketTimeoutException timeout = new SocketTimeoutException("timeout");
    assertThat(kind(timeout, body)).isEqualTo(FailureKind.NETWORK);
    body.writeTo(new Buffer());
    assertThat(kind(timeout, body)).isEqualTo(FailureKind.TIMEOUT);
  }

  private static FailureKind kind(IOException thrown, RequestBody body) {
    Request request = new Request.Builder().url("https://agent.test").post(body).build();
    return NetworkFailures.failure(SymphonyCall.READ, "read", request, thrown, false).kind();
  }
}
