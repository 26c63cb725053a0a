// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.connect.config.FeedConfig;
import io.github.datahose.connect.config.option.DatahoseOptions;
import io.github.datahose.connect.config.option.FeedOptions;
import io.github.datahose.connect.config.option.SymphonyOptions;
import io.github.datahose.connect.event.EventList;
import io.github.datahose.connect.event.EventList.MalformedEventListException;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.ReadAnswer;
import io.github.datahose.connect.symphony.Remedies;
import io.github.datahose.connect.symphony.SymphonyCall;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.agent.AgentHealth;
import io.github.datahose.connect.symphony.agent.SymphonyClient;
import io.github.datahose.connect.symphony.check.ConnectionCheck;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Attempt;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Finding;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Stage;
import io.github.datahose.connect.symphony.check.ConnectionCheck.Subject;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.TrustStore;
import io.github.datahose.connect.text.Printable;
import io.github.datahose.connect.text.StackOnly;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * Checks the configuration of a connector on the machine of a worker, without a cluster: options,
 * connections to the servers of Symphony, logins, and agents. A command:
 *
 * <pre>
 * java -cp "&lt;plugin&gt;/lib/*:&lt;Kafka&gt;/libs/*" io.github.datahose.connect.tools.Doctor \
 *   --worker-config connect-distributed.properties symphony.json
 * </pre>
 *
 * <p>The plugin comes first on the class path, because it has a newer Jackson than many workers.
 * The command needs what the worker's JVM gets in {@code KAFKA_OPTS}.
 *
 * <p>It makes the checks of {@code validate} ({@link DatahoseConfig#validate}, {@link
 * ConnectionCheck}), and prints a line when each of them ends, also for a check that passes. It
 * logs in to pod and key manager once each, with {@code --read} once more, which the pod's audit
 * trail shows. It prints no secrets: of a key only its size and the SHA-256 of its public key.
 *
 * <p><b>{@code --read}</b> reads once with a tag of its own, and acknowledges nothing. Only a read
 * shows whether the pod has the Datahose add-on and the account has its entitlements. The read
 * creates a feed that counts for 30 minutes, and a sixth feed of an account makes running
 * connectors fail. So it requires {@code --yes}, which confirms that fewer than five feeds are
 * active, and rejects a configuration of five feeds.
 *
 * <p><b>Exit status.</b> 0 if nothing failed, 1 if something failed, 2 for wrong usage or a bug in
 * this command.
 */
public final class Doctor {

  static final int WELL = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  /**
   * The tag of the feed of {@code --read}. It has no dot, so it is not the tag of a connector. Runs
   * with the same event types and scopes share one feed; other event types or scopes create
   * another.
   */
  static final String TAG = "kafka-connect-doctor";

  private static final String KAFKA_ADMINISTRATOR = "Kafka administrator";
  private static final String AGENT_ADMINISTRATOR = "agent administrator";
  private static final String POD_ADMINISTRATOR = "pod administrator";
  private static final String USER_AGENT = "kafka-connect-symphony-datahose/doctor";

  private static final Set<FailureKind> BY_PROXY =
      Set.of(FailureKind.PROXY_LOGIN, FailureKind.PROXY_REFUSED, FailureKind.PROXY_UNAVAILABLE);

  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String USAGE =
      """
      Checks the configuration of a connector on the machine of a worker, without a cluster.

      Doctor [options] CONFIG.json    as for the REST interface of Connect, with or without "name" and "config"

      --worker-config FILE   the worker's properties. Their config.providers resolve ${...} in CONFIG.json
      --read                 reads once with the tag kafka-connect-doctor, and acknowledges nothing. Only a
                             read shows whether the pod has the Datahose add-on and the account has its
                             entitlements
      --yes                  with --read: confirms that fewer than five feeds of this account are active, over
                             all connectors. The read creates a feed that counts for 30 minutes, and a sixth
                             feed makes running connectors fail. A run with other event types or scopes
                             creates another feed. Count the feeds of such runs of the last 30 minutes, too
      --json                 prints JSON
      --help                 prints this text

      Exit status: 0 if nothing failed, 1 if something failed, 2 for wrong usage or a bug in this command.
      """;

  private enum Result {
    OK,
    FAILED,
    SKIPPED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A line of the output.
   *
   * @param act the option to fix or the administrator who must act; empty if nobody must act
   */
  private record Line(String step, Result result, String act, String detail) {}

