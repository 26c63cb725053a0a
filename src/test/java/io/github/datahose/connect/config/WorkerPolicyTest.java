// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.Simulator;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits that a worker's administrator sets for all configurations. */
@Isolated("since it sets system properties that all configs go by")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@DisabledOnOs(OS.WINDOWS)
class WorkerPolicyTest {
  private static final String URLS = "io.github.datahose.connect.allowed.urls";
  private static final String FILES = "io.github.datahose.connect.allowed.files";
  private static final String KEY_PATH = "symphony.private.key.path";

  @TempDir private Path temporary;
  private Path folder;
  private Path keys;
  private Path key;
  private Path forbidden;

  @BeforeEach
  void writeKeys() throws IOException {
    folder = temporary.toRealPath();
    keys = Files.createDirectory(folder.resolve("keys"));
    key = Files.writeString(keys.resolve("bot.pem"), SimulatorKeys.privateKey());
    Path others = Files.createDirectory(folder.resolve("keys-other"));
    forbidden = Files.writeString(others.resolve("hunter2.pem"), SimulatorKeys.privateKey());
  }

  @AfterEach
  void boundNothing() {
    System.clearProperty(URLS);
    System.clearProperty(FILES);
  }

  @ParameterizedTest
  @CsvSource({
    "https://acme.symphony.com, https://acme.symphony.com",
    "https://acme.symphony.com, https://acme.symphony.com:443/",
    "https://acme.symphony.com:443, https://acme.symphony.com",
    "http://acme.symphony.com, http://acme.symphony.com:80",
    "HTTPS://Acme.Symphony.COM, https://acme.symphony.com",
    "https://acme.symphony.com, HTTPS://ACME.symphony.com",
    "https://acme.symphony.com., https://acme.symphony.com",
    "https://acme.symphony.com, https://acme.symphony.com.:443",
    "https://acme.symphony.com/some/path, https://acme.symphony.com/other/path",
    "https://[::1], 'https://[0:0:0:0:0:0:0:1]:443'",
    "https://[2001:DB8::1]:8443, 'https://[2001:db8:0:0::0001]:8443'",
    "https://bücher.example, https://xn--bcher-kva.example",
    "' https://other.example.com , https://acme.symphony.com ,', https://acme.symphony.com",
    // A comma in an option of one URL is part of the URL.
    "https://acme.symphony.com, 'https://acme.symphony.com/a,b'",
    "https://acme.symphony.com, 'https://acme.symphony.com/a,https://acme.symphony.com/b'"
  })
  void allowsUrlWithListedSchemeHostAndPort(String allowed, String url) {
    System.setProperty(URLS, allowed);
    Given.assertValid(Given.valid("symphony.pod.url", url));
  }

