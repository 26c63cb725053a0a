// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import io.github.datahose.connect.symphony.ClientSettings;
import io.github.datahose.connect.symphony.Credentials;
import io.github.datahose.connect.text.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;

/**
 * Words for what is connected with what, for the log: account, servers, agents and their versions.
 * Hosts and ports only, and nothing secret.
 */
public record ConnectionFacts(ClientSettings settings) {

  /**
   * All of it in one sentence.
   *
   * @param agents as {@link #agent} says it
   */
  public String sentence(String agents) {
    return "Account "
        + Printable.of(settings.credentials().username())
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
    return settings.credentials() instanceof Credentials.Certificate
        ? " with login by certificate at " + at(settings.endpoints().sessionAuth())
        : " with login by RSA key";
  }

  /**
   * What an agent says of itself.
   *
   * @param health null when it says nothing
   */
  public static String agent(HttpUrl agent, AgentHealth health) {
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
  public static List<String> warnings(HttpUrl agent, AgentHealth health) {
    return health.warnings().stream().map(w -> "The agent at " + at(agent) + " " + w).toList();
  }

  /**
   * What agents of several versions mean for deduplication, which knows most events by their bytes.
   *
   * @param versions by base URL; empty where an agent does not tell
   * @return a warning, or nothing where those that tell have one version
   */
  public static Optional<String> differingVersions(Map<HttpUrl, String> versions) {
    Map<HttpUrl, String> told = new LinkedHashMap<>(versions);
    told.values().removeIf(String::isEmpty);
    if (told.values().stream().distinct().count() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        "The agents have different versions: "
            + told.entrySet().stream()
                .map(agent -> at(agent.getKey()) + " has " + agent.getValue())
                .collect(Collectors.joining(", "))
            + ". With exactly-once delivery, an event that an agent of another version redelivers might be in the topic"
            + " twice, because most events are recognized by their bytes. Use the same version for all agents.");
  }

  private static String at(HttpUrl server) {
    return server.host() + ":" + server.port();
  }
}
