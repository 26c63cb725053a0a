// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * What went wrong with a call to Symphony. It is decided once, where the call was made, and says
 * all that anybody needs to decide what follows. "Symphony's own" is an answer whose body is
 * Symphony's JSON; a proxy, a balancer, an ingress, or a firewall in front answers otherwise.
 */
public enum FailureKind {

  // The connector's own credentials: nothing was sent.

  /** The connector's own key or certificate cannot be read. */
  CREDENTIALS_UNREADABLE(Origin.OURSELVES),
  /** The file of the connector's own key or certificate hangs. */
  CREDENTIALS_TIMEOUT(Origin.OURSELVES),

  // Symphony's own refusals.

  /** Symphony's own 401. */
  UNAUTHORIZED(Origin.SYMPHONY),
  /**
   * Symphony's own 401 to a read that went without the key manager's token, which might be all that
   * it lacked: the session is kept.
   */
  KEY_MANAGER_TOKEN_MISSING(Origin.SYMPHONY),
  /** Symphony's own 403. */
  FORBIDDEN(Origin.SYMPHONY),
  /** Symphony's own 400, without {@code Retry-After}. */
  BAD_REQUEST(Origin.SYMPHONY),
  /** Symphony's own 404. */
  NOT_FOUND(Origin.SYMPHONY),
  /** Any other 4xx of Symphony's own. */
  REFUSED(Origin.SYMPHONY),
  /**
   * Symphony's own 429, or 400 with {@code Retry-After} (agents from 20.12 rewrite a 429 of the pod
   * so).
   */
  THROTTLED(Origin.SYMPHONY),

  // Answers that might not be Symphony's, or are none that it may give.

  /**
   * Any 5xx, 408, or 425; a 400, 401, or 429 that is not Symphony's own, which tells nothing of the
   * call.
   */
  UNAVAILABLE(Origin.SERVER),
  /** A redirect, which is never followed, or any other 4xx that is not Symphony's own. */
  NOT_SYMPHONY(Origin.SERVER),
  /** A successful answer to a read whose body is no JSON object: a page in Symphony's place. */
  PAGE(Origin.SERVER),
  /** A successful answer that is not what the API promises. */
  MALFORMED(Origin.SERVER),
  /** An answer larger than allowed. */
  TOO_LARGE(Origin.SERVER),
  /** An empty answer that came at once, again and again. */
  TOO_QUICK(Origin.SERVER),

  // No whole answer.

  /** No answer came within the read timeout after the request was sent. */
  TIMEOUT(Origin.NETWORK),
  /** The host name is unknown. */
  UNKNOWN_HOST(Origin.NETWORK),
  /** The name server did not answer. */
  NO_NAME_SERVER(Origin.NETWORK),
  /** The connection was refused. */
  UNREACHABLE(Origin.NETWORK),
  /**
   * The server's certificate is of nobody who is trusted here, or the trust store cannot be read,
   * which leaves nobody.
   */
  UNTRUSTED_CERTIFICATE(Origin.NETWORK),
  /** The server's certificate itself is no good: expired, say. */
  INVALID_CERTIFICATE(Origin.NETWORK),
  /** The server's certificate is for another host name. */
  WRONG_HOST_NAME(Origin.NETWORK),
  /** The TLS handshake failed otherwise. */
  TLS(Origin.NETWORK),
  /** The connection broke, or ended without an answer. */
  CONNECTION_LOST(Origin.NETWORK),
  /** No whole answer for any other reason. */
  NETWORK(Origin.NETWORK),

  // The worker's own proxy, which did not let the call through.

  /** The proxy wants a login, or another one, for whatever server (407). */
  PROXY_LOGIN(Origin.PROXY),
  /** The proxy refuses a connection to that server. */
  PROXY_REFUSED(Origin.PROXY),
  /** The proxy cannot connect to that server now: 5xx, 408, 425, or 429. */
  PROXY_UNAVAILABLE(Origin.PROXY);

  /** Who says so. */
  private enum Origin {
    OURSELVES,
    SYMPHONY,
    SERVER,
    NETWORK,
    PROXY
  }

  private final Origin origin;

  FailureKind(Origin origin) {
    this.origin = origin;
  }

  /** Returns whether a server answered, be it Symphony's or something in front of that. */
  public boolean isServersAnswer() {
    return isRefusalBySymphony() || origin == Origin.SERVER;
  }

  /** Returns whether it is a refusal of Symphony's own, for now or for good. */
  public boolean isRefusalBySymphony() {
    return origin == Origin.SYMPHONY;
  }
}
