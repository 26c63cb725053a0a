// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CostsTest {

  private static final Cost TREE = new Cost(Step.JACKSON_TREE, 100_000, 500, 4_000);

  @Test
  void allWithinTheirBudgetsIsOk() {
    assertThat(new Costs(all()).ok()).isTrue();
  }

  @Test
  void oneEventOverItsBudgetIsNotOkHoweverFast() {
    double over = Step.MAP.budget() + 1.0;
    Costs costs = new Costs(with(new Cost(Step.MAP, 1e12, 1, over)));
    assertThat(costs.ok()).isFalse();
    assertThat(costs.rows())
        .filteredOn(row -> Boolean.FALSE.equals(row.get("ok")))
        .extracting(row -> row.get("name"))
        .containsExactly("map to a struct");
  }

  @Test
  void slowIsOk() {
    assertThat(new Costs(with(new Cost(Step.MAP, 1, 1, Step.MAP.budget()))).ok()).isTrue();
  }

  @Test
  void whatIsNotOursHasNoBudget() {
    assertThat(new Costs(with(new Cost(Step.VENDOR_CLASSES, 1, 1, 1e9))).ok()).isTrue();
  }

  @Test
  void bytesThatNobodyKnowsAreNotOk() {
    assertThat(new Costs(with(new Cost(Step.PARSE, 1, 1, Double.NaN))).ok()).isFalse();
  }

  @Test
  void aStepThatWasNotMeasuredIsAnError() {
    List<Cost> but = all();
    but.removeIf(cost -> cost.step() == Step.OFFSET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Costs(but))
        .withMessage("Not measured: [OFFSET]");
  }

  @Test
  void aRowHasRatiosToTheTree() {
    assertThat(new Cost(Step.PARSE, 250_000.4, 12.3, 40.2).cells(TREE))
        .containsExactly(
            Map.entry("name", "parse"),
            Map.entry("eventsPerSecond", 250_000L),
            Map.entry("error", 12L),
            Map.entry("ratio", 2.5),
            Map.entry("bytesPerEvent", 40L),
            Map.entry("bytesRatio", 0.01),
            Map.entry("budget", Step.PARSE.budget()),
            Map.entry("ok", true));
  }

  @Test
  void anErrorThatNobodyKnowsIsLeftOut() {
    assertThat(new Cost(Step.PARSE, 1, Double.NaN, 1).cells(TREE)).containsEntry("error", null);
  }

  @Test
  void measuresAgainWithALongerWarmUpWhatIsOverItsBudget() {
    List<Integer> warmUps = new ArrayList<>();
    Cost settled = Cost.settled(warmUp -> overUntil(9, warmUp, warmUps));
    assertThat(settled.isWithinBudget()).isTrue();
    assertThat(warmUps).containsExactly(1, 3, 9);
  }

  @Test
  void measuresOnceWhatKeepsToItsBudget() {
    List<Integer> warmUps = new ArrayList<>();
    Cost.settled(warmUp -> overUntil(1, warmUp, warmUps));
    assertThat(warmUps).containsExactly(1);
  }

  @Test
  void whatIsAlwaysOverItsBudgetStaysOver() {
    List<Integer> warmUps = new ArrayList<>();
    assertThat(Cost.settled(warmUp -> overUntil(100, warmUp, warmUps)).isWithinBudget()).isFalse();
    assertThat(warmUps).containsExactly(1, 3, 9);
  }

  private static Cost overUntil(int enough, int warmUp, List<Integer> warmUps) {
    warmUps.add(warmUp);
    double bytes = Step.MAP.budget() + (warmUp < enough ? 1 : 0);
    return new Cost(Step.MAP, 1, 1, bytes);
  }

  private static List<Cost> with(Cost other) {
    List<Cost> costs = all();
    costs.replaceAll(cost -> cost.step() == other.step() ? other : cost);
    return costs;
  }

  private static List<Cost> all() {
    return new ArrayList<>(
        Stream.of(Step.values())
            .map(step -> step == TREE.step() ? TREE : new Cost(step, 1_000_000, 1, 1))
            .toList());
  }
}
