// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.tls.TrustStore;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, certificates, and trust stores: which are accepted, and the errors of the others. */
class LoginChecksTest {

  private static final String PASSWORD = "hunter2hunter2";
  private static final String CONTENT_OPTION = "symphony.certificate.content";
  private static final String CERTIFICATE = "symphony.certificate.path";
  private static final String KEY = "symphony.private.key.path";
  private static final String TRUST = "symphony.truststore.path";
  private static final String TRUST_TEXT = "symphony.truststore.certificates";
  private static final String WITH_PASSWORD = TRUST + "; symphony.truststore.password=" + PASSWORD;

  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Authority OTHER = new Authority("Other CA");
  private static final Identity CLIENT = AUTHORITY.client("datahose-bot");
  private static final Identity WEAK = AUTHORITY.weakClient("datahose-bot");
  private static final String CONTENT = base64(CLIENT.pkcs12(PASSWORD));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -symphony.certificate.content; symphony.certificate.path=  | or symphony.certificate.path is required
          symphony.certificate.content=            | is empty, and symphony.certificate.path is not set ... allowed.paths
          symphony.certificate.path=/bot.p12       | are mutually exclusive. Remove one
          -symphony.certificate.password           | is required. Set it to
          symphony.certificate.password=           | is empty. Set it. If a config provider
          symphony.private.key.path=/bot.pem       | requires symphony.auth.type=RSA, but that option is CERTIFICATE
          symphony.pod.url=http://acme.symphony.com | must be an https URL
          symphony.session.auth.url=HTTP://127.0.0.1 | must be an https URL
          symphony.key.manager.url=HTTP://127.0.0.1 | must be an https URL
          """)
  void requiresAllCertificateOptionsAndHttps(String changes, String says) {
    Given.assertFault(Given.effective(CONTENT_OPTION, CONTENT), changes, says);
  }

  @Test
  void rejectsEachOptionOfOtherLoginMethod() {
    assertThat(
            Given.faults(
                Given.changed(
                    "symphony.certificate.path=/bot.p12; symphony.certificate.password=x;"
                        + "symphony.certificate.content=x; symphony.session.auth.url=https://a.com")))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrder(
            "symphony.certificate.path",
            "symphony.certificate.password",
            "symphony.certificate.content",
            "symphony.session.auth.url");
  }

  @Test
  void acceptsHttpPodWhenCertificateLoginUsesOtherHosts() {
    Map<String, String> properties =
        Given.changed(
            Given.effective(CONTENT_OPTION, CONTENT),
            "symphony.pod.url=http://acme.symphony.com;"
                + "symphony.key.manager.url=https://km.example.com/ctx/;"
                + "symphony.session.auth.url=https://ACME-api.symphony.com:8444//ctx//");
    Given.assertValid(properties);
    assertThat(new DatahoseConfig(properties).symphony().endpoints().sessionAuth())
        .hasToString("https://acme-api.symphony.com:8444/ctx");
  }

  @Test
  void readsCertificateFromFileOrText() {
    assertHasCertificate(CERTIFICATE, file(CLIENT.pkcs12(PASSWORD)));
    assertHasCertificate(CERTIFICATE, file(CLIENT.jks(PASSWORD)));
    assertHasCertificate(CONTENT_OPTION, CONTENT);
    assertHasCertificate(CONTENT_OPTION, CONTENT.replaceAll("(.{64})", "$1\\\\n"));
  }

  private static void assertHasCertificate(String option, String value) {
    Map<String, String> properties = Given.effective(option, value);
    Given.assertValid(properties);
    Credentials credentials = new DatahoseConfig(properties).symphony().credentials();
    assertThat(credentials.option()).isEqualTo(option);
    assertThat(((Credentials.Certificate) credentials).certificate().get().subject())
        .isEqualTo("CN=datahose-bot");
    assertThat(credentials.advice()).contains(option, "(CN)", "datahose-bot", "admin portal");
  }

  @Test
  void readsKeyFromOneLineOrWithOpensslText() {
    String key = SimulatorKeys.privateKey();
    String bag = "Bag Attributes\n" + AUTHORITY.pem() + "Key Attributes: <No Attributes>\n";
    for (String text : List.of(key.strip().replace("\n", "\\n"), bag + key)) {
      Given.assertValid(Given.valid("symphony.private.key", text));
    }
  }

  @Test
  void readsKeyFileAgainEachTime() throws IOException {
    String path = file("being written".getBytes());
    KeyMaterial<PrivateKey> source =
        new DatahoseConfig(Given.effective(KEY, path)).symphony().privateKey();
    assertThat(source.option()).isEqualTo(KEY);
    assertThatThrownBy(source::read).hasMessageStartingWith(KEY + " is not PEM text");
    file(SimulatorKeys.privateKeyPkcs1().getBytes());
    assertThat(source.read().getAlgorithm()).isEqualTo("RSA");
    Given.assertValid(Given.effective(KEY, path));
    Files.delete(Path.of(path));
    assertThatThrownBy(source::read)
        .hasMessageStartingWith(KEY + " names no regular, non-empty file")
        .hasMessageContaining("on every worker");
  }

  static Stream<Arguments> unusableFiles() {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    Identity over = AUTHORITY.client("old-bot", now.minus(day.multipliedBy(2)), now.minus(day));
    Identity early = AUTHORITY.client("new-bot", now.plus(day), now.plus(day.multipliedBy(2)));
    byte[] authorities = Stores.trusting("PKCS12", PASSWORD, AUTHORITY.certificate());
    byte[] locked = Stores.trusting("PKCS12", "another", AUTHORITY.certificate());
    byte[] ownPassword = Stores.of("JKS", PASSWORD, "another", CLIENT.key(), CLIENT.certificate());
    String opens = " does not open the keystore. Correct it, or ";
    String certificatePassword = "symphony.certificate.password";
    String trustPassword = "symphony.truststore.password=" + PASSWORD;
    String cut = AUTHORITY.pem().replaceFirst("(?s)MII.{40}", "MII");
    String none = OPENSSL.formatted("", "");
    return Stream.of(
        arguments(CERTIFICATE, certificatePassword, CLIENT.pkcs12("another"), opens + CERTIFICATE),
        arguments(CERTIFICATE, certificatePassword, CLIENT.jks("another"), opens + CERTIFICATE),
        arguments(CERTIFICATE, CERTIFICATE, "nonsense", "is neither a PKCS#12 nor a JKS keystore"),
        arguments(CERTIFICATE, CERTIFICATE, "", "names no regular, non-empty file"),
        arguments(CERTIFICATE, CERTIFICATE, "0\1\2\3\4\5", "Check that the whole file was copied"),
        arguments(CERTIFICATE, CERTIFICATE, AUTHORITY.pem(), "openssl pkcs12 -export"),
        arguments(CERTIFICATE, CERTIFICATE, authorities, "contains no private key"),
        arguments(
            CERTIFICATE,
            CERTIFICATE,
            over.pkcs12(PASSWORD),
            "(subject CN=old-bot) that expired on 2"),
        arguments(
            CERTIFICATE,
            CERTIFICATE,
            early.pkcs12(PASSWORD),
            "(subject CN=new-bot) that is not valid before 2"),
        arguments(
            CERTIFICATE,
            CERTIFICATE,
            ownPassword,
            "whose password differs from that of the keystore"),
        arguments(CERTIFICATE, CERTIFICATE, new byte[1_048_577], "too large"),
        arguments(
            CERTIFICATE,
            CERTIFICATE,
            WEAK.jks(PASSWORD),
            "contains an RSA key of 1024 bits, but at least 2048 are required"),
        arguments(TRUST, trustPassword, locked, opens + TRUST),
        arguments(TRUST, TRUST, locked, "Set symphony.truststore.password"),
        arguments(TRUST, WITH_PASSWORD, Stores.trusting("JKS", PASSWORD), "keytool -importcert"),
        arguments(
            TRUST, WITH_PASSWORD, CLIENT.pkcs12(PASSWORD), "contains no certificate that Java"),
        arguments(TRUST, TRUST, "nonsense", "neither"),
        arguments(TRUST, TRUST, cut, "number 1"),
        arguments(
            TRUST,
            TRUST,
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "contains no certificate."),
        arguments(TRUST, TRUST, none, "is neither a PKCS#12 nor a JKS keystore, nor PEM text"),
        arguments(KEY, KEY, AUTHORITY.pem(), "is PEM text of another type"),
        arguments(KEY, KEY, new byte[1_048_576], "is not PEM text"),
        arguments(KEY, KEY, new byte[1_048_577], "too large"),
        arguments(KEY, KEY, weakKey(), "contains an RSA key of 1024 bits"));
  }

  /** A start does not read them. The login does, with the same message, and retries. */
  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("unusableFiles")
  void reportsUnusableFileOnOptionToFix(
      String option, String changes, Object content, String says) {
    byte[] bytes = content instanceof byte[] given ? given : content.toString().getBytes();
    Map<String, String> properties = Given.effective(option, file(bytes));
    String message = Given.assertFinding(properties, changes, says);
    assertThat(message).doesNotContain("CONNECTED", "D153A7");
    SymphonyConfig symphony = new DatahoseConfig(properties).symphony();
    assertThatThrownBy(
            switch (option) {
              case CERTIFICATE -> symphony.certificate()::read;
              case KEY -> symphony.privateKey()::read;
              default -> symphony.trustStore().certificates()::get;
            })
        .hasMessage(message.substring(0, message.length() - 1));
  }

  private static String weakKey() {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(WEAK.key().getEncoded())
        + "\n-----END PRIVATE KEY-----";
  }

  @Test
  void reportsUnusableTextOnItsOption() {
    String weak = base64(WEAK.pkcs12(PASSWORD));
    String tooShort = "contains an RSA key of 1024 bits, but at least 2048 are required";
    Given.assertFinding(Given.effective(CONTENT_OPTION, weak), CONTENT_OPTION, tooShort);
    Given.assertFinding(
        Given.effective(CONTENT_OPTION, "hunter2, not base64!"),
        CONTENT_OPTION,
        "is not base64 text");
    String key = "symphony.private.key";
    Given.assertFinding(Given.valid(key, weakKey()), key, tooShort);
    Given.assertFinding(Given.valid(key, AUTHORITY.pem()), key, "is PEM text of another type");
  }

  @ParameterizedTest
  @ValueSource(strings = {CERTIFICATE, KEY, TRUST})
  void reportsMissingFileWithoutItsPath(String option) {
    String noFile = "names no regular, non-empty file";
    for (String path : List.of("/no/such/" + PASSWORD, folder.toString())) {
      Given.assertFinding(Given.effective(option, path), option, noFile);
    }
    Given.assertFinding(Given.effective(option, "hunter\0x"), option, "is not a valid path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Datahose-Bot", "another-bot"})
  void requiresCommonNameOfCertificateAsUserName(String username) {
    Given.assertFinding(
        Given.effective(CONTENT_OPTION, CONTENT),
        "symphony.username=" + username,
        "in symphony.certificate.content, whose subject is CN=datahose-bot. The pod uses");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=datahose-bot, CN=Service Accounts, O=Bank",
        "CN=Service Accounts, CN=datahose-bot, O=Bank",
        "CN=datahose-bot+OU=bots, O=Bank",
        "O=Bank, OU=bots+CN=Bots+CN=datahose-bot, CN=Service Accounts"
      })
  void acceptsAnyCommonNameAsUserName(String subject) throws Exception {
    Map<String, String> properties = Given.effective(CERTIFICATE, storeOf(subject));
    Given.assertValid(properties);
    properties.put("symphony.username", "Datahose-bot");
    assertThat(Given.onlyFinding(properties, "symphony.username"))
        .contains("is not a common name (CN) of the certificate in symphony.certificate.path")
        .contains("whose subject is ", "CN=datahose-bot", "O=Bank");
  }

  /** Only the JDK's keytool creates such subjects. */
  private String storeOf(String subject) throws Exception {
    Path store = folder.resolve("subject.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String options = "-genkeypair -alias bot -keyalg RSA -storetype PKCS12 -storepass " + PASSWORD;
    List<String> command = new ArrayList<>(List.of((keytool + " " + options).split(" ")));
    command.addAll(List.of("-dname", subject, "-keystore", store.toString()));
    assertThat(new ProcessBuilder(command).redirectError(Redirect.DISCARD).start().waitFor())
        .isZero();
    return store.toString();
  }

  @Test
  void readsTrustedCertificatesFromFileOrText() {
    String pem = "# two of them\n" + AUTHORITY.pem() + "\nsubject=CN = Other CA\n" + OTHER.pem();
    for (byte[] file :
        List.of(
            pem.getBytes(),
            Stores.trusting("PKCS12", PASSWORD, AUTHORITY.certificate(), OTHER.certificate()),
            Stores.trusting("JKS", PASSWORD, AUTHORITY.certificate(), OTHER.certificate()))) {
      assertTrustsBoth(Given.changed(Given.valid(TRUST, file(file)), WITH_PASSWORD));
    }
    String inline = AUTHORITY.pem() + OTHER.pem();
    assertTrustsBoth(Given.valid(TRUST_TEXT, inline));
    assertTrustsBoth(Given.valid(TRUST_TEXT, inline.replace("\n", "\\n")));
    Map<String, String> twice = Given.valid(TRUST, "/ca.pem", TRUST_TEXT, AUTHORITY.pem());
    assertThat(Given.onlyFault(twice, TRUST_TEXT))
        .contains("and " + TRUST + " are mutually exclusive");
  }

  private static void assertTrustsBoth(Map<String, String> properties) {
    Given.assertValid(properties);
    TrustStore trusted = new DatahoseConfig(properties).symphony().trustStore();
    assertThat(properties).containsKey(trusted.option());
    assertThat(trusted.certificates().get())
        .containsExactlyInAnyOrder(AUTHORITY.certificate(), OTHER.certificate());
  }

  /** The text of {@code openssl s_client -showcerts} and {@code openssl pkcs12}. */
  private static final String OPENSSL =
      """
      CONNECTED(00000003)
      ---
      Certificate chain
       0 s:CN = Test CA
         i:CN = Test CA
         v:NotBefore: Nov 25 21:15:33 2026 GMT; NotAfter: Nov 27 21:15:33 2026 GMT
      %s---
      No client certificate CA names sent
      SSL-Session:
          Session-ID: D153A7966D8E2FC44A731E7D2E8299FCF3A42B5C8072FA6DAB36E8396A418AC4
          Session-ID-ctx:
          0000 - 75 07 cd 6e e9 d9 3f a6-75 cb e7 4a 3d 7d 09 a4   u..n..?.u..J=}..
      # the other one
      Bag Attributes
          localKeyID: 54 69 6D 65
      subject=CN = Other CA
      %s
      """;

  @Test
  void ignoresOpensslTextAroundCertificates() {
    String both = OPENSSL.formatted(AUTHORITY.pem(), OTHER.pem());
    for (String inline : List.of(both, both.replace("\n", "\\n"), both.replace("\n", "\r\n"))) {
      assertTrustsBoth(Given.valid(TRUST_TEXT, inline));
    }
    assertTrustsBoth(Given.valid(TRUST, file(both.getBytes())));
    assertThat(Given.onlyFault(Given.valid(TRUST_TEXT, OPENSSL.formatted("", "")), TRUST_TEXT))
        .contains("contains no certificate")
        .doesNotContain("CONNECTED", "D153A7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----",
        "# hunter2\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter3",
        "Master-Key: 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789abcdef hunter2",
        // The secret to resume a TLS session with the identity of its client certificate.
        "Master-Key: 4E6C0DCD1662FA6F42DCAD932AE94C8BD4AFC06156F8E6A573498D24206ED9F653364AB27F8C2FF42968C8EF00E9385E",
        "Resumption PSK: 4E6C0DCD1662FA6F42DCAD932AE94C8BD4AFC06156F8E6A573498D24206ED9F653364AB27F8C2FF42968C8EF00E9385E"
      })
  @Tag("invariant-10")
  void invariant10RejectsSecretsAmongCertificates(String more) {
    Map<String, String> properties = Given.valid(TRUST_TEXT, AUTHORITY.pem() + more);
    assertThat(Given.onlyFault(properties, TRUST_TEXT)).contains("looks like a key");
  }

  private static String base64(byte[] store) {
    return Base64.getEncoder().encodeToString(store);
  }

  private String file(byte[] content) {
    try {
      return Files.write(folder.resolve("file"), content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
