// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * Next steps for an administrator after a failed read or login: the sentence that follows what
 * happened, in the log, in the trace of a failed task, and in the output of the Doctor.
 */
public final class Remedies {

  /** For the connector's own key or certificate, whose failure says what is wrong. */
  private static final String OWN_CREDENTIALS = "The connector cannot log in without it.";

  private static final String PROXY_LOGIN =
      "Check symphony.proxy.username and symphony.proxy.password.";

  private static final String PROXY_RULES =
      "Have the proxy administrator allow this worker to reach that server. If the server is reachable"
          + " directly, add it to symphony.proxy.exclude instead.";

  private static final String TOO_LARGE =
      "Raise datahose.max.response.bytes, and the worker's heap with it.";

  private static final String NO_AGENT =
      "Check symphony.agent.url. The server does not appear to be a Symphony agent.";

  private static final String EVENT_TYPES =
      "Check datahose.event.types and datahose.scopes. Check the agent version. Agents earlier than 22.7 reject"
          + " every read with this status.";

  private static final String ENTITLEMENTS =
      "Check that the service account has the entitlements 'can create datahose feeds' and 'can read from"
          + " datahose feeds', that the pod's contract has the Datahose add-on, and that at most 5 feeds are"
          + " active. A feed that a change of tag or event types left behind counts for up to 30 minutes.";

  private static final String NO_SUCH_PATH =
      "Check symphony.agent.url, including its context path. The agent must have version 22.7 or later.";

  private static final String WAY_TO_THE_AGENT =
      "Check symphony.agent.url, and each proxy, gateway, and firewall between this worker and the agent.";

  private Remedies() {}

  /**
   * Returns the next step after a failure.
   *
   * @param login next step after a rejected login, which depends on how the account logs in
   */
  public static String of(SymphonyException failure, String login) {
    return switch (failure.kind()) {
      case CREDENTIALS_UNREADABLE -> OWN_CREDENTIALS;
      case PROXY_LOGIN -> PROXY_LOGIN;
      case PROXY_REFUSED -> PROXY_RULES;
      case TOO_LARGE -> TOO_LARGE;
      case MALFORMED, PAGE -> NO_AGENT;
      case UNAUTHORIZED, FORBIDDEN, BAD_REQUEST, NOT_FOUND, REFUSED, NOT_SYMPHONY ->
          ofRefusal(failure, login);
      // These never end a task: each is retried indefinitely.
      case CREDENTIALS_TIMEOUT,
          KEY_MANAGER_TOKEN_MISSING,
          THROTTLED,
          UNAVAILABLE,
          TOO_QUICK,
          TIMEOUT,
          UNKNOWN_HOST,
          NO_NAME_SERVER,
          UNREACHABLE,
          UNTRUSTED_CERTIFICATE,
          INVALID_CERTIFICATE,
          WRONG_HOST_NAME,
          TLS,
          CONNECTION_LOST,
          NETWORK,
          PROXY_UNAVAILABLE ->
          ofRefusal(failure, login);
    };
  }

  private static String ofRefusal(SymphonyException failure, String login) {
    return failure.call() == SymphonyCall.READ ? ofStatus(failure.status()) : login;
  }

  /** By status alone: a server in front of an agent rejects requests for the same reasons. */
  private static String ofStatus(int status) {
    return switch (status) {
      case 400 -> EVENT_TYPES;
      case 403 -> ENTITLEMENTS;
      case 404 -> NO_SUCH_PATH;
      default -> WAY_TO_THE_AGENT;
    };
  }
}
