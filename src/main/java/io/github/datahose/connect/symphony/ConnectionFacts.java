// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import java.util.List;
import okhttp3.HttpUrl;

/**
 * Words for what is connected with what, for the log: account, servers, agents and their versions.
 * Hosts and ports only, and nothing secret.
 */
record ConnectionFacts(ClientSettings settings) {

  /**
   * All of it in one sentence.
   *
   * @param agents as {@link #agent} says it
   */
  String sentence(String agents) {
    return "Account "
        + settings.credentials().username()
        + login()
        + ", pod "
        + at(settings.endpoints().pod())
        + ", key manager "
        + at(settings.endpoints().keyManager())
        + ", "
        + agents
        + (settings.proxy() == null ? "." : ", proxy " + settings.proxy() + ".");
  }

  private String login() {
    return settings.credentials() instanceof CertificateCredentials
        ? " with login by certificate at " + at(settings.endpoints().sessionAuth())
        : " with login by RSA key";
  }

  /**
   * What an agent says of itself.
   *
   * @param health null when it says nothing
   */
  static String agent(HttpUrl agent, AgentHealth health) {
    String version = health == null ? "" : health.version();
    String contentExport = health == null ? "" : health.contentExport();
    return "agent "
        + at(agent)
        + (version.isEmpty()
            ? ", which does not tell its version (22.7 or later is needed)"
            : " of version " + version)
        + ", content export account (ceservice) "
        + (contentExport.isEmpty() ? "not told of" : contentExport);
  }

  /** What the agent's administrator has to mend, a sentence each. */
  static List<String> warnings(HttpUrl agent, AgentHealth health) {
    return health.warnings().stream().map(w -> "The agent at " + at(agent) + " " + w).toList();
  }

  private static String at(HttpUrl server) {
    return server.host() + ":" + server.port();
  }
}
