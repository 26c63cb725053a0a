// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import io.github.datahose.launch.ConnectCluster;
import java.util.Locale;

/** What a worker promises: for tests that are to hold in both kinds. */
public enum Guarantee {
  AT_LEAST_ONCE,
  EXACTLY_ONCE;

  /** The worker of this kind that all tests share. */
  public ConnectCluster cluster() {
    return this == EXACTLY_ONCE ? ConnectCluster.sharedExactlyOnce() : ConnectCluster.shared();
  }

  /** A name that differs between the two, for connectors and topics: they share the broker. */
  String name(String base) {
    return base + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
