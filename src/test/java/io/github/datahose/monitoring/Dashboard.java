// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the Grafana dashboard shows. */
record Dashboard(JsonNode root) {
  /** Where the files for users are. */
  static final Path CONFIGURATION = Path.of("docs", "monitoring");

  static final Path PATH = CONFIGURATION.resolve("dashboard.json");

  /** A query of a panel; its name is that of the panel and, where it has several, the letter. */
  record Query(String name, String expression) {

    /**
     * The expression as Grafana sends it with nothing picked out.
     *
     * @param interval what a rate is taken over, such as 1m
     */
    String of(String interval) {
      return expression
          .replace("$job", ".*")
          .replace("$connector", ".*")
          .replace("$__rate_interval", interval);
    }
  }

  static Dashboard read() throws IOException {
    return new Dashboard(new ObjectMapper().readTree(PATH.toFile()));
  }

  /** All panels but the headlines. */
  List<JsonNode> panels() {
    return elements(root.path("panels"))
        .filter(panel -> !panel.path("type").asText().equals("row"))
        .toList();
  }

  /** The queries of all panels. */
  List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : panels()) {
      String title = panel.path("title").asText();
      boolean single = panel.path("targets").size() == 1;
      for (JsonNode target : panel.path("targets")) {
        String name = single ? title : title + " " + target.path("refId").asText();
        queries.add(new Query(name, target.path("expr").asText()));
      }
    }
    return queries;
  }

  static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
