// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of the connector, from the file that the build writes. */
final class ConnectorVersion {

  private static final String VERSION = read();

  private ConnectorVersion() {}

  static String get() {
    return VERSION;
  }

  /** Returns the value of the header {@code User-Agent}. */
  static String userAgent() {
    return "kafka-connect-symphony-datahose/" + VERSION;
  }

  private static String read() {
    try (InputStream in = ConnectorVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read version.properties. The connector's archive is damaged:"
              + " install it again",
          e);
    }
  }
}
