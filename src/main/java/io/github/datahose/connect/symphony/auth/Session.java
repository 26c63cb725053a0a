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
 * The tokens that all readers of a task share. They are kept until a read is refused: their
 * lifetime is the pod's secret (an hour to two weeks), and each login is an audit event there. For
 * the same reason the pod's token is kept while the key manager's cannot be had. Thread-safe; one
 * login at a time, and whoever needs one waits for it.
 *
 * <p>While the key manager gives no token, reads go without it where the pod allows that to the
 * account by a claim in the session token (simplified key delivery: symphony-bdk-java, {@code
 * AuthSessionImpl} and {@code openspec/specs/bdk-auth}). An agent before 24.12 answers 401 then
 * (change log of agent 24.12); that says nothing of the session, which is kept.
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
   * The agents that are read without a token of the key manager, and whether each has answered so.
   */
  private final Map<HttpUrl, Boolean> withoutKeyManager = new ConcurrentHashMap<>();

  /** The agents that refused the tokens in use: one bad agent takes them from no other. */
  private final Set<HttpUrl> refusedBy = ConcurrentHashMap.newKeySet();

  /** Those of the next login as far as it came, or those in use; null before a login. */
  private String sessionToken;

  private String keyManagerToken;
  private long loggedInAt;

  /** Those in use, null before the first login. Written under the lock, read without it, too. */
  private volatile Tokens told;

  /**
   * A session before its login.
   *
   * @param nanoTime monotonic, nanoseconds
   */
  public Session(Login login, LongSupplier nanoTime) {
    this.login = login;
    this.nanoTime = nanoTime;
  }

  /**
   * The tokens to use; without one of the key manager where it gives none and the pod allows that.
   *
   * @param agent base URL of the agent that they are for
   * @param cancellation ends a login under way
   * @param onLogin run when this call had to log in
   */
  public Tokens tokens(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    // Not under the lock: a key manager that hangs must not hold up reads that do without it.
    Tokens known = told;
    return known != null
            && !refusedBy.contains(agent)
            && (known.keyManager() != null || withoutKeyManager.containsKey(agent))
        ? known
        : afterLogin(agent, cancellation, onLogin);
  }

  private synchronized Tokens afterLogin(HttpUrl agent, Cancellation cancellation, Runnable onLogin)
      throws SymphonyException {
    Tokens before = told;
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
      told = tokens;
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

  /** Notes that a read with these tokens was answered. */
  public void accepted(Tokens used, HttpUrl agent) {
    if (used.keyManager() == null) {
      withoutKeyManager.replace(agent, true);
    }
  }

  /**
   * Notes that an agent answered a read with 401. Its next read logs in again, unless another
   * reader has done so already, or only the key manager's token may be missing: at an agent that
   * never answered without it, in a session too young to have expired. Only the key manager is
   * asked again then.
   *
   * @return whether its next read has another session
   */
  public synchronized boolean refused(Tokens used, HttpUrl agent) {
    if (!used.equals(told)) {
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

  /** Base64url, as JWTs have it: the vendor's SDK takes plain base64, and misses some claims. */
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
   * What a login brings.
   *
   * @param session the pod's session token, opaque
   * @param keyManager the key manager's token, opaque; null where simplified key delivery does
   *     without
   */
  public record Tokens(String session, String keyManager) {

    /** Never the tokens themselves: a record would print them. */
    @Override
    public String toString() {
      return "Tokens[hidden]";
    }
  }
}
