// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

/**
 * What a run is measured at.
 *
 * @param batch events in an answer
 * @param latencyMillis added to each read
 */
record Cell(int batch, int latencyMillis) {

  /** Where five feeds and five readers are measured beside one. */
  static final Cell SMALL_AND_FAR = new Cell(10, 20);

  /** Whether the agent answers at once. */
  boolean isNear() {
    return latencyMillis == 0;
  }

  /** Whether it answers at once, and with many events. */
  boolean isNearAndLarge() {
    return isNear() && batch >= 100;
  }

  @Override
  public String toString() {
    return "batches of " + batch + (isNear() ? "" : ", " + latencyMillis + " ms");
  }
}
