// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.connect.symphony.auth.Login;
import io.github.datahose.connect.symphony.http.CallFailures;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Failures as the client would report them, for tests of what follows. */
public final class Failures {

  private Failures() {}

  /** A rejection by the agent itself. */
  public static SymphonyException read(int status) {
    return answer(SymphonyCall.READ, status, true, null);
  }

  /** The same with the wish to wait. */
  public static SymphonyException read(int status, Duration retryAfter) {
    return answer(SymphonyCall.READ, status, true, retryAfter);
  }

  /** A page of something in front of the agent. */
  public static SymphonyException page(int status) {
    return answer(SymphonyCall.READ, status, false, null);
  }

  public static SymphonyException login(int status) {
    return answer(SymphonyCall.SESSION_LOGIN, status, true, null);
  }

  public static SymphonyException loginPage(int status) {
    return answer(SymphonyCall.SESSION_LOGIN, status, false, null);
  }

  public static SymphonyException keyManager(int status) {
    return answer(SymphonyCall.KEY_MANAGER_LOGIN, status, true, null);
  }

  /** The rejection of a read without a key manager token. */
  public static SymphonyException readWithoutKeyManager() {
    return read(401).as(FailureKind.KEY_MANAGER_TOKEN_MISSING, " (without a key manager token)");
  }

  /** No login, since the private key that it needs cannot be read. */
  public static SymphonyException unreadableKey() {
    return new SymphonyException(
        SymphonyCall.SESSION_LOGIN,
        FailureKind.CREDENTIALS_UNREADABLE,
        "The private key is no PEM",
        null);
  }

  /**
   * No login, since the file of the private key that it needs hangs: as {@link Login#own} has it.
   */
  public static SymphonyException hangingKey() {
    return catchThrowableOfType(
        SymphonyException.class,
        () ->
            Login.own(
                SymphonyCall.SESSION_LOGIN,
                () -> {
                  throw new IllegalArgumentException("The key hangs", new TimeoutException());
                }));
  }

  /**
   * The proxy wants another login.
   *
   * @param notBefore how long that login is held back, or null
   */
  public static SymphonyException proxyLogin(Duration notBefore) {
    return new SymphonyException(
        SymphonyCall.READ, FailureKind.PROXY_LOGIN, "the proxy refused (407)", 407, notBefore);
  }

  /** The proxy rejects a tunnel to the agent with this status. */
  public static SymphonyException proxyRefusal(FailureKind kind, int status) {
    return new SymphonyException(
        SymphonyCall.READ, kind, "the proxy refused (" + status + ")", status, null);
  }

  /** A read without an answer. */
  public static SymphonyException noAnswer(FailureKind kind) {
    return new SymphonyException(SymphonyCall.READ, kind, "read failed: " + kind, null);
  }

  public static SymphonyException network() {
    return new SymphonyException(
        SymphonyCall.READ, FailureKind.NETWORK, "read failed: reset", null);
  }

  public static SymphonyException readTimeout() {
    return new SymphonyException(
        SymphonyCall.READ, FailureKind.TIMEOUT, "read failed: timeout", null);
  }

  public static SymphonyException loginTimeout() {
    return new SymphonyException(
        SymphonyCall.SESSION_LOGIN, FailureKind.TIMEOUT, "login failed: timeout", null);
  }

  public static SymphonyException tooLarge() {
    return new SymphonyException(SymphonyCall.READ, FailureKind.TOO_LARGE, "too large", 200, null);
  }

  private static SymphonyException answer(
      SymphonyCall call, int status, boolean symphonyJson, Duration retryAfter) {
    return new SymphonyException(
        call,
        CallFailures.kind(status, symphonyJson, retryAfter),
        call + " returned HTTP " + status,
        status,
        retryAfter);
  }
}
