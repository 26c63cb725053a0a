// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Finding;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Subject;
import okhttp3.HttpUrl;

/**
 * Classifies a failed call of the connection check: whether it is a permanent failure, and what
 * would fix it. It uses the kind of the failure, never what a server wrote.
 */
record FailureClassifier(ClientSettings settings) {

  /**
   * Classifies a failure.
   *
   * @param server base URL of the server that was called
   */
  Finding classify(SymphonyException failure, HttpUrl server) {
    Subject called = called(failure.call());
    // A URL that is not set is the pod's, and so fixed there.
    Subject host = server.equals(settings.endpoints().pod()) ? Subject.POD_URL : called;
    Subject named = isProxied(server) ? Subject.PROXY_URL : host;
    return switch (failure.kind()) {
      // No request was sent: the connector's own key or certificate is invalid or unreadable.
      case CREDENTIALS_UNREADABLE ->
          new Finding(Subject.KEY, true, failure.kind(), failure.getMessage());
      case CREDENTIALS_TIMEOUT ->
          new Finding(Subject.KEY, false, failure.kind(), failure.getMessage());
      case UNKNOWN_HOST ->
          permanent(named, failure, "Correct the host name, or add it to the DNS of this worker");
      case NO_NAME_SERVER -> mightRecover(named, failure, "The DNS of this worker did not respond");
      case WRONG_HOST_NAME -> permanent(host, failure, "");
      case UNTRUSTED_CERTIFICATE ->
          permanent(host == Subject.AGENT_URL ? host : Subject.TRUST_STORE, failure, "");
      case NOT_FOUND -> permanent(called, failure, "Correct the URL, including its context path");
      case UNAUTHORIZED -> unauthorized(failure);
      case FORBIDDEN -> forbidden(failure);
      case PROXY_LOGIN ->
          new Finding(
              Subject.PROXY_LOGIN,
              called != Subject.AGENT_URL,
              failure.kind(),
              text(failure, "Correct the user name and password for the proxy"));
      case PROXY_REFUSED, PROXY_UNAVAILABLE ->
          mightRecover(
              called,
              failure,
              "The proxy administrator must allow this worker to reach that server");
      // The response of a proxy or a gateway says nothing about Symphony.
      case KEY_MANAGER_TOKEN_MISSING,
          BAD_REQUEST,
          REFUSED,
          THROTTLED,
          UNAVAILABLE,
          NOT_SYMPHONY,
          PAGE,
          MALFORMED,
          TOO_LARGE,
          TOO_QUICK,
          TIMEOUT,
          UNREACHABLE,
          INVALID_CERTIFICATE,
          TLS,
          CONNECTION_LOST,
          NETWORK ->
          mightRecover(called, failure, "");
    };
  }

  private Finding unauthorized(SymphonyException failure) {
    return switch (failure.call()) {
      case SESSION_LOGIN -> permanent(Subject.KEY, failure, settings.credentials().advice());
      case KEY_MANAGER_LOGIN ->
          permanent(
              Subject.KEY,
              failure,
              "The pod accepts this service account with it. Either it was replaced a moment ago, or"
                  + " symphony.key.manager.url is not the pod's key manager");
      case READ, AGENT_HEALTH, AGENT_INFO -> blocked(failure);
    };
  }

  private Finding forbidden(SymphonyException failure) {
    return switch (failure.call()) {
      case SESSION_LOGIN ->
          isByCertificate()
              ? permanent(Subject.KEY, failure, settings.credentials().advice())
              : permanent(
                  Subject.USERNAME,
                  failure,
                  "The pod does not allow this service account to log in this way. The pod"
                      + " administrator must check that the account is enabled");
      case KEY_MANAGER_LOGIN ->
          permanent(
              Subject.KEY_MANAGER_URL,
              failure,
              "The pod accepts this service account, so this is not the pod's key manager, or it"
                  + " is not registered with the pod");
      case READ, AGENT_HEALTH, AGENT_INFO -> blocked(failure);
    };
  }

  /** These requests need no login, so a gateway blocks them, and the reads might work. */
  private static Finding blocked(SymphonyException failure) {
    return mightRecover(
        Subject.AGENT_URL, failure, "A server in front of the agent rejects this request");
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

  /** Returns whether the proxy looks up the server's host, and the worker only the proxy's. */
  private boolean isProxied(HttpUrl server) {
    return settings.proxy() != null && settings.proxy().isFor(server.host());
  }

  private static Finding permanent(Subject subject, SymphonyException failure, String advice) {
    return new Finding(subject, true, failure.kind(), text(failure, advice));
  }

  private static Finding mightRecover(Subject subject, SymphonyException failure, String advice) {
    return new Finding(subject, false, failure.kind(), text(failure, advice));
  }

  private static String text(SymphonyException failure, String advice) {
    String text = "the " + failure.getMessage() + (advice.isEmpty() ? "" : ". " + advice);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
