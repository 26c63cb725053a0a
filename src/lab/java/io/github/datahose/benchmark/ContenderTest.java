// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContenderTest {

  /** Where and as whom it reads, which events, and where to. */
  private static final List<String> OF_THE_PLACE =
      List.of(
          "name",
          "topic",
          "symphony.pod.url",
          "symphony.username",
          "symphony.private.key",
          "symphony.private.key.path",
          "datahose.tag",
          "datahose.event.types");

  @Test
  void usesConfigurationOfExample() throws Exception {
    Map<String, String> example =
        new ObjectMapper()
            .readValue(
                Path.of("config", "minimal.json").toFile(),
                new TypeReference<HashMap<String, String>>() {});
    Map<String, String> config = Contender.README.config("http://pod");
    OF_THE_PLACE.forEach(example::remove);
    OF_THE_PLACE.forEach(config::remove);
    assertThat(config).isEqualTo(example).containsEntry("producer.override.linger.ms", "0");
    example.keySet().removeIf(option -> option.startsWith("producer.override."));
    config = Contender.README_DEFAULTS.config("http://pod");
    OF_THE_PLACE.forEach(config::remove);
    assertThat(config).isEqualTo(example);
  }

  @Test
  void assignsEachTypeToOneOfFiveFeeds() {
    assertThat(Contender.FIVE_FEEDS.feeds().values().stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(Contender.TYPES);
  }
}
