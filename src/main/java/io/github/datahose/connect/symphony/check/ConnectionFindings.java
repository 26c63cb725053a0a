// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony.check;

import io.github.datahose.connect.symphony.FailureKind;
import io.github.datahose.connect.symphony.SymphonyException;
import io.github.datahose.connect.symphony.check.ConnectionFinding.Subject;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/**
 * What a connection check has found so far, each once, and what need not be asked any more because
 * of it. Filled by one thread; {@link #all} is for any.
 */
final class ConnectionFindings {

  private static final Set<Subject> PROXY = Set.of(Subject.PROXY_LOGIN, Subject.PROXY_URL);

  private static final Set<FailureKind> UNREACHED =
      EnumSet.of(
          FailureKind.UNKNOWN_HOST,
          FailureKind.NO_NAME_SERVER,
          FailureKind.UNREACHABLE,
          FailureKind.UNTRUSTED_CERTIFICATE,
          FailureKind.INVALID_CERTIFICATE,
          FailureKind.WRONG_HOST_NAME);

  private final List<ConnectionFinding> findings = new CopyOnWriteArrayList<>();
  private final Map<HttpUrl, ConnectionFinding> settled = new HashMap<>();
  private final FailureClassifier classifier;

  ConnectionFindings(FailureClassifier classifier) {
    this.classifier = classifier;
  }

  List<ConnectionFinding> all() {
    return List.copyOf(findings);
  }

  /** Whether this is at fault until somebody mends it. */
  boolean permanent(Subject subject) {
    return findings.stream().anyMatch(each -> each.permanent() && each.subject() == subject);
  }

  /** Adds it, unless it is there, or the same subject is known to be at fault. */
  void add(ConnectionFinding finding) {
    if (!findings.contains(finding) && !(finding.permanent() && permanent(finding.subject()))) {
      findings.add(finding);
    }
  }

  /**
   * Adds it, and remembers what it says of other URLs: a server that nobody reaches has perhaps
   * several, and several have perhaps the pod's.
   */
  void add(ConnectionFinding finding, SymphonyException failure, HttpUrl server) {
    add(finding);
    if (UNREACHED.contains(failure.kind())) {
      settled.putIfAbsent(origin(server), finding);
    }
    if (finding.permanent() && finding.subject() == Subject.POD_URL) {
      settled.putIfAbsent(server, finding);
    }
  }

  /**
   * What a call of this server would only find again; empty when it is to be called. (A further
   * call could lock the account at a proxy.)
   */
  Optional<ConnectionFinding> known(HttpUrl server) {
    return Stream.of(settled.get(server), settled.get(origin(server)), ofProxy(server))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private ConnectionFinding ofProxy(HttpUrl server) {
    return findings.stream()
        .filter(each -> each.permanent() && classifier.isProxied(server))
        .filter(each -> PROXY.contains(each.subject()))
        .findFirst()
        .orElse(null);
  }

  private static HttpUrl origin(HttpUrl server) {
    return server.newBuilder().encodedPath("/").build();
  }
}
