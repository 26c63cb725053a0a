// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.symphony;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyLoginPaceTest {

  private Duration now = Duration.ofHours(1);
  private final ProxyLoginPace pace = new ProxyLoginPace(() -> now.toNanos());

  @Test
  void holdsNothingBackWhileNoLoginWasRefused() {
    for (int i = 0; i < 10; i++) {
      assertThat(pace.untilNext()).isZero();
      pace.accepted();
    }
  }

  @Test
  void holdsTriesBackToOneTwoFourEightAndTenMinutes() {
    List<Long> minutes = new ArrayList<>();
    Duration begin = now;
    while (minutes.size() < 8) {
      if (pace.untilNext().isZero()) {
        minutes.add(now.minus(begin).toMinutes());
        pace.refused();
      }
      now = now.plusSeconds(1);
    }
    assertThat(minutes).containsExactly(0L, 1L, 3L, 7L, 15L, 25L, 35L, 45L);
  }

  @Test
  void saysHowLongToWait() {
    pace.untilNext();
    assertThat(pace.refused()).isEqualTo(Duration.ofMinutes(1));
    now = now.plusSeconds(20);
    assertThat(pace.untilNext()).isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void takesWhatWasUnderWayTogetherForOneTry() {
    for (int i = 0; i < 5; i++) {
      assertThat(pace.untilNext()).isZero();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(pace.refused()).isEqualTo(Duration.ofMinutes(1));
    }
    assertThat(pace.untilNext()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void letsOneReaderTryWhileTheOthersWaitForWhatComesOfIt() {
    pace.untilNext();
    pace.refused();
    now = now.plusSeconds(60);
    assertThat(pace.untilNext()).isZero();
    assertThat(pace.untilNext()).isEqualTo(Duration.ofSeconds(10));
    assertThat(pace.untilNext()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void letsAnotherTryWhenNothingCameOfIt() {
    pace.untilNext();
    pace.refused();
    now = now.plusSeconds(60);
    pace.untilNext();
    now = now.plusSeconds(10);
    assertThat(pace.untilNext()).isZero();
  }

  @Test
  void forgetsARefusalWhenTheLoginIsRightAgain() {
    pace.untilNext();
    pace.refused();
    now = now.plusSeconds(60);
    pace.untilNext();
    pace.accepted();
    assertThat(pace.untilNext()).isZero();
    assertThat(pace.untilNext()).isZero();
    assertThat(pace.refused()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void takesAnAnswerToAnEarlierTryForNoAcceptance() {
    pace.untilNext();
    pace.untilNext();
    pace.refused();
    pace.accepted();
    assertThat(pace.untilNext()).isEqualTo(Duration.ofMinutes(1));
  }
}
