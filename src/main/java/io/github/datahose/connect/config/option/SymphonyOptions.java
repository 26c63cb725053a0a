// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.config.option;

import static io.github.datahose.connect.config.option.Option.REQUIRED;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The options about Symphony's servers and the ways to them. */
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
                  "Base URL of the pod, such as https://acme.symphony.com, with the context path if"
                      + " there is one.",
                  Rule.baseUrl()),
              new Option(
                  AGENT_URL,
                  ConfigDef.Type.LIST,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Agent URLs",
                  "Base URLs of one or more agents of the pod, such as https://agent.example.com:8443,"
                      + " each with the context path if there is one. A reader stays with one agent"
                      + " and goes on to the next when it cannot be reached, does not answer in time"
                      + " or fails. The first reader begins with the first URL, the second with the"
                      + " second, and so on round about. Default: the pod's.",
                  Rule.baseUrls()),
              new Option(
                  KEY_MANAGER_URL,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.HIGH,
                  Width.LONG,
                  "Key manager URL",
                  "Base URL of the key manager, with the context path if there is one. Default: the"
                      + " pod's.",
                  Rule.baseUrl()),
              new Option(
                  SESSION_AUTH_URL,
                  ConfigDef.Type.STRING,
                  null,
                  Importance.MEDIUM,
                  Width.LONG,
                  "Session auth URL",
                  "Base URL where the pod takes logins with a client certificate, such as"
                      + " https://acme-api.symphony.com or https://acme.symphony.com:8444, with the"
                      + " context path if there is one. For "
                      + LoginOptions.AUTH_TYPE
                      + "=CERTIFICATE only. Default: the pod's.",
                  Rule.baseUrl()),
              new Option(
                  CONNECT_TIMEOUT,
                  ConfigDef.Type.INT,
                  15_000,
                  Importance.LOW,
                  Width.SHORT,
                  "Connect timeout (ms)",
                  "Longest time, in milliseconds, to wait for a connection to a server of Symphony's.",
                  Rule.atLeast(1, "")),
              new Option(
                  READ_TIMEOUT,
                  ConfigDef.Type.INT,
                  60_000,
                  Importance.LOW,
                  Width.SHORT,
                  "Read timeout (ms)",
                  "Longest time, in milliseconds, without a byte from a server of Symphony's. It must"
                      + " exceed the agent's long poll of up to 30 seconds: at least 45000.",
                  Rule.atLeast(45_000, ", because the agent's long poll takes up to 30 seconds")),
              new Option(
                  RETRY_BACKOFF,
                  ConfigDef.Type.LONG,
                  500L,
                  Importance.LOW,
                  Width.SHORT,
                  "Retry back-off (ms)",
                  "First wait, in milliseconds, after a failure that can heal. It doubles with each"
                      + " further failure, with full jitter, and retries never end. At most 600000 (10"
                      + " minutes).",
                  RETRY_BACKOFF_RULE),
              new Option(
                  RETRY_BACKOFF_MAX,
                  ConfigDef.Type.LONG,
                  60_000L,
                  Importance.LOW,
                  Width.SHORT,
                  "Longest retry back-off (ms)",
                  "Longest wait, in milliseconds, between two retries. At most 600000 (10 minutes),"
                      + " since Symphony deletes a feed that nobody reads for 30 minutes.",
                  RETRY_BACKOFF_RULE)));

  private SymphonyOptions() {}
}
