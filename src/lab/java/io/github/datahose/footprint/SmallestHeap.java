// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import java.util.function.IntPredicate;

/**
 * Finds by halving with how small a heap something works. What worked with a heap never held more
 * than that, so it bounds from above what is alive at the worst moment.
 */
final class SmallestHeap {

  private SmallestHeap() {}

  /**
   * Searches.
   *
   * @param tooLittle MiB that are not tried: taken not to be enough
   * @param enough MiB that should do; tried only when nothing below them does
   * @param step how far off the answer may be, in MiB
   * @param works whether it works with so many MiB
   * @return the least MiB that were seen to be enough, less than a step above some that were not
   * @throws IllegalStateException when it does not work with {@code enough} either
   */
  static int find(int tooLittle, int enough, int step, IntPredicate works) {
    int low = tooLittle;
    int high = enough;
    while (high - low > step) {
      int middle = low + (high - low) / 2;
      if (works.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    if (high == enough && !works.test(enough)) {
      throw new IllegalStateException("does not work with a heap of " + enough + " MiB either");
    }
    return high;
  }
}
