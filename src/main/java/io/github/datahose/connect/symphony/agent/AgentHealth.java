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
 * The health that an agent reports, and its description: hosts and ports only, and no secrets.
 *
 * @param version major, minor and patch, as in {@code 24.12.4}; empty if the agent reports no
 *     readable one
 * @param contentExport state of its content export account, {@code ceservice}; empty if the agent
 *     does not report it
 */
public record AgentHealth(String version, String contentExport) {

  /** Event types that the agent decrypts with its content export account. */
  public static final List<String> EXPORTED_TYPES =
      List.of("MESSAGESENT", "MESSAGESUPPRESSED", "SYMPHONYELEMENTSACTION");

  private static final String NOT_CONFIGURED = "not configured";

  /** {@code 24.12.4-913} in health, {@code Agent-24.12.4-913-Linux-...} in info. */
  private static final Pattern VERSION =
      Pattern.compile("(?:Agent-)?((\\d{1,4})\\.(\\d{1,4})(?:\\.\\d{1,6})?)");

  private static final Pattern STATE = Pattern.compile("[A-Z_]{1,20}");

  /**
   * Reads the agent's responses. A missing or malformed value counts as not reported.
   *
   * @param health {@code V3Health} of agent-api-public.yaml, or a missing node
   * @param info {@code AgentInfo}, or a missing node; used where health has no version
   */
  static AgentHealth of(JsonNode health, JsonNode info) {
    String version = version(health);
    return new AgentHealth(version.isEmpty() ? version(info) : version, contentExport(health));
  }

  /**
   * Returns the state of the account. The agent omits an account that is not configured, and is UP
   * nevertheless.
   */
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
   * Describes an agent in a few words.
   *
   * @param health null if the agent did not respond
   */
  public static String describe(HttpUrl agent, AgentHealth health) {
    String version = health == null ? "" : health.version();
    String contentExport = health == null ? "" : health.contentExport();
    return "agent "
        + at(agent)
        + (version.isEmpty()
            ? " of unknown version (22.7 or later is required)"
            : " of version " + version)
        + ", content export account (ceservice) "
        + (contentExport.isEmpty() ? "not reported" : contentExport);
  }

  /**
   * Returns what the agent administrator has to fix, one text for each problem; empty if there is
   * none.
   */
  public List<String> warnings(HttpUrl agent) {
    return Stream.of(contentExportWarning(agent), versionWarning(agent))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Returns a warning about the content export account; empty if the account is UP or not reported.
   */
  public Optional<String> contentExportWarning(HttpUrl agent) {
    return contentExport.isEmpty() || contentExport.equals("UP")
        ? Optional.empty()
        : Optional.of(
            "The agent at "
                + at(agent)
                + " reports that its content export account (ceservice) is "
                + contentExport
                + ". Without it, events of the types "
                + String.join(", ", EXPORTED_TYPES)
                + " are missing or not decrypted. Have the agent administrator set agent.privatekey.ceservice or"
                + " agent.certificate.ceservice to the key or certificate that the pod has for that"
                + " account.");
  }

  /**
   * Returns a warning about the version; empty if Datahose supports the version or it is unknown.
   */
  public Optional<String> versionWarning(HttpUrl agent) {
    return isTooOld()
        ? Optional.of(
            "The agent at "
                + at(agent)
                + " has version "
                + version
                + ". Datahose requires 22.7 or later: earlier agents reject every read. Have the agent"
                + " administrator upgrade it.")
        : Optional.empty();
  }

  /**
   * Returns whether the version is earlier than 22.7; false if it is unknown. Older numbers are not
   * years, but are smaller: 2.62 is also called 20.14.
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
   * Returns a warning if agents have different versions, because deduplication recognizes most
   * events by their bytes.
   *
   * @param versions by base URL; empty for an agent that does not report it
   * @return a warning; empty if all known versions are the same
   */
  public static Optional<String> differingVersions(Map<HttpUrl, String> versions) {
    Map<HttpUrl, String> known = new LinkedHashMap<>(versions);
    known.values().removeIf(String::isEmpty);
    if (known.values().stream().distinct().count() < 2) {
      return Optional.empty();
    }
    return Optional.of(
        "The agents have different versions: "
            + known.entrySet().stream()
                .map(agent -> at(agent.getKey()) + " has " + agent.getValue())
                .collect(Collectors.joining(", "))
            + ". With exactly-once delivery, an event that an agent of another version redelivers might be in"
            + " the topic"
            + " twice, because most events are recognized by their bytes. Use the same version for all agents.");
  }

  /** Returns the host and port of a server. */
  public static String at(HttpUrl server) {
    return server.host() + ":" + server.port();
  }
}
