// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that all readers of a task share. They are kept until a read is refused: their
 * lifetime is the pod's secret (an hour to two weeks), and each login is an audit event there. For
 * the same reason the pod's token is kept while the key manager's cannot be had. Thread-safe; one
 * login at a time, and whoever needs one waits for it.
 */
final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Login login;
  private final SimplifiedKeyDelivery keyDelivery;

  /** Agents that do without a token of the key manager, as far as this session knows. */
  private final Set<HttpUrl> independent = ConcurrentHashMap.newKeySet();

  private String sessionToken;
  private String keyManagerToken;

  /** Null before a login, and after a refusal. Written under the lock, read without it, too. */
  private volatile Tokens told;

  Session(Login login, SimplifiedKeyDelivery keyDelivery) {
    this.login = login;
    this.keyDelivery = keyDelivery;
  }

  /**
   * The tokens to use. Without one of the key manager only where it gives none, and this agent does
   * without; each agent is asked for that once a session, since they may be of unlike versions.
   *
   * @param agent base URL of the agent that they are for
   * @param cancellation ends a login under way
   * @param onLogin run when this call had to log in
   */
  Tokens tokens(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    // Without the lock, lest a key manager that hangs hold up those who do without it.
    Tokens known = told;
    return known != null && (known.keyManager() != null || independent.contains(agent))
        ? known
        : afterLogin(agent, cancellation, onLogin);
  }

  private synchronized Tokens afterLogin(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    if (sessionToken == null) {
      sessionToken = login.sessionToken(cancellation);
    }
    if (keyManagerToken == null && !independent.contains(agent)) {
      askKeyManager(agent, cancellation);
    }
    Tokens tokens = new Tokens(sessionToken, keyManagerToken);
    if (!tokens.equals(told)) {
      told = tokens;
      onLogin.run();
    }
    return tokens;
  }

  private void askKeyManager(HttpUrl agent, Cancellation cancellation) throws SymphonyException {
    try {
      keyManagerToken = login.keyManagerToken(cancellation);
    } catch (SymphonyException e) {
      keyDelivery.insteadOf(e, sessionToken, agent, cancellation);
      independent.add(agent);
      LOG.info(
          "{}. Going on without a token of the key manager, as simplified key delivery allows this account.",
          e.getMessage());
    }
  }

  /** Forgets tokens that were refused, unless another reader has replaced them already. */
  synchronized void refused(Tokens used) {
    if (used.equals(told)) {
      told = null;
      sessionToken = null;
      keyManagerToken = null;
      independent.clear();
    }
  }
}
