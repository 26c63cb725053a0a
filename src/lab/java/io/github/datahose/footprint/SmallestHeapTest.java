// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallestHeapTest {
  @ParameterizedTest
  @ValueSource(ints = {9, 10, 63, 64, 65, 255, 256})
  void findsTheLeastThatWorks(int needed) {
    assertThat(SmallestHeap.find(8, 256, 1, heap -> heap >= needed)).isEqualTo(needed);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 63, 64, 65, 255, 256})
  void isOffByLessThanAStepAndNeverTooLow(int needed) {
    assertThat(SmallestHeap.find(8, 256, 8, heap -> heap >= needed)).isBetween(needed, needed + 7);
  }

  @Test
  void answersOnlyWhatItSawWork() {
    List<Integer> worked = new ArrayList<>();

    int found =
        SmallestHeap.find(
            8,
            256,
            8,
            heap -> {
              boolean works = heap >= 100;
              if (works) {
                worked.add(heap);
              }
              return works;
            });

    assertThat(worked).contains(found);
  }

  @Test
  void triesLittle() {
    List<Integer> tried = new ArrayList<>();

    SmallestHeap.find(8, 264, 4, tried::add);

    assertThat(tried).containsExactly(136, 72, 40, 24, 16, 12);
  }

  @Test
  void saysSoWhenNothingIsEnough() {
    assertThatThrownBy(() -> SmallestHeap.find(8, 256, 8, heap -> false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("does not work with a heap of 256 MiB either");
  }
}
