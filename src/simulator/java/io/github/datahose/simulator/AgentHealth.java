// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Health and version of the agent; all of it is answered without a login. */
final class AgentHealth {

  private final Supplier<SimulatorOptions> options;

  AgentHealth(Supplier<SimulatorOptions> options) {
    this.options = options;
  }

  /** {@code GET /agent/v3/health}. */
  Answer health(RecordedRequest request) {
    return Answer.json(200, Map.of("status", "UP"));
  }

  /** {@code GET /agent/v3/health/extended}: 503 with the same shape when a part is down. */
  Answer extended(RecordedRequest request) {
    SimulatorOptions current = options.get();
    boolean down = current.contentExport == SimulatorOptions.ContentExport.DOWN;
    Map<String, Object> services = new LinkedHashMap<>();
    services.put("pod", Map.of("status", "UP", "version", "24.1.1-411-0a1b2c3"));
    services.put("key_manager", Map.of("status", "UP", "version", "24.1.1-411-0a1b2c3"));
    services.put("datafeed", Map.of("status", "UP", "version", "2.11.6"));
    Map<String, Object> users = new LinkedHashMap<>();
    users.put("agentservice", Map.of("authType", "RSA", "status", "UP"));
    if (down) {
      users.put(
          "ceservice",
          Map.of(
              "authType", "RSA", "status", "DOWN", "message", "Unable to authenticate ceservice"));
    } else if (current.contentExport == SimulatorOptions.ContentExport.UP) {
      users.put("ceservice", Map.of("authType", "RSA", "status", "UP"));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("services", services);
    body.put("status", down ? "DOWN" : "UP");
    body.put("users", users);
    body.put("version", current.agentVersion);
    return Answer.json(down ? 503 : 200, body);
  }

  /** {@code GET /agent/v1/info}. */
  Answer info(RecordedRequest request) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("ipAddress", "192.0.2.17");
    body.put("hostname", "agent-0");
    body.put("serverFqdn", "https://agent-0.example.test");
    body.put(
        "version", "Agent-" + options.get().agentVersion + "-Linux-5.10.215-203.850.amzn2.x86_64");
    body.put("url", "https://agent.example.test:8443/agent");
    body.put("onPrem", true);
    body.put("mt", false);
    body.put("commitId", "3f1c9d0e7b");
    return Answer.json(200, body);
  }
}
