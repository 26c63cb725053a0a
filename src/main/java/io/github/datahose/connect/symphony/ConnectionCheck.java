// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
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
  private final ConnectionVerdict verdict;
  private final AgentRequests agents;
  private final SimplifiedKeyDelivery keyDelivery;
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
    verdict = new ConnectionVerdict(settings);
    findings = new ConnectionFindings(verdict);
    agents = new AgentRequests(http, settings.userAgent());
    keyDelivery = new SimplifiedKeyDelivery(agents, settings.endpoints().pod());
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
    // Whom the pod does not accept the key manager would refuse as well.
    boolean refused = findings.definite(Subject.KEY) || findings.definite(Subject.USERNAME);
    boolean both = !refused && keyManagerWorks(sessionToken) && sessionToken != null;
    List<String> facts = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    lookAtAgents(facts, warnings);
    return new ConnectionReport(
        findings.all(),
        warnings,
        both && !facts.isEmpty()
            ? new ConnectionFacts(settings).sentence(String.join(", ", facts))
            : "");
  }

  /** Null when the pod gives none. */
  private String sessionToken() {
    HttpUrl pod =
        settings.credentials() instanceof CertificateCredentials
            ? settings.endpoints().sessionAuth()
            : settings.endpoints().pod();
    underWay = SymphonyCall.SESSION_LOGIN;
    try {
      return login.sessionToken(share(2));
    } catch (SymphonyException e) {
      findings.add(verdict.on(e, pod), e, pod);
      return null;
    }
  }

  private boolean keyManagerWorks(String sessionToken) {
    HttpUrl keyManager = settings.endpoints().keyManager();
    if (findings.settles(keyManager)) {
      return false;
    }
    underWay = SymphonyCall.KEY_MANAGER_LOGIN;
    try {
      login.keyManagerToken(share(2));
      return true;
    } catch (SymphonyException e) {
      ConnectionFinding finding = verdict.on(e, keyManager);
      if (sessionToken != null && doesWithoutKeyManager(sessionToken)) {
        findings.add(
            finding.healing(". Simplified key delivery allows this account to do without"),
            e,
            keyManager);
        return true;
      }
      // While the pod is away a key manager may refuse everybody, so that says nothing.
      boolean saysNothing = e.status() != 0 && sessionToken == null;
      findings.add(saysNothing ? finding.healing("") : finding, e, keyManager);
      return false;
    }
  }

  private boolean doesWithoutKeyManager(String sessionToken) {
    Cancellation share = share(2);
    return settings.endpoints().agents().stream()
        .anyMatch(
            agent ->
                SimplifiedKeyDelivery.isAllowed(sessionToken)
                    && keyDelivery.objection(agent, share).isEmpty());
  }

  /** One that answers is enough: a reader finds it, since it goes on to the next by itself. */
  private void lookAtAgents(List<String> facts, List<String> warnings) {
    List<ConnectionFinding> silent = new ArrayList<>();
    List<HttpUrl> asked =
        settings.endpoints().agents().stream().filter(agent -> !findings.settles(agent)).toList();
    for (int i = 0; i < asked.size(); i++) {
      HttpUrl agent = asked.get(i);
      underWay = SymphonyCall.AGENT_HEALTH;
      List<SymphonyException> failures = new ArrayList<>();
      AgentHealth health = agents.healthOrInfo(agent, share(asked.size() - i), failures::add);
      if (health == null) {
        silent.add(verdict(agent, failures));
      } else {
        facts.add(ConnectionFacts.agent(agent, health));
        warnings.addAll(ConnectionFacts.warnings(agent, health));
      }
    }
    boolean definite = silent.stream().allMatch(ConnectionFinding::definite);
    for (ConnectionFinding finding : silent) {
      if (!facts.isEmpty()) {
        findings.add(
            finding.healing(". Another agent answers, so the connector can go on with that"));
      } else {
        findings.add(definite ? finding : finding.healing(""));
      }
    }
  }

  /** Health alone may be kept from us, so it takes the refusal of both questions. */
  private ConnectionFinding verdict(HttpUrl agent, List<SymphonyException> failures) {
    List<ConnectionFinding> verdicts = failures.stream().map(e -> verdict.on(e, agent)).toList();
    return verdicts.stream().allMatch(ConnectionFinding::definite)
        ? verdicts.get(0)
        : verdicts.get(0).healing("");
  }

  /** One part of the time that is left. */
  private Cancellation share(int parts) {
    return Cancellation.after(Duration.ofNanos((end - System.nanoTime()) / parts));
  }
}
