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
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
import okhttp3.Response;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SimulatorMainTest {

  @Test
  void readsItsOptions() {
    SimulatorOptions options =
        CommandLine.of("--port=0", "--visibility-ms=1500", "--batch-size=7", "--seed=-3")
            .simulator();
    assertThat(options.visibility).isEqualTo(Duration.ofMillis(1500));
    assertThat(options.batchSize).isEqualTo(7);
    assertThat(options.seed).isEqualTo(-3);
    assertThat(options.host).isEqualTo("127.0.0.1");
  }

  @Test
  void readsAnAccountWithItsPublicKey() throws Exception {
    Path key = Path.of(getClass().getResource("/simulator/keys/test-only.pub.pem").toURI());
    SimulatorOptions options = CommandLine.of("--account=another-bot:" + key).simulator();
    assertThat(options.accounts).containsKeys("another-bot", SimulatorKeys.USERNAME);
  }

  @ParameterizedTest
  @CsvSource({
    "--speed=9, --speed=9",
    "--speed=9, --visibility-ms=<number>",
    "--speed=9, Default: 30000",
    "--port, --port",
    "port=1, port=1",
    "--port=high, --port needs a number",
    "--https=yes, --https=yes",
    "--https-authority=ca.pem, --https-authority needs --https",
    "--import-certificate=pom.xml, There is no certificate as PEM in pom.xml",
    "--import-certificate=missing.pem, Cannot read missing.pem",
    "--proxy-login=a:b, --proxy-login needs --proxy-port",
    "--proxy-login=a, two parts",
    "--content-export=AWAY, 'needs one of UP|DOWN|ABSENT'"
  })
  void saysWhatIsWrongAndWhatItKnows(String argument, String said) {
    assertThatThrownBy(() -> CommandLine.of(argument))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }

  @Test
  void listsEachOptionWithItsDefault() {
    for (CommandLineOption option : CommandLine.OPTIONS) {
      assertThat(CommandLine.list()).contains("\n  --" + option.name());
    }
    assertThat(CommandLine.list())
        .contains("--https-hosts=<name>,<name>\n", "Default: localhost,127.0.0.1,simulator")
        .contains("--stale-ack-id=IGNORED|REFUSED\n", "Default: IGNORED");
    assertThat(CommandLine.of("--help").help()).isTrue();
  }

  @Test
  void takesTheChoicesInAnyCase() {
    SimulatorOptions options =
        CommandLine.of("--stale-ack-id=refused", "--empty-answer=NO_CONTENT").simulator();
    assertThat(options.staleAckId).isEqualTo(SimulatorOptions.StaleAckId.REFUSED);
    assertThat(options.emptyAnswer).isEqualTo(SimulatorOptions.EmptyAnswer.NO_CONTENT);
  }

  @Test
  void letsAccountsLogInByCertificatesThatItImports(@TempDir Path directory) throws Exception {
    Authority clients = new Authority("Clients");
    Path file = Files.writeString(directory.resolve("clients.pem"), clients.pem());
    Path servers = directory.resolve("servers.pem");
    SimulatorOptions options =
        CommandLine.of("--https", "--https-authority=" + servers, "--import-certificate=" + file)
            .simulator();
    try (Simulator simulator = Simulator.start(options)) {
      HttpRequest login =
          HttpRequest.newBuilder(URI.create(simulator.url() + Requests.CERTIFICATE_SESSION_LOGIN))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      HandshakeCertificates client =
          new HandshakeCertificates.Builder()
              .addTrustedCertificate(Certificates.decodeCertificatePem(Files.readString(servers)))
              .heldCertificate(held(clients.client(SimulatorKeys.USERNAME)))
              .build();
      HttpClient http = HttpClient.newBuilder().sslContext(client.sslContext()).build();
      assertThat(http.send(login, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private static HeldCertificate held(Identity identity) {
    return new HeldCertificate(
        new KeyPair(identity.certificate().getPublicKey(), identity.key()), identity.certificate());
  }

  @Test
  void isReachedWithHttpsThroughItsProxyByWhoTrustsTheCertificateThatItWrites(
      @TempDir Path directory) throws Exception {
    Path servers = directory.resolve("servers.pem");
    Process process =
        process(
            "--https",
            "--https-authority=" + servers,
            "--proxy-port=0",
            "--proxy-login=desk:secret");
    try (BufferedReader output = process.inputReader()) {
      URI simulator = URI.create(output.readLine().replace("Simulator listens on ", ""));
      assertThat(output.readLine()).startsWith("With client certificates only: https://127.0.0.1:");
      URI proxy = URI.create(output.readLine().replace("Proxy listens on ", ""));
      OkHttpClient client = trusting(servers, proxy, Credentials.basic("desk", "secret"));
      String url = "https://simulator.test:" + simulator.getPort() + "/control/ledger";
      try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
        assertThat(response.body().string()).startsWith("{\"produced\":0");
      }
      assertThatThrownBy(
              () ->
                  trusting(servers, proxy, Credentials.basic("desk", "wrong"))
                      .newCall(new Request.Builder().url(url).build())
                      .execute())
          .isInstanceOf(IOException.class);
    } finally {
      process.destroyForcibly();
    }
  }

  private static OkHttpClient trusting(Path certificate, URI proxy, String login)
      throws IOException {
    HandshakeCertificates servers =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(Certificates.decodeCertificatePem(Files.readString(certificate)))
            .build();
    return new OkHttpClient.Builder()
        .sslSocketFactory(servers.sslSocketFactory(), servers.trustManager())
        .proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), proxy.getPort())))
        .proxyAuthenticator(
            (route, response) ->
                response.request().header("Proxy-Authorization") != null
                    ? null
                    : response.request().newBuilder().header("Proxy-Authorization", login).build())
        .build();
  }

  @Test
  void runsAloneWithJacksonAsItsOnlyLibrary() throws Exception {
    Process process = process();
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      assertThat(line).startsWith("Simulator listens on http://127.0.0.1:");
      String url = line.substring(line.indexOf("http"));
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/control/ledger")).build();
      String ledger = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      assertThat(ledger).isEqualTo("{\"produced\":0,\"withoutFeed\":0,\"feeds\":[]}");
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process process(String... options) throws IOException {
    String classPath =
        Stream.of(SimulatorMain.class, ObjectMapper.class, JsonParser.class, JsonInclude.class)
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
