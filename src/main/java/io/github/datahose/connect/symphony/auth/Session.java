// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.SymphonyException;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Session of a task: the tokens that all its readers share. It keeps them until an agent rejects a
 * read, because only the pod knows their lifetime (an hour to two weeks), and each login is an
 * audit event there. For the same reason it keeps the session token while the key manager returns
 * no token. Thread-safe; one login at a time, and other readers that need it wait.
 *
 * <p>While the key manager returns no token, reads omit it if the pod allows that for the account,
 * by a claim in the session token (simplified key delivery: symphony-bdk-java, {@code
 * AuthSessionImpl} and {@code openspec/specs/bdk-auth}). An agent earlier than 24.12 then returns
 * 401 (change log of agent 24.12); this says nothing about the session, which is kept.
 */
public final class Session {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private static final String CLAIM = "canUseSimplifiedKeyDelivery";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A younger session has not expired: an hour is Symphony's shortest lifetime. */
  static final Duration YOUNG = Duration.ofMinutes(10);

  private final Login login;
  private final LongSupplier nanoTime;

  /**
   * The agents that are read without a key manager token, and whether each has accepted such a
   * read.
   */
  private final Map<HttpUrl, Boolean> withoutKeyManager = new ConcurrentHashMap<>();

  /**
   * The agents that rejected the current tokens, so that one faulty agent does not affect the
   * others.
   */
  private final Set<HttpUrl> refusedBy = ConcurrentHashMap.newKeySet();

  /**
   * The tokens of the next login, as far as it is complete, or the current ones; null before a
   * login.
   */
  private String sessionToken;

  private String keyManagerToken;
  private long loggedInAt;

  /**
   * The current tokens; null before the first login. Written under the lock, and read also without
   * it.
   */
  private volatile Tokens current;

  /**
   * Creates a session before its login.
   *
   * @param nanoTime monotonic, nanoseconds
   */
  public Session(Login login, LongSupplier nanoTime) {
    this.login = login;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the tokens to use; without a key manager token if the key manager returns none and the
   * pod allows that.
   *
   * @param agent base URL of the agent that they are for
   * @param cancellation cancels a login in progress
   * @param onLogin run if this call logged in
   */
  public Tokens tokens(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    // Not under the lock: an unresponsive key manager must not delay reads that do not need it.
    Tokens known = current;
    return known != null
            && !refusedBy.contains(agent)
            && (known.keyManager() != null || withoutKeyManager.containsKey(agent))
        ? known
        : afterLogin(agent, cancellation, onLogin);
  }

  private synchronized Tokens afterLogin(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    Tokens before = current;
    try {
      if (sessionToken == null) {
        sessionToken = login.sessionToken(cancellation);
        loggedInAt = nanoTime.getAsLong();
      }
      if (keyManagerToken == null && !withoutKeyManager.containsKey(agent)) {
        askKeyManager(agent, cancellation);
      }
    } catch (SymphonyException e) {
      throw before == null ? e : e.keepingSession();
    }
    Tokens tokens = new Session.Tokens(sessionToken, keyManagerToken);
    if (!tokens.equals(before)) {
      if (before != null && !before.session().equals(sessionToken)) {
        withoutKeyManager.keySet().retainAll(Set.of(agent));
      }
      current = tokens;
      refusedBy.clear();
      onLogin.run();
    }
    return tokens;
  }

  private void askKeyManager(HttpUrl agent, Cancellation cancellation) throws SymphonyException {
    try {
      keyManagerToken = login.keyManagerToken(cancellation);
    } catch (SymphonyException e) {
      if (cancellation.isCancelled() || !allowsSimplifiedKeyDelivery(sessionToken)) {
        throw e;
      }
      if (withoutKeyManager.isEmpty()) {
        LOG.info(
            "{}. Continuing without a key manager token, as simplified key delivery allows for this account.",
            e.getMessage());
      }
      withoutKeyManager.put(agent, false);
    }
  }

  /** Records that an agent accepted a read with these tokens. */
  public void accepted(Tokens used, HttpUrl agent) {
    if (used.keyManager() == null) {
      withoutKeyManager.replace(agent, true);
    }
  }

  /**
   * Records that an agent returned 401 for a read. Its next read logs in again, unless another
   * reader has done so already, or only the key manager token might be missing: at an agent that
   * never accepted a read without it, in a session too young to have expired. Then the next read
   * asks only the key manager again.
   *
   * @return whether the next read uses another session
   */
  public synchronized boolean refused(Tokens used, HttpUrl agent) {
    if (!used.equals(current)) {
      return true;
    }
    boolean young = nanoTime.getAsLong() - loggedInAt < YOUNG.toNanos();
    boolean answeredWithout = Boolean.TRUE.equals(withoutKeyManager.remove(agent));
    if (used.keyManager() == null && young && !answeredWithout) {
      return false;
    }
    refusedBy.add(agent);
    if (used.session().equals(sessionToken)) {
      sessionToken = null;
      keyManagerToken = null;
    }
    return true;
  }

  /**
   * Returns whether a claim in the session token allows simplified key delivery. Decodes base64url,
   * as JWTs use it: the vendor's SDK decodes plain base64, and misses some claims.
   */
  public static boolean allowsSimplifiedKeyDelivery(String sessionToken) {
    String[] parts = sessionToken.split("\\.", -1);
    try {
      return parts.length == 3
          && JSON.readTree(Base64.getUrlDecoder().decode(parts[1])).path(CLAIM).asBoolean();
    } catch (IOException | IllegalArgumentException otherToken) {
      return false;
    }
  }

  /**
   * Tokens of a login.
   *
   * @param session the pod's session token, opaque
   * @param keyManager the key manager's token, opaque; null if simplified key delivery does not
   *     need it
   */
  public record Tokens(String session, String keyManager) {

    /** Returns a text without the tokens: a record would print them. */
    @Override
    public String toString() {
      return "Tokens[hidden]";
    }
  }
}
