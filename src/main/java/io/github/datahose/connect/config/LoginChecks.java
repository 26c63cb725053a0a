// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.LoginOptions.AUTH_TYPE;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_CONTENT;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_PASSWORD;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_PATH;
import static io.github.datahose.connect.config.option.LoginOptions.PRIVATE_KEY;
import static io.github.datahose.connect.config.option.LoginOptions.PRIVATE_KEY_PATH;
import static io.github.datahose.connect.config.option.LoginOptions.USERNAME;
import static io.github.datahose.connect.config.option.SymphonyOptions.KEY_MANAGER_URL;
import static io.github.datahose.connect.config.option.SymphonyOptions.POD_URL;
import static io.github.datahose.connect.config.option.SymphonyOptions.SESSION_AUTH_URL;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_CERTIFICATES;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_PASSWORD;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_PATH;

import io.github.datahose.connect.config.KeyMaterial.UnusableOptionException;
import io.github.datahose.connect.config.option.LoginOptions.AuthType;
import io.github.datahose.connect.config.option.Option;
import io.github.datahose.connect.symphony.tls.ClientCertificate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The checks across the options of login and TLS, and on the files that they name. */
final class LoginChecks {
  private static final List<String> OF_RSA = List.of(PRIVATE_KEY, PRIVATE_KEY_PATH);
  private static final List<String> OF_CERTIFICATE =
      List.of(SESSION_AUTH_URL, CERTIFICATE_PATH, CERTIFICATE_CONTENT, CERTIFICATE_PASSWORD);

  private static final String GAVE_NOTHING =
      "If a config provider supplies the value, the provider found nothing. Check "
          + Option.WHERE_TO_LOOK;

  private LoginChecks() {}

  static void apply(ParsedConfig parsed) {
    if (parsed.isValid(AUTH_TYPE)) {
      boolean rsa = type(parsed) == AuthType.RSA;
      if (!othersAreSet(parsed, rsa ? OF_CERTIFICATE : OF_RSA)) {
        if (rsa) {
          rsa(parsed);
        } else {
          certificate(parsed);
        }
      }
    }
    trustStore(parsed);
  }

  static AuthType type(ParsedConfig parsed) {
    return AuthType.valueOf(((String) parsed.value(AUTH_TYPE)).toUpperCase(Locale.ROOT));
  }

  /**
   * Rejects options of the other login method. The user probably forgot to set the method, so no
   * other check follows.
   */
  private static boolean othersAreSet(ParsedConfig parsed, List<String> others) {
    AuthType mine = type(parsed);
    AuthType other = mine == AuthType.RSA ? AuthType.CERTIFICATE : AuthType.RSA;
    List<String> given = others.stream().filter(parsed::isGiven).toList();
    given.forEach(
        option ->
            parsed.addError(
                option,
                "requires "
                    + AUTH_TYPE
                    + "="
                    + other
                    + ", but that option is "
                    + mine
                    + ". Change that option or remove this one."));
    return !given.isEmpty();
  }

  private static void rsa(ParsedConfig parsed) {
    oneOf(
        parsed,
        PRIVATE_KEY,
        PRIVATE_KEY_PATH,
        "the PEM text of the RSA private key of the service account");
  }

  private static void certificate(ParsedConfig parsed) {
    oneOf(
        parsed,
        CERTIFICATE_CONTENT,
        CERTIFICATE_PATH,
        "the base64 text of a PKCS#12 keystore with the certificate and the key of"
            + " the service account");
    if (isEmpty(parsed, CERTIFICATE_PASSWORD)) {
      parsed.addError(CERTIFICATE_PASSWORD, "is empty. Set it. " + GAVE_NOTHING);
    } else if (!parsed.isGiven(CERTIFICATE_PASSWORD)) {
      parsed.addError(
          CERTIFICATE_PASSWORD,
          "is required. Set it to the password of the keystore. A keystore without a"
              + " password cannot be used.");
    }
    for (String own : List.of(SESSION_AUTH_URL, KEY_MANAGER_URL)) {
      String option = parsed.isGiven(own) ? own : POD_URL;
      String url = parsed.properties().get(option);
      if (url != null && url.strip().toLowerCase(Locale.ROOT).startsWith("http:")) {
        parsed.addError(
            option,
            "must be an https URL, because a client certificate can be presented only"
                + " over TLS. Use https.");
      }
    }
  }

