// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.Cancellation;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.agent.AgentCheck;
import io.github.datahose.connect.symphony.agent.AgentHealth;
import io.github.datahose.connect.symphony.auth.Login;
import io.github.datahose.connect.symphony.auth.Session;
import io.github.datahose.connect.symphony.http.SymphonyHttp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
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
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.HttpUrl;

/**
 * Tries what a connector would do with Symphony, once and in a limited time: logs in to the pod
 * and, once that has accepted the account, to the key manager, and asks each agent for its health.
 * It never reads a feed, because a read creates the feed, and takes events from it. {@code
 * validate} makes errors of what it finds; the Doctor shows each step, and how each connection came
 * about.
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
   * @param kind what failed
   * @param text what failed and what to do, without secrets and without a full stop at the end
   */
  public record Finding(Subject subject, boolean permanent, FailureKind kind, String text) {

    private Finding asTransient(String addition) {
      return new Finding(subject, false, kind, text + addition);
    }
  }

  /** How far a call came. */
  public enum Stage {
    /** Nothing was sent, and no name was looked up. */
    NONE,
    RESOLVE,
    CONNECT,
    TLS,
    /** The connection is there. */
    REQUEST
  }

  /**
   * How the connection for a call came about.
   *
   * @param stage how far it came
   * @param addresses of the host, or of the proxy in its place; empty where no name was looked up
   * @param session of TLS; null where there is none
   */
  public record Attempt(Stage stage, List<InetAddress> addresses, SSLSession session) {}

  /**
   * One step that is over: a login, or an agent's health.
   *
   * @param call what was asked
   * @param server base URL
   * @param attempt the connection that it was asked on
   * @param finding why it failed; null when it worked
   * @param isNeeded whether the connector can do nothing without it; where it cannot, a failure is
   *     one of the connector, too
   * @param health what the agent says of itself; null for a login, and where it failed
   */
  public record Step(
      SymphonyCall call,
      HttpUrl server,
      Attempt attempt,
      Finding finding,
      boolean isNeeded,
      AgentHealth health) {}

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
  private final Consumer<Step> steps;

  /** Whether the key manager is asked also when the pod has not accepted the account. */
  private final boolean thorough;

  private final Watch watch = new Watch();
  private final SymphonyHttp http;
  private final Login login;
  private final FailureClassifier classifier;
  private final AgentCheck agents;
  private final long end;
  private final List<Finding> findings = new CopyOnWriteArrayList<>();
  private SymphonyCall underWay = SymphonyCall.SESSION_LOGIN;
  private HttpUrl server;

  /** Whether the time is up: the check's thread might go on, and must not report to anybody. */
  private boolean ended;

  /**
   * Makes one.
   *
   * @param end when the last call must be over: monotonic, nanoseconds
   */
  private ConnectionCheck(
      ClientSettings settings, long end, boolean thorough, Consumer<Step> steps) {
    this.settings = settings;
    this.end = end;
    this.thorough = thorough;
    this.steps = steps;
    http = new SymphonyHttp(settings, watch);
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
    return run(settings, limit, false, step -> {});
  }

  /**
   * The same, step by step. Asks the key manager also when the pod has not accepted the account, so
   * that one run shows all that is wrong with the network.
   *
   * @param steps receives each step when it is over, on the check's own thread, or on the caller's
   *     thread when the time is up. Receives nothing after this method has returned
   */
  public static Report run(ClientSettings settings, Duration limit, Consumer<Step> steps) {
    return run(settings, limit, true, steps);
  }

  private static Report run(
      ClientSettings settings, Duration limit, boolean thorough, Consumer<Step> steps) {
    long begin = System.nanoTime();
    long tenth = limit.toNanos() / 10;
    // A tenth is left for calls to end that are cut off, and another one for the thread.
    ConnectionCheck check = new ConnectionCheck(settings, begin + 8 * tenth, thorough, steps);
    FutureTask<Report> look = new FutureTask<>(check::look);
    Thread thread = new Thread(look, "datahose-connection-check");
    thread.setDaemon(true);
    thread.start();
    try {
      return look.get(begin + 9 * tenth - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return check.brokeOff("did not end in time");
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

  private synchronized Report brokeOff(String how) {
    // Before a call sends anything, only the key or the certificate can hang.
    boolean ownFile = watch.attempt().stage() == Stage.NONE;
    Finding finding =
        new Finding(
            ownFile ? Subject.KEY : Subject.POD_URL,
            false,
            ownFile ? FailureKind.CREDENTIALS_TIMEOUT : FailureKind.NETWORK,
            "the " + underWay + " " + how + ", and the check stopped there");
    List<Finding> all = new ArrayList<>(findings);
    all.add(finding);
    over(finding, true, null);
    ended = true;
    return new Report(all, List.of(), "");
  }

  private Report look() {
    String sessionToken = sessionToken();
    // Whom the pod does not accept the key manager refuses as well.
    boolean loggedIn = (sessionToken != null || thorough) && canReadWithKeyManager(sessionToken);
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

  private synchronized void begin(SymphonyCall call, HttpUrl at) {
    underWay = call;
    server = at;
    watch.begin();
  }

  private synchronized void over(Finding finding, boolean isNeeded, AgentHealth health) {
    if (!ended) {
      steps.accept(new Step(underWay, server, watch.attempt(), finding, isNeeded, health));
    }
  }

  /** Null when the pod gives none. */
  private String sessionToken() {
    HttpUrl pod =
        settings.credentials() instanceof Credentials.Certificate
            ? settings.endpoints().sessionAuth()
            : settings.endpoints().pod();
    begin(SymphonyCall.SESSION_LOGIN, pod);
    try {
      String token = login.sessionToken(share(2));
      over(null, true, null);
      return token;
    } catch (SymphonyException e) {
      Finding finding = classifier.classify(e, pod);
      findings.add(finding);
      over(finding, true, null);
      return null;
    }
  }

  /**
   * Logs in to the key manager. A failure only warns where the account may do without its token.
   *
   * @param sessionToken null when the pod gave none
   */
  private boolean canReadWithKeyManager(String sessionToken) {
    HttpUrl keyManager = settings.endpoints().keyManager();
    begin(SymphonyCall.KEY_MANAGER_LOGIN, keyManager);
    try {
      login.keyManagerToken(share(2));
      over(null, true, null);
      return sessionToken != null;
    } catch (SymphonyException e) {
      Finding finding = classifier.classify(e, keyManager);
      boolean canDoWithout =
          sessionToken != null && Session.allowsSimplifiedKeyDelivery(sessionToken);
      boolean followsThePod = sessionToken == null && e.kind().isRefusalBySymphony();
      if (canDoWithout) {
        finding =
            finding.asTransient(". Simplified key delivery allows this account to do without");
      } else if (followsThePod) {
        // Not the classifier's advice, which rests on the pod's having accepted the account.
        finding =
            new Finding(
                finding.subject(),
                false,
                e.kind(),
                "the "
                    + e.getMessage()
                    + ". It follows the pod, which does not accept the account");
      }
      findings.add(finding);
      over(finding, !canDoWithout && !followsThePod, null);
      return canDoWithout;
    }
  }

  /**
   * The agents that answered. A failure of the others is permanent only when every agent has such a
   * one: otherwise a reader goes on to the next agent by itself.
   */
  private Map<HttpUrl, AgentHealth> askAgents() {
    List<HttpUrl> all = settings.endpoints().agents();
    Map<HttpUrl, AgentHealth> healthy = new LinkedHashMap<>();
    List<Finding> failed = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      HttpUrl agent = all.get(i);
      begin(SymphonyCall.AGENT_HEALTH, agent);
      List<Finding> failures = new ArrayList<>();
      AgentHealth health =
          agents.health(
              agent, share(all.size() - i), e -> failures.add(classifier.classify(e, agent)));
      if (health == null) {
        // A gateway may block the health alone, so it takes a failure of both questions.
        Finding first = failures.get(0);
        Finding finding =
            failures.stream().allMatch(Finding::permanent) ? first : first.asTransient("");
        failed.add(finding);
        over(finding, true, null);
      } else {
        healthy.put(agent, health);
        over(null, true, health);
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

  /** Follows the connection of the call that is under way, whichever thread makes it. */
  private static final class Watch extends EventListener {

    private Stage stage = Stage.NONE;
    private List<InetAddress> addresses = List.of();
    private SSLSession session;

    synchronized void begin() {
      stage = Stage.NONE;
      addresses = List.of();
      session = null;
    }

    synchronized Attempt attempt() {
      return new Attempt(stage, addresses, session);
    }

    /** Of several addresses each may be tried, so it is the furthest that counts. */
    private synchronized void reached(Stage next) {
      stage = next.compareTo(stage) > 0 ? next : stage;
    }

    @Override
    public void dnsStart(Call call, String host) {
      reached(Stage.RESOLVE);
    }

    @Override
    public synchronized void dnsEnd(Call call, String host, List<InetAddress> found) {
      addresses = List.copyOf(found);
    }

    @Override
    public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
      reached(Stage.CONNECT);
    }

    @Override
    public void secureConnectStart(Call call) {
      reached(Stage.TLS);
    }

    @Override
    public synchronized void connectionAcquired(Call call, Connection connection) {
      reached(Stage.REQUEST);
      session = connection.socket() instanceof SSLSocket socket ? socket.getSession() : null;
    }
  }
}
