// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Whatever is done to an event, struct and raw text say all that its JSON says. */
class MappingPropertyTest {

  private static final int MUTANTS = 10_000;
  private static final String TELLING = "{}[]\",:\\u0 ";

  private final EventMapper mapper = new EventMapper();
  private final EventMapper identifiers = EventMapper.ofIdentifiers();

  @Test
  void keepsAllJsonInStructAndRaw() throws Exception {
    List<ObjectNode> samples = Fixtures.eventTrees();
    int fitting = 0;
    for (long seed = 0; seed < MUTANTS; seed++) {
      Random random = new Random(seed);
      EventMutation.Mutant mutant =
          EventMutation.of(samples.get(random.nextInt(samples.size())), random);
      byte[] answer = betweenNeighbors(mutant.json());
      EventList whole = seenToBeThree(EventList.read(answer, Long.MAX_VALUE, mapper), seed);
      RawEvent json = whole.events().get(1);
      assertThat(json.text()).as("seed %d", seed).isEqualTo(mutant.json());
      MappedEvent event = whole.mapped().get(1);
      event.struct().validate();
      EventList some = seenToBeThree(EventList.read(answer, Long.MAX_VALUE, identifiers), seed);
      assertThat(Fixtures.told(some.mapped().get(1), json))
          .as("seed %d", seed)
          .isEqualTo(Fixtures.told(event, json));
      if (isOverTheLimits(mutant.json())) {
        assertThat(event.isReadable()).as("seed %d", seed).isFalse();
        assertThat(event.mappingError()).as("seed %d", seed).isEqualTo("/");
        assertThat(event.struct()).as("seed %d", seed).isEqualTo(new Struct(EventSchemas.EVENT));
        continue;
      }
      JsonNode tree = StructTree.parse(mutant.json());
      boolean fits =
          StructTree.of(event.struct()).equals(tree)
              && !mutant.duplicateKey()
              && (!tree.has("type")
                  || EventSchemas.EVENT_TYPES.contains(tree.path("type").asText()));
      assertThat(event.mappingError() == null)
          .as("seed %d, %s", seed, event.mappingError())
          .isEqualTo(fits);
      if (event.mappingError() != null && !mutant.duplicateKey()) {
        assertThat(tree.at(event.mappingError()).isMissingNode())
            .as("seed %d: nothing at %s", seed, event.mappingError())
            .isFalse();
      }
      fitting += fits ? 1 : 0;
    }
    // The property says something about both kinds.
    assertThat(fitting).isBetween(MUTANTS / 5, MUTANTS * 4 / 5);
  }

  @Test
  void doesNotThrowForAnyBytes() {
    List<String> names = Fixtures.eventNames();
    for (long seed = 0; seed < MUTANTS; seed++) {
      Random random = new Random(seed);
      byte[] bytes =
          Fixtures.bytes("events", names.get(random.nextInt(names.size())) + ".json").clone();
      for (int i = random.nextInt(3); i >= 0; i--) {
        byte other =
            random.nextBoolean()
                ? (byte) random.nextInt()
                : (byte) TELLING.charAt(random.nextInt(TELLING.length()));
        bytes[random.nextInt(bytes.length)] = other;
      }
      int offset = random.nextInt(10) == 0 ? random.nextInt(bytes.length) : 0;
      RawEvent json = new RawEvent(bytes, offset, bytes.length - offset);
      MappedEvent event = mapper.map(json);
      event.struct().validate();
      EventMapper.Found found = bytes[offset] == '{' ? foundIn(bytes, offset) : null;
      if (found != null) {
        MappedEvent alone = mapper.map(found.json());
        assertThat(Fixtures.told(found.event(), found.json()))
            .as("seed %d", seed)
            .isEqualTo(Fixtures.told(alone, found.json()));
        assertThat(found.event().struct()).as("seed %d", seed).isEqualTo(alone.struct());
        assertThat(found.event().mappingError())
            .as("seed %d", seed)
            .isEqualTo(alone.mappingError());
      }
      assertThat(Fixtures.told(Fixtures.identified(json), json))
          .as("seed %d", seed)
          .isEqualTo(Fixtures.told(event, json));
      String text = new String(bytes, offset, bytes.length - offset, StandardCharsets.UTF_8);
      if (event.mappingError() == null) {
        assertThat(StructTree.of(event.struct()))
            .as("seed %d", seed)
            .isEqualTo(StructTree.parse(text));
      }
    }
  }

  private EventMapper.Found foundIn(byte[] answer, int from) {
    mapper.beginAnswer(answer, Long.MAX_VALUE);
    return mapper.eventAt(answer, from);
  }

  private static byte[] betweenNeighbors(String json) {
    return ("{\"events\":[{\"id\":\"before\"}," + json + ",{\"id\":\"after\"}],\"ackId\":\"a\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** An answer's events, after the neighbors of that in the middle were seen to be whole. */
  private static EventList seenToBeThree(EventList list, long seed) {
    assertThat(list.events()).as("seed %d", seed).hasSize(3);
    assertThat(list.mapped().get(0).id()).as("seed %d", seed).isEqualTo("before");
    assertThat(list.mapped().get(2).id()).as("seed %d", seed).isEqualTo("after");
    return list;
  }

  private static boolean isOverTheLimits(String json) {
    return depth(json) > 200 || json.contains("1" + "0".repeat(1000));
  }

  private static int depth(String json) {
    String brackets =
        json.replaceAll("\"(?:[^\"\\\\]|\\\\.)*+\"", "").replaceAll("[^\\[{}\\]]", "");
    int depth = 0;
    int deepest = 0;
    for (char bracket : brackets.toCharArray()) {
      depth += bracket == '{' || bracket == '[' ? 1 : -1;
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  }
}
