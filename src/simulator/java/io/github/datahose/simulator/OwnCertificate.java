// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A key with a certificate that is its own authority, made for one run. Java has no API that makes
 * certificates, so the keytool beside it does.
 */
final class OwnCertificate {

  /** By what names the simulator is mostly called: here, among containers, through its proxy. */
  static final List<String> HOSTS =
      List.of("localhost", "127.0.0.1", "simulator", "simulator.test");

  private static final String ALIAS = "simulator";
  private static final String PASSWORD = "nothing to hide";

  private OwnCertificate() {}

  /**
   * Makes one.
   *
   * @param hosts names and addresses by which it is called
   */
  static ServerIdentity make(List<String> hosts) {
    try {
      Path directory = Files.createTempDirectory("simulator");
      Path file = directory.resolve("simulator.p12");
      try {
        keytool(file, hosts);
        return read(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a certificate", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("keytool made a store that Java cannot read", e);
    }
  }

  /** Writes the certificate as PEM. */
  static void write(ServerIdentity identity, Path file) {
    try {
      String base64 =
          Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(identity.chain().get(0).getEncoded());
      Files.writeString(
          file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the certificate to " + file, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void keytool(Path file, List<String> hosts) throws IOException {
    String names =
        hosts.stream()
            .map(host -> (host.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + host)
            .collect(Collectors.joining(","));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=Symphony simulator",
                "-ext",
                "bc:critical=ca:true",
                "-ext",
                "san=" + names,
                "-validity",
                "365",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalArgumentException(
            "keytool made no certificate for " + hosts + ": " + said.strip());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ServerIdentity read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return new ServerIdentity(
        (PrivateKey) store.getKey(ALIAS, PASSWORD.toCharArray()),
        List.of((X509Certificate) store.getCertificate(ALIAS)));
  }
}
