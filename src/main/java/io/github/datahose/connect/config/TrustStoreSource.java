// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.config.option.TlsOptions;
import io.github.datahose.connect.symphony.tls.KeyStores.WrongPasswordException;
import io.github.datahose.connect.symphony.tls.TrustStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.apache.kafka.common.config.types.Password;

/**
 * Where the certificates come from that are trusted besides the JVM's: PEM text of an option, a
 * file that is read when {@link TrustStore} says, or nowhere. Immutable.
 */
final class TrustStoreSource {
  private final String certificates;
  private final WorkerFile file;
  private final Password password;

  private TrustStoreSource(String certificates, WorkerFile file, Password password) {
    this.certificates = certificates;
    this.file = file;
    this.password = password;
  }

  /** At most one of certificates and path is not null. */
  static TrustStoreSource of(String certificates, String path, Password password) {
    return new TrustStoreSource(certificates, path == null ? null : file(path), password);
  }

  /** The file that {@link TlsOptions#TRUSTSTORE_PATH} names. */
  static WorkerFile file(String path) {
    return new WorkerFile(
        TlsOptions.TRUSTSTORE_PATH,
        path,
        "a PKCS#12 or JKS store, or a PEM file, of the CA certificates",
        Option.LONGEST_STORE);
  }

  /** The option that they come from; where they come from none, the one to set. */
  String option() {
    return certificates == null ? TlsOptions.TRUSTSTORE_PATH : TlsOptions.TRUSTSTORE_CERTIFICATES;
  }

  /**
   * The certificates as they are now; none where none are configured.
   *
   * @throws IllegalArgumentException if they cannot be read; the message is a sentence that says
   *     what to do
   */
  List<X509Certificate> read() {
    try {
      if (certificates != null) {
        return TrustStore.readPem(certificates);
      }
      return file == null
          ? List.of()
          : TrustStore.read(file.read(), password == null ? null : password.value());
    } catch (UnusableOptionException e) {
      throw e;
    } catch (WrongPasswordException e) {
      throw new UnusableOptionException(
          TlsOptions.TRUSTSTORE_PASSWORD, e.getMessage() + ", or " + option());
    } catch (IllegalArgumentException e) {
      throw new UnusableOptionException(option(), e.getMessage());
    }
  }
}
