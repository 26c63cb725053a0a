// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of the examples for platforms no worker of ours can judge: see docs/platforms.md. */
class PlatformExamplesTest {
  private static final Path EXAMPLES = Path.of("config", "platforms");

  /** Of AWS's guide, "Supported worker configuration properties". */
  private static final List<String> MSK_PRODUCER =
      List.of(
          ("acks batch.size buffer.memory compression.type enable.idempotence key.serializer"
                  + " linger.ms max.request.size metadata.max.age.ms metadata.max.idle.ms"
                  + " partitioner.class reconnect.backoff.max.ms reconnect.backoff.ms"
                  + " request.timeout.ms retry.backoff.ms value.serializer")
              .split(" "));

  private static final List<String> MSK_REFUSED =
      List.of(
          ("bootstrap.servers config.storage.topic connector.client.config.override.policy group.id"
                  + " listeners metric.reporters plugin.path scheduled.rebalance.max.delay.ms"
                  + " status.storage.topic")
              .split(" "));

  private static final String MSK_REFUSED_PREFIXES =
      "(admin|client|connect|metrics|rest|sasl|security|ssl|topic[.]tracking|worker)[.].*";

  @Test
  void setsOnlyOptionsThatMskConnectAccepts() throws IOException {
    Properties worker = new Properties();
    try (Reader file = Files.newBufferedReader(EXAMPLES.resolve("msk-connect-worker.properties"))) {
      worker.load(file);
    }

    assertThat(worker.stringPropertyNames())
        .contains("key.converter", "value.converter", "producer.linger.ms", "producer.batch.size")
        .doesNotContainAnyElementsOf(MSK_REFUSED)
        .noneMatch(name -> name.matches(MSK_REFUSED_PREFIXES))
        .filteredOn(name -> name.startsWith("producer."))
        .allMatch(name -> MSK_PRODUCER.contains(name.substring("producer.".length())));
  }

  @Test
  void readsKeyWhereConfluentForKubernetesMountsSecret() throws IOException {
    JsonNode connect =
        new YAMLMapper().readTree(EXAMPLES.resolve("confluent-for-kubernetes.yaml").toFile());
    JsonNode connector =
        new ObjectMapper().readTree(EXAMPLES.resolve("confluent-for-kubernetes.json").toFile());

    assertThat(connect.path("kind").asText()).isEqualTo("Connect");
    assertThat(connector.path("symphony.private.key.path").asText())
        .startsWith(
            "/mnt/secrets/" + connect.at("/spec/mountedSecrets/0/secretRef").asText() + "/");
  }

  /** Their command lines and consoles take the name from the file; over REST it is in the path. */
  @ParameterizedTest
  @ValueSource(strings = {"aiven.json", "confluent-cloud.json"})
  void namesConnectorWhenPlatformReceivesOnlyFile(String example) throws IOException {
    JsonNode connector = new ObjectMapper().readTree(EXAMPLES.resolve(example).toFile());

    assertThat(connector.path("name").asText()).isEqualTo("symphony");
  }

  @Test
  void listsEachCalledHostForConfluentCloud() throws IOException {
    JsonNode connector =
        new ObjectMapper().readTree(EXAMPLES.resolve("confluent-cloud.json").toFile());
    String endpoints = connector.path("confluent.custom.connection.endpoints").asText();

    for (String option : List.of("symphony.pod.url", "symphony.agent.url")) {
      assertThat(endpoints.split(";"))
          .as(option)
          .contains(connector.path(option).asText().replace("https://", "") + ":443:TCP");
    }
  }
}
