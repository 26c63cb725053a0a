// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** What the command line of {@link SimulatorMain} says. */
final class CommandLine {

  private static final SimulatorOptions DEFAULTS = SimulatorOptions.defaults();

  /** Those that mean nothing without {@code --https}. */
  private static final Set<String> OF_HTTPS =
      Set.of(
          "https-authority",
          "https-hosts",
          "tls-version",
          "import-certificate",
          "tolerates-content-type");

  /** All that there are, in the order in which they are listed. */
  static final List<CommandLineOption> OPTIONS =
      List.of(
          simulator(
              "host",
              "<address>",
              DEFAULTS.host,
              "address to listen on; 0.0.0.0 are all",
              SimulatorOptions::host),
          simulator(
              "port",
              "<number>",
              DEFAULTS.port,
              "port to listen on; 0 takes a free one, which is printed",
              (options, value) -> options.port(Integer.parseInt(value))),
          simulator(
              "context-path",
              "</path>",
              "",
              "put before every path, as a reverse proxy may do",
              SimulatorOptions::contextPath),
          simulator(
              "account",
              "<user name>:<file>",
              SimulatorKeys.USERNAME + " with the key in the jar",
              "one more service account, with its public RSA key as PEM; may be given several times",
              CommandLine::account),
          simulator(
              "token-lifetime-ms",
              "<number>",
              DEFAULTS.tokenLifetime.toMillis(),
              "milliseconds after which the tokens of a login are refused",
              (options, value) -> options.tokenLifetime(millis(value))),
          simulator(
              "simplified-key-delivery",
              "",
              "",
              "session tokens claim that no key manager token is needed",
              (options, value) -> options.simplifiedKeyDelivery(true)),
          simulator(
              "agent-version",
              "<version>",
              DEFAULTS.agentVersion,
              "version in the agent's health; before 22.7 there is no Datahose",
              SimulatorOptions::agentVersion),
          choice(
              "content-export",
              SimulatorOptions.ContentExport.class,
              DEFAULTS.contentExport,
              "state of the content export account (ceservice) in the agent's health",
              SimulatorOptions::contentExport),
          simulator(
              "long-poll-ms",
              "<number>",
              DEFAULTS.longPoll.toMillis(),
              "milliseconds that a read waits for events at most",
              (options, value) -> options.longPoll(millis(value))),
          simulator(
              "batch-size",
              "<number>",
              DEFAULTS.batchSize,
              "events in one answer at most",
              (options, value) -> options.batchSize(Integer.parseInt(value))),
          simulator(
              "visibility-ms",
              "<number>",
              DEFAULTS.visibility.toMillis(),
              "milliseconds after which a batch that is not acknowledged is delivered again",
              (options, value) -> options.visibility(millis(value))),
          simulator(
              "latency-ms",
              "<number>",
              DEFAULTS.latency.toMillis(),
              "milliseconds added to each read",
              (options, value) -> options.latency(millis(value))),
          choice(
              "empty-answer",
              SimulatorOptions.EmptyAnswer.class,
              DEFAULTS.emptyAnswer,
              "what a read is answered with when no events came",
              SimulatorOptions::emptyAnswer),
          choice(
              "stale-ack-id",
              SimulatorOptions.StaleAckId.class,
              DEFAULTS.staleAckId,
              "what becomes of an ackId whose batch went back to the feed",
              SimulatorOptions::staleAckId),
          simulator(
              "feed-expiry-ms",
              "<number>",
              DEFAULTS.feedExpiry.toMillis(),
              "milliseconds without a read after which a feed is deleted",
              (options, value) -> options.feedExpiry(millis(value))),
          simulator(
              "feed-limit",
              "<number>",
              DEFAULTS.feedLimit,
              "feeds of one account at most; the next one is refused with 403",
              (options, value) -> options.feedLimit(Integer.parseInt(value))),
          simulator(
              "rate",
              "<number>",
              DEFAULTS.rate,
              "events a second that it produces by itself, of all types and without end",
              (options, value) -> options.rate(Double.parseDouble(value))),
          simulator(
              "seed",
              "<number>",
              DEFAULTS.seed,
              "the same seed makes the same events, but for their times",
              (options, value) -> options.seed(Long.parseLong(value))),
          simulator(
              "streams",
              "<number>",
              DEFAULTS.streams,
              "rooms, chats and walls that generated events are about",
              (options, value) -> options.streams(Integer.parseInt(value))),
          simulator(
              "recorded-requests",
              "<number>",
              DEFAULTS.recordedRequests,
              "requests that it remembers at most; for use from Java",
              (options, value) -> options.recordedRequests(Integer.parseInt(value))),
          new CommandLineOption(
              "https",
              "",
              "http",
              "listens with HTTPS, with a certificate that it makes for itself",
              (line, value) -> line.https = true),
          new CommandLineOption(
              "https-authority",
              "<file>",
              "",
              "writes that certificate as PEM to this file, for clients to trust",
              (line, value) -> line.authority = Path.of(value)),
          new CommandLineOption(
              "https-hosts",
              "<name>,<name>",
              String.join(",", OwnCertificate.HOSTS),
              "names and addresses in that certificate, by which clients may call",
              (line, value) -> line.hosts = List.of(value.split(","))),
          simulator(
              "tls-version",
              "<version>",
              DEFAULTS.tlsVersion,
              "the one version of TLS that it speaks, or TLSv1.2",
              SimulatorOptions::tlsVersion),
          simulator(
              "import-certificate",
              "<file>",
              "",
              "PEM of a client certificate, or of one that signed such, by which accounts log in"
                  + " whose name is its common name; may be given several times",
              CommandLine::importCertificates),
          simulator(
              "tolerates-content-type",
              "",
              "",
              "takes certificate logins with a Content-Type, as the vendor's SDK for Java sends them",
              (options, value) -> options.toleratesContentType(true)),
          new CommandLineOption(
              "proxy-port",
              "<number>",
              "no proxy",
              "port of an HTTP proxy besides, which takes each host that ends in .test for this machine;"
                  + " 0 takes a free one, which is printed",
              (line, value) -> line.proxyPort = Integer.valueOf(value)),
          new CommandLineOption(
              "proxy-login",
              "<user name>:<password>",
              "",
              "the proxy wants this Basic login",
              (line, value) -> line.proxyLogin = twoParts("proxy-login", value)),
          new CommandLineOption(
              "help", "", "", "lists all this", (line, value) -> line.help = true));