  private final Arguments arguments;
  private final Duration limit;
  private final PrintStream out;
  private final List<Line> lines = new ArrayList<>();

  /** Version of each agent that responded; empty where it is unknown. */
  private final Map<HttpUrl, String> agents = new LinkedHashMap<>();

  private DatahoseConfig config;
  private ClientSettings settings;
  private boolean loggedIn = true;

  private Doctor(Arguments arguments, Duration limit, PrintStream out) {
    this.arguments = arguments;
    this.limit = limit;
    this.out = out;
  }

  /**
   * Runs the command, and ends the JVM.
   *
   * @param args options, see {@code --help}
   */
  public static void main(String[] args) {
    PrintStream out = System.out;
    // Without a configuration, the Log4j of Kafka 4 writes errors to the standard output.
    System.setOut(System.err);
    System.exit(run(args, LONGEST, out, System.err));
  }

  /**
   * Runs the command, and returns its exit status.
   *
   * @param limit maximum time for the connection check; the config providers have a quarter of it
   */
  static int run(String[] args, Duration limit, PrintStream out, PrintStream err) {
    if (List.of(args).contains("--help")) {
      out.print(USAGE);
      return WELL;
    }
    try {
      return new Doctor(Arguments.of(args), limit, out).run();
    } catch (Audit.UsageException wrong) {
      err.println(Printable.line(wrong.getMessage()));
      err.println("--help shows all options.");
    } catch (LinkageError otherJars) {
      err.println(
          "On the class path, put the plugin's jars before Kafka's: "
              + StackOnly.of(otherJars).place());
    } catch (RuntimeException bug) {
      // Without its message, which might quote a secret.
      StackOnly.of(bug).printStackTrace(err);
    }
    return WRONG_USAGE;
  }

  private int run() {
    if (!arguments.json) {
      out.printf(Locale.ROOT, "%-44s %-8s %s%n", "STEP", "RESULT", "DETAIL");
    }
    variables();
    if (options()) {
      config = new DatahoseConfig(arguments.config);
      settings = config.clientSettings(USER_AGENT);
      if (arguments.read && config.feeds().size() >= FeedOptions.MOST_READERS) {
        throw new Audit.UsageException(
            "--read is rejected: the configuration has five feeds, and the read would create a sixth,"
                + " which makes running connectors fail. Omit --read.");
      }
      keyAndCertificates();
      ConnectionCheck.run(settings, limit, this::connection);
      AgentHealth.differingVersions(agents)
          .ifPresent(warning -> fail("versions of the agents", AGENT_ADMINISTRATOR, warning));
      read();
    } else {
      tell("connection", Result.SKIPPED, "requires valid options");
    }
    return end();
  }

  // The files.

  /** On a thread of its own, because a config provider can take any time. */
  private void variables() {
    Map<String, String> values = new TreeMap<>(arguments.config);
    FutureTask<List<Line>> resolving = new FutureTask<>(() -> resolve(values));
    Thread thread = new Thread(resolving, "datahose-doctor-variables");
    thread.setDaemon(true);
    thread.start();
    Duration atMost = limit.dividedBy(4);
    try {
      resolving.get(atMost.toNanos(), TimeUnit.NANOSECONDS).forEach(this::tell);
      arguments.config.putAll(values);
    } catch (TimeoutException e) {
      fail(
          "variables",
          KAFKA_ADMINISTRATOR,
          "the config providers did not respond within "
              + atMost.toSeconds()
              + " s. Check that this machine can reach the systems that they read");
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("The variables could not be resolved", e);
    }
  }

  /** As the worker does, with the providers of its configuration. */
  private List<Line> resolve(Map<String, String> values) {
    List<Line> found = new ArrayList<>();
    ConfigTransformer transformer = new ConfigTransformer(providers(found));
    List<String> resolved = new ArrayList<>();
    List<String> unresolved = new ArrayList<>();
    values.replaceAll(
        (option, value) -> {
          if (!hasVariable(value)) {
            return value;
          }
          String text = value;
          try {
            text = transformer.transform(Map.of(option, value)).data().get(option);
          } catch (RuntimeException | LinkageError notFound) {
            // Reported below, without its message, which might quote anything.
          }
          (text.equals(value) ? unresolved : resolved).add(option);
          return text;
        });
    if (!unresolved.isEmpty()) {
      found.add(
          new Line(
              "variables",
              Result.FAILED,
              arguments.worker.isEmpty() ? "--worker-config" : KAFKA_ADMINISTRATOR,
              "no config provider has a value for "
                  + String.join(", ", unresolved)
                  + ". Check config.providers and allowed.paths of the worker, and that this machine"
                  + " has the file with its key, or the environment variable"));
    } else if (!resolved.isEmpty()) {
      found.add(new Line("variables", Result.OK, "", "resolved in " + String.join(", ", resolved)));
    }
    return found;
  }

