// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import io.github.datahose.connect.symphony.ConnectionFinding.Subject;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.HttpUrl;

/**
 * What a connection check has found so far, each once, and what need not be asked any more because
 * of it. Filled by one thread; {@link #all} is for any.
 */
final class ConnectionFindings {

  private final List<ConnectionFinding> findings = new CopyOnWriteArrayList<>();
  private final Set<HttpUrl> settled = new HashSet<>();
  private final ConnectionVerdict verdict;

  ConnectionFindings(ConnectionVerdict verdict) {
    this.verdict = verdict;
  }

  List<ConnectionFinding> all() {
    return List.copyOf(findings);
  }

  /** Whether this is at fault until somebody mends it. */
  boolean definite(Subject subject) {
    return findings.stream().anyMatch(each -> each.definite() && each.subject() == subject);
  }

  /** Adds it, unless the same subject is known to be at fault. */
  void add(ConnectionFinding finding) {
    if (!finding.definite() || !definite(finding.subject())) {
      findings.add(finding);
    }
  }

  /**
   * Adds it, and remembers what it says of other URLs: a server that nobody reaches has perhaps
   * several, and several have perhaps the pod's.
   */
  void add(ConnectionFinding finding, SymphonyException failure, HttpUrl server) {
    add(finding);
    Throwable cause = failure.getCause();
    if (cause instanceof UnknownHostException
        || cause instanceof ConnectException
        || cause instanceof SSLPeerUnverifiedException
        || UntrustedServerException.in(cause) != null) {
      settled.add(origin(server));
    }
    if (finding.definite() && finding.subject() == Subject.POD_URL) {
      settled.add(server);
    }
  }

  /**
   * Whether a call of this server would find only what is known; or lock the account at a proxy.
   */
  boolean settles(HttpUrl server) {
    boolean proxyIsAtFault = definite(Subject.PROXY_LOGIN) || definite(Subject.PROXY_URL);
    return settled.contains(server)
        || settled.contains(origin(server))
        || (proxyIsAtFault && verdict.isProxied(server));
  }

  private static HttpUrl origin(HttpUrl server) {
    return server.newBuilder().encodedPath("/").build();
  }
}
