// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build, as the build wrote it. */
final class ConnectorVersion {

  private static final String VERSION = read();

  private ConnectorVersion() {}

  static String get() {
    return VERSION;
  }

  /** Value of the header {@code User-Agent}. */
  static String userAgent() {
    return "kafka-connect-symphony-datahose/" + VERSION;
  }

  private static String read() {
    try (InputStream in = ConnectorVersion.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("The connector's archive is damaged: version.properties", e);
    }
  }
}
