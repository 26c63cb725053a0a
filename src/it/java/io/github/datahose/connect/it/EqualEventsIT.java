// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.launch.ConnectCluster;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same event many times in a batch, with and without deduplication. */
class EqualEventsIT {
  private static final int TIMES = 20;

  @ParameterizedTest
  @EnumSource
  void invariant1EqualEventsWithoutDeduplicationAllArriveAndTheirBatchIsAcknowledged(
      Guarantee guarantee) {
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), guarantee.name("equal"))
            .set("datahose.dedup.window", "0")
            .set("record.key", "none")
            .start()) {
      connector.simulator().produceAll(Collections.nCopies(TIMES, Events.message(1)));
      connector.awaitAllAcknowledged();
      connector.simulator().produceAll(Collections.nCopies(TIMES, Events.message(1)));
      connector.awaitAllAcknowledged();
      assertThat(connector.records()).hasSize(2 * TIMES).allMatch(record -> record.key() == null);
      assertThat(connector.totals().acknowledged()).isEqualTo(2 * TIMES);
    }
  }

  @ParameterizedTest
  @EnumSource
  void invariant6EqualEventsArriveOnceAndAreAllAcknowledged(Guarantee guarantee) {
    try (LiveConnector connector =
        new LiveConnector(guarantee.cluster(), guarantee.name("equal-once")).start()) {
      connector.simulator().produceAll(Collections.nCopies(TIMES, Events.message(1)));
      connector.awaitAllAcknowledged();
      connector.simulator().produceAll(Collections.nCopies(TIMES, Events.message(1)));
      connector.awaitAllAcknowledged();
      assertThat(connector.records()).hasSize(1);
      assertThat(connector.totals().acknowledged()).isEqualTo(2 * TIMES);
    }
  }

  @Test
  void exactlyOnceCannotBeRequiredWithoutDeduplication() {
    ConnectRest rest = ConnectCluster.sharedExactlyOnce().rest();
    try (LiveConnector connector =
        new LiveConnector(ConnectCluster.sharedExactlyOnce(), "required")
            .set("exactly.once.support", "required")) {
      assertThat(rest.validationErrors(connector.config())).isEmpty();

      connector.set("datahose.dedup.window", "0");
      assertThat(rest.validationErrors(connector.config()))
          .containsOnlyKeys("exactly.once.support")
          .hasEntrySatisfying(
              "exactly.once.support",
              errors ->
                  assertThat(errors)
                      .singleElement()
                      .asString()
                      .contains("does not support exactly-once"));
      assertThatThrownBy(() -> rest.putConfig("required", connector.config()))
          .isInstanceOfSatisfying(
              ConnectRestException.class, e -> assertThat(e.status()).isEqualTo(400));
    }
  }
}
