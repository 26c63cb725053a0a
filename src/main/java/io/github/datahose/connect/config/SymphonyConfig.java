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

/** The options for Symphony's servers and the login. Immutable. */
public final class SymphonyConfig {
  private final AbstractConfig options;
  private final AuthType authType;
  private final KeyMaterial<PrivateKey> privateKey;
  private final KeyMaterial<ClientCertificate> certificate;
  private final KeyMaterial<List<X509Certificate>> trustStore;

  SymphonyConfig(AbstractConfig options, ParsedConfig parsed) {
    this.options = options;
    // Read now, because an error that is added to the parsed configuration later removes a value.
    authType = LoginChecks.type(parsed);
    privateKey = KeyMaterial.privateKey(parsed);
    certificate = KeyMaterial.certificate(parsed);
    trustStore = KeyMaterial.trustStore(parsed);
  }

  /** Returns the base URL of the pod, with its context path and without a trailing slash. */
  HttpUrl podUrl() {
    return BaseUrl.parse(options.getString(SymphonyOptions.POD_URL));
  }

  /** Returns the pod's host in lower case, without port. */
  public String podHost() {
    return podUrl().host();
  }

  /** Returns the base URLs of the agents, at least one, in the form of {@link #podUrl()}. */
  public List<HttpUrl> agentUrls() {
    List<String> urls = options.getList(SymphonyOptions.AGENT_URL);
    List<String> entries = urls == null ? List.of() : Rule.entries(urls);
    return entries.isEmpty() ? List.of(podUrl()) : entries.stream().map(BaseUrl::parse).toList();
  }

  /** Returns the base URL of the key manager, in the form of {@link #podUrl()}. */
  HttpUrl keyManagerUrl() {
    String url = options.getString(SymphonyOptions.KEY_MANAGER_URL);
    return url == null ? podUrl() : BaseUrl.parse(url);
  }

  /** Returns the user name of the service account. */
  public String username() {
    return options.getString(LoginOptions.USERNAME);
  }

  /** Returns the base URL for logins by certificate, in the form of {@link #podUrl()}. */
  HttpUrl sessionAuthUrl() {
    String url = options.getString(SymphonyOptions.SESSION_AUTH_URL);
    return url == null ? podUrl() : BaseUrl.parse(url);
  }

  /** Returns the base URLs of all servers. */
  public ClientSettings.Endpoints endpoints() {
    return new ClientSettings.Endpoints(podUrl(), sessionAuthUrl(), keyManagerUrl(), agentUrls());
  }

  /** Returns the credentials of the service account, and their source. */
  public Credentials credentials() {
    return authType == AuthType.RSA
        ? new Credentials.Rsa(privateKey.option(), username(), privateKey::read)
        : new Credentials.Certificate(certificate.option(), username(), certificate::read);
  }

  /** Returns the source of the private key; read it only with {@link AuthType#RSA}. */
  KeyMaterial<PrivateKey> privateKey() {
    return privateKey;
  }

  /** Returns the source of the certificate; read it only with {@link AuthType#CERTIFICATE}. */
  KeyMaterial<ClientCertificate> certificate() {
    return certificate;
  }

  /** Returns the certificates that are trusted in addition to the JVM's. */
  public TrustStore trustStore() {
    return new TrustStore(trustStore.option(), trustStore::read);
  }

  /** Returns the proxy for connections to the servers, if any. */
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

  /** Returns the option to fix for a finding of the connection check. */
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

  /** Returns the maximum time to wait for a connection. */
  public Duration connectTimeout() {
    return Duration.ofMillis(options.getInt(SymphonyOptions.CONNECT_TIMEOUT));
  }

  /** Returns the maximum time to wait for data; exceeds the agent's long poll. */
  public Duration readTimeout() {
    return Duration.ofMillis(options.getInt(SymphonyOptions.READ_TIMEOUT));
  }

  /** Returns the delay before the first retry of a transient failure. */
  public Duration retryBackoff() {
    return Duration.ofMillis(options.getLong(SymphonyOptions.RETRY_BACKOFF));
  }

  /** Returns the maximum delay between two retries, not less than the first. */
  public Duration retryBackoffMax() {
    return Duration.ofMillis(options.getLong(SymphonyOptions.RETRY_BACKOFF_MAX));
  }
}
