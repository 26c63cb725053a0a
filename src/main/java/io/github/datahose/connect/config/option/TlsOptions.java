// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options for the trusted certificate authorities. No option disables the checks. */
public final class TlsOptions {
  public static final String TRUSTSTORE_PATH = "symphony.truststore.path";
  public static final String TRUSTSTORE_PASSWORD = "symphony.truststore.password";
  public static final String TRUSTSTORE_CERTIFICATES = "symphony.truststore.certificates";

  public static final Option.Group TLS =
      new Option.Group(
          "Symphony TLS",
          List.of(
              new Option(
                  TRUSTSTORE_PATH,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Trust store file",
                  "File on every worker with the CA certificates of servers that the JVM does"
                      + " not trust, as a PKCS#12 or JKS trust store, or as PEM text. The content"
                      + " determines the format. The certificates add to those of the JVM, and never"
                      + " replace them. The file is read with the first connection, and again when a"
                      + " server's certificate fails the check. A new CA takes effect without a"
                      + " restart, but a removed CA might be trusted until the task restarts."
                      + " Default: none.",
                  Rule.anything("path of a file")),
              new Option(
                  TRUSTSTORE_PASSWORD,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Trust store password",
                  "Password of the trust store file. Not needed for PEM text or for a trust"
                      + " store without a password. Default: none.",
                  Rule.anything("a password")),
              new Option(
                  TRUSTSTORE_CERTIFICATES,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.LOW,
                  Width.LONG,
                  "Trusted CA certificates",
                  "Trusted CA certificates as PEM text, for workers without files. Separate"
                      + " the lines with line breaks or \\n. Text around the certificates, as OpenSSL"
                      + " writes it, is ignored, but keys of a TLS session in it are rejected. Set"
                      + " either this option or "
                      + TRUSTSTORE_PATH
                      + ", or neither. Default: none.",
                  Rule.certificates())));

  private TlsOptions() {}
}