  private SimulatorOptions simulator = DEFAULTS;
  private boolean https;
  private Path authority;
  private List<String> hosts = OwnCertificate.HOSTS;
  private Integer proxyPort;
  private String[] proxyLogin;
  private boolean help;

  private CommandLine() {}

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with a sentence for the user when it is not understood
   */
  static CommandLine of(String... arguments) {
    CommandLine line = new CommandLine();
    Set<String> given = new HashSet<>();
    for (String argument : arguments) {
      CommandLineOption option = option(argument);
      given.add(option.name());
      try {
        option.effect().apply(line, argument.substring(argument.indexOf('=') + 1));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("Option --" + option.name() + " needs a number", e);
      }
    }
    given.retainAll(OF_HTTPS);
    if (!given.isEmpty() && !line.https) {
      throw new IllegalArgumentException("Option --" + given.iterator().next() + " needs --https");
    }
    if (line.proxyLogin != null && line.proxyPort == null) {
      throw new IllegalArgumentException("Option --proxy-login needs --proxy-port");
    }
    return line;
  }

  private static CommandLineOption option(String argument) {
    String[] nameAndValue = argument.split("=", 2);
    return OPTIONS.stream()
        .filter(option -> nameAndValue[0].equals("--" + option.name()))
        .filter(option -> option.isSwitch() == (nameAndValue.length == 1))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("Unknown option " + argument + "\n" + list()));
  }

  /** All options, for people. */
  static String list() {
    return "Options:\n"
        + OPTIONS.stream()
            .map(
                option ->
                    "  "
                        + option.usage()
                        + "\n      "
                        + option.meaning()
                        + (option.otherwise().isEmpty()
                            ? ""
                            : "\n      Default: " + option.otherwise()))
            .collect(Collectors.joining("\n"));
  }

  /** Whether the list of options is all that is wanted. */
  boolean help() {
    return help;
  }

  /**
   * How the simulator is to behave. With HTTPS it makes a certificate, and writes it to its file.
   */
  SimulatorOptions simulator() {
    if (!https) {
      return simulator;
    }
    ServerIdentity own = OwnCertificate.make(hosts);
    if (authority != null) {
      OwnCertificate.write(own, authority);
    }
    return simulator.https(own.key(), own.chain());
  }

  /** Starts the proxy; null when none is wanted. */
  ForwardProxy startProxy() {
    if (proxyPort == null) {
      return null;
    }
    ForwardProxy proxy = ForwardProxy.start(simulator.host, proxyPort);
    return proxyLogin == null ? proxy : proxy.requireLogin(proxyLogin[0], proxyLogin[1]);
  }

  private static CommandLineOption simulator(
      String name,
      String value,
      Object otherwise,
      String meaning,
      BiFunction<SimulatorOptions, String, SimulatorOptions> change) {
    return new CommandLineOption(
        name,
        value,
        otherwise.toString(),
        meaning,
        (line, given) -> line.simulator = change.apply(line.simulator, given));
  }

  private static <E extends Enum<E>> CommandLineOption choice(
      String name,
      Class<E> type,
      E otherwise,
      String meaning,
      BiFunction<SimulatorOptions, E, SimulatorOptions> change) {
    String values =
        Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining("|"));
    return simulator(
        name,
        values,
        otherwise,
        meaning,
        (options, value) -> {
          String wanted = value.toUpperCase(Locale.ROOT);
          if (!List.of(values.split("\\|")).contains(wanted)) {
            throw new IllegalArgumentException("Option --" + name + " needs one of " + values);
          }
          return change.apply(options, Enum.valueOf(type, wanted));
        });
  }

  private static SimulatorOptions account(SimulatorOptions options, String value) {
    String[] parts = twoParts("account", value);
    return options.account(parts[0], SimulatorKeys.publicKey(read(parts[1])));
  }

  private static SimulatorOptions importCertificates(SimulatorOptions options, String file) {
    SimulatorOptions more = options;
    try {
      byte[] pem = read(file).getBytes(StandardCharsets.UTF_8);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        more = more.importCertificate((X509Certificate) certificate);
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException("There is no certificate as PEM in " + file, e);
    }
    return more;
  }

  private static String[] twoParts(String option, String value) {
    String[] parts = value.split(":", 2);
    if (parts.length < 2 || parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "Option --" + option + " needs two parts, with a colon between them");
    }
    return parts;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("Cannot read " + file, e);
    }
  }

  private static Duration millis(String value) {
    return Duration.ofMillis(Long.parseLong(value));
  }
}
