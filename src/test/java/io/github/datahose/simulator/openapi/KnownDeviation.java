// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator.openapi;

import java.util.List;

/**
 * Something in which the real thing differs from its own specification.
 *
 * @param key the validator's name for what it finds
 * @param statuses answers with these only; empty for requests and answers of any status
 * @param faultsOnly whether it is excused only where a fault was asked for
 * @param why what is known about it
 */
record KnownDeviation(String key, List<Integer> statuses, boolean faultsOnly, String why) {

  boolean excuses(String found, int status, boolean faulted) {
    return found.startsWith(key)
        && (statuses.isEmpty() || statuses.contains(status))
        && (faulted || !faultsOnly);
  }
}
