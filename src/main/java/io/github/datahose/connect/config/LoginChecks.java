// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.option.LoginOptions.AUTH_TYPE;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_CONTENT;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_PASSWORD;
import static io.github.datahose.connect.config.option.LoginOptions.CERTIFICATE_PATH;
import static io.github.datahose.connect.config.option.LoginOptions.PRIVATE_KEY;
import static io.github.datahose.connect.config.option.LoginOptions.PRIVATE_KEY_PATH;
import static io.github.datahose.connect.config.option.SymphonyOptions.KEY_MANAGER_URL;
import static io.github.datahose.connect.config.option.SymphonyOptions.POD_URL;
import static io.github.datahose.connect.config.option.SymphonyOptions.SESSION_AUTH_URL;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_CERTIFICATES;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_PASSWORD;
import static io.github.datahose.connect.config.option.TlsOptions.TRUSTSTORE_PATH;

import io.github.datahose.connect.config.option.AuthType;
import io.github.datahose.connect.config.option.ConfigVariables;
import java.util.List;
import java.util.Locale;

/**
 * The checks on the options of login and TLS together; {@link LoginFiles} looks into what they
 * name.
 */
final class LoginChecks {
  private static final List<String> OF_RSA = List.of(PRIVATE_KEY, PRIVATE_KEY_PATH);
  private static final List<String> OF_CERTIFICATE =
      List.of(SESSION_AUTH_URL, CERTIFICATE_PATH, CERTIFICATE_CONTENT, CERTIFICATE_PASSWORD);

  private static final String GAVE_NOTHING =
      "If a config provider was to fill it, the provider gave nothing: "
          + ConfigVariables.WHERE_TO_LOOK;

  private LoginChecks() {}

  static void apply(Examination examination) {
    if (examination.sound(AUTH_TYPE)) {
      boolean rsa = type(examination) == AuthType.RSA;
      if (!othersAreSet(examination, rsa ? OF_CERTIFICATE : OF_RSA)) {
        if (rsa) {
          rsa(examination);
        } else {
          certificate(examination);
        }
      }
    }
    trustStore(examination);
  }

  static AuthType type(Examination examination) {
    return AuthType.valueOf(((String) examination.value(AUTH_TYPE)).toUpperCase(Locale.ROOT));
  }

  /** Options of the other kind of login: likely a kind that was forgotten to be set, so no more. */
  private static boolean othersAreSet(Examination examination, List<String> others) {
    AuthType mine = type(examination);
    AuthType other = mine == AuthType.RSA ? AuthType.CERTIFICATE : AuthType.RSA;
    List<String> given = others.stream().filter(examination::isGiven).toList();
    given.forEach(
        option ->
            examination.fault(
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

  private static void rsa(Examination examination) {
    oneOf(
        examination,
        PRIVATE_KEY,
        PRIVATE_KEY_PATH,
        "to the PEM text or to a file with the RSA private key of the service account");
  }

  private static void certificate(Examination examination) {
    oneOf(
        examination,
        CERTIFICATE_CONTENT,
        CERTIFICATE_PATH,
        "to the base64 text of a PKCS#12 store or to a file with the certificate and the key of the"
            + " service account");
    if (isEmpty(examination, CERTIFICATE_PASSWORD)) {
      examination.fault(CERTIFICATE_PASSWORD, "is empty: set it. " + GAVE_NOTHING);
    } else if (!examination.isGiven(CERTIFICATE_PASSWORD)) {
      examination.fault(
          CERTIFICATE_PASSWORD,
          "is not set: set it to the password of the certificate's store; one without a password"
              + " cannot be used");
    }
    for (String own : List.of(SESSION_AUTH_URL, KEY_MANAGER_URL)) {
      String option = examination.isGiven(own) ? own : POD_URL;
      String url = examination.properties().get(option);
      if (url != null && url.strip().toLowerCase(Locale.ROOT).startsWith("http:")) {
        examination.fault(
            option, "must be an https URL: a client certificate can only be shown in TLS");
      }
    }
  }

  private static void oneOf(Examination examination, String inline, String path, String setTo) {
    if (!examination.sound(inline, path)) {
      return;
    }
    boolean hasPath = examination.isGiven(path);
    if (examination.isGiven(inline)) {
      if (hasPath) {
        examination.fault(path, "and " + inline + " are both set: take one of them out");
      }
    } else if (!hasPath) {
      examination.fault(
          inline,
          isEmpty(examination, inline)
              ? "is empty, and " + path + " is not set: set one of them. " + GAVE_NOTHING
              : "is not set, nor is " + path + ": set one of them, " + setTo);
    }
  }

  /** What a config provider that found an empty value makes; a form makes it of an empty field. */
  private static boolean isEmpty(Examination examination, String option) {
    return examination.properties().get(option) != null && !examination.isGiven(option);
  }

  private static void trustStore(Examination examination) {
    boolean path = examination.isGiven(TRUSTSTORE_PATH);
    if (path && examination.isGiven(TRUSTSTORE_CERTIFICATES)) {
      examination.fault(
          TRUSTSTORE_CERTIFICATES,
          "and " + TRUSTSTORE_PATH + " are both set: take one of them out");
    } else if (!path && examination.isGiven(TRUSTSTORE_PASSWORD)) {
      examination.fault(
          TRUSTSTORE_PASSWORD,
          "is for " + TRUSTSTORE_PATH + ", which is not set: take it out, or set that");
    }
  }
}
