// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.BaseUrl;
import io.github.datahose.connect.config.option.LoginOptions;
import io.github.datahose.connect.config.option.LoginOptions.AuthType;
import io.github.datahose.connect.config.option.ProxyOptions;
import io.github.datahose.connect.config.option.Rule;
import io.github.datahose.connect.config.option.SymphonyOptions;
import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.symphony.ProxySettings;
import io.github.datahose.connect.symphony.check.ConnectionCheck;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.TrustStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/** The part of the configuration about Symphony's servers and the login there. Immutable. */
public final class SymphonyConfig {
  private final AbstractConfig options;
  private final AuthType authType;
  private final KeyMaterial<PrivateKey> privateKey;
  private final KeyMaterial<ClientCertificate> certificate;
  private final KeyMaterial<List<X509Certificate>> trustStore;

  SymphonyConfig(AbstractConfig options, ParsedConfig parsed) {
    this.options = options;
    // Taken now: an error that is added to the parsed config later takes a value out of it.
    authType = LoginChecks.type(parsed);
    privateKey = KeyMaterial.privateKey(parsed);
    certificate = KeyMaterial.certificate(parsed);
    trustStore = KeyMaterial.trustStore(parsed);
  }

  /** Base URL of the pod, its context path kept, without a slash at the end of that. */
  HttpUrl podUrl() {
    return BaseUrl.parse(options.getString(SymphonyOptions.POD_URL));
  }

  /** The pod's host in lower case without port. */
  public String podHost() {
    return podUrl().host();
  }

  /** Base URLs of the agents, at least one, in the form of {@link #podUrl()}. */
  public List<HttpUrl> agentUrls() {
    List<String> urls = options.getList(SymphonyOptions.AGENT_URL);
    List<String> entries = urls == null ? List.of() : Rule.entries(urls);
    return entries.isEmpty() ? List.of(podUrl()) : entries.stream().map(BaseUrl::parse).toList();
  }

  /** Base URL of the key manager, in the form of {@link #podUrl()}. */
  HttpUrl keyManagerUrl() {
    String url = options.getString(SymphonyOptions.KEY_MANAGER_URL);
    return url == null ? podUrl() : BaseUrl.parse(url);
  }

  /** User name of the service account. */
  public String username() {
    return options.getString(LoginOptions.USERNAME);
  }

  /** Base URL where the pod takes logins by certificate, in the form of {@link #podUrl()}. */
  HttpUrl sessionAuthUrl() {
    String url = options.getString(SymphonyOptions.SESSION_AUTH_URL);
    return url == null ? podUrl() : BaseUrl.parse(url);
  }

  /** All these servers. */
  public ClientSettings.Endpoints endpoints() {
    return new ClientSettings.Endpoints(podUrl(), sessionAuthUrl(), keyManagerUrl(), agentUrls());
  }

  /** What the service account logs in with, and where it comes from. */
  public Credentials credentials() {
    return authType == AuthType.RSA
        ? new Credentials.Rsa(privateKey.option(), username(), privateKey::read)
        : new Credentials.Certificate(certificate.option(), username(), certificate::read);
  }

  /** Where the private key comes from; to be read only with {@link AuthType#RSA}. */
  KeyMaterial<PrivateKey> privateKey() {
    return privateKey;
  }

  /** Where the certificate comes from; to be read only with {@link AuthType#CERTIFICATE}. */
  KeyMaterial<ClientCertificate> certificate() {
    return certificate;
  }

  /** Who is trusted besides those whom the JVM trusts. */
  public TrustStore trustStore() {
    return new TrustStore(trustStore.option(), trustStore::read);
  }

  /** The proxy that the servers are reached through, if any. */
  public Optional<ProxySettings> proxy() {
    String url = options.getString(ProxyOptions.URL);
    if (url == null) {
      return Optional.empty();
    }
    HttpUrl proxy = BaseUrl.parse(url);
    Password password = options.getPassword(ProxyOptions.PASSWORD);
    return Optional.of(
        new ProxySettings(
            proxy.host(),
            proxy.port(),
            options.getString(ProxyOptions.USERNAME),
            password == null ? null : password.value(),
            Rule.entries(options.getList(ProxyOptions.EXCLUDE)).stream()
                .map(ProxyOptions::withoutBrackets)
                .toList()));
  }

  /** The option to fix for what the connection check found at fault. */
  public String option(ConnectionCheck.Subject subject) {
    return switch (subject) {
      case POD_URL -> SymphonyOptions.POD_URL;
      case SESSION_AUTH_URL -> SymphonyOptions.SESSION_AUTH_URL;
      case KEY_MANAGER_URL -> SymphonyOptions.KEY_MANAGER_URL;
      case AGENT_URL -> SymphonyOptions.AGENT_URL;
      case USERNAME -> LoginOptions.USERNAME;
      case KEY -> credentials().option();
      case TRUST_STORE -> trustStore.option();
      case PROXY_URL -> ProxyOptions.URL;
      case PROXY_LOGIN -> ProxyOptions.USERNAME;
    };
  }

  /** Longest time to wait for a connection. */
  public Duration connectTimeout() {
    return Duration.ofMillis(options.getInt(SymphonyOptions.CONNECT_TIMEOUT));
  }

  /** Longest time without a byte of an answer; exceeds the agent's long poll. */
  public Duration readTimeout() {
    return Duration.ofMillis(options.getInt(SymphonyOptions.READ_TIMEOUT));
  }

  /** The first delay before a retry of a transient failure. */
  public Duration retryBackoff() {
    return Duration.ofMillis(options.getLong(SymphonyOptions.RETRY_BACKOFF));
  }

  /** The longest delay between two retries, not shorter than the first. */
  public Duration retryBackoffMax() {
    return Duration.ofMillis(options.getLong(SymphonyOptions.RETRY_BACKOFF_MAX));
  }
}
