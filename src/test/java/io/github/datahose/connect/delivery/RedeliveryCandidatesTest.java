// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.delivery.Identities.bytes;
import static io.github.datahose.connect.delivery.Identities.identities;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.reader.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RedeliveryCandidatesTest {

  /** So small that it recognises by itself next to nothing. */
  private final DedupWindow window = new DedupWindow(1);

  private final ReaderContext context = new ReaderContext("Reader", new ManualClock());
  private final RedeliveryCandidates candidates =
      new RedeliveryCandidates(context, window, List.of());

  @Test
  @Tag("invariant-7")
  void invariant7RecognizesCandidatesForFifteenMinutes() {
    candidates.add(identities(1, 2));
    candidates.advance(Duration.ofMinutes(10).toNanos());
    candidates.add(identities(3));
    candidates.advance(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(candidates.size()).isEqualTo(3);
    assertThat(candidates.toBytes()).isEqualTo(bytes(identities(1, 2, 3)));
    assertRecognised(1, 2, 3);
    candidates.advance(1);
    assertThat(candidates.toBytes()).isEqualTo(bytes(identities(3)));
    assertRecognised(3);
    assertForgotten(1, 2);
    candidates.advance(Duration.ofMinutes(10).toNanos());
    assertThat(candidates.size()).isZero();
    assertThat(candidates.toBytes()).isEmpty();
    assertForgotten(3);
  }

  @Test
  void forgetsOldestCandidatesBeyondLimitAndCountsThem() {
    candidates.add(identities(1, 2, 3));
    candidates.add(identities(4, 5));
    assertThat(candidates.trimTo(5)).isZero();
    assertThat(candidates.trimTo(3)).isEqualTo(2);
    assertThat(candidates.toBytes()).isEqualTo(bytes(identities(3, 4, 5)));
    assertForgotten(1, 2);
    assertRecognised(3, 4, 5);
    assertThat(candidates.trimTo(1)).isEqualTo(2);
    assertThat(candidates.trimTo(0)).isEqualTo(1);
    assertThat(candidates.size()).isZero();
    assertForgotten(3, 4, 5);
  }

  @Test
  void forgetsRemainderOfTrimmedGroupWhenItExpires() {
    candidates.add(identities(1, 2));
    candidates.trimTo(1);
    candidates.advance(Duration.ofMinutes(15).toNanos());
    assertThat(candidates.size()).isZero();
    assertForgotten(1, 2);
  }

  @Test
  void keepsEventForLongerTimeWhenLateAgain() {
    candidates.add(identities(1));
    candidates.advance(Duration.ofMinutes(10).toNanos());
    candidates.add(identities(1));
    candidates.advance(Duration.ofMinutes(5).toNanos());
    assertRecognised(1);
    assertThat(candidates.toBytes()).isEqualTo(bytes(identities(1)));
  }

  @Test
  @Tag("invariant-2")
  void invariant2DoesNotChangeBytesSharedByOffsets() {
    candidates.add(identities(1));
    byte[] shared = candidates.toBytes();
    assertThat(candidates.toBytes()).isSameAs(shared);
    candidates.add(identities(2));
    candidates.trimTo(0);
    assertThat(shared).isEqualTo(bytes(identities(1)));
  }

  @Test
  void keepsNothingWhenDeduplicationIsDisabled() {
    RedeliveryCandidates off = new RedeliveryCandidates(context, new DedupWindow(0), identities(2));
    off.add(identities(1));
    assertThat(off.size()).isZero();
    assertThat(off.toBytes()).isEmpty();
  }

  private void assertRecognised(int... numbers) {
    for (int number : numbers) {
      assertThat(window.claim(identities(number)).isEmpty()).as("event " + number).isTrue();
    }
  }

  private void assertForgotten(int... numbers) {
    for (int number : numbers) {
      assertThat(window.claim(identities(number)).isEmpty()).as("event " + number).isFalse();
    }
  }
}
