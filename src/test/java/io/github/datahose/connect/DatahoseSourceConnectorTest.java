// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.datahose.simulator.SimulatorKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DatahoseSourceConnectorTest {

  private static final String READER = "pod.example.test/bot/datahose.all/0";

  private final DatahoseSourceConnector connector = new DatahoseSourceConnector();
  private final Map<String, String> properties = new HashMap<>();

  DatahoseSourceConnectorTest() {
    properties.put("name", "datahose");
    properties.put("connector.class", DatahoseSourceConnector.class.getName());
    properties.put("symphony.pod.url", "https://pod.example.test");
    properties.put("symphony.username", "bot");
    properties.put("symphony.private.key.path", "/secrets/key.pem");
    properties.put("topic", "events");
  }

  @Test
  void returnsVersionOfPom() throws Exception {
    Matcher version =
        Pattern.compile(
                "<artifactId>kafka-connect-symphony-datahose</artifactId>\\s*<version>([^<]+)<")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(connector.version()).isEqualTo(version.group(1));
    assertThat(new DatahoseSourceTask().version()).isEqualTo(version.group(1));
  }

  /** Maven fills in whole folders: it would change what looks like a placeholder in other files. */
  @ParameterizedTest
  @CsvSource({"main, version.properties", "it, build.properties"})
  void hasBuildPlaceholdersInOneResource(String sources, String file) throws Exception {
    try (Stream<Path> resources = Files.walk(Path.of("src", sources, "resources"))) {
      for (Path resource : resources.filter(Files::isRegularFile).toList()) {
        assertThat(Pattern.compile("\\$\\{|@.*@").matcher(Files.readString(resource)).find())
            .as(resource.toString())
            .isEqualTo(resource.endsWith(file));
      }
    }
  }

  @Test
  void returnsTaskClassAndConfigDefinition() {
    assertThat(connector.taskClass()).isEqualTo(DatahoseSourceTask.class);
    ConfigDef config = connector.config();
    assertThat(config.names()).contains("symphony.pod.url", "datahose.feeds", "topic");
    assertThat(config.configKeys().values())
        .allSatisfy(
            key -> {
              assertThat(key.documentation).as(key.name).isNotBlank();
              assertThat(key.group).as(key.name).isNotBlank();
              assertThat(key.displayName).as(key.name).isNotBlank();
            });
    assertThat(connector.config()).as("callers may change theirs").isNotSameAs(config);
  }

  static Stream<Arguments> tasksAndFeeds() {
    return IntStream.range(0, 50).mapToObj(i -> Arguments.of(1 + i % 10, 1 + i / 10));
  }

  @ParameterizedTest
  @MethodSource("tasksAndFeeds")
  void groupsFeedsIntoAtMostMaxTasks(int tasksMax, int feeds) {
    String[] types = {"MESSAGESENT", "ROOMCREATED", "ROOMUPDATED", "SHAREDPOST", "USERLEFTROOM"};
    List<String> names = IntStream.range(0, feeds).mapToObj(feed -> "feed" + feed).toList();
    for (int feed = 0; feed < feeds; feed++) {
      properties.put("datahose.feed.feed" + feed + ".event.types", types[feed]);
    }
    properties.put("datahose.feeds", String.join(",", names));
    properties.put("tasks.max", Integer.toString(tasksMax));
    connector.start(properties);
    List<Map<String, String>> tasks = connector.taskConfigs(tasksMax);
    assertThat(tasks).hasSize(Math.min(tasksMax, feeds));
    List<String> read = new ArrayList<>();
    for (int task = 0; task < tasks.size(); task++) {
      Map<String, String> config = new HashMap<>(tasks.get(task));
      assertThat(config.remove("datahose.task.id")).isEqualTo(Integer.toString(task));
      String own = config.remove("datahose.task.feeds");
      assertThat(own).isNotEmpty();
      read.addAll(Arrays.asList(own.split(",")));
      assertThat(config).as("the rest, unchanged").isEqualTo(properties);
    }
    assertThat(read).containsExactlyElementsOf(names);
  }

  @Test
  @Tag("invariant-10")
  void invariant10PassesVariablesAndOtherOptionsUnchanged() {
    properties.put("transforms", "x");
    properties.put("transforms.x.type", "org.example.X");
    properties.put("transforms.x.replacement", null);
    properties.put("transforms.x.secret", "${file:/secrets/x.properties:secret}");
    properties.put("producer.override.linger.ms", "0");
    connector.start(properties);
    Map<String, String> task = connector.taskConfigs(1).get(0);
    assertThat(task).containsAllEntriesOf(properties).hasSize(properties.size() + 2);
  }

  @Test
  void rejectsInvalidConfigurationAtStart() {
    properties.remove("topic");
    assertThatThrownBy(() -> connector.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("topic");
  }

  @ParameterizedTest
  @CsvSource({
    "' 10000 ',SUPPORTED",
    "100000,SUPPORTED",
    "9999,UNSUPPORTED",
    "0,UNSUPPORTED",
    "-1,UNSUPPORTED",
    "nonsense,UNSUPPORTED",
    "'',UNSUPPORTED"
  })
  @Tag("invariant-7")
  void invariant7SupportsExactlyOnceOnlyWithWindowOfTenThousandEvents(
      String window, ExactlyOnceSupport support) {
    properties.put("datahose.dedup.window", window);
    assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(support);
  }

  static Stream<Map<String, String>> halfConfigs() {
    Map<String, String> nulls = new HashMap<>();
    nulls.put("topic", null);
    return Stream.of(
        null, Map.of(), nulls, Map.of("datahose.feeds", ",,,"), Map.of("name", "only"));
  }

  @ParameterizedTest
  @MethodSource("halfConfigs")
  void reportsCapabilitiesOfIncompleteConfiguration(Map<String, String> half) {
    assertThat(connector.exactlyOnceSupport(half)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    assertThat(connector.canDefineTransactionBoundaries(half))
        .isEqualTo(ConnectorTransactionBoundaries.UNSUPPORTED);
    assertThat(connector.validate(half).configValues())
        .anySatisfy(
            value -> {
              assertThat(value.name()).isEqualTo("topic");
              assertThat(value.errorMessages()).isNotEmpty();
            });
  }

  @Test
  void acceptsValidConfiguration() throws Exception {
    properties.remove("symphony.private.key.path");
    properties.put("symphony.private.key", SimulatorKeys.privateKey());
    properties.put("datahose.connection.check", "false");
    assertThat(connector.validate(properties).configValues())
        .flatExtracting(ConfigValue::errorMessages)
        .isEmpty();
  }

  @Test
  void validatesAnyValuesWithoutThrowing() {
    Random random = new Random(20261124);
    List<String> odd =
        Stream.concat(
                Stream.of("", " ", "\u0000", "9".repeat(40), "x".repeat(10_000), (String) null),
                Stream.of(
                    ", -1 0 NaN ${file:x:y} http:// https://a@b é🙂 true [] {} a,b,,c ../.. MESSAGE_SENT"
                        .split(" ")))
            .toList();
    List<String> names = new ArrayList<>(connector.config().names());
    names.addAll(
        List.of(
            "datahose.feed.all.readers",
            "datahose.feed..topic",
            "datahose.feed.x.event.types",
            "transaction.boundary",
            "datahose.task.id",
            ""));
    for (int i = 0; i < 200; i++) {
      Map<String, String> config = new HashMap<>(properties);
      for (int change = random.nextInt(5); change >= 0; change--) {
        config.put(names.get(random.nextInt(names.size())), odd.get(random.nextInt(odd.size())));
      }
      assertThatCode(
              () -> {
                connector.validate(config);
                connector.exactlyOnceSupport(config);
                connector.canDefineTransactionBoundaries(config);
              })
          .as(config.toString())
          .doesNotThrowAnyException();
    }
  }

  static Stream<Map<String, ?>> rightOffsets() {
    return Stream.of(
        null,
        offset("readAt", 17),
        offset("readAt", 1_700_000_000_000L),
        offset("window of a newer version", "AbC="));
  }

  @ParameterizedTest
  @MethodSource("rightOffsets")
  void allowsResetAndAlterationOfOffsets(Map<String, ?> offset) {
    assertThat(alter(Map.of("reader", READER), offset)).isTrue();
    assertThat(connector.alterOffsets(properties, Map.of())).isTrue();
  }

  /** What else has not its shape: FeedOffsetTest. */
  @Test
  void describesPartitionWhenPartitionIsInvalid() {
    for (Map<String, ?> offset : Arrays.asList(null, offset("readAt", 1))) {
      for (Map<String, ?> partition : Arrays.asList(null, Map.of("reader", "pod/bot"))) {
        assertThatThrownBy(() -> alter(partition, offset))
            .isInstanceOf(ConnectException.class)
            .hasMessageContaining("{\"reader\": \"<pod host>/<account>/<tag>/");
      }
    }
  }

  /** What else is malformed: FeedOffsetTest. */
  @Test
  void describesOffsetWhenOffsetIsInvalid() {
    for (Map<String, ?> offset : List.of(Map.of("ackId", "a"), offset("readAt", null))) {
      assertThatThrownBy(() -> alter(Map.of("reader", READER), offset))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("Use null to delete it, or {\"ackId\": <string");
    }
  }

  @Test
  void rejectsAllOffsetsWhenOneIsInvalid() {
    Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
    offsets.put(Map.of("reader", READER), null);
    offsets.put(Map.of("file", "x"), null);
    assertThatThrownBy(() -> connector.alterOffsets(properties, offsets))
        .isInstanceOf(ConnectException.class);
  }

  private boolean alter(Map<String, ?> partition, Map<String, ?> offset) {
    Map<Map<String, ?>, Map<String, ?>> offsets = new HashMap<>();
    offsets.put(partition, offset);
    return connector.alterOffsets(properties, offsets);
  }

  private static Map<String, Object> offset(String key, Object value) {
    Map<String, Object> offset = new HashMap<>();
    offset.put("ackId", "a1");
    offset.put("readAt", 17);
    offset.put("filter", "f");
    offset.put("identities", "AQ==");
    offset.put(key, value);
    return offset;
  }
}
