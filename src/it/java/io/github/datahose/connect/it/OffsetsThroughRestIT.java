// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.datahose.launch.ConnectRest;
import io.github.datahose.launch.ConnectRestException;
import io.github.datahose.simulator.Audit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets of a stopped connector, read and altered through REST, as the next read shows. */
class OffsetsThroughRestIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @EnumSource
  void alteredOffsetsAreWhatTheNextReadCarries(Guarantee guarantee) {
    String name = guarantee.name("offsets");
    try (LiveConnector connector = new LiveConnector(guarantee.cluster(), name).start()) {
      ConnectRest rest = guarantee.cluster().rest();
      connector.simulator().produce(100, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      connector.stop();

      JsonNode stored = rest.offsets(name);
      assertThat(stored.path("offsets")).hasSize(1);
      JsonNode only = stored.path("offsets").get(0);
      assertThat(only.path("partition"))
          .isEqualTo(
              JSON.createObjectNode()
                  .put("reader", "127.0.0.1/settlement-bot/" + connector.tag() + "/0"));
      assertThat(only.path("offset").fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("ackId", "readAt", "filter", "identities");

      refusesWhatIsNoOffset(rest, name, stored);

      JsonNode patched = stored.deepCopy();
      ((ObjectNode) patched.path("offsets").get(0).path("offset")).put("ackId", "set-by-hand");
      rest.patchOffsets(name, patched);
      assertThat(connector.ackIdsAfterResume(2))
          .as("the simulator refuses it, and the reader goes on without (invariant 4)")
          .containsExactly("set-by-hand", "");
      connector.stop();

      rest.deleteOffsets(name);
      // For a moment the worker may still list the partition, with null.
      assertThat(rest.offsets(name).path("offsets")).allMatch(each -> each.path("offset").isNull());
      assertThat(connector.ackIdsAfterResume(1)).containsExactly("");

      connector.simulator().produce(100, Set.of("MESSAGESENT"));
      connector.awaitAllAcknowledged();
      Audit audit = connector.audit();
      assertThat(audit.ok()).as("%s", audit).isTrue();
      assertThat(audit.inKafka()).isEqualTo(200);
    }
  }

  private static void refusesWhatIsNoOffset(ConnectRest rest, String name, JsonNode stored) {
    Object otherPartition =
        Map.of(
            "offsets",
            List.of(
                Map.of(
                    "partition",
                    Map.of("feed", "all"),
                    "offset",
                    stored.path("offsets").get(0).path("offset"))));
    assertThatThrownBy(() -> rest.patchOffsets(name, otherPartition))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("Not the partition of a reader; expected")
        .hasMessageContaining("<pod host>/<account>/<tag>/<number of the reader>");

    JsonNode halfAnOffset = stored.deepCopy();
    ((ObjectNode) halfAnOffset.path("offsets").get(0).path("offset")).remove("identities");
    assertThatThrownBy(() -> rest.patchOffsets(name, halfAnOffset))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("Not an offset of a reader")
        .hasMessageContaining("expected null, to forget it, or");
    assertThat(rest.offsets(name)).isEqualTo(stored);
  }
}
