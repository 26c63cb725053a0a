// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.LoginOptions;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import io.github.datahose.connect.symphony.tls.KeyStores.WrongPasswordException;
import java.util.Base64;
import org.apache.kafka.common.config.types.Password;

/**
 * Where the service account's certificate comes from: the base64 text of an option, or a file that
 * is read anew at each login, so that a certificate can be replaced without a restart. Immutable;
 * its text form shows nothing of it.
 */
public final class CertificateSource {
  private final String option;
  private final Password content;
  private final WorkerFile file;
  private final Password password;

  private CertificateSource(String option, Password content, WorkerFile file, Password password) {
    this.option = option;
    this.content = content;
    this.file = file;
    this.password = password;
  }

  /**
   * The content when there is one, else the file; one of the two is not null, nor is the password.
   */
  static CertificateSource of(Password content, String path, Password password) {
    String option =
        content == null ? LoginOptions.CERTIFICATE_PATH : LoginOptions.CERTIFICATE_CONTENT;
    return new CertificateSource(option, content, file(path), password);
  }

  /** The file that {@link LoginOptions#CERTIFICATE_PATH} names. */
  static WorkerFile file(String path) {
    return new WorkerFile(
        LoginOptions.CERTIFICATE_PATH,
        path,
        "the PKCS#12 or JKS store with the service account's certificate and key",
        Option.LONGEST_STORE);
  }

  /** The option that this certificate comes from, for messages about it. */
  public String option() {
    return option;
  }

  /**
   * The certificate as it is now.
   *
   * @throws IllegalArgumentException when there is none; the message is a sentence that says what
   *     to do and repeats neither path nor content
   */
  public ClientCertificate read() {
    byte[] store = content == null ? file.read() : decoded();
    try {
      return ClientCertificate.of(store, password.value());
    } catch (WrongPasswordException e) {
      throw new UnusableOptionException(
          LoginOptions.CERTIFICATE_PASSWORD, e.getMessage() + ", or " + option);
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(option, e.getMessage());
    }
  }

  private byte[] decoded() {
    try {
      return Base64.getDecoder().decode(content.value().replaceAll("\\s|\\\\[nr]", ""));
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(
          option,
          "is not base64: give the PKCS#12 store as base64 -w0 <store> writes it, in one line");
    }
  }

  @Override
  public String toString() {
    return "certificate of " + option;
  }
}
