// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.delivery;

import static io.github.datahose.connect.reader.Identities.bytes;
import static io.github.datahose.connect.reader.Identities.identities;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedeliveryCandidatesTest {

  /** So small that it recognises by itself next to nothing. */
  private final DedupWindow window = new DedupWindow(1);

  private final RedeliveryCandidates late = new RedeliveryCandidates(window);

  @Test
  void invariant7KeepsThemRecognisedForAQuarterOfAnHour() {
    late.add(identities(1, 2));
    late.advance(Duration.ofMinutes(10).toNanos());
    late.add(identities(3));
    late.advance(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(late.size()).isEqualTo(3);
    assertThat(late.toBytes()).isEqualTo(bytes(identities(1, 2, 3)));
    assertRecognised(1, 2, 3);
    late.advance(1);
    assertThat(late.toBytes()).isEqualTo(bytes(identities(3)));
    assertRecognised(3);
    assertForgotten(1, 2);
    late.advance(Duration.ofMinutes(10).toNanos());
    assertThat(late.size()).isZero();
    assertThat(late.toBytes()).isEmpty();
    assertForgotten(3);
  }

  @Test
  void forgetsTheOldestBeyondALimitAndSaysHowMany() {
    late.add(identities(1, 2, 3));
    late.add(identities(4, 5));
    assertThat(late.trimTo(5)).isZero();
    assertThat(late.trimTo(3)).isEqualTo(2);
    assertThat(late.toBytes()).isEqualTo(bytes(identities(3, 4, 5)));
    assertForgotten(1, 2);
    assertRecognised(3, 4, 5);
    assertThat(late.trimTo(1)).isEqualTo(2);
    assertThat(late.trimTo(0)).isEqualTo(1);
    assertThat(late.size()).isZero();
    assertForgotten(3, 4, 5);
  }

  @Test
  void forgetsTheRestOfATrimmedGroupInItsTime() {
    late.add(identities(1, 2));
    late.trimTo(1);
    late.advance(Duration.ofMinutes(15).toNanos());
    assertThat(late.size()).isZero();
    assertForgotten(1, 2);
  }

  @Test
  void keepsAnEventThatIsLateAgainForTheLongerTime() {
    late.add(identities(1));
    late.advance(Duration.ofMinutes(10).toNanos());
    late.add(identities(1));
    late.advance(Duration.ofMinutes(5).toNanos());
    assertRecognised(1);
    assertThat(late.toBytes()).isEqualTo(bytes(identities(1)));
  }

  @Test
  void invariant2DoesNotChangeBytesThatOffsetsShare() {
    late.add(identities(1));
    byte[] shared = late.toBytes();
    assertThat(late.toBytes()).isSameAs(shared);
    late.add(identities(2));
    late.trimTo(0);
    assertThat(shared).isEqualTo(bytes(identities(1)));
  }

  @Test
  void keepsNothingWhenDeduplicationIsOff() {
    RedeliveryCandidates off = new RedeliveryCandidates(new DedupWindow(0));
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
