// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * Kind of failure of a request to Symphony. It is determined once, where the request is sent, and
 * is all that is needed to decide what follows. A response is "Symphony's own" if its body is
 * Symphony's JSON; a proxy, load balancer, ingress, or firewall in front of Symphony returns
 * another body.
 */
public enum FailureKind {

  // The connector's own credentials: nothing was sent.

  /** The connector's own key or certificate cannot be read. */
  CREDENTIALS_UNREADABLE(Origin.OURSELVES),
  /** The file of the connector's own key or certificate cannot be read in time. */
  CREDENTIALS_TIMEOUT(Origin.OURSELVES),

  // Symphony's own rejections.

  /** Symphony's own 401. */
  UNAUTHORIZED(Origin.SYMPHONY),
  /**
   * Symphony's own 401 to a read without a key manager token, which might be the only cause: the
   * session is kept.
   */
  KEY_MANAGER_TOKEN_MISSING(Origin.SYMPHONY),
  /** Symphony's own 403. */
  FORBIDDEN(Origin.SYMPHONY),
  /** Symphony's own 400, without {@code Retry-After}. */
  BAD_REQUEST(Origin.SYMPHONY),
  /** Symphony's own 404. */
  NOT_FOUND(Origin.SYMPHONY),
  /** Any other 4xx that is Symphony's own. */
  REFUSED(Origin.SYMPHONY),
  /**
   * Symphony's own 429, or 400 with {@code Retry-After} (agents from 20.12 return this for a 429 of
   * the pod).
   */
  THROTTLED(Origin.SYMPHONY),

  // Responses that might not come from Symphony, or that violate its API.

  /**
   * Any 5xx, 408, or 425; a 400, 401, or 429 that is not Symphony's own, and so says nothing about
   * the request.
   */
  UNAVAILABLE(Origin.SERVER),
  /** A redirect, which is never followed, or any other 4xx that is not Symphony's own. */
  NOT_SYMPHONY(Origin.SERVER),
  /**
   * A successful response to a read whose body is not a JSON object: a web page in place of
   * Symphony's response.
   */
  PAGE(Origin.SERVER),
  /** A successful response that violates the API. */
  MALFORMED(Origin.SERVER),
  /** A response over the size limit. */
  TOO_LARGE(Origin.SERVER),
  /** Repeated empty responses without the delay of a long poll. */
  TOO_QUICK(Origin.SERVER),

  // No complete response.

  /** No response arrived within the read timeout after the request was sent. */
  TIMEOUT(Origin.NETWORK),
  /** The host name is unknown. */
  UNKNOWN_HOST(Origin.NETWORK),
  /** The name server is unavailable. */
  NO_NAME_SERVER(Origin.NETWORK),
  /** No connection is possible: no process listens at the address, or no route leads there. */
  UNREACHABLE(Origin.NETWORK),
  /**
   * The server's certificate is signed by an untrusted certificate authority, or the trust store
   * cannot be read.
   */
  UNTRUSTED_CERTIFICATE(Origin.NETWORK),
  /** The server's certificate itself is invalid, for example expired. */
  INVALID_CERTIFICATE(Origin.NETWORK),
  /** The server's certificate is for another host name. */
  WRONG_HOST_NAME(Origin.NETWORK),
  /** The TLS handshake failed otherwise. */
  TLS(Origin.NETWORK),
  /** The connection was lost, or ended without a response. */
  CONNECTION_LOST(Origin.NETWORK),
  /** No complete response for any other reason. */
  NETWORK(Origin.NETWORK),

  // The worker's own proxy, which did not forward the request.

  /** The proxy requires a login, or rejects the one that was sent (407), for every server. */
  PROXY_LOGIN(Origin.PROXY),
  /** The proxy rejects connections to that server. */
  PROXY_REFUSED(Origin.PROXY),
  /** The proxy currently cannot connect to that server: 5xx, 408, 425, or 429. */
  PROXY_UNAVAILABLE(Origin.PROXY);

  /** The origin of a failure. */
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

  /** Returns whether a server responded: Symphony's, or one in front of it. */
  public boolean isServersAnswer() {
    return isRefusalBySymphony() || origin == Origin.SERVER;
  }

  /** Returns whether Symphony itself rejected the request, temporarily or permanently. */
  public boolean isRefusalBySymphony() {
    return origin == Origin.SYMPHONY;
  }
}
