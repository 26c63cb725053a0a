// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That worker, Prometheus and Grafana of the compose file find each other, and their files. */
class MonitoringProfileTest {
  private static final Path WORKER = Path.of("src", "docker", "worker", "Dockerfile");
  private static final Path DASHBOARD = Path.of("docs", "monitoring", "dashboard.json");
  private static final Pattern AGENT =
      Pattern.compile("CMD .*-javaagent:(\\S+)/([^/]+\\.jar)=(\\d+):\\1/([^/\"]+)\".*");

  private final ComposeFile compose = ComposeFile.read();

  MonitoringProfileTest() throws IOException {}

  @Test
  void scrapesWorkerAtPortOfItsAgent() throws IOException {
    String port = agent().group(3);

    JsonNode targets =
        configuration("prometheus", "/etc/prometheus/prometheus.yml")
            .at("/scrape_configs/0/static_configs/0/targets");

    assertThat(targets).hasToString("[\"worker:" + port + "\"]");
    assertThat(compose.services()).containsKey("worker");
    assertThat(Files.readAllLines(WORKER))
        .anyMatch(line -> line.matches("EXPOSE (\\d+ )*" + port + "( \\d+)*"));
  }

  @Test
  void findsAgentOfWorkerAndItsRulesInImage() throws IOException {
    Matcher agent = agent();

    assertThat(Files.readAllLines(WORKER))
        .anyMatch(
            line ->
                line.matches(
                    "COPY target/monitoring/%s docs/monitoring/%s %s/"
                        .formatted(agent.group(2), agent.group(4), agent.group(1))));
    assertThat(Path.of("docs", "monitoring", agent.group(4))).isRegularFile();
  }

  @Test
  void mountsRuleFilesBesideConfigurationOfPrometheus() throws IOException {
    JsonNode files =
        configuration("prometheus", "/etc/prometheus/prometheus.yml").path("rule_files");

    assertThat(files).isNotEmpty();
    for (JsonNode file : files) {
      assertThat(mounts("prometheus")).containsKey("/etc/prometheus/" + file.asText());
    }
  }

  @Test
  void providesDataSourceOfDashboard() throws IOException {
    JsonNode source =
        configuration("grafana", "/etc/grafana/provisioning/datasources/prometheus.yml")
            .at("/datasources/0");
    JsonNode variable = new ObjectMapper().readTree(DASHBOARD.toFile()).at("/templating/list/0");
    URI url = URI.create(source.path("url").asText());

    assertThat(variable.path("name").asText()).isEqualTo("datasource");
    assertThat(source.path("type").asText()).isEqualTo(variable.path("query").asText());
    assertThat(source.path("isDefault").asBoolean()).isTrue();
    assertThat(compose.services()).containsKey(url.getHost());
    assertThat(compose.services().get(url.getHost()).at("/ports/0").asText())
        .endsWith(":" + url.getPort());
  }

  @Test
  void mountsDashboardWhereGrafanaReadsIt() throws IOException {
    String folder =
        configuration("grafana", "/etc/grafana/provisioning/dashboards/symphony.yml")
            .at("/providers/0/options/path")
            .asText();

    assertThat(mounts("grafana"))
        .anySatisfy(
            (target, file) -> {
              assertThat(Path.of(target).getParent()).hasToString(folder);
              assertThat(file.normalize()).isEqualTo(DASHBOARD);
            });
  }

  /** How the worker's image starts the exporter: folder, archive, port, rules. */
  private static Matcher agent() throws IOException {
    return Files.readAllLines(WORKER).stream()
        .map(AGENT::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no -javaagent in " + WORKER));
  }

  /** What a service reads there, by the file that is mounted. */
  private JsonNode configuration(String service, String target) throws IOException {
    assertThat(mounts(service)).containsKey(target);
    return new YAMLMapper().readTree(mounts(service).get(target).toFile());
  }

  /** The files of a service, by where it has them. */
  private Map<String, Path> mounts(String service) {
    Map<String, Path> mounts = new TreeMap<>();
    for (JsonNode volume : compose.services().get(service).path("volumes")) {
      String[] parts = volume.asText().split(":");
      mounts.put(parts[1], Path.of(parts[0]));
    }
    return mounts;
  }
}
