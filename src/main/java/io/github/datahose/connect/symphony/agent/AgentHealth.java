// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an agent says of itself.
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
      Pattern.compile("(?:Agent-)?((\\d{1,4})\\.(\\d{1,4})(?:\\.\\d+)?)");

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

  /** What somebody has to mend, each a sentence about the agent; empty when all is well. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!contentExport.isEmpty() && !contentExport.equals("UP")) {
      warnings.add(
          "says that its content export account (ceservice) is "
              + contentExport
              + ". Without it MESSAGESENT, MESSAGESUPPRESSED and SYMPHONYELEMENTSACTION do not come, or come not"
              + " decrypted. The administrator of the agent must set agent.privatekey.ceservice or"
              + " agent.certificate.ceservice in its configuration, to what the pod knows that account by.");
    }
    if (!version.isEmpty() && !isAtLeast(22, 7)) {
      warnings.add(
          "is of version "
              + version
              + ", and the Datahose needs 22.7 or later: an older one refuses each read. The administrator of the agent"
              + " must upgrade it.");
    }
    return warnings;
  }

  /**
   * Whether it is of this version or a later one; not when it does not tell. Older numbers are no
   * years, but less all the same: 2.62 is also called 20.14.
   */
  boolean isAtLeast(int year, int month) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return false;
    }
    int major = Integer.parseInt(parts.group(2));
    return major > year || (major == year && Integer.parseInt(parts.group(3)) >= month);
  }
}
