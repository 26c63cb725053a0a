// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The fuzz run. System properties: {@code fuzz.seconds}, how long it begins new rounds (one round
 * when it is not set), and {@code fuzz.seed}, the seed of the first of them; each other has the
 * next.
 */
class FuzzTest {

  private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
  private static final long SEED = Long.getLong("fuzz.seed", 20261124);

  /** What a run came to: its numbers by what they count, and the kinds of mutations it had. */
  record Tally(Map<String, Long> numbers, Set<String> kinds) {

    void add(String what, long number) {
      numbers.merge(what, number, Long::sum);
    }

    long of(String what) {
      return numbers.getOrDefault(what, 0L);
    }

    @Override
    public String toString() {
      return numbers.entrySet().stream()
          .map(each -> String.format(Locale.ROOT, "%,d %s", each.getValue(), each.getKey()))
          .collect(Collectors.joining(", "));
    }
  }

  @Test
  void losesNoEventAndStopsNoFeedForAnyResponse() throws Exception {
    long begin = System.nanoTime();
    long nextWord = 60;
    Tally tally = new Tally(new LinkedHashMap<>(), new HashSet<>());
    do {
      FuzzRound.run(SEED + tally.of("rounds"), tally);
      if (since(begin) >= nextWord) {
        System.out.println("Fuzz run with the seed " + SEED + " so far: " + tally);
        nextWord += 60;
      }
    } while (since(begin) < SECONDS);
    System.out.println("Fuzz run with the seed " + SEED + ": " + tally);
    assertThat(tally.kinds()).hasSameElementsAs(new AnswerMutation(new Random(SEED)).kinds());
    assertThat(tally.of("records")).isGreaterThan(tally.of("events") / 2);
  }

  private static long since(long begin) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
  }
}
