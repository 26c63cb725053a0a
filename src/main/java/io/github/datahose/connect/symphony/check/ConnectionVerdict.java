// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.check.ConnectionFinding.Subject;
import io.github.datahose.connect.symphony.tls.UntrustedServerException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.HttpUrl;

/**
 * Judges a failed call of the connection check: whether it is a refusal for good, and what would
 * mend it. By types and statuses, never by what a server wrote.
 */
record ConnectionVerdict(ClientSettings settings) {

  /**
   * Judges.
   *
   * @param server base URL of the server that was called
   */
  ConnectionFinding on(SymphonyException failure, HttpUrl server) {
    Subject called = called(failure.call());
    if (failure.isProxyLogin()) {
      return refused(
          Subject.PROXY_LOGIN, failure, "Correct the user name and password for the proxy");
    }
    if (failure.isFromProxy()) {
      return healing(
          called, failure, "The proxy's administrator must let this worker reach that server");
    }
    // Who it is that is called; a default is the pod's, and mended there.
    Subject host = server.equals(settings.endpoints().pod()) ? Subject.POD_URL : called;
    if (failure.getCause() instanceof UnknownHostException unknown) {
      Subject named = isProxied(server) ? Subject.PROXY_URL : host;
      return isNobodyThereToAsk(unknown)
          ? healing(named, failure, "The DNS of this worker did not answer")
          : refused(
              named, failure, "Correct the host name, or make it known to the DNS of this worker");
    }
    if (failure.getCause() instanceof SSLPeerUnverifiedException) {
      return refused(host, failure, "");
    }
    UntrustedServerException untrusted = UntrustedServerException.in(failure.getCause());
    if (untrusted != null && untrusted.isMendedByTrustStore()) {
      return refused(Subject.TRUST_STORE, failure, "");
    }
    boolean hangs = failure.getCause() instanceof TimeoutException;
    if (hangs || (failure.kind() == FailureKind.UNAUTHORIZED && failure.status() == 0)) {
      // No call at all: the connector's own key or certificate is no use, or its file hangs.
      return new ConnectionFinding(Subject.KEY, !hangs, failure.getMessage());
    }
    return failure.isSymphonyJson() ? onAnswer(failure, called) : healing(called, failure, "");
  }

  /**
   * Whether the name server is away. Java tells that only by the text of EAI_AGAIN, which it takes
   * from the C library (glibc's, musl's); in other words it counts as an unknown name.
   */
  private static boolean isNobodyThereToAsk(UnknownHostException unknown) {
    String text = String.valueOf(unknown.getMessage());
    return text.endsWith(": Temporary failure in name resolution") || text.endsWith(": Try again");
  }

  /** An answer of the server itself; what a proxy or a gateway answers is no judgement. */
  private ConnectionFinding onAnswer(SymphonyException failure, Subject called) {
    if (failure.status() == 404) {
      return refused(called, failure, "Correct the URL, and its context path if there is one");
    }
    boolean unauthorized = failure.kind() == FailureKind.UNAUTHORIZED;
    if (!unauthorized && failure.kind() != FailureKind.FORBIDDEN) {
      return healing(called, failure, "");
    }
    return switch (failure.call()) {
      case SESSION_LOGIN ->
          unauthorized || isByCertificate()
              ? refused(Subject.KEY, failure, settings.credentials().advice())
              : refused(
                  Subject.USERNAME,
                  failure,
                  "The pod does not let this service account log in in this way: its administrator"
                      + " must see whether the account is enabled");
      case KEY_MANAGER_LOGIN ->
          unauthorized
              ? refused(
                  Subject.KEY,
                  failure,
                  "The pod accepts this service account with it, so perhaps it was replaced a moment"
                      + " ago, or symphony.key.manager.url is not the pod's key manager")
              : refused(
                  called,
                  failure,
                  "The pod accepts this service account, so this is not the pod's key manager, or it"
                      + " is not registered there");
      // These calls need no login, so it is a gateway that keeps them from us.
      case READ, AGENT_HEALTH, AGENT_INFO ->
          healing(called, failure, "Something in front of the agent does not let that in");
    };
  }

  private Subject called(SymphonyCall call) {
    return switch (call) {
      case SESSION_LOGIN -> isByCertificate() ? Subject.SESSION_AUTH_URL : Subject.POD_URL;
      case KEY_MANAGER_LOGIN -> Subject.KEY_MANAGER_URL;
      case READ, AGENT_HEALTH, AGENT_INFO -> Subject.AGENT_URL;
    };
  }

  private boolean isByCertificate() {
    return settings.credentials() instanceof Credentials.Certificate;
  }

  /** Whether the server is reached through a proxy, whose host alone is looked up here then. */
  boolean isProxied(HttpUrl server) {
    return settings.proxy() != null && settings.proxy().isFor(server.host());
  }

  private static ConnectionFinding refused(
      Subject subject, SymphonyException failure, String advice) {
    return new ConnectionFinding(subject, true, text(failure, advice));
  }

  private static ConnectionFinding healing(
      Subject subject, SymphonyException failure, String advice) {
    return new ConnectionFinding(subject, false, text(failure, advice));
  }

  private static String text(SymphonyException failure, String advice) {
    String text = "the " + failure.getMessage() + (advice.isEmpty() ? "" : ". " + advice);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
