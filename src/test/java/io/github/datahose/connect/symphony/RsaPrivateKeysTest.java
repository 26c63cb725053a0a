// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.datahose.simulator.SimulatorKeys;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RsaPrivateKeysTest {

  private static final String PKCS8 = SimulatorKeys.privateKey();
  private static final PrivateKey KEY = RsaPrivateKeys.parse(PKCS8);

  @Test
  void readsPkcs1AndPkcs8AsTheSameKey() {
    assertThat(KEY.getAlgorithm()).isEqualTo("RSA");
    assertThat(RsaPrivateKeys.parse(SimulatorKeys.privateKeyPkcs1())).isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\n", "\\r\\n", "\r\n", "\n  ", " ", ""})
  void readsAKeyWhoseLineBreaksASecretStoreHasChanged(String lineBreak) {
    for (String pem : List.of(PKCS8, SimulatorKeys.privateKeyPkcs1())) {
      assertThat(RsaPrivateKeys.parse(pem.replace("\n", lineBreak))).isEqualTo(KEY);
    }
  }

  @Test
  void readsAKeyWithTextAroundIt() {
    assertThat(RsaPrivateKeys.parse("Bag Attributes: x\n\n" + PKCS8 + "\nthe end\n"))
        .isEqualTo(KEY);
  }

  @ParameterizedTest
  @ValueSource(ints = {2048, 3072})
  void readsPkcs1OfEachLength(int bits) throws Exception {
    PrivateKey key = key(bits);
    assertThat(RsaPrivateKeys.parse(pkcs1(numbers(key)))).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2047})
  void rejectsAKeyOfFewerThan2048Bits(int bits) throws Exception {
    PrivateKey key = key(bits);
    for (String pem : List.of(pem("PRIVATE KEY", key.getEncoded()), pkcs1(numbers(key)))) {
      assertThat(refusalOf(pem))
          .isEqualTo(
              "holds an RSA key of "
                  + bits
                  + " bits, and at least 2048 are required. Create a new key, and have its public"
                  + " key set for the service account");
    }
  }

  /** Else a signature would take hours, which nothing can interrupt. */
  @Test
  void invariant12RejectsAKeyWithNumbersOutOfProportion() throws Exception {
    PrivateKey key = key(2048);
    BigInteger longer = BigInteger.ONE.shiftLeft(2048).add(BigInteger.ONE);
    List<BigInteger> numbers = numbers(key);
    assertThat(RsaPrivateKeys.parse(pkcs1(numbers))).isEqualTo(key);
    for (int changed = 1; changed < numbers.size(); changed++) {
      assertRefused(numbers, changed, longer);
    }
    List<BigInteger> withoutPrimes = new ArrayList<>(Collections.nCopies(8, BigInteger.ZERO));
    withoutPrimes.set(0, numbers.get(0));
    withoutPrimes.set(2, numbers.get(2));
    assertThat(RsaPrivateKeys.parse(pkcs1(withoutPrimes))).isNotNull();
    assertRefused(withoutPrimes, 2, longer);
    assertRefused(withoutPrimes, 0, BigInteger.ONE.shiftLeft(4096).add(BigInteger.ONE));
    assertRefused(numbers, 3, BigInteger.ONE.shiftLeft(1024 + 64).add(BigInteger.ONE));
  }

  private static void assertRefused(List<BigInteger> numbers, int changed, BigInteger to) {
    List<BigInteger> hostile = new ArrayList<>(numbers);
    hostile.set(changed, to);
    assertThat(refusalOf(pkcs1(hostile))).as("number " + changed).contains("no RSA private key");
  }

  /** Those of RFC 8017, A.1.2, without the version. */
  private static List<BigInteger> numbers(PrivateKey any) {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) any;
    return List.of(
        key.getModulus(),
        key.getPublicExponent(),
        key.getPrivateExponent(),
        key.getPrimeP(),
        key.getPrimeQ(),
        key.getPrimeExponentP(),
        key.getPrimeExponentQ(),
        key.getCrtCoefficient());
  }

  private static String pkcs1(List<BigInteger> numbers) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(element(0x02, BigInteger.ZERO.toByteArray()));
    numbers.forEach(number -> content.writeBytes(element(0x02, number.toByteArray())));
    return pem("RSA PRIVATE KEY", element(0x30, content.toByteArray()));
  }

  private static byte[] element(int tag, byte[] content) {
    byte[] element = new byte[4 + content.length];
    element[0] = (byte) tag;
    int at = 1;
    if (content.length < 0x80) {
      element[at++] = (byte) content.length;
    } else if (content.length < 0x100) {
      element[at++] = (byte) 0x81;
      element[at++] = (byte) content.length;
    } else {
      element[at++] = (byte) 0x82;
      element[at++] = (byte) (content.length >> 8);
      element[at++] = (byte) content.length;
    }
    System.arraycopy(content, 0, element, at, content.length);
    return Arrays.copyOf(element, at + content.length);
  }

  private static PrivateKey key(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair().getPrivate();
  }

  @Test
  void refusesAnEncryptedKeyAndSaysHowToDecryptIt() throws Exception {
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
  void refusesAKeyOfAnotherAlgorithmWhateverItsHeaderSays() throws Exception {
    byte[] elliptic =
        KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();
    assertThat(refusalOf(pem("EC PRIVATE KEY", elliptic))).contains("another kind");
    assertThat(refusalOf(pem("OPENSSH PRIVATE KEY", elliptic))).contains("another kind");
    assertThat(refusalOf(pem("PRIVATE KEY", elliptic))).contains("no RSA private key");
    assertThat(refusalOf(pem("RSA PRIVATE KEY", elliptic))).contains("no RSA private key");
  }

  @Test
  void refusesThePublicPartAndACertificate() {
    assertThat(refusalOf(PKCS8.replace(" PRIVATE", " PUBLIC"))).contains("another kind");
    assertThat(refusalOf(PKCS8.replace("PRIVATE KEY", "CERTIFICATE"))).contains("another kind");
  }

  @Test
  void refusesAKeyThatWasNotCopiedAsAWhole() {
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
  void refusesWhatIsNoPem(String text) {
    assertThat(refusalOf(text)).startsWith("is not PEM text");
  }

  /** The refusal's message, after a look that nothing of the text is in it. */
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
