// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * What an administrator can do about a failed read or login: the sentence that follows what
 * happened, in the log, in the state of a task that it ends, and in what the Doctor prints.
 */
public final class Remedies {

  /** The failure is our own key or certificate, and says itself what is wrong with it. */
  private static final String OWN_CREDENTIALS = "There is no login without it.";

  private static final String PROXY_LOGIN =
      "Check symphony.proxy.username and symphony.proxy.password.";

  private static final String PROXY_RULES =
      "The proxy's administrator must let this worker reach that server; or name it in"
          + " symphony.proxy.exclude, if it can be reached directly.";

  private static final String TOO_LARGE =
      "Raise datahose.max.response.bytes, and the worker's heap with it.";

  private static final String NO_AGENT =
      "Check symphony.agent.url: something else than an agent seems to answer there.";

  private static final String EVENT_TYPES =
      "Check datahose.event.types and datahose.scopes. An agent before 22.7 answers so to every read:"
          + " ask for its version.";

  private static final String ENTITLEMENTS =
      "The service account needs the entitlements 'can create datahose feeds' and 'can read from datahose feeds',"
          + " the pod the Datahose add-on in its contract, and at most 5 feeds may be active: one left behind by"
          + " a change of tag or event types counts for up to 30 minutes.";

  private static final String NO_SUCH_PATH =
      "Check symphony.agent.url, its context path too; the agent must be of version 22.7 or later.";

  private static final String WAY_TO_THE_AGENT =
      "Check symphony.agent.url, and what stands between this worker and the agent.";

  private Remedies() {}

  /**
   * The sentence for a failure.
   *
   * @param login the one for a refused login, which depends on how the account logs in
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

  /** By status alone: what is in front of an agent refuses for the same reasons. */
  private static String ofStatus(int status) {
    return switch (status) {
      case 400 -> EVENT_TYPES;
      case 403 -> ENTITLEMENTS;
      case 404 -> NO_SUCH_PATH;
      default -> WAY_TO_THE_AGENT;
    };
  }
}
