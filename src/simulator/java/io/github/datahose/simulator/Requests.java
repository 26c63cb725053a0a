// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Requests in the order in which they came; each method narrows the choice. Immutable, except that
 * requests that were waiting get their answers.
 */
public final class Requests implements Iterable<RecordedRequest> {

  /** Path of the read call. */
  public static final String READ = "/agent/v5/events/read";

  /** Path of the login at the pod. */
  public static final String SESSION_LOGIN = "/login/pubkey/authenticate";

  /** Path of the login at the key manager. */
  public static final String KEY_MANAGER_LOGIN = "/relay/pubkey/authenticate";

  /** Path of the login at the pod with a client certificate. */
  public static final String CERTIFICATE_SESSION_LOGIN = "/sessionauth/v1/authenticate";

  /** Path of the login at the key manager with a client certificate. */
  public static final String CERTIFICATE_KEY_MANAGER_LOGIN = "/keyauth/v1/authenticate";

  private final List<RecordedRequest> requests;

  Requests(List<RecordedRequest> requests) {
    this.requests = requests;
  }

  /** Those for which the condition holds. */
  public Requests where(Predicate<RecordedRequest> condition) {
    return new Requests(requests.stream().filter(condition).toList());
  }

  /** Those to a path, for example {@link #READ}. */
  public Requests to(String path) {
    return where(request -> request.path().equals(path));
  }

  /** Reads of events. */
  public Requests reads() {
    return to(READ);
  }

  /** Reads of the feed or feeds with this tag. */
  public Requests readsOf(String tag) {
    return reads().where(request -> request.json().path("tag").asText().equals(tag));
  }

  /** Those answered with a status; 0 means that the connection was closed instead. */
  public Requests answered(int status) {
    return where(request -> request.status() == status);
  }

  /** Those not answered yet, such as reads in a long poll. */
  public Requests waiting() {
    return where(request -> request.status() == -1);
  }

  /** Number of requests. */
  public int count() {
    return requests.size();
  }

  /** The requests, oldest first. */
  public List<RecordedRequest> list() {
    return requests;
  }

  /** The oldest; fails when there is none. */
  public RecordedRequest first() {
    return at(0);
  }

  /** The newest; fails when there is none. */
  public RecordedRequest last() {
    return at(requests.size() - 1);
  }

  /** The one at a place, counted from 0; fails when there is none. */
  public RecordedRequest at(int index) {
    if (index < 0 || index >= requests.size()) {
      throw new AssertionError(
          "No request number " + index + " among the " + requests.size() + " that were chosen");
    }
    return requests.get(index);
  }

  @Override
  public Iterator<RecordedRequest> iterator() {
    return requests.iterator();
  }

  /** Remembers the newest requests, bounded in number and in bytes. */
  static final class Log {

    private static final long MAX_BYTES = 64L << 20;

    private final int maxRequests;
    private final Deque<RecordedRequest> requests = new ArrayDeque<>();
    private long bytes;
    private long forgotten;

    Log(int maxRequests) {
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
}
