// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the examples for Kubernetes against its models, and Strimzi's against its definitions. */
class KubernetesExamplesTest {
  private static final Pattern FILE = Pattern.compile("\\$\\{directory:([^:}]+):([^:}]+)}");

  @Test
  void validatesAgainstKubernetesAndStrimziSchemas() throws Exception {
    List<String> kinds = new ArrayList<>();
    for (JsonNode resource : Manifests.all()) {
      kinds.add(resource.path("kind").asText());
      if (resource.path("apiVersion").asText().startsWith("kafka.strimzi.io/")) {
        assertThat(CustomResources.faults(resource)).as(resource.toString()).isEmpty();
      } else {
        judge(resource);
      }
    }
    assertThat(kinds)
        .containsExactlyInAnyOrder(
            "Secret",
            "KafkaConnect",
            "KafkaConnector",
            "ConfigMap",
            "Deployment",
            "Service",
            "NetworkPolicy");
  }

  @Test
  void reportsUnknownFieldsAndWrongTypes() throws Exception {
    JsonNode connect = Manifests.only("KafkaConnect");
    ((ObjectNode) connect.path("spec")).put("replica", 2).put("bootstrapServers", 9092);
    assertThat(CustomResources.faults(connect))
        .hasSize(2)
        .anyMatch(fault -> fault.contains("replica"))
        .anyMatch(fault -> fault.contains("/spec/bootstrapServers"));

    JsonNode deployment = Manifests.only("Deployment");
    ((ObjectNode) deployment.at("/spec/template/spec/containers/0")).put("images", "");
    assertThatThrownBy(() -> judge(deployment)).hasMessageContaining("images");
  }

  @Test
  void referencesExistingSecretsThatWorkersCanRead() throws IOException {
    JsonNode connect = Manifests.only("KafkaConnect");
    assertThat(
            files(Manifests.only("KafkaConnector").at("/spec/config"))
                .get(
                    connect
                        .at("/spec/config/config.providers.directory.param.allowed.paths")
                        .asText()))
        .containsExactlyInAnyOrder("symphony-private-key.pem", "symphony-proxy-password")
        .isSubsetOf(keysOfTheSecret());
    assertThat(connect.at("/spec/template/connectContainer/volumeMounts/0/mountPath"))
        .isEqualTo(connect.at("/spec/config/config.providers.directory.param.allowed.paths"));

    JsonNode pod = Manifests.only("Deployment").at("/spec/template/spec");
    assertThat(
            files(Manifests.connector())
                .get(pod.at("/containers/0/volumeMounts/1/mountPath").asText()))
        .containsExactly("symphony-private-key.pem")
        .isSubsetOf(keysOfTheSecret());
    assertThat(pod.at("/containers/0/env/1/valueFrom/secretKeyRef/key").asText())
        .isIn(keysOfTheSecret());
    String secret = Manifests.only("Secret").at("/metadata/name").asText();
    assertThat(pod.at("/containers/0/env/1/valueFrom/secretKeyRef/name").asText())
        .isEqualTo(secret)
        .isEqualTo(pod.at("/volumes/1/secret/secretName").asText())
        .isEqualTo(connect.at("/spec/template/pod/volumes/0/secret/secretName").asText());
  }

  @Test
  void usesSameConnectorWithAndWithoutOperator() throws IOException {
    JsonNode resource = Manifests.only("KafkaConnector").path("spec");
    Map<String, String> with = new TreeMap<>();
    resource.path("config").properties().forEach(o -> with.put(o.getKey(), o.getValue().asText()));
    with.put("connector.class", resource.path("class").asText());
    with.put("tasks.max", resource.path("tasksMax").asText());
    Map<String, String> without = new TreeMap<>();
    Manifests.connector().properties().forEach(o -> without.put(o.getKey(), o.getValue().asText()));
    for (String secret : List.of("symphony.private.key", "symphony.proxy.password")) {
      assertThat(with.remove(secret)).startsWith("${");
      assertThat(without.remove(secret)).startsWith("${");
    }

    assertThat(with).isEqualTo(without);
  }

  @Test
  void limitsHostsAndFilesToNeedsOfConnector() throws IOException {
    JsonNode connect = Manifests.only("KafkaConnect");
    Map<String, String> strimzi = new TreeMap<>();
    for (JsonNode property : connect.at("/spec/jvmOptions/javaSystemProperties")) {
      strimzi.put(property.path("name").asText(), property.path("value").asText());
    }
    assertBounds(
        strimzi,
        Manifests.only("KafkaConnector").at("/spec/config"),
        connect.at("/spec/template/connectContainer/volumeMounts/0/mountPath").asText());
    Map<String, String> worker = new TreeMap<>();
    for (String option : Manifests.workerOptions()) {
      assertThat(option).startsWith("-D");
      worker.put(option.substring(2).split("=")[0], option.split("=", 2)[1]);
    }
    assertBounds(
        worker,
        Manifests.connector(),
        Manifests.only("Deployment")
            .at("/spec/template/spec/containers/0/volumeMounts/1/mountPath")
            .asText());
  }

