// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import static io.github.datahose.connect.config.option.Option.REQUIRED;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about the service account and what it logs in with. */
public final class LoginOptions {
  public static final String AUTH_TYPE = "symphony.auth.type";
  public static final String USERNAME = "symphony.username";
  public static final String PRIVATE_KEY = "symphony.private.key";
  public static final String PRIVATE_KEY_PATH = "symphony.private.key.path";
  public static final String CERTIFICATE_PATH = "symphony.certificate.path";
  public static final String CERTIFICATE_PASSWORD = "symphony.certificate.password";
  public static final String CERTIFICATE_CONTENT = "symphony.certificate.content";

  /** What the service account logs in with. */
  public enum AuthType {
    /** With a token that its private key signs. */
    RSA,
    /** With a client certificate. */
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
                  "Kind of login",
                  "RSA: the service account logs in with its private key. CERTIFICATE: with a client"
                      + " certificate, whose common name is the user name.",
                  Rule.oneOf(AUTH_TYPES),
                  AUTH_TYPES),
              new Option(
                  USERNAME,
                  ConfigDef.Type.STRING,
                  REQUIRED,
                  Importance.HIGH,
                  Width.MEDIUM,
                  "Service account",
                  "User name of the service account, which needs the entitlements 'can create"
                      + " datahose feeds' and 'can read from datahose feeds'.",
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
                  "RSA private key of the service account as PEM text, PKCS#1 or PKCS#8, with line"
                      + " breaks or with \\n for each. Default: none, then "
                      + PRIVATE_KEY_PATH
                      + " names a file.",
                  Rule.anything("PEM text of an RSA private key")),
              new Option(
                  PRIVATE_KEY_PATH,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Private key file",
                  "File on every worker with the RSA private key of the service account in PEM,"
                      + " PKCS#1 or PKCS#8. Read anew at each login, so a key can be replaced without"
                      + " a restart. Default: none, then "
                      + PRIVATE_KEY
                      + " holds the key.",
                  Rule.anything("path of a file")),
              new Option(
                  CERTIFICATE_PATH,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Certificate file",
                  "File on every worker with the certificate of the service account and its private"
                      + " key, PKCS#12 or JKS, told by its content. Read anew at each login, so a"
                      + " certificate can be replaced without a restart. Default: none, then "
                      + CERTIFICATE_CONTENT
                      + " holds it when the login is by CERTIFICATE.",
                  Rule.anything("path of a file")),
              new Option(
                  CERTIFICATE_PASSWORD,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Certificate password",
                  "Password of the certificate's store, and of the private key in it. Needed when the"
                      + " login is by CERTIFICATE. Default: none.",
                  Rule.anything("a password")),
              new Option(
                  CERTIFICATE_CONTENT,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.LOW,
                  Width.LONG,
                  "Certificate",
                  "The same store inline, as base64 text: for workers without files. Default: none,"
                      + " then "
                      + CERTIFICATE_PATH
                      + " names a file when the login is by CERTIFICATE.",
                  Rule.anything("base64 text of a PKCS#12 store"))));

  private LoginOptions() {}
}
