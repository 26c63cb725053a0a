// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.LoginOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.TlsOptions;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.KeyStores.WrongPasswordException;
import io.github.datahose.connect.symphony.tls.RsaPrivateKeys;
import io.github.datahose.connect.symphony.tls.TrustStore;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.config.types.Password;

/**
 * A key or certificates in an option, or in a file that an option names. A file is read again each
 * time, so that it can be replaced without a restart. Immutable; {@code toString} shows nothing of
 * the content.
 *
 * @param <T> the type of the content
 */
final class KeyMaterial<T> {

  /** The options that name a file, with the expected content. */
  static final Map<String, String> FILES =
      Map.of(
          LoginOptions.PRIVATE_KEY_PATH,
          "the PEM file of the service account's private key",
          LoginOptions.CERTIFICATE_PATH,
          "the PKCS#12 or JKS keystore with the service account's certificate and key",
          TlsOptions.TRUSTSTORE_PATH,
          "a PKCS#12 or JKS trust store, or a PEM file, of the CA certificates");

  private final String option;
  private final String passwordOption;
  private final Supplier<T> reading;

  private KeyMaterial(String option, String passwordOption, Supplier<T> reading) {
    this.option = option;
    this.passwordOption = passwordOption;
    this.reading = reading;
  }

  /** Returns the private key of a configuration. */
  static KeyMaterial<PrivateKey> privateKey(ParsedConfig parsed) {
    return privateKey(
        (Password) parsed.value(LoginOptions.PRIVATE_KEY),
        (String) parsed.value(LoginOptions.PRIVATE_KEY_PATH));
  }

  /** Returns the certificate of a configuration. Do not read it if there is no password. */
  static KeyMaterial<ClientCertificate> certificate(ParsedConfig parsed) {
    return certificate(
        (Password) parsed.value(LoginOptions.CERTIFICATE_CONTENT),
        (String) parsed.value(LoginOptions.CERTIFICATE_PATH),
        (Password) parsed.value(LoginOptions.CERTIFICATE_PASSWORD));
  }

  /** Returns the trusted certificates of a configuration. */
  static KeyMaterial<List<X509Certificate>> trustStore(ParsedConfig parsed) {
    return trustStore(
        (String) parsed.value(TlsOptions.TRUSTSTORE_CERTIFICATES),
        (String) parsed.value(TlsOptions.TRUSTSTORE_PATH),
        (Password) parsed.value(TlsOptions.TRUSTSTORE_PASSWORD));
  }

  /** Returns the service account's private key: the text if there is one, else the file. */
  static KeyMaterial<PrivateKey> privateKey(Password text, String path) {
    String option = text == null ? LoginOptions.PRIVATE_KEY_PATH : LoginOptions.PRIVATE_KEY;
    WorkerFile file = file(LoginOptions.PRIVATE_KEY_PATH, path);
    return new KeyMaterial<>(
        option,
        null,
        () ->
            RsaPrivateKeys.parse(
                text == null ? new String(file.read(), StandardCharsets.UTF_8) : text.value()));
  }

  /**
   * Returns the service account's certificate: the base64 text if there is one, else the file.
   *
   * @param password null only if the certificate is never read, as with RSA login
   */
  static KeyMaterial<ClientCertificate> certificate(
      Password content, String path, Password password) {
    String option =
        content == null ? LoginOptions.CERTIFICATE_PATH : LoginOptions.CERTIFICATE_CONTENT;
    WorkerFile file = file(LoginOptions.CERTIFICATE_PATH, path);
    return new KeyMaterial<>(
        option,
        LoginOptions.CERTIFICATE_PASSWORD,
        () ->
            ClientCertificate.of(
                content == null ? file.read() : decoded(content), password.value()));
  }

  /**
   * Returns the certificates that are trusted in addition to the JVM's: PEM text, a file, or none
   * if neither is set. At most one of the two is not null.
   */
  static KeyMaterial<List<X509Certificate>> trustStore(String pem, String path, Password password) {
    if (pem != null) {
      return new KeyMaterial<>(
          TlsOptions.TRUSTSTORE_CERTIFICATES, null, () -> TrustStore.readPem(pem));
    }
    WorkerFile file = file(TlsOptions.TRUSTSTORE_PATH, path);
    return new KeyMaterial<>(
        TlsOptions.TRUSTSTORE_PATH,
        TlsOptions.TRUSTSTORE_PASSWORD,
        () ->
            path == null
                ? List.of()
                : TrustStore.read(file.read(), password == null ? null : password.value()));
  }

  /** Returns the file that an option of {@link #FILES} names. */
  static WorkerFile file(String option, String path) {
    return new WorkerFile(option, path, FILES.get(option), Option.LONGEST_STORE);
  }

  private static byte[] decoded(Password base64) {
    try {
      return Base64.getDecoder().decode(base64.value().replaceAll("\\s|\\\\[nr]", ""));
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(
          LoginOptions.CERTIFICATE_CONTENT,
          "is not base64 text. Use the output of base64 -w0 <keystore> for the PKCS#12"
              + " keystore, in one line");
    }
  }

  /** Returns the option with the content, for messages; the option to set if none is set. */
  String option() {
    return option;
  }

  /**
   * Reads the key or the certificates.
   *
   * @throws IllegalArgumentException if they cannot be used; the message states what to do, and
   *     repeats neither path nor content
   */
  T read() {
    try {
      return reading.get();
    } catch (UnusableOptionException e) {
      throw e;
    } catch (WrongPasswordException e) {
      throw new UnusableOptionException(passwordOption, e.getMessage() + ", or " + option);
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(option, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "content of " + option;
  }

  /** An unusable option value or file. The message begins with the option's name. */
  static class UnusableOptionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * Has no cause, because the cause's message might repeat the value.
     *
     * @param option the option to fix
     * @param wrong the rest of the message after the option's name: what is wrong and what to do
     */
    UnusableOptionException(String option, String wrong) {
      super(option + " " + wrong);
      this.option = option;
    }

    /** Marks a failure as transient: the file does not respond. */
    UnusableOptionException(String option, String wrong, TimeoutException timeout) {
      super(option + " " + wrong, timeout);
      this.option = option;
    }

    /** Returns the option to fix. */
    String option() {
      return option;
    }
  }
}
