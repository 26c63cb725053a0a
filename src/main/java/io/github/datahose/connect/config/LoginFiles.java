// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.LoginOptions.AUTH_TYPE;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_CONTENT;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_PASSWORD;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_PATH;
import static io.github.datahose.connect.config.option.LoginOptions.PRIVATE_KEY;
import static io.github.datahose.connect.config.option.LoginOptions.PRIVATE_KEY_PATH;
import static io.github.datahose.connect.config.option.LoginOptions.USERNAME;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_CERTIFICATES;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_PASSWORD;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_PATH;

import io.github.datahose.connect.config.option.AuthType;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.config.types.Password;

/** Looks into what the options of login and TLS name, for {@code validate}. */
final class LoginFiles {
  private static final Map<String, Function<String, WorkerFile>> FILES =
      Map.of(
          PRIVATE_KEY_PATH, PrivateKeySource::file,
          CERTIFICATE_PATH, CertificateSource::file,
          TRUSTSTORE_PATH, TrustStoreSource::file);

  private LoginFiles() {}

  /**
   * Reads key, certificate and trust store once, as the login will. Not among the checks of a
   * running connector: there it is the login that reads them, and tells.
   */
  static void read(Examination examination) {
    tell(examination, () -> readCredentials(examination));
    tell(examination, () -> readTrustStore(examination));
  }

  /**
   * Finds fault with files that this worker does not allow, when a connector or a task starts.
   * Whatever else is wrong with one may pass: the login tells.
   */
  static void refuseForbidden(Examination examination) {
    if (WorkerPolicy.boundsFiles()) {
      FILES.forEach(
          (option, file) -> {
            if (isThere(examination, option)) {
              String path = (String) examination.value(option);
              tell(examination, () -> file.apply(path).refuseForbidden());
            }
          });
    }
  }

  private static void tell(Examination examination, Runnable reading) {
    try {
      reading.run();
    } catch (UnusableOptionException e) {
      examination.complain(e.option(), e.getMessage());
    }
  }

  private static void readCredentials(Examination examination) {
    if (!examination.sound(AUTH_TYPE)) {
      return;
    }
    if (LoginChecks.type(examination) == AuthType.RSA) {
      if (isThere(examination, PRIVATE_KEY, PRIVATE_KEY_PATH)) {
        PrivateKeySource.of(
                (Password) examination.value(PRIVATE_KEY),
                (String) examination.value(PRIVATE_KEY_PATH))
            .read();
      }
    } else if (isThere(examination, CERTIFICATE_PATH, CERTIFICATE_CONTENT)
        && isThere(examination, CERTIFICATE_PASSWORD)) {
      CertificateSource source =
          CertificateSource.of(
              (Password) examination.value(CERTIFICATE_CONTENT),
              (String) examination.value(CERTIFICATE_PATH),
              (Password) examination.value(CERTIFICATE_PASSWORD));
      checkName(examination, source.read(), source.option());
    }
  }

  /** The pod goes by the certificate alone; offsets, tags and messages by the user name. */
  private static void checkName(
      Examination examination, ClientCertificate certificate, String option) {
    if (examination.sound(USERNAME)
        && !certificate.commonNames().contains((String) examination.value(USERNAME))) {
      throw new UnusableOptionException(
          USERNAME,
          "is not a common name (CN) of the certificate of "
              + option
              + ", whose subject is "
              + certificate.subject()
              + ": the pod goes by that name, in the same case. Correct the one, or have the other"
              + " made anew");
    }
  }

  private static boolean isThere(Examination examination, String... options) {
    return examination.sound(options) && Stream.of(options).anyMatch(examination::isGiven);
  }

  private static void readTrustStore(Examination examination) {
    if (examination.sound(TRUSTSTORE_CERTIFICATES, TRUSTSTORE_PATH, TRUSTSTORE_PASSWORD)) {
      TrustStoreSource.of(
              (String) examination.value(TRUSTSTORE_CERTIFICATES),
              (String) examination.value(TRUSTSTORE_PATH),
              (Password) examination.value(TRUSTSTORE_PASSWORD))
          .read();
    }
  }
}
