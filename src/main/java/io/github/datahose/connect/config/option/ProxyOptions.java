// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options for the HTTP proxy to Symphony's servers. */
public final class ProxyOptions {
  public static final String URL = "symphony.proxy.url";
  public static final String USERNAME = "symphony.proxy.username";
  public static final String PASSWORD = "symphony.proxy.password";
  public static final String EXCLUDE = "symphony.proxy.exclude";

  /** Names and IPv4 addresses, with asterisks. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_*-][A-Za-z0-9._*-]{0,252}");

  /** IPv6 addresses, with asterisks. A single colon would separate a name from a port. */
  private static final Pattern IPV6 =
      Pattern.compile("(?=[^:]{0,45}:[^:]{0,45}:)[0-9A-Fa-f:.*]{2,45}");

  public static final Option.Group PROXY =
      new Option.Group(
          "Symphony proxy",
          List.of(
              new Option(
                  URL,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Proxy URL",
                  "HTTP proxy for all connections to Symphony, such as"
                      + " http://proxy.example.com:3128. Connections to https servers use a tunnel"
                      + " (CONNECT), whose content the proxy cannot see. Proxy settings of the"
                      + " worker's JVM, such as https.proxyHost, are ignored. Default: none, all"
                      + " connections are direct.",
                  new Rule("an http URL of a host and its port", ProxyOptions::urlError)),
              new Option(
                  USERNAME,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Proxy user name",
                  "User name for the proxy, if it requires a Basic login. Other kinds of login"
                      + " are not supported. Default: none, no login.",
                  Rule.text(
                      "a user name of at most 255 characters, without colons and control characters",
                      name ->
                          name.length() <= 255
                              && name.indexOf(':') < 0
                              && name.chars().noneMatch(Character::isISOControl))),
              new Option(
                  PASSWORD,
                  ConfigDef.Type.PASSWORD,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Proxy password",
                  "Password of " + USERNAME + ". Default: none.",
                  Rule.anything("a password")),
              new Option(
                  EXCLUDE,
                  ConfigDef.Type.LIST,
                  List.of(),
                  Importance.LOW,
                  Width.LONG,
                  "Hosts without proxy",
                  "Host names or addresses, without ports, of servers to connect to directly."
                      + " An asterisk (*) stands for any characters, as in *.corp.example.com or"
                      + " 10.*. Case does not matter. Default: none, all connections use the proxy.",
                  new Rule(
                      "host names or addresses, in which * stands for any characters",
                      ProxyOptions::excludeError))));

  private ProxyOptions() {}

  private static String urlError(Object value) {
    String text = value.toString().strip();
    String lowerCase = text.toLowerCase(Locale.ROOT);
    if (text.indexOf('@') >= 0) {
      return "contains credentials or an '@' (not shown). Remove them from the URL, and"
          + " set "
          + USERNAME
          + " and "
          + PASSWORD
          + " instead.";
    }
    if (lowerCase.startsWith("https://")) {
      return "must be an http URL, because TLS to the proxy is not supported. Connections"
          + " to https servers are still encrypted, because they use a tunnel. Use"
          + " http:// and the port for it.";
    }
    if (!lowerCase.startsWith("http://")) {
      return "must begin with http://, as in http://proxy.example.com:3128.";
    }
    HttpUrl url = BaseUrl.parse(text);
    if (url == null) {
      return "must be the URL of a host, such as http://proxy.example.com:3128.";
    }
    return url.encodedPath().equals("/") && text.indexOf('?') < 0 && text.indexOf('#') < 0
        ? null
        : "must contain only a host and a port. Remove everything after the port.";
  }

  private static String excludeError(Object value) {
    List<String> patterns = Rule.entries(value);
    for (int i = 0; i < patterns.size(); i++) {
      String pattern = withoutBrackets(patterns.get(i));
      if (!NAME.matcher(pattern).matches() && !IPV6.matcher(pattern).matches()) {
        return "contains an invalid entry (number "
            + (i + 1)
            + "). It must be a host name or address, in which * stands for any characters,"
            + " without scheme, port, or path. To match all hosts of a domain, use"
            + " *.example.com.";
      }
    }
    return null;
  }

  /**
   * Returns the form in which hosts are compared, without the brackets of an IPv6 address in a URL.
   */
  public static String withoutBrackets(String pattern) {
    return pattern.startsWith("[") && pattern.endsWith("]")
        ? pattern.substring(1, pattern.length() - 1)
        : pattern;
  }
}
