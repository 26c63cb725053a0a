// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about whom to trust. There is none to trust everybody. */
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
                  "File on every worker with the CA certificates of servers that the JVM's own CAs do"
                      + " not vouch for: PKCS#12, JKS or PEM, told by its content. They are added to"
                      + " the JVM's, never put in their place. The file is read with the first connection, and"
                      + " again when a server's certificate fails the check: a new CA takes effect without a"
                      + " restart, a removed CA might be trusted until the task restarts. Default: none.",
                  Rule.anything("path of a file")),
              new Option(
                  TRUSTSTORE_PASSWORD,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Trust store password",
                  "Password of the trust store file. Default: none, which does for PEM, and for"
                      + " stores made without one.",
                  Rule.anything("a password")),
              new Option(
                  TRUSTSTORE_CERTIFICATES,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.LOW,
                  Width.LONG,
                  "Trusted CA certificates",
                  "The same certificates inline, as PEM text, with line breaks or with \\n for each:"
                      + " for workers without files. Remarks around them, as OpenSSL writes them, are"
                      + " passed over; the keys of a TLS session among them are refused. Default: none, then "
                      + TRUSTSTORE_PATH
                      + " may name a file.",
                  Rule.certificates())));

  private TlsOptions() {}
}
