// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.agent.AgentCheck;
import io.github.datahose.connect.symphony.auth.Login;
import io.github.datahose.connect.symphony.auth.Session;
import io.github.datahose.connect.symphony.check.ConnectionFinding.Subject;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.HttpUrl;

/**
 * Tries what a connector would do with Symphony, once and in a limited time: logs in at the pod and
 * at the key manager, and asks each agent how it is. It never reads a feed, since a read makes the
 * feed, and takes events from it.
 *
 * <p>The calls share the time: each login may take half of what is left, the agents the rest in
 * equal parts, so that one that hangs leaves some for the others. They are made by a thread of the
 * check's own, because a name lookup (or a key on a file system that is away) cannot be
 * interrupted: only such a one leaves that thread behind, a daemon, until the operating system
 * gives up on it.
 */
public final class ConnectionCheck {

  private final ClientSettings settings;
  private final SymphonyHttp http;
  private final Login login;
  private final FailureClassifier classifier;
  private final AgentCheck agents;
  private final long end;
  private final ConnectionFindings findings;
  private volatile SymphonyCall underWay = SymphonyCall.SESSION_LOGIN;

  /**
   * Makes one.
   *
   * @param end when the last call must be over: monotonic, nanoseconds
   */
  private ConnectionCheck(ClientSettings settings, long end) {
    this.settings = settings;
    this.end = end;
    http = new SymphonyHttp(settings);
    login = Login.of(http, settings);
    classifier = new FailureClassifier(settings);
    findings = new ConnectionFindings(classifier);
    agents = new AgentCheck(http, settings);
  }

  /**
   * Checks, and closes all connections. An interrupt ends it early, and stays.
   *
   * @param limit longest time that it takes, whatever hangs
   */
  public static ConnectionReport run(ClientSettings settings, Duration limit) {
    long begin = System.nanoTime();
    long tenth = limit.toNanos() / 10;
    // A tenth is left for calls to end that are cut off, and another one for the thread.
    ConnectionCheck check = new ConnectionCheck(settings, begin + 8 * tenth);
    FutureTask<ConnectionReport> look = new FutureTask<>(check::look);
    Thread thread = new Thread(look, "datahose-connection-check");
    thread.setDaemon(true);
    thread.start();
    try {
      return look.get(begin + 9 * tenth - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return check.brokeOff("was not done in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return check.brokeOff("was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("The connection check has a fault", e.getCause());
    } finally {
      check.http.close();
      join(thread, begin + limit.toNanos() - System.nanoTime());
    }
  }

  private static void join(Thread thread, long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ConnectionReport brokeOff(String how) {
    List<ConnectionFinding> all = new ArrayList<>(findings.all());
    all.add(new ConnectionFinding(Subject.POD_URL, false, "the " + underWay + " " + how));
    return new ConnectionReport(all, List.of(), "");
  }

  private ConnectionReport look() {
    String sessionToken = sessionToken();
    boolean loggedIn = checkKeyManager(sessionToken) && sessionToken != null;
    AgentVote vote = new AgentVote(agents, classifier);
    ask(vote);
    vote.findings().forEach(findings::add);
    return new ConnectionReport(
        findings.all(),
        vote.warnings(),
        loggedIn && vote.canBeRead() ? agents.connected(String.join(", ", vote.facts())) : "");
  }

  /** Null when the pod gives none. */
  private String sessionToken() {
    HttpUrl pod =
        settings.credentials() instanceof Credentials.Certificate
            ? settings.endpoints().sessionAuth()
            : settings.endpoints().pod();
    underWay = SymphonyCall.SESSION_LOGIN;
    try {
      return login.sessionToken(share(2));
    } catch (SymphonyException e) {
      findings.add(classifier.classify(e, pod), e, pod);
      return null;
    }
  }

  /**
   * Logs in to the key manager. A failure there only warns where the account may do without.
   *
   * @return whether reads are possible, as far as the key manager is concerned
   */
  private boolean checkKeyManager(String sessionToken) {
    HttpUrl keyManager = settings.endpoints().keyManager();
    // Whom the pod does not accept the key manager would refuse as well.
    boolean refused = findings.permanent(Subject.KEY) || findings.permanent(Subject.USERNAME);
    if (refused || findings.known(keyManager).isPresent()) {
      return false;
    }
    underWay = SymphonyCall.KEY_MANAGER_LOGIN;
    try {
      login.keyManagerToken(share(2));
      return true;
    } catch (SymphonyException e) {
      ConnectionFinding finding = classifier.classify(e, keyManager);
      if (sessionToken != null && Session.allowsSimplifiedKeyDelivery(sessionToken)) {
        findings.add(
            finding.healing(". Simplified key delivery allows this account to do without"));
        return true;
      }
      // While the pod is away a key manager may refuse everybody, so that says nothing.
      boolean saysNothing = e.kind().isAnswer() && sessionToken == null;
      findings.add(saysNothing ? finding.healing("") : finding, e, keyManager);
      return false;
    }
  }

  private void ask(AgentVote vote) {
    underWay = SymphonyCall.AGENT_HEALTH;
    List<HttpUrl> unknown = new ArrayList<>();
    for (HttpUrl agent : settings.endpoints().agents()) {
      findings.known(agent).ifPresentOrElse(vote::known, () -> unknown.add(agent));
    }
    for (int i = 0; i < unknown.size(); i++) {
      vote.ask(unknown.get(i), share(unknown.size() - i));
    }
  }

  /** One part of the time that is left. */
  private Cancellation share(int parts) {
    return Cancellation.after(Duration.ofNanos((end - System.nanoTime()) / parts));
  }
}
