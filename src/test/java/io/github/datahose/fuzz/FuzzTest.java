// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The fuzz run. System properties: {@code fuzz.seconds}, how long it begins new rounds (one round
 * when it is not set), and {@code fuzz.seed}, the seed of the first of them; each other has the
 * next.
 */
class FuzzTest {

  private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
  private static final long SEED = Long.getLong("fuzz.seed", 20261124);

  @Test
  void noFeedStopsAndNoEventIsLostWhateverTheEventsAndTheAnswersAre() throws Exception {
    long begin = System.nanoTime();
    long nextWord = 60;
    Tally tally = Tally.NOTHING;
    do {
      tally = tally.plus(FuzzRound.run(SEED + tally.rounds()));
      if (since(begin) >= nextWord) {
        System.out.println("Fuzz run with the seed " + SEED + " so far: " + tally);
        nextWord += 60;
      }
    } while (since(begin) < SECONDS);
    System.out.println("Fuzz run with the seed " + SEED + ": " + tally);
    assertThat(tally.kinds()).hasSameElementsAs(new AnswerMutation(new Random(SEED)).kinds());
    assertThat(tally.records()).isGreaterThan(tally.events() / 2);
  }

  private static long since(long begin) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
  }
}
