// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample event against what it has to become, whole, in {@code events-expected}. */
class FixtureTest {

  @ParameterizedTest
  @MethodSource("io.github.datahose.connect.event.Fixtures#eventNames")
  void mapsTheEventToWhatIsExpected(String name) {
    assertThat(describe(Fixtures.event(name)))
        .isEqualTo(Fixtures.text("events-expected", name + ".txt"));
  }

  @Test
  void hasAnExpectationForEachEventAndASampleOfEachType() {
    assertThat(Fixtures.fileNames("events-expected"))
        .containsExactlyInAnyOrderElementsOf(
            Fixtures.eventNames().stream().map(name -> name + ".txt").toList());
    assertThat(
            Fixtures.eventNames().stream()
                .map(name -> new EventMapper().map(Fixtures.event(name)).type())
                .collect(Collectors.toSet()))
        .containsAll(EventSchemas.EVENT_TYPES);
  }

  private static String describe(EventJson json) {
    MappedEvent event = new EventMapper().map(json);
    Identity identity = new IdentityDigest().identityOf(event, json);
    return """
        mapping error: %s
        field of wrong type: %s
        stream key: %s
        message key: %s
        known by: %s

        %s"""
        .formatted(
            event.mappingError(),
            event.hasFieldOfWrongType(),
            RecordKey.STREAM.of(event, identity),
            RecordKey.MESSAGE.of(event, identity),
            identity.equals(identityOfItsBytes(json)) ? "its bytes" : "type and message id",
            StructText.of(event.struct()));
  }

  private static Identity identityOfItsBytes(EventJson json) {
    MappedEvent nothingMapped = MappedEvent.unreadable(true);
    return new IdentityDigest().identityOf(nothingMapped, json);
  }
}
