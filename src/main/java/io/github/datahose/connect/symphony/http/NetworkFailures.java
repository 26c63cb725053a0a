// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.http;

import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.proxy.ProxyRefusedException;
import io.github.datahose.connect.symphony.tls.UntrustedServerException;
import io.github.datahose.connect.text.Printable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Request;

/**
 * Tells what kind of failure it is when no answer of a server came: why not, in a few words, and
 * for a failure of the set-up what to look at.
 */
final class NetworkFailures {

  private NetworkFailures() {}

  /**
   * The failure of a call.
   *
   * @param where the call, its host and its trace id
   * @param thrown by OkHttp in its place
   * @param proxied whether it went through the proxy
   */
  static SymphonyException failure(
      SymphonyCall call, String where, Request request, IOException thrown, boolean proxied) {
    ProxyRefusedException refused = ProxyRefusedException.in(thrown);
    if (refused != null) {
      return byProxy(call, where, refused);
    }
    String reason =
        proxied && thrown instanceof UnknownHostException
            ? "the proxy's host name is not known here (DNS)"
            : describe(thrown);
    boolean sent = request.body() instanceof SymphonyRequest.OneShotBody body && body.isSent();
    return new SymphonyException(call, kind(thrown, sent), where + " failed: " + reason, thrown);
  }

  private static SymphonyException byProxy(
      SymphonyCall call, String where, ProxyRefusedException refused) {
    FailureKind kind =
        switch (refused.status()) {
          case ProxyRefusedException.LOGIN_WANTED -> FailureKind.PROXY_LOGIN;
          case 408, 425, 429 -> FailureKind.PROXY_UNAVAILABLE;
          default ->
              refused.status() >= 500 ? FailureKind.PROXY_UNAVAILABLE : FailureKind.PROXY_REFUSED;
        };
    return new SymphonyException(
        call,
        kind,
        where + " failed: " + refused.getMessage(),
        refused.status(),
        refused.notBefore());
  }

  private static FailureKind kind(IOException thrown, boolean sent) {
    if (thrown instanceof UnknownHostException unknown) {
      return isNobodyThereToAsk(unknown) ? FailureKind.NO_NAME_SERVER : FailureKind.UNKNOWN_HOST;
    }
    if (thrown instanceof SSLPeerUnverifiedException) {
      return FailureKind.WRONG_HOST_NAME;
    }
    UntrustedServerException untrusted = UntrustedServerException.in(thrown);
    if (untrusted != null) {
      return untrusted.isMendedByTrustStore()
          ? FailureKind.UNTRUSTED_CERTIFICATE
          : FailureKind.INVALID_CERTIFICATE;
    }
    if (thrown instanceof SSLException) {
      return FailureKind.TLS;
    }
    if (thrown instanceof SocketTimeoutException && sent) {
      return FailureKind.TIMEOUT;
    }
    if (thrown instanceof ConnectException) {
      return FailureKind.UNREACHABLE;
    }
    // Not their other subclasses: no route to a host, say, is no connection that was lost.
    boolean lost =
        thrown.getClass() == SocketException.class
            || (thrown.getClass() == IOException.class
                && thrown.getCause() instanceof EOFException);
    return lost ? FailureKind.CONNECTION_LOST : FailureKind.NETWORK;
  }

  /**
   * Whether the name server is away. Java tells that only by the text of EAI_AGAIN, which it takes
   * from the C library (glibc's, musl's); in other words it counts as an unknown name.
   */
  private static boolean isNobodyThereToAsk(UnknownHostException unknown) {
    String text = String.valueOf(unknown.getMessage());
    return text.endsWith(": Temporary failure in name resolution") || text.endsWith(": Try again");
  }

  private static String describe(IOException e) {
    if (e instanceof UnknownHostException) {
      return "the host name is not known here (DNS)";
    }
    if (e instanceof SSLPeerUnverifiedException) {
      return "the server's certificate is for another host name ("
          + namesIn(e)
          + "): check the URL; this check cannot be switched off";
    }
    UntrustedServerException untrusted = UntrustedServerException.in(e);
    if (untrusted != null) {
      return untrusted.getMessage();
    }
    if (e instanceof SSLException) {
      return "TLS could not be agreed (" + firstLine(e) + ")";
    }
    if (e instanceof SocketTimeoutException) {
      return "no answer in time (" + firstLine(e) + ")";
    }
    if (e instanceof InterruptedIOException) {
      return "it took too long as a whole, and was cut off";
    }
    if (e instanceof ConnectException) {
      return "no connection (" + firstLine(e) + ")";
    }
    if (e instanceof SocketException) {
      return "the connection broke (" + firstLine(e) + ")";
    }
    // No other message is quoted: those of a broken answer hold a piece of it, which may be an
    // event's text (Okio writes up to 32 bytes in hexadecimal digits).
    return "no whole answer of a server came: it broke off, was no HTTP, or a proxy's 407 ("
        + e.getClass().getSimpleName()
        + ")";
  }

  /** The lines of OkHttp's message that name the certificate's subject and its hosts. */
  private static String namesIn(IOException e) {
    return Printable.of(
        String.valueOf(e.getMessage())
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("DN: ") || line.startsWith("subjectAltNames: "))
            .collect(Collectors.joining(", ")));
  }

  /** OkHttp lists the chain of a certificate it refuses over many lines; the first says it all. */
  private static String firstLine(IOException e) {
    return e.getMessage() == null
        ? "no further word"
        : e.getMessage().lines().findFirst().orElse("");
  }
}
