// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

/**
 * What a run is measured at.
 *
 * @param batch events in an answer
 * @param latencyMillis added to each read
 */
record Cell(int batch, int latencyMillis) {

  @Override
  public String toString() {
    return "batches of " + batch + (latencyMillis == 0 ? "" : ", " + latencyMillis + " ms");
  }
}
