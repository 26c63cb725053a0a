// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.tools.Reconciliation.Identities;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

  @Test
  void returnsWindowOfKnownIdentity() {
    Identities identities = new Identities();
    assertThat(identities.add(7, 8, 1)).isZero();
    assertThat(identities.add(8, 7, 1)).isZero();
    assertThat(identities.add(7, 8, 1)).isEqualTo(1);
    assertThat(identities.add(7, 8, 2)).isEqualTo(1);
    assertThat(identities.add(7, 8, 2)).isEqualTo(2);
    assertThat(identities.add(7, 8, 3)).isIn(1, 2);
  }

  @Test
  void findsEachIdentityWhileGrowing() {
    Identities identities = new Identities();
    Map<Long, Integer> added = new HashMap<>();
    Random random = new Random(1);
    for (int i = 1; i <= 300_000; i++) {
      long low = random.nextLong();
      added.put(low, i);
      // In a few segments, so that each grows often, including both ends of the range.
      assertThat(identities.add(low & 3, low, i)).isZero();
    }
    for (long edge : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(identities.add(edge, edge, 1)).isZero();
      assertThat(identities.add(edge, edge, 1)).isEqualTo(1);
    }
    added.forEach(
        (low, window) -> assertThat(identities.add(low & 3, low, window)).isEqualTo(window));
  }
}
