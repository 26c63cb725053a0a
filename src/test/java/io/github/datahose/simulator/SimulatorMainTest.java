// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SimulatorMainTest {

  @Test
  void readsItsOptions() {
    SimulatorOptions options =
        SimulatorMain.options("--port=0", "--visibility-ms=1500", "--batch-size=7", "--seed=-3");
    assertThat(options.visibility).isEqualTo(Duration.ofMillis(1500));
    assertThat(options.batchSize).isEqualTo(7);
    assertThat(options.seed).isEqualTo(-3);
    assertThat(options.host).isEqualTo("127.0.0.1");
  }

  @Test
  void readsAnAccountWithItsPublicKey() throws Exception {
    Path key = Path.of(getClass().getResource("/simulator/keys/test-only.pub.pem").toURI());
    SimulatorOptions options = SimulatorMain.options("--account=another-bot:" + key);
    assertThat(options.accounts).containsKeys("another-bot", SimulatorKeys.USERNAME);
  }

  @Test
  void saysWhatItKnowsWhenItDoesNotUnderstand() {
    assertThatThrownBy(() -> SimulatorMain.options("--speed=9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--speed=9")
        .hasMessageContaining("visibility-ms");
    assertThatThrownBy(() -> SimulatorMain.options("--port"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SimulatorMain.options("--port=high"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("port");
  }

  @Test
  void runsAloneWithJacksonAsItsOnlyLibrary() throws Exception {
    String classPath =
        Stream.of(SimulatorMain.class, ObjectMapper.class, JsonParser.class, JsonInclude.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .map(location -> new File(location.getPath()).getPath())
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "-cp", classPath, SimulatorMain.class.getName(), "--port=0")
            .redirectErrorStream(true)
            .start();
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
}