  private static void oneOf(ParsedConfig parsed, String inline, String path, String value) {
    if (!parsed.isValid(inline, path)) {
      return;
    }
    boolean hasPath = parsed.isGiven(path);
    if (parsed.isGiven(inline)) {
      if (hasPath) {
        parsed.addError(path, "and " + inline + " are mutually exclusive. Remove one of them.");
      }
    } else if (!hasPath) {
      parsed.addError(
          inline,
          isEmpty(parsed, inline)
              ? "is empty, and " + path + " is not set. Set one of them. " + GAVE_NOTHING
              : "or "
                  + path
                  + " is required. Set the first to "
                  + value
                  + ", or the second to a file with it.");
    }
  }

  /** Returns whether the value is empty, as from a config provider or from an empty form field. */
  private static boolean isEmpty(ParsedConfig parsed, String option) {
    return parsed.properties().get(option) != null && !parsed.isGiven(option);
  }

  private static void trustStore(ParsedConfig parsed) {
    boolean path = parsed.isGiven(TRUSTSTORE_PATH);
    if (path && parsed.isGiven(TRUSTSTORE_CERTIFICATES)) {
      parsed.addError(
          TRUSTSTORE_CERTIFICATES,
          "and " + TRUSTSTORE_PATH + " are mutually exclusive. Remove one of them.");
    } else if (!path && parsed.isGiven(TRUSTSTORE_PASSWORD)) {
      parsed.addError(
          TRUSTSTORE_PASSWORD,
          "requires " + TRUSTSTORE_PATH + ". Set that option or remove this one.");
    }
  }

  /**
   * Reads key, certificate, and trust store once, as the login will. A running connector skips this
   * check: its login reads the files and reports failures.
   */
  static void readFiles(ParsedConfig parsed) {
    addErrors(parsed, () -> readCredentials(parsed));
    addErrors(parsed, () -> readTrustStore(parsed));
  }

  /**
   * Rejects files that this worker does not allow, when a connector or a task starts. Other
   * failures might be transient: the login reports them.
   */
  static void rejectForbiddenFiles(ParsedConfig parsed) {
    if (WorkerPolicy.boundsFiles()) {
      for (String option : KeyMaterial.FILES.keySet()) {
        if (isThere(parsed, option)) {
          String path = (String) parsed.value(option);
          addErrors(parsed, () -> KeyMaterial.file(option, path).rejectForbidden());
        }
      }
    }
  }

  private static void addErrors(ParsedConfig parsed, Runnable reading) {
    try {
      reading.run();
    } catch (UnusableOptionException e) {
      parsed.addErrorMessage(e.option(), e.getMessage() + ".");
    }
  }

  private static void readCredentials(ParsedConfig parsed) {
    if (!parsed.isValid(AUTH_TYPE)) {
      return;
    }
    if (type(parsed) == AuthType.RSA) {
      if (isThere(parsed, PRIVATE_KEY, PRIVATE_KEY_PATH)) {
        KeyMaterial.privateKey(parsed).read();
      }
    } else if (isThere(parsed, CERTIFICATE_PATH, CERTIFICATE_CONTENT)
        && isThere(parsed, CERTIFICATE_PASSWORD)) {
      KeyMaterial<ClientCertificate> certificate = KeyMaterial.certificate(parsed);
      checkName(parsed, certificate.read(), certificate.option());
    }
  }

  /** The pod uses only the certificate; offsets, tags, and messages use the user name. */
  private static void checkName(ParsedConfig parsed, ClientCertificate certificate, String option) {
    if (parsed.isValid(USERNAME)
        && !certificate.commonNames().contains((String) parsed.value(USERNAME))) {
      throw new UnusableOptionException(
          USERNAME,
          "is not a common name (CN) of the certificate in "
              + option
              + ", whose subject is "
              + certificate.subject()
              + ". The pod uses that name, and case matters. Correct the user name, or have"
              + " a certificate issued for it");
    }
  }

  private static boolean isThere(ParsedConfig parsed, String... options) {
    return parsed.isValid(options) && Stream.of(options).anyMatch(parsed::isGiven);
  }

  private static void readTrustStore(ParsedConfig parsed) {
    if (parsed.isValid(TRUSTSTORE_CERTIFICATES, TRUSTSTORE_PATH, TRUSTSTORE_PASSWORD)) {
      KeyMaterial.trustStore(parsed).read();
    }
  }
}
