// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import static io.github.datahose.connect.config.option.Option.REQUIRED;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options for Symphony's servers, timeouts, and retries. */
public final class SymphonyOptions {
  public static final String POD_URL = "symphony.pod.url";
  public static final String AGENT_URL = "symphony.agent.url";
  public static final String KEY_MANAGER_URL = "symphony.key.manager.url";
  public static final String SESSION_AUTH_URL = "symphony.session.auth.url";
  public static final String CONNECT_TIMEOUT = "symphony.connect.timeout.ms";
  public static final String READ_TIMEOUT = "symphony.read.timeout.ms";
  public static final String RETRY_BACKOFF = "symphony.retry.backoff.ms";
  public static final String RETRY_BACKOFF_MAX = "symphony.retry.backoff.max.ms";

  private static final Rule RETRY_BACKOFF_RULE = Rule.between(1, 600_000, "ms (10 minutes)");

  public static final Option.Group SERVERS =
      new Option.Group(
          "Symphony servers",
          List.of(
              new Option(
                  POD_URL,
                  ConfigDef.Type.STRING,
                  REQUIRED,
                  Importance.HIGH,
                  Width.LONG,
                  "Pod URL",
                  "Base URL of the pod, such as https://acme.symphony.com. Include the context"
                      + " path if there is one.",
                  Rule.baseUrl()),
              new Option(
                  AGENT_URL,
                  ConfigDef.Type.LIST,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Agent URLs",
                  "Base URLs of one or more agents of the pod, such as"
                      + " https://agent.example.com:8443. Include the context path if there is one. A"
                      + " reader uses one agent, and fails over to the next when that agent is"
                      + " unreachable, times out, or fails. The first reader starts with the first"
                      + " URL, the second reader with the second, and so on in rotation. Default: the"
                      + " pod's URL.",
                  Rule.baseUrls()),
              new Option(
                  KEY_MANAGER_URL,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Key manager URL",
                  "Base URL of the key manager. Include the context path if there is one."
                      + " Default: the pod's URL.",
                  Rule.baseUrl()),
              new Option(
                  SESSION_AUTH_URL,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Session auth URL",
                  "Base URL of the pod for logins with a client certificate, such as"
                      + " https://acme-api.symphony.com or https://acme.symphony.com:8444. Include"
                      + " the context path if there is one. Used only with "
                      + LoginOptions.AUTH_TYPE
                      + "=CERTIFICATE. Default: the pod's URL.",
                  Rule.baseUrl()),
              new Option(
                  CONNECT_TIMEOUT,
                  ConfigDef.Type.INT,
                  15_000,
                  Importance.LOW,
                  Width.SHORT,
                  "Connect timeout (ms)",
                  "Maximum time in milliseconds to wait for a connection to a Symphony server.",
                  Rule.atLeast(1, "")),
              new Option(
                  READ_TIMEOUT,
                  ConfigDef.Type.INT,
                  60_000,
                  Importance.LOW,
                  Width.SHORT,
                  "Read timeout (ms)",
                  "Maximum time in milliseconds to wait for data from a Symphony server. At"
                      + " least 45000, because the agent's long poll takes up to 30 seconds.",
                  Rule.atLeast(45_000, ", because the agent's long poll takes up to 30 seconds")),
              new Option(
                  RETRY_BACKOFF,
                  ConfigDef.Type.LONG,
                  500L,
                  Importance.LOW,
                  Width.SHORT,
                  "Retry backoff (ms)",
                  "Time in milliseconds to wait before the first retry of a transient failure."
                      + " The backoff doubles with each further failure, with full jitter, and"
                      + " retries continue indefinitely. At most 600000 (10 minutes).",
                  RETRY_BACKOFF_RULE),
              new Option(
                  RETRY_BACKOFF_MAX,
                  ConfigDef.Type.LONG,
                  60_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Maximum retry backoff (ms)",
                  "Maximum time in milliseconds to wait between two retries. At most 600000"
                      + " (10 minutes), because Symphony deletes a feed after 30 minutes without a"
                      + " read.",
                  RETRY_BACKOFF_RULE)));

  private SymphonyOptions() {}
}
