// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/**
 * What an agent says of itself, and words for it: hosts and ports only, and nothing secret.
 *
 * @param version major, minor and patch, as in {@code 24.12.4}; empty when it says none that can be
 *     read
 * @param contentExport state of its content export account, {@code ceservice}; empty when it does
 *     not say
 */
public record AgentHealth(String version, String contentExport) {

  private static final String NOT_CONFIGURED = "not configured";

  /** {@code 24.12.4-913} in health, {@code Agent-24.12.4-913-Linux-...} in info. */
  private static final Pattern VERSION =
      Pattern.compile("(?:Agent-)?((\\d{1,4})\\.(\\d{1,4})(?:\\.\\d{1,6})?)");

  private static final Pattern STATE = Pattern.compile("[A-Z_]{1,20}");

  /**
   * Reads what the agent answered; what is missing or not as promised counts as not said.
   *
   * @param health {@code V3Health} of agent-api-public.yaml, or a missing node
   * @param info {@code AgentInfo}, or a missing node; used where health has no version
   */
  static AgentHealth of(JsonNode health, JsonNode info) {
    String version = version(health);
    return new AgentHealth(version.isEmpty() ? version(info) : version, contentExport(health));
  }

  /** An account that is not configured is left out, and the agent is UP all the same. */
  private static String contentExport(JsonNode health) {
    JsonNode users = health.path("users");
    if (users.isObject() && !users.has("ceservice")) {
      return NOT_CONFIGURED;
    }
    String state = users.path("ceservice").path("status").asText("");
    return STATE.matcher(state).matches() ? state : "";
  }

  private static String version(JsonNode answer) {
    Matcher version = VERSION.matcher(answer.path("version").asText(""));
    return version.find() ? version.group(1) : "";
  }

  /**
   * All of it in a few words.
   *
   * @param health null when the agent says nothing
   */
  public static String describe(HttpUrl agent, AgentHealth health) {
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

  /** What the agent's administrator has to mend, a sentence each; empty when all is well. */
  public List<String> warnings(HttpUrl agent) {
    return Stream.of(contentExportWarning(agent), versionWarning(agent))
        .flatMap(Optional::stream)
        .toList();
  }

  /** A sentence about the content export account; empty when that is UP, or not told of. */
  public Optional<String> contentExportWarning(HttpUrl agent) {
    return contentExport.isEmpty() || contentExport.equals("UP")
        ? Optional.empty()
        : Optional.of(
            "The agent at "
                + at(agent)
                + " says that its content export account (ceservice) is "
                + contentExport
                + ". Without it MESSAGESENT, MESSAGESUPPRESSED and SYMPHONYELEMENTSACTION do not come, or come not"
                + " decrypted. The administrator of the agent must set agent.privatekey.ceservice or"
                + " agent.certificate.ceservice in its configuration, to what the pod knows that account by.");
  }

  /** A sentence about the version; empty when the Datahose works with it, or it is not told. */
  public Optional<String> versionWarning(HttpUrl agent) {
    return isTooOld()
        ? Optional.of(
            "The agent at "
                + at(agent)
                + " is of version "
                + version
                + ", and the Datahose needs 22.7 or later: an older one refuses each read. The administrator of the agent"
                + " must upgrade it.")
        : Optional.empty();
  }

  /**
   * Whether it is of a version before 22.7; not when it does not tell. Older numbers are no years,
   * but less all the same: 2.62 is also called 20.14.
   */
  private boolean isTooOld() {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return false;
    }
    int major = Integer.parseInt(parts.group(2));
    return major < 22 || (major == 22 && Integer.parseInt(parts.group(3)) < 7);
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

  /** A server in a few words: host and port. */
  public static String at(HttpUrl server) {
    return server.host() + ":" + server.port();
  }
}
