// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A certificate authority of a test's own. Immutable. */
public final class Authority {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant YESTERDAY = Instant.now().minus(DAY);
  private static final Instant TOMORROW = Instant.now().plus(DAY);

  private final HeldCertificate root;

  /** Makes one that nobody knows yet. */
  public Authority(String name) {
    this(name, TOMORROW);
  }

  /** Makes one that is over then. */
  public Authority(String name, Instant until) {
    root =
        new HeldCertificate.Builder()
            .commonName(name)
            .certificateAuthority(0)
            .validityInterval(until.minus(DAY).toEpochMilli(), until.toEpochMilli())
            .build();
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return root.certificate();
  }

  /** Its own certificate as PEM text. */
  public String pem() {
    return root.certificatePem();
  }

  /**
   * For a server that is called by the address of this machine or by its name {@code localhost}.
   */
  public Identity server() {
    return server("127.0.0.1", "localhost");
  }

  /** For a server with these names and addresses. */
  public Identity server(String... hosts) {
    return server(YESTERDAY, TOMORROW, hosts);
  }

  /** The same, valid between two times. */
  public Identity server(Instant from, Instant until, String... hosts) {
    return identity(signed("server of " + hosts[0], from, until, hosts));
  }

  /** For a server, with an RSA key of 512 bits, which Java rejects. */
  public Identity weakServer(String host) {
    return identity(signed("server of " + host, YESTERDAY, TOMORROW, host).keyPair(rsa(512)));
  }

  /** For a client; the common name is a service account's. */
  public Identity client(String commonName) {
    return client(commonName, YESTERDAY, TOMORROW);
  }

  /** The same, valid between two times. */
  public Identity client(String commonName, Instant from, Instant until) {
    return identity(signed(commonName, from, until).rsa2048());
  }

  /** For a client, with an RSA key of 1024 bits, which is too short. */
  public Identity weakClient(String commonName) {
    return identity(signed(commonName, YESTERDAY, TOMORROW).keyPair(rsa(1024)));
  }

  private static KeyPair rsa(int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What a client needs that trusts this authority alone.
   *
   * @param identity what it shows to servers that ask, or null
   */
  public SSLContext context(Identity identity) {
    HandshakeCertificates.Builder builder =
        new HandshakeCertificates.Builder().addTrustedCertificate(certificate());
    if (identity != null) {
      KeyPair keys = new KeyPair(identity.certificate().getPublicKey(), identity.key());
      builder.heldCertificate(new HeldCertificate(keys, identity.certificate()));
    }
    return builder.build().sslContext();
  }

  private HeldCertificate.Builder signed(
      String commonName, Instant from, Instant until, String... hosts) {
    HeldCertificate.Builder builder =
        new HeldCertificate.Builder()
            .commonName(commonName)
            .validityInterval(from.toEpochMilli(), until.toEpochMilli())
            .signedBy(root);
    for (String host : hosts) {
      builder.addSubjectAlternativeName(host);
    }
    return builder;
  }

  private static Identity identity(HeldCertificate.Builder builder) {
    HeldCertificate held = builder.build();
    return new Identity(held.keyPair().getPrivate(), held.certificate());
  }
}
