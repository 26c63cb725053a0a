// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says in a few words why no answer came, and for a failure of the set-up what to look at. */
final class NetworkFailures {

  private NetworkFailures() {}

  static String describe(IOException e) {
    if (e instanceof UnknownHostException) {
      return "the host name is not known here (DNS)";
    }
    if (e instanceof SSLPeerUnverifiedException) {
      return "the server's certificate is for another host name";
    }
    if (e instanceof SSLException) {
      return "TLS could not be agreed (" + firstLine(e) + ")";
    }
    if (e instanceof SocketTimeoutException) {
      return "no answer in time (" + firstLine(e) + ")";
    }
    if (e instanceof ConnectException) {
      return "no connection (" + firstLine(e) + ")";
    }
    if (e instanceof ProtocolException) {
      // Its message quotes what came in place of HTTP, which may be a piece of an event.
      return "what came is no whole answer of a server (broken off, no HTTP, or a proxy's 407)";
    }
    return e.getClass().getSimpleName() + " (" + firstLine(e) + ")";
  }

  /** OkHttp lists the chain of a certificate it refuses over many lines; the first says it all. */
  private static String firstLine(IOException e) {
    return e.getMessage() == null
        ? "no further word"
        : e.getMessage().lines().findFirst().orElse("");
  }
}
