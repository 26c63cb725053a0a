// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What follows a failed read: a further try, at once or after a wait, or the end of the task. The
 * rules are the table in {@code docs/architecture.md}. What can heal is tried for ever; what cannot
 * ends the task, after a time in which a restart at the other side, a rollout or an administrator
 * may have mended it. FAILED means that nobody reads, and the agent deletes a feed that nobody
 * reads for half an hour.
 *
 * <p>Confined to the reader's thread.
 */
final class Recovery {

  static final int MALFORMED_AT_MOST = 10;

  private final Retries retries;
  private final AtomicBoolean taskReadWell;
  private final String loginAdvice;
  private int refusedSessions;
  private int timeouts;
  private int malformed;
  private boolean ownFileFailed;

  /**
   * Starts without any failure.
   *
   * @param taskReadWell whether any reader of the task has ever read well: shared by them
   * @param loginAdvice what to look at when a login is refused
   */
  Recovery(Retries retries, AtomicBoolean taskReadWell, String loginAdvice) {
    this.retries = retries;
    this.taskReadWell = taskReadWell;
    this.loginAdvice = loginAdvice;
  }

  /** Failures since the last good read. */
  int failures() {
    return retries.failures();
  }

  /**
   * A read worked.
   *
   * @param proven whether it is certain that an agent answered
   */
  void goodRead(boolean proven) {
    if (proven) {
      taskReadWell.set(true);
    }
    retries.worked();
    refusedSessions = 0;
    timeouts = 0;
    malformed = 0;
  }

  /**
   * A read failed.
   *
   * @param ackIdWasEmpty whether it went without ackId
   */
  NextStep after(SymphonyException failure, boolean ackIdWasEmpty) {
    retries.failed();
    if (failure.kind() != FailureKind.MALFORMED) {
      malformed = 0;
    }
    boolean ownFile = isOfOwnFile(failure);
    if (ownFile && !ownFileFailed) {
      // A drive that hung until now may well be without its files for a moment.
      retries.beginGrace();
    }
    ownFileFailed = ownFile;
    if (failure.isFromProxy()) {
      return afterProxy(failure);
    }
    if (failure.call() != SymphonyCall.READ) {
      return afterLogin(failure);
    }
    return switch (failure.kind()) {
      case UNAUTHORIZED -> refusedSessions++ == 0 ? NextStep.AT_ONCE : retries.again(failure);
      case NETWORK -> afterNoAnswer(failure);
      case THROTTLED, SERVER -> retries.again(failure);
      case MALFORMED -> afterMalformed(failure);
      case FORBIDDEN, REFUSED -> afterRefusal(failure, ackIdWasEmpty);
    };
  }

  /**
   * As a refused login: once a read has worked, the proxy's administrator is at work, or its own
   * directory away.
   */
  private NextStep afterProxy(SymphonyException failure) {
    if (failure.kind() == FailureKind.SERVER || taskReadWell.get()) {
      return retries.again(failure);
    }
    return retries.againWithinGrace(failure, Advice.onProxy(failure));
  }

  private NextStep afterNoAnswer(SymphonyException failure) {
    boolean firstTimeout = failure.isReadTimeout() && timeouts++ == 0;
    return firstTimeout ? retries.atOnceIfAlone(failure) : retries.again(failure);
  }

  private NextStep afterLogin(SymphonyException failure) {
    if (failure.call() == SymphonyCall.KEY_MANAGER_LOGIN && taskReadWell.get()) {
      // The pod took the same key just before. A key manager that is away from its pod refuses so.
      return retries.again(failure);
    }
    boolean refused =
        switch (failure.kind()) {
          // Without a status it is our own key or certificate, which cannot be read.
          case UNAUTHORIZED, FORBIDDEN -> failure.isSymphonyJson() || failure.status() == 0;
          case REFUSED ->
              failure.isSymphonyJson() && failure.status() == 400 && !taskReadWell.get();
          case THROTTLED, SERVER, NETWORK, MALFORMED -> false;
        };
    if (!refused) {
      return retries.again(failure);
    }
    return retries.againWithinGrace(
        failure, isOfOwnFile(failure) ? Advice.OWN_LOGIN_FILE : loginAdvice);
  }

  private NextStep afterMalformed(SymphonyException failure) {
    if (failure.isTooQuick()) {
      return retries.afterTooQuick();
    }
    if (failure.isPage() && taskReadWell.get()) {
      return retries.again(failure);
    }
    malformed++;
    if (malformed < MALFORMED_AT_MOST) {
      return retries.again(failure);
    }
    return NextStep.end(failure, Advice.onMalformed(failure));
  }

  /**
   * Statuses 3xx and 4xx but 401 and 429. What is not the agent's JSON comes from something in
   * front of it.
   */
  private NextStep afterRefusal(SymphonyException failure, boolean ackIdWasEmpty) {
    if (failure.isPage() && (taskReadWell.get() || failure.status() == 400)) {
      return retries.again(failure);
    }
    return switch (failure.status()) {
      case 408, 425 -> retries.again(failure);
      case 400 ->
          ackIdWasEmpty
              ? retries.againWithinGrace(failure, Advice.onRefusal(400))
              : NextStep.AT_ONCE_WITHOUT_ACK_ID;
      default -> retries.againWithinGrace(failure, Advice.onRefusal(failure.status()));
    };
  }

  /** Whether key or certificate cannot be read, so that nothing was sent. */
  private static boolean isOfOwnFile(SymphonyException failure) {
    return failure.kind() == FailureKind.UNAUTHORIZED && failure.status() == 0;
  }
}
