// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import static io.github.datahose.connect.config.option.Option.REQUIRED;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options for the service account and its credentials. */
public final class LoginOptions {
  public static final String AUTH_TYPE = "symphony.auth.type";
  public static final String USERNAME = "symphony.username";
  public static final String PRIVATE_KEY = "symphony.private.key";
  public static final String PRIVATE_KEY_PATH = "symphony.private.key.path";
  public static final String CERTIFICATE_PATH = "symphony.certificate.path";
  public static final String CERTIFICATE_PASSWORD = "symphony.certificate.password";
  public static final String CERTIFICATE_CONTENT = "symphony.certificate.content";

  /** The login method of the service account. */
  public enum AuthType {
    /** A token signed with the private key. */
    RSA,
    /** A client certificate. */
    CERTIFICATE
  }

  private static final List<String> AUTH_TYPES =
      Stream.of(AuthType.values()).map(AuthType::name).toList();

  public static final Option.Group LOGIN =
      new Option.Group(
          "Symphony login",
          List.of(
              new Option(
                  AUTH_TYPE,
                  ConfigDef.Type.STRING,
                  AuthType.RSA.name(),
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Login method",
                  "Login method of the service account. RSA uses the private key of the"
                      + " account. CERTIFICATE uses a client certificate whose common name is the"
                      + " user name.",
                  Rule.oneOf(AUTH_TYPES),
                  AUTH_TYPES),
              new Option(
                  USERNAME,
                  ConfigDef.Type.STRING,
                  REQUIRED,
                  Importance.HIGH,
                  Width.MEDIUM,
                  "Service account",
                  "User name of the service account. The account needs the entitlements 'can"
                      + " create datahose feeds' and 'can read from datahose feeds'.",
                  Rule.text(
                      "a user name of at most 255 characters, without control characters",
                      name ->
                          name.length() <= 255 && name.chars().noneMatch(Character::isISOControl))),
              new Option(
                  PRIVATE_KEY,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Private key",
                  "RSA private key of the service account as PEM text (PKCS#1 or PKCS#8)."
                      + " Separate its lines with line breaks or \\n. For RSA login, set either this"
                      + " option or "
                      + PRIVATE_KEY_PATH
                      + ". Default: none.",
                  Rule.anything("PEM text of an RSA private key")),
              new Option(
                  PRIVATE_KEY_PATH,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Private key file",
                  "File on every worker with the RSA private key of the service account as PEM"
                      + " text (PKCS#1 or PKCS#8). The file is read at each login, so you can replace"
                      + " it without a restart. For RSA login, set either this option or "
                      + PRIVATE_KEY
                      + ". Default: none.",
                  Rule.anything("path of a file")),
              new Option(
                  CERTIFICATE_PATH,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Certificate file",
                  "File on every worker with the certificate and private key of the service"
                      + " account, as a PKCS#12 or JKS keystore. The content determines the format."
                      + " The file is read at each login, so you can replace it without a restart."
                      + " For CERTIFICATE login, set either this option or "
                      + CERTIFICATE_CONTENT
                      + ". Default: none.",
                  Rule.anything("path of a file")),
              new Option(
                  CERTIFICATE_PASSWORD,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Certificate password",
                  "Password of the keystore with the certificate, and of the private key in"
                      + " it. Needed for CERTIFICATE login. Default: none.",
                  Rule.anything("a password")),
              new Option(
                  CERTIFICATE_CONTENT,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.LOW,
                  Width.LONG,
                  "Certificate",
                  "Keystore with the certificate and private key as base64 text, for workers"
                      + " without files. For CERTIFICATE login, set either this option or "
                      + CERTIFICATE_PATH
                      + ". Default: none.",
                  Rule.anything("base64 text of a PKCS#12 keystore"))));

  private LoginOptions() {}
}
