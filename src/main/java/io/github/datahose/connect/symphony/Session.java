// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

/**
 * The tokens that all readers of a task share. They are kept until a read is refused: their
 * lifetime is the pod's secret (an hour to two weeks), and each login is an audit event there. For
 * the same reason the pod's token is kept while the key manager's cannot be had. Thread-safe; one
 * login at a time, the others wait for it.
 */
final class Session {

  private final Login login;
  private String sessionToken;
  private Tokens tokens;

  Session(Login login) {
    this.login = login;
  }

  /**
   * The tokens to use.
   *
   * @param cancellation ends a login under way
   * @param onLogin run when this call had to log in
   */
  synchronized Tokens tokens(Cancellation cancellation, Runnable onLogin) throws SymphonyException {
    if (tokens == null) {
      if (sessionToken == null) {
        sessionToken = login.sessionToken(cancellation);
      }
      tokens = new Tokens(sessionToken, login.keyManagerToken(cancellation));
      onLogin.run();
    }
    return tokens;
  }

  /** Forgets tokens that were refused, unless another reader has replaced them already. */
  synchronized void refused(Tokens used) {
    if (used.equals(tokens)) {
      tokens = null;
      sessionToken = null;
    }
  }
}
