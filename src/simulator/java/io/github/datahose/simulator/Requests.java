// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Requests in the order of their arrival; each method filters them. Immutable, except that pending
 * requests receive their responses.
 */
public final class Requests implements Iterable<RecordedRequest> {

  /** The path of a read. */
  public static final String READ = "/agent/v5/events/read";

  /** The path of the login to the pod. */
  public static final String SESSION_LOGIN = "/login/pubkey/authenticate";

  /** The path of the login to the key manager. */
  public static final String KEY_MANAGER_LOGIN = "/relay/pubkey/authenticate";

  /** The path of the login to the pod with a client certificate. */
  public static final String CERTIFICATE_SESSION_LOGIN = "/sessionauth/v1/authenticate";

  /** The path of the login to the key manager with a client certificate. */
  public static final String CERTIFICATE_KEY_MANAGER_LOGIN = "/keyauth/v1/authenticate";

  private final List<RecordedRequest> requests;

  Requests(List<RecordedRequest> requests) {
    this.requests = requests;
  }

  /** Returns the requests that match the condition. */
  public Requests where(Predicate<RecordedRequest> condition) {
    return new Requests(requests.stream().filter(condition).toList());
  }

  /** Returns the requests to a path, for example {@link #READ}. */
  public Requests to(String path) {
    return where(request -> request.path().equals(path));
  }

  /** Returns the reads of events. */
  public Requests reads() {
    return to(READ);
  }

  /** Returns the reads of feeds with this tag. */
  public Requests readsOf(String tag) {
    return reads().where(request -> request.json().path("tag").asText().equals(tag));
  }

  /** Returns the requests with a status of the response; 0 for a closed connection. */
  public Requests answered(int status) {
    return where(request -> request.status() == status);
  }

  /** Returns the requests without a response, such as reads in a long poll. */
  public Requests waiting() {
    return where(request -> request.status() == -1);
  }

  /** Returns the number of requests. */
  public int count() {
    return requests.size();
  }

  /** Returns the requests, oldest first. */
  public List<RecordedRequest> list() {
    return requests;
  }

  /** Returns the oldest request; fails if there is none. */
  public RecordedRequest first() {
    return at(0);
  }

  /** Returns the newest request; fails if there is none. */
  public RecordedRequest last() {
    return at(requests.size() - 1);
  }

  /** Returns the request at an index from 0; fails if there is none. */
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

  /** Keeps the newest requests, limited in number and bytes. */
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

    /** Returns the number of dropped requests. */
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