  private static void assertBounds(
      Map<String, String> properties, JsonNode connector, String secrets) {
    List<String> urls = new ArrayList<>();
    connector
        .properties()
        .forEach(
            option -> {
              if (option.getKey().matches("symphony\\..*\\.url")) {
                urls.addAll(List.of(option.getValue().asText().split(",")));
              }
            });
    assertThat(properties)
        .containsOnlyKeys(
            "io.github.datahose.connect.allowed.urls", "io.github.datahose.connect.allowed.files")
        .containsEntry("io.github.datahose.connect.allowed.files", secrets);
    assertThat(properties.get("io.github.datahose.connect.allowed.urls").split(","))
        .containsExactlyInAnyOrderElementsOf(urls);
  }

  @Test
  void allowsOnlyManagersToReachRestInterface() throws IOException {
    JsonNode policy = Manifests.only("NetworkPolicy").path("spec");
    JsonNode pod = Manifests.only("Deployment").at("/spec/template");
    JsonNode workers = pod.at("/metadata/labels");
    assertThat(policy.at("/podSelector/matchLabels")).isEqualTo(workers);
    assertThat(policy.at("/policyTypes")).hasSize(1).first().hasToString("\"Ingress\"");
    assertThat(policy.path("ingress")).hasSize(1);
    assertThat(policy.at("/ingress/0/from"))
        .hasSize(2)
        .allMatch(peer -> peer.at("/podSelector/matchLabels").size() == 1)
        .first()
        .extracting(peer -> peer.at("/podSelector/matchLabels"))
        .isEqualTo(workers);
    assertThat(policy.at("/ingress/0/ports")).hasSize(1);
    assertThat(policy.at("/ingress/0/ports/0/port"))
        .isEqualTo(pod.at("/spec/containers/0/ports/0/name"));
  }

  /** The worker itself, and the clients of its connectors, which do not inherit that. */
  @Test
  void encryptsTrafficToKafka() throws IOException {
    assertThat(Manifests.only("KafkaConnect").at("/spec/tls/trustedCertificates")).hasSize(1);
    Properties worker = Manifests.workerProperties();
    JsonNode pod = Manifests.only("Deployment").at("/spec/template/spec");
    for (String prefix : List.of("", "producer.", "consumer.")) {
      assertThat(worker)
          .containsEntry(prefix + "security.protocol", "SSL")
          .containsEntry(prefix + "ssl.truststore.type", "PEM")
          .containsEntry(
              prefix + "ssl.truststore.location",
              pod.at("/containers/0/volumeMounts/2/mountPath").asText() + "/ca.crt");
    }
    assertThat(pod.at("/containers/0/volumeMounts/2/name")).isEqualTo(pod.at("/volumes/2/name"));
    assertThat(pod.at("/volumes/2/secret/secretName"))
        .isEqualTo(Manifests.only("KafkaConnect").at("/spec/tls/trustedCertificates/0/secretName"));
  }

  private static void judge(JsonNode resource) throws IOException {
    JsonElement json = JsonParser.parseString(resource.toString());
    switch (resource.path("kind").asText()) {
      case "ConfigMap" -> V1ConfigMap.validateJsonElement(json);
      case "Deployment" -> V1Deployment.validateJsonElement(json);
      case "NetworkPolicy" -> V1NetworkPolicy.validateJsonElement(json);
      case "Secret" -> V1Secret.validateJsonElement(json);
      case "Service" -> V1Service.validateJsonElement(json);
      default -> throw new IllegalArgumentException("nobody judges a " + resource.path("kind"));
    }
  }

  /** The files that a configuration names, by their directory. */
  private static Map<String, List<String>> files(JsonNode config) {
    Map<String, List<String>> files = new TreeMap<>();
    for (JsonNode value : config) {
      Matcher variable = FILE.matcher(value.asText());
      if (variable.matches()) {
        files.computeIfAbsent(variable.group(1), d -> new ArrayList<>()).add(variable.group(2));
      }
    }
    return files;
  }

  private static List<String> keysOfTheSecret() throws IOException {
    List<String> keys = new ArrayList<>();
    Manifests.only("Secret").path("stringData").fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
