// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** {@code POST /agent/v5/events/read}: acknowledges a batch and waits for the next one. */
final class EventsRead {

  private final Supplier<SimulatorOptions> options;
  private final PodLogin login;
  private final Feeds feeds;

  EventsRead(Supplier<SimulatorOptions> options, PodLogin login, Feeds feeds) {
    this.options = options;
    this.login = login;
    this.feeds = feeds;
  }

  Answer answer(RecordedRequest request) throws Refusal, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(options.get().latency.toNanos());
    AgentVersion version = AgentVersion.of(options.get().agentVersion);
    if (!version.atLeast(22, 6)) {
      throw new Refusal(404, "Not found");
    }
    String account = login.authenticated(request, version);
    ReadBody body = ReadBody.of(request, version);
    FeedKey key = new FeedKey(account, body.tag(), body.eventTypes(), body.scopes());
    Batch batch = feeds.feed(key, body.ackId()).read(request.header(Login.SESSION_TOKEN));
    if (!batch.events().isEmpty()) {
      return Answer.json(200, batch.json(true));
    }
    return switch (options.get().emptyAnswer) {
      case WITH_ACK_ID -> Answer.json(200, batch.json(true));
      case WITHOUT_ACK_ID -> Answer.json(200, batch.json(false));
      case NO_CONTENT -> Answer.of(204, Map.of(), new byte[0]);
    };
  }
}
