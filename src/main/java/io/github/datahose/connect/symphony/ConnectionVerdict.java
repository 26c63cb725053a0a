// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Judges a failed call of the connection check: whether it is a refusal for good, and what would
 * mend it. By types and statuses, never by texts.
 */
final class ConnectionVerdict {

  private ConnectionVerdict() {}

  /**
   * Judges.
   *
   * @param proxied whether the server is reached through a proxy, which alone is looked up here
   *     then
   */
  static ConnectionFinding on(SymphonyException failure, boolean proxied) {
    Subject server = server(failure.call());
    if (failure.isProxyLogin()) {
      return refused(
          Subject.PROXY_LOGIN, failure, "Correct the user name and password for the proxy");
    }
    if (failure.isFromProxy()) {
      return healing(
          server, failure, "The proxy's administrator must let this worker reach that server");
    }
    Throwable cause = failure.getCause();
    if (cause instanceof UnknownHostException) {
      return refused(
          proxied ? Subject.PROXY_URL : server,
          failure,
          "Correct the host name, or make it known to the DNS of this worker");
    }
    if (cause instanceof SSLPeerUnverifiedException) {
      return refused(server, failure, "Use the host name that the server's certificate is for");
    }
    if (has(cause, CertificateExpiredException.class)
        || has(cause, CertificateNotYetValidException.class)) {
      return healing(
          server,
          failure,
          "Its administrator must renew the server's certificate, unless the clock of this worker"
              + " is wrong");
    }
    if (has(cause, CertPathBuilderException.class)) {
      return refused(
          Subject.TRUST_STORE,
          failure,
          "Neither this JVM nor the trust store knows the authority that signed the server's"
              + " certificate: add the authority's certificate");
    }
    return failure.isSymphonyJson() || failure.status() == 0
        ? onRefusal(server, failure)
        : healing(server, failure, "");
  }

  /** A refusal by the server itself; what a proxy or a gateway answers is no judgement. */
  private static ConnectionFinding onRefusal(Subject server, SymphonyException failure) {
    if (failure.kind() == FailureKind.UNAUTHORIZED && failure.status() == 0) {
      return new ConnectionFinding(Subject.KEY, true, failure.getMessage());
    }
    if (failure.status() == 404) {
      return refused(server, failure, "Correct the URL, and its context path if there is one");
    }
    boolean unauthorized = failure.kind() == FailureKind.UNAUTHORIZED;
    if (!unauthorized && failure.kind() != FailureKind.FORBIDDEN) {
      return healing(server, failure, "");
    }
    return switch (failure.call()) {
      case SESSION_LOGIN ->
          unauthorized
              ? refused(
                  Subject.KEY,
                  failure,
                  "The pod does not accept it for the service account: check the account's name,"
                      + " that its public key is imported in the pod's admin portal, and the clock"
                      + " of this worker")
              : refused(
                  Subject.USERNAME,
                  failure,
                  "The pod does not let this service account log in in this way: its administrator"
                      + " must see whether the account is enabled");
      // The pod has just accepted the same account and key, so these are not what to mend.
      case KEY_MANAGER_LOGIN ->
          refused(
              server,
              failure,
              "The pod accepts this service account, so this is not the pod's key manager, or it"
                  + " is not registered there");
      // These calls need no login, so it is a gateway that keeps them from us.
      default -> healing(server, failure, "Something in front of the agent does not let that in");
    };
  }

  private static Subject server(SymphonyCall call) {
    return switch (call) {
      case SESSION_LOGIN -> Subject.POD_URL;
      case KEY_MANAGER_LOGIN -> Subject.KEY_MANAGER_URL;
      case READ, AGENT_HEALTH, AGENT_INFO -> Subject.AGENT_URL;
    };
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
    return "the " + failure.getMessage() + (advice.isEmpty() ? "" : ". " + advice);
  }

  /** Whether the exception, or what it stands for, is of a type; a loop ends the search. */
  private static boolean has(Throwable exception, Class<? extends Throwable> type) {
    Throwable cause = exception;
    for (int depth = 0; cause != null && depth < 20; depth++, cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
