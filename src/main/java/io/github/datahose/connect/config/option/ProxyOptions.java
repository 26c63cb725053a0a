// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about the HTTP proxy before Symphony's servers. */
public final class ProxyOptions {
  public static final String URL = "symphony.proxy.url";
  public static final String USERNAME = "symphony.proxy.username";
  public static final String PASSWORD = "symphony.proxy.password";
  public static final String EXCLUDE = "symphony.proxy.exclude";

  /** Names and IPv4 addresses, and stars in them. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_*-][A-Za-z0-9._*-]{0,252}");

  /** IPv6 addresses, and stars in them; with one colon alone it would be a name and a port. */
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
                  "HTTP proxy that Symphony's servers are reached through, such as"
                      + " http://proxy.example.com:3128; https servers by a tunnel (CONNECT), in"
                      + " which the proxy sees nothing. Proxy settings of the worker's JVM"
                      + " (https.proxyHost and the like) are not used. Default: none, all servers"
                      + " are reached directly.",
                  new Rule("an http URL of a host and its port", ProxyOptions::urlError)),
              new Option(
                  USERNAME,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.MEDIUM,
                  "Proxy user name",
                  "User name for the proxy, if it wants a Basic login; other kinds of login are not"
                      + " supported. Default: none, no login.",
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
                  "Host names or addresses, without ports, that are reached directly; * stands for"
                      + " any characters, as in *.corp.example.com, 10.*. Case does not matter."
                      + " Default: none, all servers are reached through the proxy.",
                  new Rule(
                      "names or addresses of hosts, in which * stands for any characters",
                      ProxyOptions::excludeError))));

  private ProxyOptions() {}

  private static String urlError(Object value) {
    String text = value.toString().strip();
    String lowerCase = text.toLowerCase(Locale.ROOT);
    if (text.indexOf('@') >= 0) {
      return "holds credentials (or an '@'), which is not repeated here: give the URL alone, and"
          + " the login by "
          + USERNAME
          + " and "
          + PASSWORD;
    }
    if (lowerCase.startsWith("https://")) {
      return "is an https URL, and a proxy is spoken to in http: what goes to https servers is"
          + " encrypted all the same, since it goes through a tunnel. Give http:// and the port"
          + " for that";
    }
    if (!lowerCase.startsWith("http://")) {
      return "must begin with http://, as in http://proxy.example.com:3128";
    }
    HttpUrl url = BaseUrl.parse(text);
    if (url == null) {
      return "is no URL of a host, as http://proxy.example.com:3128";
    }
    return url.encodedPath().equals("/") && text.indexOf('?') < 0 && text.indexOf('#') < 0
        ? null
        : "is more than the URL of a host: leave out all that follows host and port";
  }

  private static String excludeError(Object value) {
    List<String> patterns = Rule.entries(value);
    for (int i = 0; i < patterns.size(); i++) {
      String pattern = withoutBrackets(patterns.get(i));
      if (!NAME.matcher(pattern).matches() && !IPV6.matcher(pattern).matches()) {
        return "has an entry that cannot stand, number "
            + (i + 1)
            + ": it must be the name or address of a host, in which * stands for any characters,"
            + " without scheme, port and path; all hosts of a domain are *.example.com";
      }
    }
    return null;
  }

  /** As hosts are compared: URLs have brackets around an IPv6 address. */
  public static String withoutBrackets(String pattern) {
    return pattern.startsWith("[") && pattern.endsWith("]")
        ? pattern.substring(1, pattern.length() - 1)
        : pattern;
  }
}
