// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.agent.AgentCheck;
import io.github.datahose.connect.symphony.agent.AgentHealth;
import io.github.datahose.connect.symphony.auth.Login;
import io.github.datahose.connect.symphony.auth.Session;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;

/**
 * Tries what a connector would do with Symphony, once and in a limited time: logs in to the pod
 * and, once that has accepted the account, to the key manager, and asks each agent for its health.
 * It never reads a feed, because a read creates the feed, and takes events from it.
 *
 * <p>The calls share the time: each login may take half of what is left, the agents the rest in
 * equal parts, so that one that hangs leaves some for the others. They are made by a thread of the
 * check's own, because a name lookup (or a key on a file system that hangs) cannot be interrupted:
 * only such a one leaves that thread behind, a daemon, until the operating system gives up on it.
 */
public final class ConnectionCheck {

  /** What can be at fault. */
  public enum Subject {
    POD_URL,
    /** Where the pod takes logins by certificate. */
    SESSION_AUTH_URL,
    KEY_MANAGER_URL,
    AGENT_URL,
    /** The service account. */
    USERNAME,
    /** What the service account logs in with. */
    KEY,
    /** The authorities that are trusted. */
    TRUST_STORE,
    PROXY_URL,
    /** User name and password at the proxy. */
    PROXY_LOGIN
  }

  /**
   * Something that the check could not do.
   *
   * @param subject what would have to be fixed
   * @param permanent whether it stays so until somebody fixes that; otherwise it may recover by
   *     itself, or something else does in its place
   * @param text what failed and what to do, without secrets and without a full stop at the end
   */
  public record Finding(Subject subject, boolean permanent, String text) {

    private Finding asTransient(String addition) {
      return new Finding(subject, false, text + addition);
    }
  }

  /**
   * What a check found.
   *
   * @param findings what did not work, in the order of the calls
   * @param warnings what works and has to be fixed all the same, sentences about agents
   * @param facts what is connected with what, in a sentence; empty unless both logins and an agent
   *     answered well
   */
  public record Report(List<Finding> findings, List<String> warnings, String facts) {}

  private final ClientSettings settings;
  private final SymphonyHttp http;
  private final Login login;
  private final FailureClassifier classifier;
  private final AgentCheck agents;
  private final long end;
  private final List<Finding> findings = new CopyOnWriteArrayList<>();
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
    login = new Login(http, settings);
    classifier = new FailureClassifier(settings);
    agents = new AgentCheck(http, settings);
  }

  /**
   * Checks, and closes all connections. An interrupt ends it early, and stays.
   *
   * @param limit longest time that it takes, whatever hangs
   */
  public static Report run(ClientSettings settings, Duration limit) {
    long begin = System.nanoTime();
    long tenth = limit.toNanos() / 10;
    // A tenth is left for calls to end that are cut off, and another one for the thread.
    ConnectionCheck check = new ConnectionCheck(settings, begin + 8 * tenth);
    FutureTask<Report> look = new FutureTask<>(check::look);
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

  private Report brokeOff(String how) {
    List<Finding> all = new ArrayList<>(findings);
    all.add(new Finding(Subject.POD_URL, false, "the " + underWay + " " + how));
    return new Report(all, List.of(), "");
  }

  private Report look() {
    String sessionToken = sessionToken();
    // Whom the pod does not accept the key manager refuses as well.
    boolean loggedIn = sessionToken != null && canReadWithKeyManager(sessionToken);
    Map<HttpUrl, AgentHealth> healthy = askAgents();
    return new Report(
        List.copyOf(findings),
        warnings(healthy),
        loggedIn && !healthy.isEmpty()
            ? agents.connected(
                healthy.entrySet().stream()
                    .map(agent -> AgentHealth.describe(agent.getKey(), agent.getValue()))
                    .collect(Collectors.joining(", ")))
            : "");
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
      findings.add(classifier.classify(e, pod));
      return null;
    }
  }

  /**
   * Logs in to the key manager. A failure only warns where the account may do without its token.
   */
  private boolean canReadWithKeyManager(String sessionToken) {
    underWay = SymphonyCall.KEY_MANAGER_LOGIN;
    try {
      login.keyManagerToken(share(2));
      return true;
    } catch (SymphonyException e) {
      Finding finding = classifier.classify(e, settings.endpoints().keyManager());
      boolean canDoWithout = Session.allowsSimplifiedKeyDelivery(sessionToken);
      findings.add(
          canDoWithout
              ? finding.asTransient(". Simplified key delivery allows this account to do without")
              : finding);
      return canDoWithout;
    }
  }

  /**
   * The agents that answered. A failure of the others is permanent only when every agent has such a
   * one: otherwise a reader goes on to the next agent by itself.
   */
  private Map<HttpUrl, AgentHealth> askAgents() {
    underWay = SymphonyCall.AGENT_HEALTH;
    List<HttpUrl> all = settings.endpoints().agents();
    Map<HttpUrl, AgentHealth> healthy = new LinkedHashMap<>();
    List<Finding> failed = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      HttpUrl agent = all.get(i);
      List<Finding> failures = new ArrayList<>();
      AgentHealth health =
          agents.health(
              agent, share(all.size() - i), e -> failures.add(classifier.classify(e, agent)));
      if (health == null) {
        // A gateway may block the health alone, so it takes a failure of both questions.
        Finding first = failures.get(0);
        failed.add(failures.stream().allMatch(Finding::permanent) ? first : first.asTransient(""));
      } else {
        healthy.put(agent, health);
      }
    }
    boolean permanent = healthy.isEmpty() && failed.stream().allMatch(Finding::permanent);
    String addition =
        healthy.isEmpty() ? "" : ". Another agent answers, so the connector can go on with that";
    failed.forEach(each -> findings.add(permanent ? each : each.asTransient(addition)));
    return healthy;
  }

  private static List<String> warnings(Map<HttpUrl, AgentHealth> healthy) {
    List<String> warnings = new ArrayList<>();
    Map<HttpUrl, String> versions = new LinkedHashMap<>();
    healthy.forEach(
        (agent, health) -> {
          warnings.addAll(health.warnings(agent));
          versions.put(agent, health.version());
        });
    AgentHealth.differingVersions(versions).ifPresent(warnings::add);
    return warnings;
  }

  /** One part of the time that is left. */
  private Cancellation share(int parts) {
    return Cancellation.after(Duration.ofNanos((end - System.nanoTime()) / parts));
  }
}
