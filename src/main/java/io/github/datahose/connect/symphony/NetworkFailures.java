// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says in a few words why no answer came, and for a failure of the set-up what to look at. */
final class NetworkFailures {

  private NetworkFailures() {}

  static String describe(Exception e) {
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
  private static String namesIn(Exception e) {
    return CertificateNames.oneLine(
        String.valueOf(e.getMessage())
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("DN: ") || line.startsWith("subjectAltNames: "))
            .collect(Collectors.joining(", ")));
  }

  /** OkHttp lists the chain of a certificate it refuses over many lines; the first says it all. */
  private static String firstLine(Exception e) {
    return e.getMessage() == null
        ? "no further word"
        : e.getMessage().lines().findFirst().orElse("");
  }
}
