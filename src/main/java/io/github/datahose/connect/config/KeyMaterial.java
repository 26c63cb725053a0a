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
 * A key or certificates that an option holds, or that a file holds which an option names. A file is
 * read again each time, so that it can be replaced without a restart. Immutable; its text form
 * shows nothing of the content.
 *
 * @param <T> what it is when read
 */
final class KeyMaterial<T> {

  /** The options that name a file, and what belongs there. */
  static final Map<String, String> FILES =
      Map.of(
          LoginOptions.PRIVATE_KEY_PATH,
          "the PEM file of the service account's private key",
          LoginOptions.CERTIFICATE_PATH,
          "the PKCS#12 or JKS store with the service account's certificate and key",
          TlsOptions.TRUSTSTORE_PATH,
          "a PKCS#12 or JKS store, or a PEM file, of the CA certificates");

  private final String option;
  private final String passwordOption;
  private final Supplier<T> reading;

  private KeyMaterial(String option, String passwordOption, Supplier<T> reading) {
    this.option = option;
    this.passwordOption = passwordOption;
    this.reading = reading;
  }

  /** The private key of a config. */
  static KeyMaterial<PrivateKey> privateKey(ParsedConfig parsed) {
    return privateKey(
        (Password) parsed.value(LoginOptions.PRIVATE_KEY),
        (String) parsed.value(LoginOptions.PRIVATE_KEY_PATH));
  }

  /** The certificate of a config; not to be read if that has no password for it. */
  static KeyMaterial<ClientCertificate> certificate(ParsedConfig parsed) {
    return certificate(
        (Password) parsed.value(LoginOptions.CERTIFICATE_CONTENT),
        (String) parsed.value(LoginOptions.CERTIFICATE_PATH),
        (Password) parsed.value(LoginOptions.CERTIFICATE_PASSWORD));
  }

  /** The trusted certificates of a config. */
  static KeyMaterial<List<X509Certificate>> trustStore(ParsedConfig parsed) {
    return trustStore(
        (String) parsed.value(TlsOptions.TRUSTSTORE_CERTIFICATES),
        (String) parsed.value(TlsOptions.TRUSTSTORE_PATH),
        (Password) parsed.value(TlsOptions.TRUSTSTORE_PASSWORD));
  }

  /** The service account's private key: the text when there is one, else the file. */
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
   * The service account's certificate: the base64 text when there is one, else the file.
   *
   * @param password may be null where the certificate is not read, as with a login by RSA key
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
   * The certificates that are trusted besides the JVM's: PEM text, a file, or none when neither is
   * set. At most one of the two is not null.
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

  /** The file that one of the options of {@link #FILES} names. */
  static WorkerFile file(String option, String path) {
    return new WorkerFile(option, path, FILES.get(option), Option.LONGEST_STORE);
  }

  private static byte[] decoded(Password base64) {
    try {
      return Base64.getDecoder().decode(base64.value().replaceAll("\\s|\\\\[nr]", ""));
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(
          LoginOptions.CERTIFICATE_CONTENT,
          "is not base64: give the PKCS#12 store as base64 -w0 <store> writes it, in one line");
    }
  }

  /** The option that it comes from, for messages; the one to set where none is set. */
  String option() {
    return option;
  }

  /**
   * The key or the certificates as they are now.
   *
   * @throws IllegalArgumentException when they cannot be used; the message is a sentence that says
   *     what to do and repeats neither path nor content
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

  /** An option's value, or the file it names, that is no use. The message begins with its name. */
  static class UnusableOptionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * Without a cause, whose message might repeat the value.
     *
     * @param option the one to fix
     * @param wrong the rest of a sentence that begins with the option's name and says what to do
     */
    UnusableOptionException(String option, String wrong) {
      super(option + " " + wrong);
      this.option = option;
    }

    /** The same where it hangs, which may pass: {@link TimeoutException} is the cause then. */
    UnusableOptionException(String option, String wrong, TimeoutException hangs) {
      super(option + " " + wrong, hangs);
      this.option = option;
    }

    /** The option to fix. */
    String option() {
      return option;
    }
  }
}
