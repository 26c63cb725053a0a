// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.certificates.Identity;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.RsaPrivateKeys;
import io.github.datahose.connect.symphony.tls.TrustStore;
import io.github.datahose.simulator.ForwardProxy;
import io.github.datahose.simulator.SimulatorKeys;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/** Settings of a client for tests: all of one server, unless a test says otherwise. */
public final class GivenSettings {

  public static final String USER_AGENT = "kafka-connect-symphony-datahose/test";

  private static final String PASSWORD = "store-password";

  public String username = SimulatorKeys.USERNAME;
  public Supplier<String> privateKey = SimulatorKeys::privateKey;
  public Duration readTimeout = Duration.ofSeconds(30);
  public Duration longestCall = Duration.ofMinutes(5);
  public long maxResponseBytes = 1_000_000;
  public Clock clock = Clock.systemUTC();
  public LongSupplier nanoTime = System::nanoTime;

  private HttpUrl podUrl;
  private HttpUrl keyManagerUrl;
  private List<HttpUrl> agentUrls;
  private HttpUrl sessionAuthUrl;
  private Supplier<ClientCertificate> certificate;
  private Supplier<List<X509Certificate>> trusted = List::of;
  private ProxySettings proxy;

  /** One of its own, so that clients of other tests, at a proxy of the same port, share nothing. */
  private final Supplier<Moment> now = () -> new Moment(nanoTime.getAsLong(), clock.millis());

  static GivenSettings of(String url) {
    return new GivenSettings().allAt(url);
  }

  public GivenSettings allAt(String url) {
    return pod(url).sessionAuth(url).keyManager(url).agents(url);
  }

  public GivenSettings pod(String url) {
    podUrl = HttpUrl.get(url);
    return this;
  }

  public GivenSettings sessionAuth(String url) {
    sessionAuthUrl = HttpUrl.get(url);
    return this;
  }

  /** Logs in by certificate. */
  public GivenSettings certificate(Supplier<ClientCertificate> value) {
    certificate = value;
    return this;
  }

  public GivenSettings certificate(Identity identity) {
    byte[] store = identity.pkcs12(PASSWORD);
    return certificate(() -> ClientCertificate.of(store, PASSWORD));
  }

  /** Trusts these in addition to the JVM's. */
  public GivenSettings trusting(X509Certificate... certificates) {
    return trusting(() -> List.of(certificates));
  }

  public GivenSettings trusting(Supplier<List<X509Certificate>> value) {
    trusted = value;
    return this;
  }

  public GivenSettings keyManager(String url) {
    keyManagerUrl = HttpUrl.get(url);
    return this;
  }

  public GivenSettings agents(String... urls) {
    agentUrls = Stream.of(urls).map(HttpUrl::get).toList();
    return this;
  }

  public GivenSettings proxy(ForwardProxy value, String user, String password, String... exclude) {
    return proxy(new ProxySettings("127.0.0.1", value.port(), user, password, List.of(exclude)));
  }

  public GivenSettings proxy(ProxySettings value) {
    proxy = value;
    return this;
  }

  public ClientSettings build() {
    return new ClientSettings(
        new ClientSettings.Endpoints(podUrl, sessionAuthUrl, keyManagerUrl, agentUrls),
        certificate == null
            ? new Credentials.Rsa(
                "symphony.private.key", username, () -> RsaPrivateKeys.parse(privateKey.get()))
            : new Credentials.Certificate("symphony.certificate.path", username, certificate),
        new TrustStore("symphony.truststore.path", trusted),
        proxy,
        new ClientSettings.Timeouts(Duration.ofSeconds(10), readTimeout, longestCall),
        maxResponseBytes,
        USER_AGENT,
        clock,
        now);
  }
}
