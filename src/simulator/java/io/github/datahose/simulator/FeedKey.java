// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import java.util.Set;
import java.util.TreeSet;

/**
 * What makes two reads reads of one feed. Immutable.
 *
 * @param account the service account
 * @param tag as the client chose it
 * @param eventTypes sorted
 * @param scopes sorted; empty for all
 */
record FeedKey(String account, String tag, TreeSet<String> eventTypes, TreeSet<String> scopes) {

  FeedKey(String account, String tag, Set<String> eventTypes, Set<String> scopes) {
    this(account, tag, new TreeSet<>(eventTypes), new TreeSet<>(scopes));
  }

  boolean wants(Event event) {
    boolean typeFits = event.type() == null || eventTypes.contains(event.type());
    boolean scopeFits = scopes.isEmpty() || event.type() == null || scopes.contains(event.scope());
    return typeFits && scopeFits;
  }
}
