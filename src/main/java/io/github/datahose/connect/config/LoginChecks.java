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

/** The checks on the options of login and TLS together, and on the files that they name. */
final class LoginChecks {
  private static final List<String> OF_RSA = List.of(PRIVATE_KEY, PRIVATE_KEY_PATH);
  private static final List<String> OF_CERTIFICATE =
      List.of(SESSION_AUTH_URL, CERTIFICATE_PATH, CERTIFICATE_CONTENT, CERTIFICATE_PASSWORD);

  private static final String GAVE_NOTHING =
      "If a config provider was to fill it, the provider gave nothing: " + Option.WHERE_TO_LOOK;

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

  /** Options of the other kind of login: likely a kind that was forgotten to be set, so no more. */
  private static boolean othersAreSet(ParsedConfig parsed, List<String> others) {
    AuthType mine = type(parsed);
    AuthType other = mine == AuthType.RSA ? AuthType.CERTIFICATE : AuthType.RSA;
    List<String> given = others.stream().filter(parsed::isGiven).toList();
    given.forEach(
        option ->
            parsed.addError(
                option,
                "is for "
                    + AUTH_TYPE
                    + "="
                    + other
                    + ", and it is "
                    + mine
                    + ": take the one out, or change the other"));
    return !given.isEmpty();
  }

  private static void rsa(ParsedConfig parsed) {
    oneOf(
        parsed,
        PRIVATE_KEY,
        PRIVATE_KEY_PATH,
        "to the PEM text or to a file with the RSA private key of the service account");
  }

  private static void certificate(ParsedConfig parsed) {
    oneOf(
        parsed,
        CERTIFICATE_CONTENT,
        CERTIFICATE_PATH,
        "to the base64 text of a PKCS#12 store or to a file with the certificate and the key of the"
            + " service account");
    if (isEmpty(parsed, CERTIFICATE_PASSWORD)) {
      parsed.addError(CERTIFICATE_PASSWORD, "is empty: set it. " + GAVE_NOTHING);
    } else if (!parsed.isGiven(CERTIFICATE_PASSWORD)) {
      parsed.addError(
          CERTIFICATE_PASSWORD,
          "is not set: set it to the password of the certificate's store; one without a password"
              + " cannot be used");
    }
    for (String own : List.of(SESSION_AUTH_URL, KEY_MANAGER_URL)) {
      String option = parsed.isGiven(own) ? own : POD_URL;
      String url = parsed.properties().get(option);
      if (url != null && url.strip().toLowerCase(Locale.ROOT).startsWith("http:")) {
        parsed.addError(
            option, "must be an https URL: a client certificate can only be shown in TLS");
      }
    }
  }

  private static void oneOf(ParsedConfig parsed, String inline, String path, String setTo) {
    if (!parsed.isValid(inline, path)) {
      return;
    }
    boolean hasPath = parsed.isGiven(path);
    if (parsed.isGiven(inline)) {
      if (hasPath) {
        parsed.addError(path, "and " + inline + " are both set: take one of them out");
      }
    } else if (!hasPath) {
      parsed.addError(
          inline,
          isEmpty(parsed, inline)
              ? "is empty, and " + path + " is not set: set one of them. " + GAVE_NOTHING
              : "is not set, nor is " + path + ": set one of them, " + setTo);
    }
  }

  /** What a config provider that found an empty value makes; a form makes it of an empty field. */
  private static boolean isEmpty(ParsedConfig parsed, String option) {
    return parsed.properties().get(option) != null && !parsed.isGiven(option);
  }

  private static void trustStore(ParsedConfig parsed) {
    boolean path = parsed.isGiven(TRUSTSTORE_PATH);
    if (path && parsed.isGiven(TRUSTSTORE_CERTIFICATES)) {
      parsed.addError(
          TRUSTSTORE_CERTIFICATES,
          "and " + TRUSTSTORE_PATH + " are both set: take one of them out");
    } else if (!path && parsed.isGiven(TRUSTSTORE_PASSWORD)) {
      parsed.addError(
          TRUSTSTORE_PASSWORD,
          "is for " + TRUSTSTORE_PATH + ", which is not set: take it out, or set that");
    }
  }

  /**
   * Reads key, certificate and trust store once, as the login will. Not among the checks of a
   * running connector: there it is the login that reads them, and tells.
   */
  static void readFiles(ParsedConfig parsed) {
    addErrors(parsed, () -> readCredentials(parsed));
    addErrors(parsed, () -> readTrustStore(parsed));
  }

  /**
   * Rejects files that this worker does not allow, when a connector or a task starts. Whatever else
   * is wrong with one may pass: the login tells.
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
      parsed.addErrorMessage(e.option(), e.getMessage());
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
      KeyMaterial.trustStore(parsed).read();
    }
  }
}
