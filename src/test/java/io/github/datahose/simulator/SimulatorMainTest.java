// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class SimulatorMainTest {

  @Test
  void readsOptions() throws Exception {
    Path key = Path.of(getClass().getResource("/simulator/keys/test-only.pub.pem").toURI());
    CommandLine line = SimulatorMain.commandLine();
    line.parseArgs(
        "--port=0",
        "--visibility-ms=1500",
        "--batch-size=7",
        "--seed=-3",
        "--stale-ack-id=refused",
        "--account=another-bot:" + key);
    SimulatorOptions options = line.<SimulatorMain>getCommand().options();
    assertThat(options.host).isEqualTo("127.0.0.1");
    assertThat(options.visibility).isEqualTo(Duration.ofMillis(1500));
    assertThat(options.longPoll).isEqualTo(SimulatorOptions.defaults().longPoll);
    assertThat(options.batchSize).isEqualTo(7);
    assertThat(options.seed).isEqualTo(-3);
    assertThat(options.staleAckId).isEqualTo(SimulatorOptions.StaleAckId.REFUSED);
    assertThat(options.accounts).containsKeys("another-bot", SimulatorKeys.USERNAME);
  }

  @ParameterizedTest
  @CsvSource({
    "--speed=9, Unknown option: '--speed=9', Default: 30000",
    "--port, for option '--port', --visibility-ms=<number>",
    "port=1, 'port=1', --help",
    "--port=high, \"'--port': 'high'\", --port=<number>",
    "--https=yes, '--https', --https",
    "--https=false, '--https', --https",
    "--simplified-key-delivery=true, '--simplified-key-delivery', --https",
    "--https --tolerates-content-type=true, '--tolerates-content-type', --https",
    "--https-authority=ca.pem, --https-authority requires --https, --https-authority=<file>",
    "--tls-version=TLSv1.2, --tls-version requires --https, Default: TLSv1.3",
    "--https --import-certificate=pom.xml, --import-certificate: no PEM certificate in pom.xml, ''",
    "--https --import-certificate=missing.pem, --import-certificate: cannot read missing.pem, ''",
    "--account=bot:missing.pem, --account: cannot read missing.pem, ''",
    "--account=bot:src, --account: cannot read src, ''",
    "--account=bot:pom.xml, --account: pom.xml is not a public RSA key, ''",
    "--account=bot, --account requires two parts, ''",
    "--https --https-authority=missing/ca.pem, certificate to missing/ca.pem, ''",
    "--proxy-login=a:b, --proxy-login requires --proxy-port, --proxy-login",
    "--proxy-port=0 --proxy-login=a, two parts, ''",
    "--content-export=AWAY, '[UP, DOWN, ABSENT]', 'Default: UP'"
  })
  void reportsErrorWithKnownOptions(String arguments, String said, String known) {
    StringWriter err = new StringWriter();
    CommandLine line = SimulatorMain.commandLine().setErr(new PrintWriter(err, true));
    assertThat(line.execute(arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString().lines().findFirst().orElseThrow()).contains(said.replace("\"", ""));
    assertThat(err.toString()).contains(known);
  }

  /** An argument of the image overrides its ENTRYPOINT. */
  @Test
  void usesLastValueWhenOptionIsRepeated() throws Exception {
    CommandLine line = SimulatorMain.commandLine();
    line.parseArgs("--port=1", "--host=0.0.0.0", "--rate=3", "--port=2", "--host=127.0.0.1");
    SimulatorOptions options = line.<SimulatorMain>getCommand().options();
    assertThat(options.port).isEqualTo(2);
    assertThat(options.host).isEqualTo("127.0.0.1");

    line = SimulatorMain.commandLine();
    line.parseArgs(
        "--https",
        "--tls-version=TLSv1.3",
        "--https-hosts=a.test,b.test",
        "--https",
        "--tls-version=TLSv1.2",
        "--https-hosts=c.test,127.0.0.1");
    options = line.<SimulatorMain>getCommand().options();
    assertThat(options.tlsVersion).isEqualTo("TLSv1.2");
    assertThat(options.identity.chain().get(0).getSubjectAlternativeNames())
        .extracting(name -> name.get(1).toString())
        .containsExactly("c.test", "127.0.0.1");
  }

  @Test
  void acceptsSeveralAccountsAndCertificates(@TempDir Path directory) throws Exception {
    Path key = Path.of(getClass().getResource("/simulator/keys/test-only.pub.pem").toURI());
    CommandLine line = SimulatorMain.commandLine();
    line.parseArgs(
        "--account=one:" + key,
        "--https",
        "--import-certificate=" + written(directory, "one"),
        "--account=two:" + key,
        "--import-certificate=" + written(directory, "two"));
    SimulatorOptions options = line.<SimulatorMain>getCommand().options();
    assertThat(options.accounts).containsKeys("one", "two", SimulatorKeys.USERNAME);
    assertThat(options.importedCertificates).hasSize(2);
  }

  private static Path written(Path directory, String authority) throws IOException {
    return Files.writeString(directory.resolve(authority), new Authority(authority).pem());
  }

  @Test
  void printsEachOptionWhenHelpIsRequested() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        SimulatorMain.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    assertThat(line.execute("--help")).isZero();
    assertThat(line.getCommandSpec().options())
        .hasSize(29)
        .allSatisfy(option -> assertThat(out.toString()).contains(option.longestName()));
    assertThat(out.toString()).contains("Default: localhost,127.0.0.1,simulator");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void reportsOneLineWhenPortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String said = "Cannot listen on 127.0.0.1:" + taken.getLocalPort();
      for (String option : List.of("--port=", "--proxy-port=")) {
        StringWriter err = new StringWriter();
        CommandLine line = SimulatorMain.commandLine().setErr(new PrintWriter(err, true));
        assertThat(line.execute(option + taken.getLocalPort())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().startsWith(said);
      }
    }
  }

  @Test
  void printsStackTraceWhenBugOccurs() throws Exception {
    StringWriter err = new StringWriter();
    CommandLine line = SimulatorMain.commandLine().setErr(new PrintWriter(err, true));
    int status =
        line.getExecutionExceptionHandler()
            .handleExecutionException(new IllegalStateException("bug"), line, null);
    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).contains("IllegalStateException: bug", "at " + getClass().getName());
  }

  @Test
  void servesCertificateLoginThroughProxyAsProcess(@TempDir Path directory) throws Exception {
    Authority clients = new Authority("Clients");
    Path imported = Files.writeString(directory.resolve("clients.pem"), clients.pem());
    Path written = directory.resolve("servers.pem");
    Process process =
        process(
            "--https",
            "--https-authority=" + written,
            "--import-certificate=" + imported,
            "--proxy-port=0",
            "--proxy-login=desk:secret");
    try (BufferedReader output = process.inputReader()) {
      URI simulator = URI.create(output.readLine().replace("Simulator listens on ", ""));
      assertThat(output.readLine()).startsWith("With client certificates only: https://127.0.0.1:");
      URI proxy = URI.create(output.readLine().replace("Proxy listens on ", ""));
      Identity bot = clients.client(SimulatorKeys.USERNAME);
      Request login =
          new Request.Builder()
              .url("https://simulator.test:" + simulator.getPort() + "/sessionauth/v1/authenticate")
              .post(RequestBody.create(new byte[0]))
              .build();
      try (Response response = client(bot, written, proxy, "secret").newCall(login).execute()) {
        assertThat(response.code()).isEqualTo(200);
      }
      OkHttpClient stranger = client(bot, written, proxy, "wrong");
      assertThatThrownBy(() -> stranger.newCall(login).execute()).isInstanceOf(IOException.class);
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ends by a signal").isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static OkHttpClient client(Identity own, Path trusted, URI proxy, String password)
      throws IOException {
    KeyPair keys = new KeyPair(own.certificate().getPublicKey(), own.key());
    HandshakeCertificates certificates =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(Certificates.decodeCertificatePem(Files.readString(trusted)))
            .heldCertificate(new HeldCertificate(keys, own.certificate()))
            .build();
    String login = Credentials.basic("desk", password);
    return new OkHttpClient.Builder()
        .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
        .proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), proxy.getPort())))
        .proxyAuthenticator(
            (route, response) ->
                response.request().header("Proxy-Authorization") != null
                    ? null
                    : response.request().newBuilder().header("Proxy-Authorization", login).build())
        .build();
  }

  /** Starts the simulator with Jackson and picocli as its only libraries. */
  private static Process process(String... options) throws IOException {
    String classPath =
        Stream.of(
                SimulatorMain.class,
                ObjectMapper.class,
                JsonParser.class,
                JsonInclude.class,
                CommandLine.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .map(location -> new File(location.getPath()).getPath())
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        new ArrayList<>(List.of(java, "-cp", classPath, SimulatorMain.class.getName(), "--port=0"));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
