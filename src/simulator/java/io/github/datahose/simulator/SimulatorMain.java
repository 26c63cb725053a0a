// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs a simulator as a process of its own. Options as {@code --name=value}; prints its URL, and
 * ends when it is told to by a signal.
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

  @ArgGroup(exclusive = false)
  private Https https;

  @ArgGroup(exclusive = false)
  private ProxyToStart proxy;

  @Option(names = "--help", usageHelp = true)
  private boolean help;

  private SimulatorMain() {}

  /** The rest means nothing without the first. */
  private static final class Https {

    @Option(names = "--https", required = true)
    private boolean wanted;

    @Option(names = "--https-authority", paramLabel = "<file>")
    private Path authority;

    @Option(
        names = "--https-hosts",
        paramLabel = "<name>,<name>",
        split = ",",
        hideParamSyntax = true,
        defaultValue = ServerIdentity.HOSTS)
    private List<String> hosts;

    @Option(names = "--tls-version", paramLabel = "<version>", defaultValue = "TLSv1.3")
    private String tlsVersion;

    @Option(names = "--import-certificate", paramLabel = "<file>")
    private List<Path> imported = List.of();

    @Option(names = "--tolerates-content-type")
    private boolean toleratesContentType;
  }

  /** The same. */
  private static final class ProxyToStart {

    @Option(names = "--proxy-port", required = true, paramLabel = "<number>")
    private int port;

    @Option(names = "--proxy-login", paramLabel = "<user name>:<password>")
    private String login;
  }

  /** Starts it; see the class. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** What the command line is read by. */
  static CommandLine commandLine() {
    return new CommandLine(new SimulatorMain())
        .setCaseInsensitiveEnumValuesAllowed(true)
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
              line.getErr().println(failure.getMessage());
              return CommandLine.ExitCode.USAGE;
            });
  }

  @Override
  public Void call() throws Exception {
    SimulatorOptions wanted = options();
    ForwardProxy forwardProxy = proxy == null ? null : start(proxy);
    Simulator simulator = Simulator.start(wanted);
    Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
    System.out.println("Simulator listens on " + simulator.url());
    if (https != null) {
      System.out.println("With client certificates only: " + simulator.certificateUrl());
    }
    if (forwardProxy != null) {
      System.out.println("Proxy listens on " + forwardProxy.url());
    }
    new CountDownLatch(1).await();
    return null;
  }

  /**
   * How the simulator is to behave. With HTTPS it makes a certificate, and writes it to its file.
   */
  SimulatorOptions options() throws IOException, InterruptedException {
    SimulatorOptions all = options;
    for (String account : accounts == null ? List.<String>of() : accounts) {
      String[] parts = twoParts("--account", account);
      String pem = Files.readString(readable(Path.of(parts[1])));
      all = all.account(parts[0], SimulatorKeys.publicKey(pem));
    }
    if (https == null) {
      return all;
    }
    for (Path file : https.imported) {
      for (Certificate certificate : certificates(readable(file))) {
        all = all.importCertificate((X509Certificate) certificate);
      }
    }
    ServerIdentity own = ServerIdentity.make(https.hosts);
    if (https.authority != null) {
      own.write(https.authority);
    }
    return all.https(own.key(), own.chain())
        .tlsVersion(https.tlsVersion)
        .toleratesContentType(https.toleratesContentType);
  }

  private ForwardProxy start(ProxyToStart wanted) {
    String[] login = wanted.login == null ? null : twoParts("--proxy-login", wanted.login);
    ForwardProxy started = ForwardProxy.start(options.host, wanted.port);
    return login == null ? started : started.requireLogin(login[0], login[1]);
  }

  private static Iterable<? extends Certificate> certificates(Path file) throws IOException {
    try (InputStream pem = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    } catch (CertificateException e) {
      throw new IllegalArgumentException("There is no certificate as PEM in " + file, e);
    }
  }

  private static Path readable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException("Cannot read " + file);
    }
    return file;
  }

  private static String[] twoParts(String option, String value) {
    String[] parts = value.split(":", 2);
    if (parts.length < 2 || parts[0].isEmpty()) {
      throw new IllegalArgumentException(
          "Option " + option + " needs two parts, with a colon between them");
    }
    return parts;
  }
}