  private static boolean hasVariable(String value) {
    return value != null && ConfigTransformer.DEFAULT_PATTERN.matcher(value).find();
  }

  private Map<String, ConfigProvider> providers(List<Line> found) {
    Map<String, ConfigProvider> providers = new HashMap<>();
    Stream.of(arguments.worker.getProperty("config.providers", "").split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        // Last those whose parameters contain variables: the others resolve them.
        .sorted(
            Comparator.comparing(
                name -> parameters(name).values().stream().anyMatch(Doctor::hasVariable)))
        .forEach(
            name -> {
              String type = "config.providers." + name + ".class";
              try {
                ConfigProvider provider =
                    Class.forName(arguments.worker.getProperty(type, ""))
                        .asSubclass(ConfigProvider.class)
                        .getDeclaredConstructor()
                        .newInstance();
                provider.configure(
                    new ConfigTransformer(providers).transform(parameters(name)).data());
                providers.put(name, provider);
              } catch (ReflectiveOperationException | LinkageError | RuntimeException unusable) {
                found.add(
                    new Line(
                        "config provider " + name,
                        Result.FAILED,
                        KAFKA_ADMINISTRATOR,
                        "cannot be used ("
                            + unusable.getClass().getSimpleName()
                            + "). Check "
                            + type
                            + " and .param of the worker, and that the jars of the provider are on the class path"));
              }
            });
    return providers;
  }

  private Map<String, String> parameters(String provider) {
    String prefix = "config.providers." + provider + ".param.";
    return arguments.worker.stringPropertyNames().stream()
        .filter(key -> key.startsWith(prefix))
        .collect(
            Collectors.toMap(key -> key.substring(prefix.length()), arguments.worker::getProperty));
  }

  /** Returns whether all options of the connector are valid. Ignores those of the worker. */
  private boolean options() {
    boolean valid = true;
    List<String> warnings = new ArrayList<>();
    for (ConfigValue option : DatahoseConfig.validate(arguments.config, warnings::add)) {
      for (String error : option.errorMessages()) {
        fail("option " + option.name(), option.name(), error);
        valid = false;
      }
    }
    if (valid) {
      tell("options", Result.OK, "valid");
    }
    warnings.forEach(warning -> tell("options", Result.OK, "warning: " + warning));
    return valid;
  }

  private void keyAndCertificates() {
    Credentials credentials = settings.credentials();
    if (credentials instanceof Credentials.Rsa rsa) {
      content("private key", rsa.option(), () -> describe(rsa.privateKey().get()));
    } else if (credentials instanceof Credentials.Certificate login) {
      content("client certificate", login.option(), () -> describe(login.certificate().get()));
    }
    TrustStore trusted = settings.trustStore();
    content("trust store", trusted.option(), () -> describe(trusted.certificates().get()));
  }

  /** Of a file that was readable when the options were checked, and might no longer be. */
  private void content(String step, String option, Callable<String> description) {
    try {
      String content = description.call();
      if (!content.isEmpty()) {
        tell(step, Result.OK, option + ": " + content);
      }
    } catch (IllegalArgumentException unreadable) {
      fail(step, option, unreadable.getMessage());
    } catch (Exception e) {
      throw new IllegalStateException("The content cannot be described", e);
    }
  }

  private static String describe(PrivateKey key) throws GeneralSecurityException {
    return key instanceof RSAPrivateCrtKey rsa
        ? describe(
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent())))
        : "RSA, without the numbers of its public key";
  }

  private static String describe(ClientCertificate login) throws GeneralSecurityException {
    X509Certificate certificate = login.certificate();
    return describe(List.of(certificate)) + ", " + describe(certificate.getPublicKey());
  }

