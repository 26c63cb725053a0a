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
 * Makes the calls of a connector to Symphony, once and in a limited time: logs in to the pod and,
 * once the pod has accepted the account, to the key manager, and requests the health of each agent.
 * It never reads a feed, because a read creates the feed and takes events from it. {@code validate}
 * turns its findings into errors; the Doctor prints each step with its connection.
 *
 * <p>The calls share the time: each login gets half of what is left, and the agents the rest in
 * equal parts, so that a call that hangs leaves time for the others. A thread of the check makes
 * them, because nothing can interrupt a name lookup or a file system that hangs. Only then does
 * this daemon thread outlive the check, until the operating system gives up.
 */
public final class ConnectionCheck {

  /** What must be fixed. */
  public enum Subject {
    POD_URL,
    /** Where the pod accepts logins by certificate. */
    SESSION_AUTH_URL,
    KEY_MANAGER_URL,
    AGENT_URL,
    /** The service account. */
    USERNAME,
    /** The key or certificate of the service account. */
    KEY,
    /** The trusted certificate authorities. */
    TRUST_STORE,
    PROXY_URL,
    /** User name and password for the proxy. */
    PROXY_LOGIN
  }

  /**
   * A call that failed.
   *
   * @param subject what must be fixed
   * @param permanent whether the failure lasts until somebody fixes it; a transient failure might
   *     recover, or another server replaces the one that failed
   * @param kind what failed
   * @param text what failed and what to do, without secrets and without a period at the end
   */
  public record Finding(Subject subject, boolean permanent, FailureKind kind, String text) {

    private Finding asTransient(String addition) {
      return new Finding(subject, false, kind, text + addition);
    }
  }

  /** The stages of a call. */
  public enum Stage {
    /** Nothing was sent, and no name lookup started. */
    NONE,
    RESOLVE,
    CONNECT,
    TLS,
    /** There is a connection. */
    REQUEST
  }

  /**
   * The connection of a call.
   *
   * @param stage the last stage that it reached
   * @param addresses of the host, or of the proxy if there is one; empty without a name lookup
   * @param session the TLS session; null if there is none
   */
  public record Attempt(Stage stage, List<InetAddress> addresses, SSLSession session) {}

  /**
   * A finished call: a login, or a request for the health of an agent.
   *
   * @param call which one
   * @param server base URL
   * @param attempt its connection
   * @param finding why it failed; null if it succeeded
   * @param isNeeded whether the connector needs it to succeed
   * @param health what the agent reported; null for a login, and for a failure
   */
  public record Step(
      SymphonyCall call,
      HttpUrl server,
      Attempt attempt,
      Finding finding,
      boolean isNeeded,
      AgentHealth health) {}

  /**
   * The result of a check.
   *
   * @param findings the failed calls, in their order
   * @param warnings sentences about agents that responded and still need a fix
   * @param facts the account and the servers, in one sentence; empty unless both logins and a
   *     request to an agent succeeded
   */
  public record Report(List<Finding> findings, List<String> warnings, String facts) {}

  private final ClientSettings settings;
  private final Consumer<Step> steps;

  /** Whether to log in to the key manager also when the pod has not accepted the account. */
  private final boolean thorough;

  private final Watch watch = new Watch();
  private final SymphonyHttp http;
  private final Login login;
  private final FailureClassifier classifier;
  private final AgentCheck agents;
  private final long end;
  private final List<Finding> findings = new CopyOnWriteArrayList<>();

  /** The call in progress; null between two calls. */
  private SymphonyCall underWay;

  private HttpUrl server;

  /** Whether the time is up. The thread of the check might still run, and must report nothing. */
  private boolean ended;

  /**
   * Creates a check.
   *
   * @param end when the last call must end: monotonic, in nanoseconds
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
   * Checks, and closes all connections. An interrupt ends it early and remains set.
   *
   * @param limit maximum time, even if a call is unresponsive
   */
  public static Report run(ClientSettings settings, Duration limit) {
    return run(settings, limit, false, step -> {});
  }

  /**
   * Checks, and reports each step. Logs in to the key manager also when the pod has not accepted
   * the account, so that one run shows all problems of the network.
   *
   * @param steps receives each step when it ends, on the thread of the check, or on the caller's
   *     thread if the time is up. Receives nothing after this method has returned. The limit
   *     includes no time for which it blocks
   */
  public static Report run(ClientSettings settings, Duration limit, Consumer<Step> steps) {
    return run(settings, limit, true, steps);
  }

  private static Report run(
      ClientSettings settings, Duration limit, boolean thorough, Consumer<Step> steps) {
    long begin = System.nanoTime();
    long tenth = limit.toNanos() / 10;
    // A tenth is left for canceled calls to end, and a tenth for the thread.
    ConnectionCheck check = new ConnectionCheck(settings, begin + 8 * tenth, thorough, steps);
    FutureTask<Report> look = new FutureTask<>(check::look);
    Thread thread = new Thread(look, "datahose-connection-check");
    thread.setDaemon(true);
    thread.start();
    try {
      return look.get(begin + 9 * tenth - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return check.brokeOff("did not finish in time", true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return check.brokeOff("was interrupted", false);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The connection check has a bug", e.getCause());
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

  private synchronized Report brokeOff(String how, boolean timedOut) {
    // Before a login sends anything, only the file of the key or the certificate can block.
    boolean ownFile = timedOut && isLogin(underWay) && watch.attempt().stage() == Stage.NONE;
    Finding finding =
        new Finding(
            ownFile ? Subject.KEY : Subject.POD_URL,
            false,
            ownFile ? FailureKind.CREDENTIALS_TIMEOUT : FailureKind.NETWORK,
            "the "
                + (underWay == null ? "connection check" : underWay)
                + " "
                + how
                + ", and the check stopped");
    List<Finding> all = new ArrayList<>(findings);
    all.add(finding);
    if (underWay != null) {
      over(finding, true, null);
    }
    ended = true;
    return new Report(all, List.of(), "");
  }

  private static boolean isLogin(SymphonyCall call) {
    return call == SymphonyCall.SESSION_LOGIN || call == SymphonyCall.KEY_MANAGER_LOGIN;
  }

  private Report look() {
    String sessionToken = sessionToken();
    // The key manager rejects every account that the pod rejects.
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
      underWay = null;
    }
  }

  /** Returns null if the pod gives none. */
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
   * Logs in to the key manager. A failure is only a warning if the account needs no token of it.
   *
   * @param sessionToken null if the pod gave none
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
            finding.asTransient(
                ". Simplified key delivery allows this account to work without a key manager token");
      } else if (followsThePod) {
        // Without the classifier's advice, which assumes that the pod has accepted the account.
        finding =
            new Finding(
                finding.subject(),
                false,
                e.kind(),
                "the "
                    + e.getMessage()
                    + ". The key manager follows the pod, which rejects the account");
      }
      findings.add(finding);
      over(finding, !canDoWithout && !followsThePod, null);
      return canDoWithout;
    }
  }

  /**
   * Returns the agents that responded. Failures of the others are permanent only if every agent has
   * a permanent failure: otherwise a reader fails over to the next agent.
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
        // A gateway might block the health alone, so both requests must have failed permanently.
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
        healthy.isEmpty() ? "" : ". Another agent responds, so the connector fails over to it";
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

  /** Returns an equal part of the time that is left. */
  private Cancellation share(int parts) {
    return Cancellation.after(Duration.ofNanos((end - System.nanoTime()) / parts));
  }

  /** Follows the connection of the current call, on any thread. */
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

    /** OkHttp might try several addresses, so the last stage counts. */
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
