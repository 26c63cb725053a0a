// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config;

import static io.github.datahose.connect.config.Option.REQUIRED;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about the service account and what it logs in with. */
public final class LoginOptions {
  public static final String AUTH_TYPE = "symphony.auth.type";
  public static final String USERNAME = "symphony.username";
  public static final String PRIVATE_KEY = "symphony.private.key";
  public static final String PRIVATE_KEY_PATH = "symphony.private.key.path";

  private static final String RSA = "RSA";

  static final Option.Group LOGIN =
      new Option.Group(
          "Symphony login",
          List.of(
              new Option(
                  AUTH_TYPE,
                  ConfigDef.Type.STRING,
                  RSA,
                  Importance.MEDIUM,
                  Width.SHORT,
                  "Kind of login",
                  "RSA: the service account logs in with its private key. CERTIFICATE, the login with"
                      + " a client certificate, is not in this version.",
                  Rules.text(
                      RSA + "; the login with a certificate is not in this version",
                      RSA::equalsIgnoreCase),
                  List.of(RSA)),
              new Option(
                  USERNAME,
                  ConfigDef.Type.STRING,
                  REQUIRED,
                  Importance.HIGH,
                  Width.MEDIUM,
                  "Service account",
                  "User name of the service account, which needs the entitlements to create and to"
                      + " read Datahose feeds.",
                  Rules.text(
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
                  Rules.anything("PEM text of an RSA private key")),
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
                  Rules.anything("path of a file"))));

  private LoginOptions() {}
}
