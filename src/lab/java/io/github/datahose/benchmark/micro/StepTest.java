// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;

class StepTest {

  @Test
  void hasStepForEachBenchmark() {
    assertThat(
            Arrays.stream(EventBenchmark.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> EventBenchmark.class.getName() + "." + method.getName()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Step.values()).map(Step::benchmark).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "MAP, 2910, true",
    "MAP, 2910.5, false",
    "IDENTIFY, NaN, false",
    "VENDOR_CLASSES, 1e9, true",
  })
  void failsOnlyForUnknownBytesOrBytesOverBudget(Step step, double bytes, boolean ok) {
    assertThat(new Step.Cost(step, 1, Double.NaN, bytes).isWithinBudget()).isEqualTo(ok);
  }

  @Test
  void returnsRatiosToTree() {
    Step.Cost tree = new Step.Cost(Step.JACKSON_TREE, 100_000, 500, 4_000);
    assertThat(new Step.Cost(Step.FINGERPRINT, 250_000.4, Double.NaN, 40.2).cells(tree))
        .hasToString(
            "{name=fingerprint, eventsPerSecond=250000, error=null, ratio=2.5, bytesPerEvent=40,"
                + " bytesRatio=0.01, budget=165, ok=true}");
  }
}
