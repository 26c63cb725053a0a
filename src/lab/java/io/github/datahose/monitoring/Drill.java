// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import java.util.Set;

/**
 * Trouble that is made, and the alerts that must fire for it.
 *
 * @param trouble what is wrong, for the report
 * @param alerts all that must fire at the same time
 * @param begin makes it
 * @param meanwhile is done over and over until they fire
 * @param end mends it, as somebody would who was woken
 */
record Drill(String trouble, Set<String> alerts, Runnable begin, Runnable meanwhile, Runnable end) {

  /** Begins with trouble; nothing is done meanwhile, and nothing to mend it. */
  static Drill of(String trouble, Runnable begin, String... alerts) {
    return new Drill(trouble, Set.of(alerts), begin, () -> {}, () -> {});
  }

  /** The same, with something that is done over and over until the alerts fire. */
  Drill meanwhile(Runnable action) {
    return new Drill(trouble, alerts, begin, action, end);
  }

  /** The same, with what mends it. */
  Drill until(Runnable action) {
    return new Drill(trouble, alerts, begin, meanwhile, action);
  }
}
