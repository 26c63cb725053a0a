// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.github.datahose.simulator.Simulator;
import java.util.function.Supplier;
import okhttp3.HttpUrl;

/** Reads that a test expects to fail, or to wait. */
final class Reads {

  private Reads() {}

  /** All reads go to this agent. */
  static Supplier<HttpUrl> at(String agentUrl) {
    return () -> HttpUrl.get(agentUrl);
  }

  /** The failure of a read without ackId; null when it worked. */
  static SymphonyException failureOf(DatahoseFeed feed) {
    return catchThrowableOfType(SymphonyException.class, () -> feed.read(""));
  }

  /** Until a request has come to the simulator that it has not answered yet. */
  static void awaitWaiting(Simulator simulator) {
    await().until(() -> simulator.requests().waiting().count() == 1);
  }
}
