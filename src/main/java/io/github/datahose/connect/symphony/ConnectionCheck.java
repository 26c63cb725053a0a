// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
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
  private final AgentProbe probe;
  private final long end;
  private final List<ConnectionFinding> findings = new CopyOnWriteArrayList<>();
  private final Set<Subject> found = EnumSet.noneOf(Subject.class);
  private final Set<HttpUrl> settled = new HashSet<>();
  private volatile SymphonyCall underWay = SymphonyCall.SESSION_LOGIN;

  /** One of the two logins. */
  private interface Attempt {
    String token(Cancellation cancellation) throws SymphonyException;
  }

  private ConnectionCheck(ClientSettings settings, Duration calls) {
    this.settings = settings;
    http = new SymphonyHttp(settings);
    login = Login.of(http, settings);
    verdict = new ConnectionVerdict(settings);
    probe = new AgentProbe(http, settings);
    end = System.nanoTime() + calls.toNanos();
  }

  /**
   * Checks, and closes all connections. An interrupt ends it early, and stays.
   *
   * @param limit longest time that it takes, whatever hangs
   */
  public static ConnectionReport run(ClientSettings settings, Duration limit) {
    long begin = System.nanoTime();
    // A tenth is left for calls to end that are cut off, and another one for the thread.
    ConnectionCheck check = new ConnectionCheck(settings, limit.multipliedBy(8).dividedBy(10));
    FutureTask<ConnectionReport> look = new FutureTask<>(check::look);
    Thread thread = new Thread(look, "datahose-connection-check");
    thread.setDaemon(true);
    thread.start();
    try {
      return look.get(limit.toNanos() * 9 / 10, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return check.brokeOff("was not done in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return check.brokeOff("was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("The connection check has a fault", e.getCause());
    } finally {
      check.http.close();
      join(thread, limit.toNanos() - (System.nanoTime() - begin));
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
    List<ConnectionFinding> all = new ArrayList<>(findings);
    all.add(new ConnectionFinding(Subject.POD_URL, false, "the " + underWay + " " + how));
    return new ConnectionReport(all, List.of(), "");
  }

  private ConnectionReport look() {
    HttpUrl pod =
        settings.credentials() instanceof CertificateCredentials
            ? settings.endpoints().sessionAuth()
            : settings.endpoints().pod();
    boolean accepted = works(SymphonyCall.SESSION_LOGIN, pod, login::sessionToken);
    // Whom the pod does not accept the key manager would refuse as well.
    boolean both =
        !found.contains(Subject.KEY)
            && !found.contains(Subject.USERNAME)
            && works(
                SymphonyCall.KEY_MANAGER_LOGIN,
                settings.endpoints().keyManager(),
                login::keyManagerToken)
            && accepted;
    List<String> agents = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    lookAtAgents(agents, warnings);
    String facts =
        both && !agents.isEmpty()
            ? new ConnectionFacts(settings).sentence(String.join(", ", agents))
            : "";
    return new ConnectionReport(List.copyOf(findings), warnings, facts);
  }

  private boolean works(SymphonyCall call, HttpUrl server, Attempt attempt) {
    if (isSettled(server)) {
      return false;
    }
    underWay = call;
    try {
      attempt.token(share(2));
      return true;
    } catch (SymphonyException e) {
      ConnectionFinding finding = verdict.on(e, server);
      settle(server, e);
      // While the pod is away a key manager may refuse everybody, so that says nothing.
      boolean answerCounts = call == SymphonyCall.SESSION_LOGIN || findings.isEmpty();
      add(answerCounts || e.status() == 0 ? finding : finding.healing(""));
      return false;
    }
  }

  /** One that answers is enough: a reader finds it, since it goes on to the next by itself. */
  private void lookAtAgents(List<String> facts, List<String> warnings) {
    List<ConnectionFinding> silent = new ArrayList<>();
    List<HttpUrl> agents =
        settings.endpoints().agents().stream().filter(agent -> !isSettled(agent)).toList();
    for (int i = 0; i < agents.size(); i++) {
      HttpUrl agent = agents.get(i);
      underWay = SymphonyCall.AGENT_HEALTH;
      List<SymphonyException> failures = new ArrayList<>();
      AgentHealth health = probe.ask(agent, share(agents.size() - i), failures::add);
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
        add(finding.healing(". Another agent answers, so the connector can go on with that"));
      } else {
        add(definite ? finding : finding.healing(""));
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

  private void add(ConnectionFinding finding) {
    if (!finding.definite() || found.add(finding.subject())) {
      findings.add(finding);
    }
  }

  /** What a server is at fault with, or a URL, needs no second look under another name. */
  private void settle(HttpUrl server, SymphonyException failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof UnknownHostException
        || cause instanceof ConnectException
        || cause instanceof SSLPeerUnverifiedException
        || UntrustedServerException.in(cause) != null) {
      settled.add(origin(server));
    } else if (failure.status() == 404) {
      settled.add(server);
    }
  }

  private boolean isSettled(HttpUrl server) {
    boolean proxyIsAtFault =
        found.contains(Subject.PROXY_LOGIN) || found.contains(Subject.PROXY_URL);
    return settled.contains(server)
        || settled.contains(origin(server))
        || (proxyIsAtFault && verdict.isProxied(server));
  }

  private static HttpUrl origin(HttpUrl server) {
    return server.newBuilder().encodedPath("/").build();
  }

  /** One part of the time that is left. */
  private Cancellation share(int parts) {
    return Cancellation.after(Duration.ofNanos((end - System.nanoTime()) / parts));
  }
}
