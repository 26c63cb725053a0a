// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.simulator.SimulatorKeys;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.KeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RsaPrivateKeysTest {

  private static final String PKCS8 = SimulatorKeys.privateKey();
  private static final PrivateKey KEY = RsaPrivateKeys.parse(PKCS8);

  @Test
  void readsPkcs1AndPkcs8AsSameKey() {
    assertThat(KEY.getAlgorithm()).isEqualTo("RSA");
    assertThat(RsaPrivateKeys.parse(SimulatorKeys.privateKeyPkcs1())).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\n", "\\r\\n", "\r\n", "\n  ", " ", ""})
  void readsKeyWithChangedLineBreaks(String lineBreak) {
    for (String pem : List.of(PKCS8, SimulatorKeys.privateKeyPkcs1())) {
      assertThat(RsaPrivateKeys.parse(pem.replace("\n", lineBreak))).isEqualTo(KEY);
    }
  }

  @Test
  void readsKeyWithSurroundingText() {
    assertThat(RsaPrivateKeys.parse("Bag Attributes: x\n\n" + PKCS8 + "\nthe end\n"))
        .isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072})
  void readsPkcs1OfEachLength(int bits) throws Exception {
    HeldCertificate held = held(bits);
    assertThat(RsaPrivateKeys.parse(held.privateKeyPkcs1Pem()))
        .isEqualTo(held.keyPair().getPrivate());
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2047})
  void rejectsAKeyOfFewerThan2048Bits(int bits) throws Exception {
    HeldCertificate held = held(bits);
    for (String pem : List.of(held.privateKeyPkcs8Pem(), held.privateKeyPkcs1Pem())) {
      assertThat(refusalOf(pem))
          .startsWith("contains an RSA key of " + bits + " bits, but at least 2048 are required");
    }
  }

  private static HeldCertificate held(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return new HeldCertificate.Builder().keyPair(generator.generateKeyPair()).build();
  }

  /** Else a signature would take hours, which nothing can interrupt. */
  @Test
  @Tag("invariant-12")
  void invariant12RejectsKeyWithDisproportionateNumbers() throws Exception {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) KEY;
    BigInteger modulus = key.getModulus();
    BigInteger exponent = key.getPrivateExponent();
    assertThat(RsaPrivateKeys.parse(pem(numbersButOne(-1, 0)))).isEqualTo(KEY);
    for (int changed = 1; changed < 8; changed++) {
      assertRefused(numbersButOne(changed, 2048));
    }
    assertRefused(numbersButOne(3, 1024 + 64));
    assertThat(RsaPrivateKeys.parse(pem(new RSAPrivateKeySpec(modulus, exponent)))).isNotNull();
    assertRefused(new RSAPrivateKeySpec(modulus, power(2048)));
    assertRefused(new RSAPrivateKeySpec(power(4096), exponent));
  }

  private static void assertRefused(KeySpec numbers) throws GeneralSecurityException {
    assertThat(refusalOf(pem(numbers))).contains("no readable RSA private key");
  }

  private static KeySpec numbersButOne(int changed, int bits) {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) KEY;
    BigInteger[] numbers = {
      key.getModulus(),
      key.getPublicExponent(),
      key.getPrivateExponent(),
      key.getPrimeP(),
      key.getPrimeQ(),
      key.getPrimeExponentP(),
      key.getPrimeExponentQ(),
      key.getCrtCoefficient()
    };
    if (changed >= 0) {
      numbers[changed] = power(bits);
    }
    return new RSAPrivateCrtKeySpec(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        numbers[6],
        numbers[7]);
  }

  private static BigInteger power(int bits) {
    return BigInteger.ONE.shiftLeft(bits).add(BigInteger.ONE);
  }

  private static String pem(KeySpec numbers) throws GeneralSecurityException {
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(numbers);
    return pem("PRIVATE KEY", key.getEncoded());
  }

  @Test
  void rejectsEncryptedKeyWithDecryptionCommand() throws Exception {
    Path keys = Path.of("src", "simulator", "resources", "simulator", "keys");
    String pkcs8 = Files.readString(keys.resolve("test-only.pkcs8-encrypted.pem"));
    String pkcs1 =
        SimulatorKeys.privateKeyPkcs1()
            .replace(
                "KEY-----\nMII",
                "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0123456789ABCDEF\n\nMII");
    assertThat(pkcs1).contains("Proc-Type");
    for (String encrypted : List.of(pkcs8, pkcs1)) {
      assertThat(refusalOf(encrypted)).contains("encrypted").contains("openssl");
    }
  }

  @Test
  void rejectsKeyOfOtherAlgorithmWithAnyHeader() throws Exception {
    byte[] elliptic =
        KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();
    assertThat(refusalOf(pem("EC PRIVATE KEY", elliptic))).contains("another type");
    assertThat(refusalOf(pem("OPENSSH PRIVATE KEY", elliptic))).contains("another type");
    assertThat(refusalOf(pem("PRIVATE KEY", elliptic))).contains("no readable RSA private key");
    assertThat(refusalOf(pem("RSA PRIVATE KEY", elliptic))).contains("no readable RSA private key");
  }

  @Test
  void rejectsPublicKeyAndCertificate() {
    assertThat(refusalOf(PKCS8.replace(" PRIVATE", " PUBLIC"))).contains("another type");
    assertThat(refusalOf(PKCS8.replace("PRIVATE KEY", "CERTIFICATE"))).contains("another type");
  }

  @Test
  void rejectsIncompleteKey() {
    Stream.of(
            PKCS8.substring(0, PKCS8.length() / 2),
            PKCS8.replaceFirst("-----BEGIN PRIVATE KEY-----", ""),
            PKCS8.substring(0, 200) + "\n-----END PRIVATE KEY-----",
            PKCS8.replace("A", ""),
            PKCS8.replaceAll("(?s)KEY-----.*-----END", "KEY-----\n-----END"))
        .forEach(RsaPrivateKeysTest::refusalOf);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "secret", "/etc/keys/bot.pem", "MIIEvQIBADANBgkqhkiG9w0B"})
  void rejectsTextWithoutPem(String text) {
    assertThat(refusalOf(text)).startsWith("is not PEM text");
  }

  /** Returns the message of the rejection, and checks that it quotes nothing of the text. */
  private static String refusalOf(String pem) {
    IllegalArgumentException refusal =
        catchThrowableOfType(IllegalArgumentException.class, () -> RsaPrivateKeys.parse(pem));
    assertThat(refusal).as("refusal").isNotNull().hasNoCause();
    String body = pem.replaceAll("-----[A-Z0-9 ]+-----|\\s", "");
    for (int at = 0; at + 12 <= body.length(); at++) {
      assertThat(refusal.getMessage()).doesNotContain(body.substring(at, at + 12));
    }
    return refusal.getMessage();
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
