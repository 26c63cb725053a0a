// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Remembers the newest requests, bounded in number and in bytes. */
final class RequestLog {

  private static final long MAX_BYTES = 64L << 20;

  private final int maxRequests;
  private final Deque<RecordedRequest> requests = new ArrayDeque<>();
  private long bytes;
  private long forgotten;

  RequestLog(int maxRequests) {
    this.maxRequests = maxRequests;
  }

  synchronized void add(RecordedRequest request) {
    requests.addLast(request);
    bytes += request.body().length;
    trim();
  }

  synchronized void answered(RecordedRequest request, Answer answer, Instant at) {
    request.outcome().answeredAt = at;
    request.outcome().answer = answer;
    if (!request.outcome().dropped) {
      bytes += answer.body().length;
      trim();
    }
  }

  synchronized Requests all() {
    return new Requests(List.copyOf(requests));
  }

  /** How many requests are no longer remembered. */
  synchronized long forgotten() {
    return forgotten;
  }

  private void trim() {
    while (requests.size() > maxRequests || bytes > MAX_BYTES && requests.size() > 1) {
      RecordedRequest oldest = requests.removeFirst();
      bytes -= oldest.body().length + oldest.answerBody().length;
      oldest.outcome().dropped = true;
      forgotten++;
    }
  }
}