  @ParameterizedTest
  @CsvSource({
    "https://acme.symphony.com, http://acme.symphony.com",
    "https://acme.symphony.com, http://acme.symphony.com:443",
    "https://acme.symphony.com, https://acme.symphony.com:8443",
    "https://acme.symphony.com:8443, https://acme.symphony.com",
    "https://acme.symphony.com, https://acme.symphony.com.evil.example",
    "https://acme.symphony.com, https://evil.acme.symphony.com",
    "https://acme.symphony.com, https://symphony.com",
    "https://evil.example/https://acme.symphony.com, https://acme.symphony.com",
    "https://127.0.0.1, https://localhost",
    "https://127.0.0.1, https://2130706433",
    "https://[::1], https://127.0.0.1",
    "'', https://acme.symphony.com",
    "' , ', https://acme.symphony.com",
    "https://other.example.com, 'https://acme.symphony.com/a,b'",
    "https://a.example.com, 'https://acme.symphony.com/a,https://a.example.com/b'"
  })
  void rejectsOtherUrlAndNamesProperty(String allowed, String url) {
    Given.assertValid(Given.valid("symphony.pod.url", url));
    System.setProperty(URLS, allowed);
    assertThat(Given.onlyFault(Given.valid("symphony.pod.url", url), "symphony.pod.url"))
        .startsWith("symphony.pod.url is not allowed on this worker")
        .contains("update the system property " + URLS)
        .doesNotContain("acme", "evil", "127");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symphony.agent.url=http://evil.example.com | is not allowed on this worker
          symphony.agent.url=https://acme.symphony.com, https://b.example.com | (number 2) that is not allowed on this worker
          symphony.key.manager.url=http://evil.example.com | is not allowed on this worker
          symphony.proxy.url=http://evil.example.com:3128 | is not allowed on this worker
          """)
  void rejectsUrlOfEachServer(String changes, String says) {
    System.setProperty(URLS, "https://acme.symphony.com,http://proxy.example.com:3128");
    Given.assertFault(Given.valid(), changes, says + " ... " + URLS);
    Given.assertValid(Given.valid("symphony.proxy.url", "http://proxy.example.com:3128"));
  }

  @Test
  void rejectsSessionAuthUrlWhenNotAllowed() {
    System.setProperty(URLS, "https://acme.symphony.com");
    Map<String, String> properties = Given.effective("symphony.certificate.content", "none");
    properties.put("symphony.session.auth.url", "https://acme-api.symphony.com");
    assertThatThrownBy(() -> new DatahoseConfig(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("symphony.session.auth.url is not allowed on this worker")
        .hasMessageContaining(URLS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme.symphony.com",
        "https://",
        "*",
        "https://*",
        "https://user@acme.symphony.com",
        "ftp://acme.symphony.com",
        "https://acme.symphony.com?x",
        "https://acme.symphony.com:port"
      })
  void allowsNothingWhenEntryIsNotBaseUrl(String entry) {
    System.setProperty(URLS, "https://acme.symphony.com, " + entry);
    assertThat(Given.onlyFault(Given.valid(), "symphony.pod.url"))
        .contains("entry 2 of the system property " + URLS, "Correct that property")
        .doesNotContain("user");
  }

  @Test
  void callsNoServerWhenNotAllowed() {
    try (Simulator simulator = Simulator.start()) {
      System.setProperty(URLS, "https://acme.symphony.com");
      Map<String, String> properties =
          Given.valid(
              "symphony.pod.url", simulator.url(), "symphony.username", SimulatorKeys.USERNAME);
      assertThat(DatahoseConfig.validate(properties, "test", Duration.ofSeconds(10)))
          .filteredOn(answer -> !answer.errorMessages().isEmpty())
          .extracting(ConfigValue::name)
          .containsExactly("symphony.pod.url");
      assertThat(simulator.requests().count()).isZero();
    }
  }

  @Test
  void allowsListedFileOrFileBelowListedFolder() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), keys);
    for (String allowed :
        new String[] {
          key.toString(),
          keys.toString(),
          keys + "/",
          folder.toString(),
          " /no/such/folder , " + keys + " ,",
          link.toString(),
          folder + "/keys-other/../keys",
          Path.of("").toAbsolutePath().relativize(keys).toString(),
          "/"
        }) {
      System.setProperty(FILES, allowed);
      for (String path :
          new String[] {
            key.toString(),
            link.resolve("bot.pem").toString(),
            folder + "/keys-other/../keys/./bot.pem",
            Path.of("").toAbsolutePath().relativize(key).toString()
          }) {
        Given.assertValid(Given.effective(KEY_PATH, path));
      }
    }
  }

  private static DatahoseConfig withKey(Path path) {
    return new DatahoseConfig(Given.effective(KEY_PATH, path.toString()));
  }

  @Test
  void rejectsExistingAndMissingFilesWithSameMessage() throws IOException {
    Path link = Files.createSymbolicLink(keys.resolve("link.pem"), forbidden);
    Path dangling = Files.createSymbolicLink(keys.resolve("none.pem"), folder.resolve("none"));
    String refused = null;
    for (String allowed :
        new String[] {keys.toString(), "", " ", ",", "/no/such/folder", key.toString()}) {
      System.setProperty(FILES, allowed);
      for (Path path :
          new Path[] {
            forbidden,
            link,
            dangling,
            keys.resolve("../keys-other/hunter2.pem"),
            keys.resolve("missing/../../keys-other/hunter2.pem"),
            forbidden.resolveSibling("missing.pem"),
            forbidden.resolve("below"),
            forbidden.getParent(),
            Path.of("/dev/zero"),
            Path.of("/proc/self/environ")
          }) {
        String message = onlyFault(path);
        refused = refused == null ? message : refused;
        assertThat(message).as(path.toString()).isEqualTo(refused);
      }
    }
    assertThat(refused)
        .startsWith(KEY_PATH + " names no file that this worker has and allows")
        .contains("update the system property " + FILES)
        .doesNotContain("hunter2", "keys");
  }

  /** Returns the error of validate. A start does not check whether a file exists. */
  private static String onlyFault(Path path) {
    Map<String, String> properties = Given.effective(KEY_PATH, path.toString());
    assertThat(Given.faults(properties)).extracting(ConfigValue::name).containsExactly(KEY_PATH);
    return Given.answer(properties, KEY_PATH).errorMessages().get(0);
  }

  @Test
  void allowsNothingWhenEntryIsNotPath() {
    System.setProperty(FILES, keys + ",\0");
    assertThat(onlyFault(key))
        .startsWith(KEY_PATH + " cannot be checked")
        .contains("entry 2 of the system property " + FILES, "Correct that property");
  }

  @ParameterizedTest
  @ValueSource(strings = {"symphony.certificate.path", "symphony.truststore.path"})
  void limitsEachPathOption(String option) {
    System.setProperty(FILES, keys.toString());
    Given.assertFault(Given.effective(option, forbidden.toString()), option, FILES);
  }

  @Test
  void rejectsForbiddenFileWhenConnectorOrTaskStarts() {
    System.setProperty(FILES, keys.toString());
    assertThatThrownBy(() -> withKey(forbidden))
        .isInstanceOf(ConfigException.class)
        .hasMessage(onlyFault(forbidden));
    assertThat(withKey(keys.resolve("missing.pem")))
        .as("might appear later, and the login waits for it")
        .isNotNull();
    try (HangingFiles hanging = new HangingFiles()) {
      hanging.addPrivateKey(forbidden.toString());
      assertThat(withKey(forbidden))
          .as("an unresponsive file does not block a start, and is never read unchecked")
          .isNotNull();
    }
  }

  @Test
  void checksPolicyAtEachRead() throws IOException {
    System.setProperty(FILES, keys.toString());
    Path link = Files.createSymbolicLink(keys.resolve("link.pem"), key);
    KeyMaterial<PrivateKey> source = withKey(link).symphony().privateKey();
    assertThat(source.read().getAlgorithm()).isEqualTo("RSA");
    Files.delete(link);
    Files.createSymbolicLink(link, forbidden);
    assertThatThrownBy(source::read).hasMessageContaining(FILES);
    System.setProperty(FILES, folder.toString());
    assertThat(source.read().getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void allowsSecretWhileKubernetesReplacesIt() throws IOException {
    for (String entry : new String[] {"secret", "secret/key.pem"}) {
      System.setProperty(FILES, folder.resolve(entry).toString());
      Path secret = Files.createDirectory(folder.resolve("secret"));
      Path link = Files.createSymbolicLink(secret.resolve("key.pem"), Path.of("..data/key.pem"));
      KeyMaterial<PrivateKey> source = KeyMaterial.privateKey(null, link.toString());
      for (String version : new String[] {"..first", "..second"}) {
        Path data = Files.createDirectory(secret.resolve(version));
        Files.copy(key, data.resolve("key.pem"));
        Files.deleteIfExists(secret.resolve("..data"));
        Files.createSymbolicLink(secret.resolve("..data"), Path.of(version));
        assertThat(source.read().getAlgorithm()).isEqualTo("RSA");
      }
      Files.move(secret, folder.resolve("old-" + entry.length()));
    }
  }
}
