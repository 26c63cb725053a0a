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

import io.github.datahose.connect.config.option.LoginOptions.AuthType;
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
  static void read(ParsedConfig parsed) {
    tell(parsed, () -> readCredentials(parsed));
    tell(parsed, () -> readTrustStore(parsed));
  }

  /**
   * Finds fault with files that this worker does not allow, when a connector or a task starts.
   * Whatever else is wrong with one may pass: the login tells.
   */
  static void refuseForbidden(ParsedConfig parsed) {
    if (WorkerPolicy.boundsFiles()) {
      FILES.forEach(
          (option, file) -> {
            if (isThere(parsed, option)) {
              String path = (String) parsed.value(option);
              tell(parsed, () -> file.apply(path).refuseForbidden());
            }
          });
    }
  }

  private static void tell(ParsedConfig parsed, Runnable reading) {
    try {
      reading.run();
    } catch (UnusableOptionException e) {
      parsed.addErrorMessage(e.option(), e.getMessage());
    }
  }

  private static void readCredentials(ParsedConfig parsed) {
    if (!parsed.isValid(AUTH_TYPE)) {
      return;
    }
    if (LoginChecks.type(parsed) == AuthType.RSA) {
      if (isThere(parsed, PRIVATE_KEY, PRIVATE_KEY_PATH)) {
        PrivateKeySource.of(
                (Password) parsed.value(PRIVATE_KEY), (String) parsed.value(PRIVATE_KEY_PATH))
            .read();
      }
    } else if (isThere(parsed, CERTIFICATE_PATH, CERTIFICATE_CONTENT)
        && isThere(parsed, CERTIFICATE_PASSWORD)) {
      CertificateSource source =
          CertificateSource.of(
              (Password) parsed.value(CERTIFICATE_CONTENT),
              (String) parsed.value(CERTIFICATE_PATH),
              (Password) parsed.value(CERTIFICATE_PASSWORD));
      checkName(parsed, source.read(), source.option());
    }
  }

  /** The pod goes by the certificate alone; offsets, tags and messages by the user name. */
  private static void checkName(ParsedConfig parsed, ClientCertificate certificate, String option) {
    if (parsed.isValid(USERNAME)
        && !certificate.commonNames().contains((String) parsed.value(USERNAME))) {
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

  private static boolean isThere(ParsedConfig parsed, String... options) {
    return parsed.isValid(options) && Stream.of(options).anyMatch(parsed::isGiven);
  }

  private static void readTrustStore(ParsedConfig parsed) {
    if (parsed.isValid(TRUSTSTORE_CERTIFICATES, TRUSTSTORE_PATH, TRUSTSTORE_PASSWORD)) {
      TrustStoreSource.of(
              (String) parsed.value(TRUSTSTORE_CERTIFICATES),
              (String) parsed.value(TRUSTSTORE_PATH),
              (Password) parsed.value(TRUSTSTORE_PASSWORD))
          .read();
    }
  }
}
