// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

/**
 * A worker of the matrix.
 *
 * @param kafka its version, and that of its broker
 * @param java what both run on
 * @param exactlyOnce whether it has {@code exactly.once.source.support=enabled}
 * @param pluginDiscovery {@code plugin.discovery}
 */
record Cell(String kafka, InstalledJava java, boolean exactlyOnce, String pluginDiscovery) {

  /** What the worker promises. */
  String mode() {
    return exactlyOnce ? "exactly-once" : "at-least-once";
  }

  /** For paths, groups and topics. */
  String name() {
    return "matrix-" + kafka + "-java-" + java.feature() + "-" + mode();
  }

  @Override
  public String toString() {
    return "Kafka " + kafka + ", Java " + java.feature() + ", " + mode();
  }
}
