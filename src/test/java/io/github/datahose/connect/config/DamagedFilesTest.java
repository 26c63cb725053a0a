// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.certificates.Authority;
import io.github.datahose.certificates.Identity;
import io.github.datahose.certificates.Stores;
import io.github.datahose.connect.config.KeyMaterial.UnusableOptionException;
import io.github.datahose.simulator.SimulatorKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Truncated files and files with wrong bytes: each results in an error on an option. */
@Timeout(120)
@Isolated("since it puts a security provider before the JVM's")
class DamagedFilesTest {

  private static final int TIMES = 400;
  private static final String PASSWORD = "hunter2hunter2";
  private static final Authority AUTHORITY = new Authority("Test CA");
  private static final Identity CLIENT = AUTHORITY.client("datahose-bot");

  @TempDir private Path folder;

  /** A valid file, with its reader. */
  private record Kind(String name, byte[] good, Function<String, Runnable> reading) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    Function<String, Runnable> certificate =
        path -> KeyMaterial.certificate(null, path, new Password(PASSWORD))::read;
    Function<String, Runnable> trustStore =
        path -> KeyMaterial.trustStore(null, path, new Password(PASSWORD))::read;
    Function<String, Runnable> key = path -> KeyMaterial.privateKey(null, path)::read;
    byte[] pem = ("# remark\n" + AUTHORITY.pem()).getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        new Kind("certificate, PKCS#12", CLIENT.pkcs12(PASSWORD), certificate),
        new Kind("certificate, JKS", CLIENT.jks(PASSWORD), certificate),
        new Kind(
            "trust store, PKCS#12",
            Stores.trusting("PKCS12", PASSWORD, AUTHORITY.certificate()),
            trustStore),
        new Kind(
            "trust store, JKS",
            Stores.trusting("JKS", PASSWORD, AUTHORITY.certificate()),
            trustStore),
        new Kind("trust store, PEM", pem, trustStore),
        new Kind("private key, PKCS#8", bytes(SimulatorKeys.privateKey()), key),
        new Kind("private key, PKCS#1", bytes(SimulatorKeys.privateKeyPkcs1()), key));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void reportsErrorOnOptionWhenFileIsDamaged(Kind kind) throws Exception {
    Path file = folder.resolve("damaged");
    Runnable reading = kind.reading.apply(file.toString());
    Files.write(file, kind.good);
    reading.run();
    Random random = new Random(4);
    int refused = 0;
    for (int i = 0; i < TIMES; i++) {
      Files.write(file, damaged(kind.good, random));
      try {
        reading.run();
      } catch (UnusableOptionException e) {
        refused++;
        assertThat(e.getMessage()).startsWith(e.option() + " ").doesNotContain("hunter2");
      } catch (RuntimeException e) {
        throw new AssertionError("Damaged for the " + (i + 1) + ". time: " + e, e);
      }
    }
    assertThat(refused).as("most damages are found").isGreaterThan(TIMES / 2);
  }

  /** Classes of the JDK have thrown such exceptions. */
  @ParameterizedTest
  @MethodSource("kinds")
  void reportsErrorWithoutItsCauseWhenJvmThrows(Kind kind) throws Exception {
    Path file = Files.write(folder.resolve("good"), kind.good);
    Runnable reading = kind.reading.apply(file.toString());
    for (String failing :
        List.of("KeyStore", "KeyManagerFactory", "CertificateFactory", "KeyFactory")) {
      Security.insertProviderAt(new FailingProvider(failing), 1);
      try {
        reading.run();
      } catch (RuntimeException e) {
        assertThat(e).isInstanceOf(UnusableOptionException.class).hasNoCause();
        assertThat(e.getMessage()).startsWith("symphony.").doesNotContain("hunter2");
      } finally {
        Security.removeProvider(FailingProvider.NAME);
      }
    }
    reading.run();
  }

  /** A provider that fails for one algorithm, with a secret in its message. */
  private static final class FailingProvider extends Provider {

    static final String NAME = "Failing";
    private static final long serialVersionUID = 1L;

    FailingProvider(String type) {
      super(NAME, "1", "fails");
      for (String algorithm : List.of("PKCS12", "JKS", "SunX509", "X.509", "RSA")) {
        putService(
            new Service(this, type, algorithm, "none", null, null) {
              @Override
              public Object newInstance(Object parameter) {
                throw new IllegalStateException("hunter2");
              }
            });
      }
    }
  }

  /** Changes bytes, more often at the start, where the structure is, and truncates one in eight. */
  private static byte[] damaged(byte[] good, Random random) {
    byte[] damaged = good.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int end = random.nextInt(3) == 0 ? Math.min(100, good.length) : good.length;
      damaged[random.nextInt(end)] = (byte) random.nextInt(256);
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(damaged, random.nextInt(damaged.length))
        : damaged;
  }
}
