// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.datahose.launch.ConnectRest;
import java.util.Map;
import java.util.TreeMap;

/** What {@code GET /connectors/<name>/offsets} answers for a connector. */
record OffsetsOf(ConnectRest rest, String connector) {

  /** The stored offset of each reader that has one, by the reader string of its partition. */
  Map<String, JsonNode> byReader() {
    Map<String, JsonNode> offsets = new TreeMap<>();
    for (JsonNode each : rest.offsets(connector).path("offsets")) {
      offsets.put(each.path("partition").path("reader").asText(), each.path("offset"));
    }
    return offsets;
  }
}
