// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that all readers of a task share. They are kept until a read is refused: their
 * lifetime is the pod's secret (an hour to two weeks), and each login is an audit event there. For
 * the same reason the pod's token is kept while the key manager's cannot be had. Thread-safe; one
 * login at a time, the others wait for it.
 */
final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Login login;
  private final SimplifiedKeyDelivery keyDelivery;
  private String sessionToken;
  private Tokens tokens;

  Session(Login login, SimplifiedKeyDelivery keyDelivery) {
    this.login = login;
    this.keyDelivery = keyDelivery;
  }

  /**
   * The tokens to use.
   *
   * @param agent base URL of the agent that they are for
   * @param cancellation ends a login under way
   * @param onLogin run when this call had to log in
   */
  synchronized Tokens tokens(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    if (tokens == null) {
      if (sessionToken == null) {
        sessionToken = login.sessionToken(cancellation);
      }
      tokens = new Tokens(sessionToken, keyManagerToken(agent, cancellation));
      onLogin.run();
    }
    return tokens;
  }

  /** Null where there is none, and the agent does without; the next login asks for it again. */
  private String keyManagerToken(HttpUrl agent, Cancellation cancellation)
      throws SymphonyException {
    try {
      return login.keyManagerToken(cancellation);
    } catch (SymphonyException e) {
      if (!keyDelivery.suffices(sessionToken, agent, cancellation)) {
        throw e;
      }
      LOG.info(
          "{}. Going on without a token of the key manager, as simplified key delivery allows this account.",
          e.getMessage());
      return null;
    }
  }

  /** Forgets tokens that were refused, unless another reader has replaced them already. */
  synchronized void refused(Tokens used) {
    if (used.equals(tokens)) {
      tokens = null;
      sessionToken = null;
    }
  }
}
