// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.connect.symphony.CertificateCredentials;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.simulator.SimulatorKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginChecksTest {

  private static final String PASSWORD = "hunter2hunter2";
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity CLIENT = AUTHORITY.client("datahose-bot");
  private static final String CONTENT = Base64.getEncoder().encodeToString(CLIENT.pkcs12(PASSWORD));

  @TempDir private Path folder;

  @Test
  void aKeyIsNeededAsTextOrAsAFile() {
    Map<String, String> none = Given.without("symphony.private.key");
    assertThat(Given.onlyFault(none, "symphony.private.key"))
        .contains("nor is symphony.private.key.path: set one of them");
    none.put("symphony.private.key", "");
    none.put("symphony.private.key.path", " ");
    Given.onlyFault(none, "symphony.private.key");
  }

  @Test
  void twoKeysAreOneTooMany() {
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.private.key.path", "/keys/bot.pem"),
                "symphony.private.key.path"))
        .contains("are both set: take one of them out");
  }

  @Test
  void aCertificateIsTakenFromAFileOfEitherKindOrFromText() {
    for (byte[] store : new byte[][] {CLIENT.pkcs12(PASSWORD), CLIENT.jks(PASSWORD)}) {
      assertHasCertificate(
          certificateLogin("symphony.certificate.path", file("bot", store)),
          "symphony.certificate.path");
    }
    for (String content : new String[] {CONTENT, CONTENT.replaceAll("(.{64})", "$1\\\\n")}) {
      assertHasCertificate(
          certificateLogin("symphony.certificate.content", content),
          "symphony.certificate.content");
    }
  }

  private static void assertHasCertificate(Map<String, String> properties, String option) {
    Given.assertValid(properties);
    Credentials credentials = new DatahoseConfig(properties).symphony().credentials();
    assertThat(credentials.option()).isEqualTo(option);
    assertThat(((CertificateCredentials) credentials).certificate().get().subject())
        .isEqualTo("CN=datahose-bot");
    assertThat(credentials.advice()).contains(option, "(CN)", "datahose-bot", "admin portal");
  }

  @Test
  void aCertificateIsNeededAsAFileOrAsTextAndOnce() {
    Map<String, String> none = certificateLogin("symphony.certificate.path", " ");
    assertThat(Given.onlyFault(none, "symphony.certificate.content"))
        .contains("nor is symphony.certificate.path: set one of them");
    none.put("symphony.certificate.content", "");
    assertThat(Given.onlyFault(none, "symphony.certificate.content"))
        .contains("is empty, and symphony.certificate.path is not set", "allowed.paths");
    Map<String, String> both = certificateLogin("symphony.certificate.content", CONTENT);
    both.put("symphony.certificate.path", "/bot.p12");
    assertThat(Given.onlyFault(both, "symphony.certificate.path"))
        .contains("and symphony.certificate.content are both set: take one of them out");
  }

  @Test
  void rejectsACertificateWithAnRsaKeyOfFewerThan2048Bits() {
    Identity weak = AUTHORITY.weakClient("datahose-bot");
    String sentence =
        "holds an RSA key of 1024 bits, and at least 2048 are required. Create a new key, and";
    for (String option :
        new String[] {"symphony.certificate.content", "symphony.certificate.path"}) {
      Map<String, String> properties =
          certificateLogin(
              option,
              option.endsWith("path")
                  ? file("weak", weak.jks(PASSWORD))
                  : Base64.getEncoder().encodeToString(weak.pkcs12(PASSWORD)));
      assertThat(Given.faults(properties))
          .singleElement()
          .satisfies(fault -> assertThat(fault.name()).isEqualTo(option))
          .extracting(fault -> fault.errorMessages().get(0))
          .asString()
          .startsWith(option + " " + sentence);
      Credentials credentials = new DatahoseConfig(properties).symphony().credentials();
      assertThatThrownBy(() -> ((CertificateCredentials) credentials).certificate().get())
          .as("the task's login")
          .hasMessageContaining(sentence);
    }
  }

  @Test
  void rejectsAnRsaKeyOfFewerThan2048BitsInValidateAndTask() throws Exception {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(AUTHORITY.weakClient("x").key().getEncoded())
            + "\n-----END PRIVATE KEY-----";
    Map<String, String> properties = Given.valid("symphony.private.key", pem);
    assertThat(Given.faults(properties))
        .singleElement()
        .extracting(fault -> fault.errorMessages().get(0))
        .asString()
        .startsWith("symphony.private.key holds an RSA key of 1024 bits");
    DatahoseConfig config = new DatahoseConfig(properties);
    assertThatThrownBy(() -> config.symphony().privateKey().read())
        .as("the task's login")
        .hasMessageContaining("holds an RSA key of 1024 bits");
  }

  @Test
  void aCertificateNeedsItsPassword() {
    Map<String, String> properties = certificateLogin("symphony.certificate.content", CONTENT);
    properties.remove("symphony.certificate.password");
    assertThat(Given.onlyFault(properties, "symphony.certificate.password")).contains("set it to");
    properties.put("symphony.certificate.password", "");
    assertThat(Given.onlyFault(properties, "symphony.certificate.password"))
        .contains("is empty: set it. If a config provider");
  }

  @Test
  void optionsOfTheOtherKindOfLoginAreRefusedEachOnItsOwn() {
    assertThat(
            Given.faults(
                Given.valid(
                    "symphony.certificate.path",
                    "/bot.p12",
                    "symphony.certificate.password",
                    "x",
                    "symphony.certificate.content",
                    "x",
                    "symphony.session.auth.url",
                    "https://a.com")))
        .allSatisfy(
            fault ->
                assertThat(fault.errorMessages())
                    .singleElement()
                    .asString()
                    .contains("is for symphony.auth.type=CERTIFICATE, and it is RSA: take"))
        .extracting(ConfigValue::name)
        .containsExactlyInAnyOrder(
            "symphony.certificate.path",
            "symphony.certificate.password",
            "symphony.certificate.content",
            "symphony.session.auth.url");
    Map<String, String> properties = certificateLogin("symphony.certificate.content", CONTENT);
    properties.put("symphony.private.key.path", "/bot.pem");
    assertThat(Given.onlyFault(properties, "symphony.private.key.path"))
        .contains("is for symphony.auth.type=RSA, and it is CERTIFICATE");
  }

  @Test
  void aCertificateWithoutItsKindOfLoginIsOneFaultAndNotAlsoAMissingKey() {
    Map<String, String> properties = Given.without("symphony.private.key");
    properties.put("symphony.certificate.path", "/bot.p12");
    Given.onlyFault(properties, "symphony.certificate.path");
  }

  @Test
  void aLoginByCertificateNeedsHttps() {
    String content = "symphony.certificate.content";
    Map<String, String> pod = certificateLogin(content, CONTENT);
    pod.put("symphony.pod.url", "http://acme.symphony.com");
    assertThat(Given.onlyFault(pod, "symphony.pod.url")).contains("must be an https URL");
    pod.put("symphony.session.auth.url", "https://acme-api.symphony.com");
    pod.put("symphony.key.manager.url", "https://km.example.com/ctx/");
    Given.assertValid(pod);
    assertThat(new DatahoseConfig(pod).symphony().endpoints().sessionAuth())
        .isEqualTo(HttpUrl.get("https://acme-api.symphony.com"));
    for (String option : new String[] {"symphony.session.auth.url", "symphony.key.manager.url"}) {
      Map<String, String> properties = certificateLogin(content, CONTENT);
      properties.put(option, "HTTP://127.0.0.1");
      Given.onlyFault(properties, option);
    }
  }

  @Test
  void theSessionAuthUrlKeepsItsPortAndContextPathButNoFurtherSlashesAroundIt() {
    Map<String, String> properties = certificateLogin("symphony.certificate.content", CONTENT);
    properties.put("symphony.session.auth.url", "https://ACME-api.symphony.com:8444//ctx//");
    assertThat(new DatahoseConfig(properties).symphony().sessionAuthUrl())
        .hasToString("https://acme-api.symphony.com:8444/ctx");
  }

  @Test
  void theSessionAuthUrlIsThePodsUnlessSet() {
    DatahoseConfig config =
        new DatahoseConfig(certificateLogin("symphony.certificate.content", CONTENT));
    assertThat(config.symphony().sessionAuthUrl()).isEqualTo(config.symphony().podUrl());
  }

  @Test
  void aWrongPasswordIsThePasswordsFault() {
    for (byte[] store : new byte[][] {CLIENT.pkcs12("another"), CLIENT.jks("another")}) {
      Map<String, String> properties =
          certificateLogin("symphony.certificate.path", file("bot", store));
      assertThat(faultFoundByReading(properties, "symphony.certificate.password"))
          .contains("does not open the store: correct it, or symphony.certificate.path");
    }
  }

  @Test
  void whatIsNoStoreOfACertificateWithItsKeyIsRefusedSayingWhatItIs() {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    Identity over = AUTHORITY.client("old-bot", now.minus(day.multipliedBy(2)), now.minus(day));
    Identity early = AUTHORITY.client("new-bot", now.plus(day), now.plus(day.multipliedBy(2)));
    byte[] authorities = Stores.trusting("PKCS12", PASSWORD, AUTHORITY.certificate());
    assertRefused("nonsense".getBytes(), "is neither a PKCS#12 nor a JKS store");
    assertRefused(new byte[0], "names no regular file with content");
    assertRefused(new byte[] {0x30, 1, 2, 3, 4, 5}, "check that the whole file was copied");
    assertRefused(AUTHORITY.pem().getBytes(), "openssl pkcs12 -export");
    assertRefused(authorities, "holds no private key");
    assertRefused(over.pkcs12(PASSWORD), "(subject CN=old-bot) that expired on 2");
    assertRefused(early.pkcs12(PASSWORD), "(subject CN=new-bot) that is not valid before 2");
    assertRefused(
        Stores.of("JKS", PASSWORD, "another", CLIENT), "whose password is not that of the store");
    assertRefused(new byte[1_048_577], "too large");
  }

  private void assertRefused(byte[] store, String text) {
    Map<String, String> properties =
        certificateLogin("symphony.certificate.path", file("refused", store));
    assertThat(faultFoundByReading(properties, "symphony.certificate.path")).contains(text);
  }

  @Test
  void aCertificateFileThatIsNotThereIsItsPathsFaultAndNotRepeated() {
    Map<String, String> properties =
        certificateLogin("symphony.certificate.path", "/no/such/" + PASSWORD);
    assertThat(faultFoundByReading(properties, "symphony.certificate.path"))
        .contains("names no regular file with content that this worker can see");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Datahose-Bot", "another-bot"})
  void theUserNameMustBeTheCertificatesCommonName(String username) {
    Map<String, String> properties = certificateLogin("symphony.certificate.content", CONTENT);
    properties.put("symphony.username", username);
    assertThat(faultFoundByReading(properties, "symphony.username"))
        .contains(
            "symphony.certificate.content, whose subject is CN=datahose-bot: the pod goes by");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=datahose-bot, CN=Service Accounts, O=Bank",
        "CN=Service Accounts, CN=datahose-bot, O=Bank",
        "CN=datahose-bot+OU=bots, O=Bank",
        "O=Bank, OU=bots+CN=Bots+CN=datahose-bot, CN=Service Accounts"
      })
  void theUserNameMayBeAnyOfSeveralCommonNames(String subject) throws Exception {
    Map<String, String> properties =
        certificateLogin("symphony.certificate.path", storeOf(subject));
    Given.assertValid(properties);
    properties.put("symphony.username", "Datahose-bot");
    assertThat(faultFoundByReading(properties, "symphony.username"))
        .contains("is not a common name (CN) of the certificate of symphony.certificate.path")
        .contains("whose subject is ", "CN=datahose-bot", "O=Bank");
  }

  /** Only the JDK's own tool makes such subjects. */
  private String storeOf(String subject) throws Exception {
    Path store = folder.resolve("subject.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process tool =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "bot",
                "-keyalg",
                "RSA",
                "-dname",
                subject,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(tool.waitFor()).isZero();
    return store.toString();
  }

  @Test
  void contentThatIsNotBase64IsRefused() {
    Map<String, String> properties =
        certificateLogin("symphony.certificate.content", "hunter2, not base64!");
    assertThat(faultFoundByReading(properties, "symphony.certificate.content"))
        .contains("is not base64");
  }

  @Test
  void certificatesAreTrustedFromAFileOfEachKindOrFromText() {
    Authority other = new Authority("Other CA");
    String pem = "# two of them\n" + AUTHORITY.pem() + "\nsubject=CN = Other CA\n" + other.pem();
    for (byte[] file :
        new byte[][] {
          pem.getBytes(),
          Stores.trusting("PKCS12", PASSWORD, AUTHORITY.certificate(), other.certificate()),
          Stores.trusting("JKS", PASSWORD, AUTHORITY.certificate(), other.certificate())
        }) {
      assertTrusts(
          other,
          "symphony.truststore.path",
          Given.valid(
              "symphony.truststore.path",
              file("trust", file),
              "symphony.truststore.password",
              PASSWORD));
    }
    String inline = AUTHORITY.pem() + other.pem();
    for (String text : new String[] {inline, inline.replace("\n", "\\n")}) {
      assertTrusts(
          other,
          "symphony.truststore.certificates",
          Given.valid("symphony.truststore.certificates", text));
    }
    assertThat(new DatahoseConfig(Given.valid()).symphony().trustStore().certificates().get())
        .isEmpty();
  }

  private static void assertTrusts(Authority other, String option, Map<String, String> properties) {
    Given.assertValid(properties);
    SymphonyConfig symphony = new DatahoseConfig(properties).symphony();
    assertThat(symphony.trustStore().option()).isEqualTo(option);
    assertThat(symphony.trustStore().certificates().get())
        .containsExactlyInAnyOrder(AUTHORITY.certificate(), other.certificate());
  }

  @Test
  void twoTrustStoresAreOneTooMany() {
    assertThat(
            Given.onlyFault(
                Given.valid(
                    "symphony.truststore.path",
                    "/ca.pem",
                    "symphony.truststore.certificates",
                    AUTHORITY.pem()),
                "symphony.truststore.certificates"))
        .contains("and symphony.truststore.path are both set");
  }

  @Test
  void aTrustStorePasswordWithoutItsFileIsRefused() {
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.truststore.password", PASSWORD),
                "symphony.truststore.password"))
        .contains("is for symphony.truststore.path, which is not set");
  }

  @Test
  void aTrustStoreThatCannotBeReadIsRefusedOnTheOptionThatMendsIt() {
    String path = "symphony.truststore.path";
    byte[] store = Stores.trusting("PKCS12", "another", AUTHORITY.certificate());
    assertThat(trustStoreFault(store, PASSWORD, "symphony.truststore.password"))
        .contains("does not open the store: correct it, or symphony.truststore.path");
    assertThat(trustStoreFault(store, null, path)).contains("set symphony.truststore.password");
    byte[] empty = Stores.trusting("JKS", PASSWORD);
    assertThat(trustStoreFault(empty, PASSWORD, path)).contains("keytool -importcert");
    byte[] keyOnly = CLIENT.pkcs12(PASSWORD);
    assertThat(trustStoreFault(keyOnly, PASSWORD, path)).contains("holds no certificate that Java");
    assertThat(trustStoreFault("nonsense".getBytes(), null, path)).contains("neither");
    String cut = AUTHORITY.pem().replaceFirst("(?s)MII.{40}", "MII");
    assertThat(trustStoreFault(cut.getBytes(), null, path)).contains("number 1");
    String other = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    assertThat(trustStoreFault(other.getBytes(), null, path)).contains("holds no certificate:");
  }

  private String trustStoreFault(byte[] store, String password, String option) {
    Map<String, String> properties = Given.valid("symphony.truststore.path", file("trust", store));
    if (password != null) {
      properties.put("symphony.truststore.password", password);
    }
    return faultFoundByReading(properties, option);
  }

  /** What {@code openssl s_client -showcerts} and {@code openssl pkcs12} write around them. */
  @Test
  void whatOpensslWritesAroundCertificatesIsPassedOver() {
    String text =
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
    Authority other = new Authority("Other CA");
    String both = text.formatted(AUTHORITY.pem(), other.pem());
    for (String inline :
        new String[] {both, both.replace("\n", "\\n"), both.replace("\n", "\r\n")}) {
      assertTrusts(
          other,
          "symphony.truststore.certificates",
          Given.valid("symphony.truststore.certificates", inline));
    }
    assertTrusts(
        other,
        "symphony.truststore.path",
        Given.valid("symphony.truststore.path", file("chain.txt", both.getBytes())));
    String none = text.formatted("", "");
    assertThat(
            Given.onlyFault(
                Given.valid("symphony.truststore.certificates", none),
                "symphony.truststore.certificates"))
        .contains("holds no certificate: each is a block from")
        .doesNotContain("CONNECTED", "D153A7");
    assertThat(trustStoreFault(none.getBytes(), null, "symphony.truststore.path"))
        .contains("is neither a PKCS#12 nor a JKS store, nor PEM text")
        .doesNotContain("CONNECTED", "D153A7");
  }

  @Test
  void whatOpensslWritesBeforeAPrivateKeyIsPassedOver() {
    String key =
        "Bag Attributes\n"
            + AUTHORITY.pem()
            + "Key Attributes: <No Attributes>\n"
            + SimulatorKeys.privateKey();
    Map<String, String> properties = Given.valid("symphony.private.key", key);
    Given.assertValid(properties);
    properties.put("symphony.private.key", AUTHORITY.pem());
    assertThat(faultFoundByReading(properties, "symphony.private.key"))
        .contains("is PEM text of another kind");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----",
        "# hunter2\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter3",
        "Master-Key: 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789abcdef hunter2",
        // What a TLS session is resumed with, as whoever showed a certificate in it.
        "Master-Key: 4E6C0DCD1662FA6F42DCAD932AE94C8BD4AFC06156F8E6A573498D24206ED9F653364AB27F8C2FF42968C8EF00E9385E",
        "Resumption PSK: 4E6C0DCD1662FA6F42DCAD932AE94C8BD4AFC06156F8E6A573498D24206ED9F653364AB27F8C2FF42968C8EF00E9385E"
      })
  void invariant10NothingButCertificatesIsShownWithThem(String more) {
    String option = "symphony.truststore.certificates";
    Map<String, String> properties = Given.valid(option, AUTHORITY.pem() + more);
    assertThat(Given.onlyFault(properties, option))
        .contains("looks like a key")
        .doesNotContain("hunter");
    assertThat(Given.answer(properties, option).value()).isNull();
  }

  /** What the files hold is looked at by validate only: a running task tries, and waits. */
  private static String faultFoundByReading(Map<String, String> properties, String option) {
    assertThat(new DatahoseConfig(properties)).isNotNull();
    assertThat(Given.faults(properties)).extracting(ConfigValue::name).containsExactly(option);
    assertThat(Given.answer(properties, option).errorMessages()).hasSize(1);
    String message = Given.answer(properties, option).errorMessages().get(0);
    assertThat(message).startsWith(option + " ").doesNotContain("hunter2");
    return message;
  }

  private static Map<String, String> certificateLogin(String option, String value) {
    Map<String, String> properties = Given.without("symphony.private.key");
    properties.put("symphony.auth.type", "certificate");
    properties.put("symphony.certificate.password", PASSWORD);
    properties.put(option, value);
    return properties;
  }

  private String file(String name, byte[] content) {
    try {
      return Files.write(folder.resolve(name), content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
