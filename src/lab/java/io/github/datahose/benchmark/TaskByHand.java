// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.symphony.bdk.core.SymphonyBdk;
import com.symphony.bdk.core.auth.AuthSession;
import com.symphony.bdk.core.auth.exception.AuthInitializationException;
import com.symphony.bdk.core.auth.exception.AuthUnauthorizedException;
import io.github.datahose.launch.ConnectCluster;
import java.util.Map;
import kotlin.Unit;
import okhttp3.OkHttpClient;
import okio.Okio;
import org.apache.kafka.connect.source.SourceConnector;

/** How {@link HandWrittenConnector} comes into a worker, which has only what it needs itself. */
final class TaskByHand {

  private TaskByHand() {}

  /** Installs it in a worker that is about to be started. */
  static void addTo(ConnectCluster.Builder worker) {
    worker.plugin(
        SourceConnector.class,
        HandWrittenConnector.class,
        HandWrittenTask.class,
        AgentByHand.class,
        Answer.class,
        JsonFactory.class,
        OkHttpClient.class,
        Okio.class,
        Unit.class);
  }

  /** Its config but for converters and overrides; logs in, for the hour that a token lasts. */
  static Map<String, String> config(LoopArguments arguments) {
    AuthSession session = login(arguments);
    return Map.of(
        "connector.class",
        HandWrittenConnector.class.getName(),
        "pod",
        arguments.pod(),
        "tag",
        arguments.tag(),
        "types",
        String.join(",", arguments.types()),
        "topic",
        arguments.topic(),
        "session.token",
        session.getSessionToken(),
        "key.manager.token",
        session.getKeyManagerToken());
  }

  private static AuthSession login(LoopArguments arguments) {
    try {
      return new SymphonyBdk(arguments.vendorConfig()).botSession();
    } catch (AuthInitializationException | AuthUnauthorizedException e) {
      throw new IllegalStateException("The vendor's client cannot log in at the simulator", e);
    }
  }
}
