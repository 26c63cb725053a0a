// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command that runs a simulator. It takes options as {@code --name=value}, prints its URL, and
 * runs until a signal stops it.
 */
@Command(
    name = "simulator",
    sortOptions = false,
    showDefaultValues = true,
    resourceBundle = "simulator.options")
public final class SimulatorMain implements Callable<Void> {

  @Mixin private SimulatorOptions options = SimulatorOptions.defaults();

  @Option(names = "--account", paramLabel = "<user name>:<file>")
  private List<String> accounts;

  @Mixin private Https https = new Https();

  @Mixin private ProxyToStart proxy = new ProxyToStart();

  @Option(names = "--help", usageHelp = true)
  private boolean help;

  @Spec private CommandSpec spec;

  private SimulatorMain() {}

  /** Options that require the first one. A group of picocli would reject repeated options. */
  private static final class Https {

    @Option(names = "--https", arity = "0")
    private boolean wanted;

    @Option(names = "--https-authority", paramLabel = "<file>")
    private Path authority;

    @Option(
        names = "--https-hosts",
        paramLabel = "<name>,<name>",
        defaultValue = ServerIdentity.HOSTS)
    private String hosts;

    @Option(
        names = "--tls-version",
        paramLabel = "<version>",
        defaultValue = SimulatorOptions.TLS_VERSION)
    private String tlsVersion;

    @Option(names = "--import-certificate", paramLabel = "<file>")
    private List<Path> imported;

    @Option(names = "--tolerates-content-type", arity = "0")
    private boolean toleratesContentType;
  }

  /** Options that require the first one. */
  private static final class ProxyToStart {

    @Option(names = "--proxy-port", paramLabel = "<number>")
    private Integer port;

    @Option(names = "--proxy-login", paramLabel = "<user name>:<password>")
    private String login;
  }

  /** Runs the command. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** Returns the parser of the command line. */
  static CommandLine commandLine() {
    return new CommandLine(new SimulatorMain())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(true)
        .registerConverter(Duration.class, text -> Duration.ofMillis(Long.parseLong(text)))
        .setDefaultValueProvider(
            argument ->
                argument.initialValue() instanceof Duration time
                    ? Long.toString(time.toMillis())
                    : null)
        .setParameterExceptionHandler(
            (wrong, all) -> {
              wrong.getCommandLine().getErr().println(wrong.getMessage());
              wrong.getCommandLine().usage(wrong.getCommandLine().getErr());
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, line, all) -> {
              if (failure instanceof IllegalArgumentException
                  || failure instanceof IOException
                  || failure instanceof UncheckedIOException) {
                line.getErr().println(failure.getMessage());
                return CommandLine.ExitCode.USAGE;
              }
              failure.printStackTrace(line.getErr());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Void call() throws Exception {
    SimulatorOptions wanted = options();
    ForwardProxy forwardProxy = proxy.port == null ? null : start(proxy);
    Simulator simulator = Simulator.start(wanted);
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
    System.out.println("Simulator listens on " + simulator.url());
    if (https.wanted) {
      System.out.println("With client certificates only: " + simulator.certificateUrl());
    }
    if (forwardProxy != null) {
      System.out.println("Proxy listens on " + forwardProxy.url());
    }
    new CountDownLatch(1).await();
    return null;
  }

  /**
   * Returns the options of the simulator. With HTTPS, generates a certificate and writes its file.
   */
  SimulatorOptions options() throws IOException, InterruptedException {
    requireFirst("--https", "https");
    requireFirst("--proxy-port", "proxy");
    SimulatorOptions all = options;
    for (String account : orNone(accounts)) {
      String[] parts = twoParts("--account", account);
      all = all.account(parts[0], publicKey(parts[1]));
    }
    if (!https.wanted) {
      return all;
    }
    for (Path file : orNone(https.imported)) {
      for (Certificate certificate : certificates(file)) {
        all = all.importCertificate((X509Certificate) certificate);
      }
    }
    ServerIdentity own = ServerIdentity.make(List.of(https.hosts.split(",")));
    if (https.authority != null) {
      own.write(https.authority);
    }
    return all.https(own.key(), own.chain())
        .tlsVersion(https.tlsVersion)
        .toleratesContentType(https.toleratesContentType);
  }

  private void requireFirst(String first, String field) {
    ParseResult given = spec.commandLine().getParseResult();
    for (OptionSpec option : spec.mixins().get(field).options()) {
      if (given.hasMatchedOption(option) && !given.hasMatchedOption(first)) {
        throw new ParameterException(
            spec.commandLine(), "Option " + option.longestName() + " requires " + first);
      }
    }
  }

  /** Returns an empty list for null. An unset option is null, because help would show a list. */
  private static <T> List<T> orNone(List<T> given) {
    return given == null ? List.of() : given;
  }

  private ForwardProxy start(ProxyToStart wanted) {
    String[] login = wanted.login == null ? null : twoParts("--proxy-login", wanted.login);
    ForwardProxy started = ForwardProxy.start(options.host, wanted.port);
    return login == null ? started : started.requireLogin(login[0], login[1]);
  }

  private static PublicKey publicKey(String file) {
    String pem = new String(read("--account", Path.of(file)), StandardCharsets.US_ASCII);
    try {
      return SimulatorKeys.publicKey(pem);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Option --account: " + file + " is not a public RSA key as PEM (BEGIN PUBLIC KEY)", e);
    }
  }

  private static Iterable<? extends Certificate> certificates(Path file) {
    byte[] pem = read("--import-certificate", file);
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(pem));
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "Option --import-certificate: no PEM certificate in " + file, e);
    }
  }

  private static byte[] read(String option, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Option " + option + ": cannot read " + file, e);
    }
  }

  private static String[] twoParts(String option, String value) {
    String[] parts = value.split(":", 2);
    if (parts.length < 2 || parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "Option " + option + " requires two parts, separated by a colon");
    }
    return parts;
  }
}