  private static String describe(PublicKey key) throws GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    return key.getAlgorithm()
        + (key instanceof RSAKey rsa ? " of " + rsa.getModulus().bitLength() + " bits" : "")
        + ", SHA-256 of the public key "
        + HexFormat.of().formatHex(hash);
  }

  private static String describe(List<? extends Certificate> certificates) {
    Instant now = Instant.now();
    return certificates.stream()
        .filter(X509Certificate.class::isInstance)
        .map(X509Certificate.class::cast)
        .map(
            certificate -> {
              Instant end = certificate.getNotAfter().toInstant();
              return Printable.of(certificate.getSubjectX500Principal().getName())
                  + ", issuer "
                  + Printable.of(certificate.getIssuerX500Principal().getName())
                  + (end.isBefore(now) ? ", EXPIRED " : ", expires ")
                  + end;
            })
        .collect(Collectors.joining("; "));
  }

  // The servers.

  private void connection(ConnectionCheck.Step step) {
    HttpUrl server = step.server();
    String to = AgentHealth.at(server);
    boolean proxied = settings.proxy() != null && settings.proxy().isFor(server.host());
    String hop = proxied ? settings.proxy().toString() : to;
    String resolve = "resolve " + (proxied ? settings.proxy().host() : server.host());
    String connect = "connect " + hop;
    String pass = "proxy to " + to;
    String tls = "TLS " + to;
    Attempt attempt = step.attempt();
    Finding finding = step.finding();
    boolean refusedByProxy = finding != null && BY_PROXY.contains(finding.kind());
    boolean connected = attempt.stage().compareTo(Stage.CONNECT) > 0;
    if (!attempt.addresses().isEmpty()) {
      tellOnce(
          resolve,
          Result.OK,
          "",
          attempt.addresses().stream()
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(", ")));
    }
    if (connected || (refusedByProxy && attempt.stage() == Stage.CONNECT)) {
      tellOnce(connect, Result.OK, "", "TCP" + (proxied ? " to the proxy" : ""));
    }
    if (connected && proxied && !refusedByProxy) {
      tellOnce(pass, Result.OK, "", "the proxy accepts this connection");
    }
    if (attempt.session() != null) {
      tellOnce(tls, Result.OK, "", describe(attempt.session()));
    } else if (attempt.stage() == Stage.REQUEST && !refusedByProxy) {
      tellOnce(
          tls,
          Result.OK,
          "",
          "none, because the URL is http: tokens and messages are sent unencrypted");
    }
    if (finding == null) {
      answered(step);
      return;
    }
    loggedIn &= !step.isNeeded() || step.call() == SymphonyCall.AGENT_HEALTH;
    String failed =
        refusedByProxy
            ? pass
            : switch (attempt.stage()) {
              case RESOLVE -> resolve;
              case CONNECT -> connect;
              case TLS -> tls;
              case NONE, REQUEST -> null;
            };
    if (!step.isNeeded()) {
      tell(name(step), Result.SKIPPED, finding.text());
    } else if (failed == null) {
      fail(name(step), whoMustAct(finding, step.call()), finding.text());
    } else {
      tellOnce(failed, Result.FAILED, whoMustAct(finding, step.call()), finding.text());
      tell(name(step), Result.SKIPPED, "not reached, see " + failed);
    }
  }

  private static String name(ConnectionCheck.Step step) {
    return switch (step.call()) {
      case SESSION_LOGIN, KEY_MANAGER_LOGIN -> step.call().toString();
      case READ, AGENT_HEALTH, AGENT_INFO -> "agent " + AgentHealth.at(step.server());
    };
  }

  private static String describe(SSLSession session) {
    try {
      return session.getProtocol() + ", " + describe(List.of(session.getPeerCertificates()));
    } catch (SSLPeerUnverifiedException e) {
      throw new IllegalStateException("A server without a certificate was accepted", e);
    }
  }

  private void answered(ConnectionCheck.Step step) {
    AgentHealth health = step.health();
    if (health == null) {
      tell(name(step), Result.OK, "account " + Printable.of(settings.credentials().username()));
      return;
    }
    agents.put(step.server(), health.version());
    String agent = name(step);
    boolean exports =
        config.feeds().stream()
            .flatMap(feed -> feed.eventTypes().stream())
            .anyMatch(AgentHealth.EXPORTED_TYPES::contains);
    judge(
        "version of " + agent,
        health.version(),
        health.versionWarning(step.server()).orElse(""),
        "unknown (22.7 or later is required)");
    judge(
        "ceservice of " + agent,
        exports ? health.contentExport() : "",
        exports ? health.contentExportWarning(step.server()).orElse("") : "",
        exports
            ? "unknown: the agent does not report its content export account"
            : "no event type of this configuration needs the content export account");
  }

  private void judge(String step, String value, String warning, String unknown) {
    if (warning.isEmpty()) {
      tell(step, value.isEmpty() ? Result.SKIPPED : Result.OK, value.isEmpty() ? unknown : value);
    } else {
      fail(step, AGENT_ADMINISTRATOR, warning);
    }
  }

  private void read() {
    HttpUrl agent =
        agents.isEmpty() ? settings.endpoints().agents().get(0) : agents.keySet().iterator().next();
    String step = "read " + AgentHealth.at(agent);
    if (!arguments.read) {
      tell(
          "read",
          Result.SKIPPED,
          "only --read shows whether the pod has the Datahose add-on and the account has its"
              + " entitlements");
      return;
    }
    if (!loggedIn) {
      tell(step, Result.SKIPPED, "requires successful logins");
      return;
    }
    List<FeedConfig> feeds = config.feeds();
    List<String> types = union(feeds.stream().map(FeedConfig::eventTypes));
    boolean anyScope = feeds.stream().anyMatch(feed -> feed.scopes().isEmpty());
    List<String> scopes = anyScope ? List.of() : union(feeds.stream().map(FeedConfig::scopes));
    try (SymphonyClient client = new SymphonyClient(settings)) {
      ReadAnswer answer = client.feed(TAG, types, scopes, () -> agent, () -> {}).read("");
      tell(
          step,
          Result.OK,
          "%d events after %d ms, none acknowledged. The feed with the tag %s counts for 30 minutes"
              .formatted(events(answer), answer.tookMillis(), TAG));
    } catch (SymphonyException e) {
      fail(
          step,
          whoMustAct(e),
          "the " + e.getMessage() + ". " + Remedies.of(e, settings.credentials().advice()));
    }
  }

  private static List<String> union(Stream<List<String>> lists) {
    return lists.flatMap(List::stream).distinct().sorted().toList();
  }

  private static int events(ReadAnswer answer) throws SymphonyException {
    try {
      return EventList.read(answer.body(), answer.maxBytes()).events().size();
    } catch (MalformedEventListException e) {
      throw answer.malformed("is not an event list: " + e.getMessage());
    }
  }

  // Who must act.

  private String whoMustAct(Finding finding, SymphonyCall call) {
    return switch (finding.kind()) {
      case UNTRUSTED_CERTIFICATE -> config.symphony().option(Subject.TRUST_STORE);
      case PROXY_LOGIN, CREDENTIALS_TIMEOUT -> config.symphony().option(finding.subject());
      default ->
          finding.permanent()
              ? config.symphony().option(finding.subject())
              : administrator(finding.kind(), call);
    };
  }

  /** Who must act when a read fails, or a login that succeeded a moment ago. */
  private static String whoMustAct(SymphonyException failure) {
    boolean read = failure.call() == SymphonyCall.READ;
    return switch (failure.kind()) {
      case FORBIDDEN -> POD_ADMINISTRATOR;
      case BAD_REQUEST -> read ? DatahoseOptions.EVENT_TYPES : POD_ADMINISTRATOR;
      case NOT_FOUND -> read ? SymphonyOptions.AGENT_URL : POD_ADMINISTRATOR;
      case UNAUTHORIZED -> administrator(FailureKind.UNAVAILABLE, failure.call());
      default -> administrator(failure.kind(), failure.call());
    };
  }

  private static String administrator(FailureKind kind, SymphonyCall call) {
    return switch (kind) {
      case PROXY_REFUSED, PROXY_UNAVAILABLE -> "proxy administrator";
      case INVALID_CERTIFICATE,
          UNAVAILABLE,
          THROTTLED,
          REFUSED,
          BAD_REQUEST,
          MALFORMED,
          TOO_LARGE,
          KEY_MANAGER_TOKEN_MISSING ->
          switch (call) {
            case SESSION_LOGIN -> POD_ADMINISTRATOR;
            case KEY_MANAGER_LOGIN -> "key manager administrator";
            case READ, AGENT_HEALTH, AGENT_INFO -> AGENT_ADMINISTRATOR;
          };
      // There was no response, or not one of a Symphony server.
      default -> "network administrator";
    };
  }

  // The output.

  /** A connection, or what is wrong with a server, concerns several calls. */
  private void tellOnce(String step, Result result, String act, String detail) {
    if (lines.stream().noneMatch(line -> line.step().equals(step) && line.result() == result)) {
      tell(new Line(step, result, act, detail));
    }
  }

  private void fail(String step, String act, String detail) {
    tell(new Line(step, Result.FAILED, act, detail));
  }

  private void tell(String step, Result result, String detail) {
    tell(new Line(step, result, "", detail));
  }

  private void tell(Line line) {
    lines.add(line);
    if (!arguments.json) {
      String act =
          line.act().isEmpty() || line.detail().startsWith(line.act()) ? "" : line.act() + ": ";
      out.printf(
          Locale.ROOT,
          "%-44s %-8s %s%n",
          Printable.of(line.step()),
          line.result(),
          Printable.line(act + line.detail()));
    }
  }

  private int end() {
    long failed = lines.stream().filter(line -> line.result() == Result.FAILED).count();
    if (arguments.json) {
      ObjectNode json = JSON.createObjectNode().put("ok", failed == 0);
      ArrayNode steps = json.putArray("steps");
      for (Line line : lines) {
        ObjectNode step = steps.addObject().put("step", Printable.of(line.step()));
        step.put("result", line.result().toString());
        if (!line.act().isEmpty()) {
          step.put("act", line.act());
        }
        step.put("detail", Printable.line(line.detail()));
      }
      out.println(json.toPrettyString());
    } else {
      out.println();
      out.println(failed == 0 ? "Nothing failed." : "Failed: " + failed + ".");
    }
    return failed == 0 ? WELL : FAILED;
  }

  /** The command line. */
  private static final class Arguments {

    private final Map<String, String> config = new TreeMap<>();
    private Properties worker = new Properties();
    private boolean read;
    private boolean json;

    static Arguments of(String[] args) {
      Arguments arguments = new Arguments();
      Deque<String> left = new ArrayDeque<>(List.of(args));
      String file = null;
      boolean yes = false;
      while (!left.isEmpty()) {
        String option = left.pop();
        switch (option) {
          case "--worker-config" -> arguments.worker = Audit.Arguments.properties(option, left);
          case "--read" -> arguments.read = true;
          case "--yes" -> yes = true;
          case "--json" -> arguments.json = true;
          default -> {
            // Here and below no argument is repeated: it might be a misplaced password.
            Audit.Arguments.require(
                file == null && !option.startsWith("--"),
                Audit.Arguments.unknown(args.length - left.size(), option));
            file = option;
          }
        }
      }
      Audit.Arguments.require(file != null, "CONFIG.json is missing.");
      Audit.Arguments.require(
          yes || !arguments.read,
          "--read requires --yes: the read creates a feed that counts for 30 minutes. If five feeds of"
              + " this account are active, over all connectors, running connectors fail.");
      arguments.readConfig(file);
      return arguments;
    }

    /** Reads what {@code POST /connectors} or {@code PUT /connectors/<name>/config} accepts. */
    private void readConfig(String file) {
      JsonNode root;
      try {
        root = JSON.readTree(Files.readAllBytes(Path.of(file)));
      } catch (JsonProcessingException e) {
        // Without its message, which might quote a secret.
        throw new Audit.UsageException(
            "CONFIG.json is not valid JSON at line %d, column %d."
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
      } catch (IOException | InvalidPathException e) {
        throw new Audit.UsageException("CONFIG.json cannot be read.");
      }
      JsonNode properties = root.path("config").isObject() ? root.get("config") : root;
      Audit.Arguments.require(properties.isObject(), "CONFIG.json must contain a JSON object.");
      for (Map.Entry<String, JsonNode> option : properties.properties()) {
        Audit.Arguments.require(
            option.getValue().isValueNode(),
            Printable.of(option.getKey()) + " must not be an object or a list.");
        config.put(option.getKey(), option.getValue().isNull() ? null : option.getValue().asText());
      }
      // PUT has the name in its path. Only the tags of the feeds depend on it.
      config.putIfAbsent("name", root.path("name").asText("doctor"));
    }
  }
}
