// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The certificate of the simulator for TLS.
 *
 * @param key the private key of the certificate
 * @param chain the certificate and the certificates that signed it, without the root
 */
record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {

  /**
   * The usual host names of the simulator: on this machine, among containers, through its proxy.
   */
  static final String HOSTS = "localhost,127.0.0.1,simulator,simulator.test";

  private static final String ALIAS = "simulator";
  private static final String PASSWORD = "nothing to hide";

  /**
   * Generates a key with a self-signed certificate for one run. Java has no API that generates
   * certificates, so this calls the JDK's keytool.
   *
   * @param hosts host names and addresses of the server
   */
  static ServerIdentity make(List<String> hosts) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("simulator");
    Path file = directory.resolve("simulator.p12");
    try {
      keytool(file, hosts);
      return read(file);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("keytool made a store that Java cannot read", e);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  private static void keytool(Path file, List<String> hosts)
      throws IOException, InterruptedException {
    String names =
        hosts.stream()
            .map(host -> (host.matches("[0-9.]+|.*:.*") ? "ip:" : "dns:") + host)
            .collect(Collectors.joining(","));
    String options =
        "-genkeypair -alias "
            + ALIAS
            + " -keyalg EC -groupname secp256r1 -validity 365 -storetype PKCS12"
            + " -ext bc:critical=ca:true -ext san="
            + names;
    List<String> command = new ArrayList<>(List.of(options.split(" ")));
    command.add(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-dname", "CN=Symphony simulator", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", file.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalArgumentException(
          "keytool made no certificate for " + hosts + ": " + said.strip());
    }
  }

  private static ServerIdentity read(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    return new ServerIdentity(
        (PrivateKey) store.getKey(ALIAS, PASSWORD.toCharArray()),
        List.of((X509Certificate) store.getCertificate(ALIAS)));
  }

  /** Writes the certificate as PEM. */
  void write(Path file) throws IOException {
    try {
      String base64 =
          Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(chain.get(0).getEncoded());
      Files.writeString(
          file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    } catch (IOException e) {
      throw new IOException("Cannot write the certificate to " + file, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trusts the client certificates of the options at the time of the handshake. */
  SSLContext context(Supplier<SimulatorOptions> options) {
    char[] none = {};
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, none);
      store.setKeyEntry("server", key, none, chain.toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, none);
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager clients = new ClientCertificates(options);
      context.init(keys.getKeyManagers(), new TrustManager[] {clients}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("This is no key with its certificate", e);
    }
  }
}
