// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The requirements of a PKCS#12 store of any origin. */
class KeyStoresTest {

  private static final String PASSWORD = "hunter2hunter2";
  private static final Identity CLIENT = new Authority("Test CA").client("datahose-bot");

  @Test
  @Tag("invariant-12")
  void invariant12RejectsStoreThatTakesSecondsToOpen() {
    byte[] slow = Stores.slow(PASSWORD, CLIENT, 2_000_000);
    assertThatThrownBy(() -> ClientCertificate.of(slow, PASSWORD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("requires more than 2000000 iterations")
        .hasMessageContaining("Create it again with fewer");
  }

  /** Else the first TLS handshake would take hours, which nothing can interrupt. */
  @Test
  @Tag("invariant-12")
  void invariant12RejectsStoreWithKeyThatSignsSlowly() throws Exception {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) CLIENT.key();
    PrivateKey slow =
        KeyFactory.getInstance("RSA")
            .generatePrivate(
                new RSAPrivateCrtKeySpec(
                    key.getModulus(),
                    key.getPublicExponent(),
                    key.getPrivateExponent(),
                    key.getPrimeP(),
                    key.getPrimeQ(),
                    key.getPrimeExponentP().setBit(100_000),
                    key.getPrimeExponentQ(),
                    key.getCrtCoefficient()));
    byte[] store = Stores.of("PKCS12", PASSWORD, PASSWORD, slow, CLIENT.certificate());
    assertThatThrownBy(() -> ClientCertificate.of(store, PASSWORD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("contains a private key that this JVM cannot use");
  }

  @Test
  void opensStoreWithSixHundredThousandIterations() {
    byte[] store = Stores.slow(PASSWORD, CLIENT, 600_000);
    assertThatCode(() -> ClientCertificate.of(store, PASSWORD)).doesNotThrowAnyException();
    assertThat(KeyStores.KeyDerivations.iterations(store)).isGreaterThan(600_000);
  }

  @Test
  void countsIterationsOfEachPartOfJavaStore() {
    assertThat(KeyStores.KeyDerivations.iterations(CLIENT.pkcs12(PASSWORD)))
        .isBetween(3L, 1_900_000L);
  }

  @ParameterizedTest
  @CsvSource({
    // Salt and iterations.
    "30060401AA020105, 5",
    // In three bytes, and twice.
    "3014 3008 0401AA 02034C4B40 3008 0401AA 02034C4B40, 10000000",
    // Of indefinite length.
    "3080 3080 0401AA 020105 0000 0000, 5",
    // Salt in pieces.
    "3008 2403 0401AA 020105, 5",
    // In an OCTET STRING, and in one in pieces, cut within an element.
    "0408 3006 0401AA 020105, 5",
    "240C 0403 300604 0405 01AA020105, 5",
    "2480 0403 300604 0405 01AA020105 0000, 5",
    // After a damaged element.
    "300C 3002 0409 3006 0401AA 020105, 5",
    // Numbers that belong to no salt, and what no derivation has.
    "3003 020105, 0",
    "3006 020105 0401AA, 0",
    "300B 0401AA 02060102030405FF, 0",
    "3006 0401AA 0201FF, 0",
    "30, 0",
    "3084FFFFFFFF, 0"
  })
  void countsIterationsAfterSalt(String hex, long iterations) {
    byte[] store = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThat(KeyStores.KeyDerivations.iterations(store)).isEqualTo(iterations);
  }

  @ParameterizedTest
  @CsvSource({"3080", "2480", "A080", "30800000", "04820001", "3004"})
  @Tag("invariant-12")
  void invariant12ParsesHostileStoresInLinearTime(String hex) {
    byte[] part = HexFormat.of().parseHex(hex);
    byte[] store = new byte[1_048_576];
    for (int at = 0; at + part.length <= store.length; at += part.length) {
      System.arraycopy(part, 0, store, at, part.length);
    }
    for (int first : new int[] {store[0], 0x30}) {
      byte[] hostile = Arrays.copyOf(store, store.length);
      hostile[0] = (byte) first;
      assertThat(KeyStores.KeyDerivations.iterations(hostile)).isNotNegative();
    }
  }
}
