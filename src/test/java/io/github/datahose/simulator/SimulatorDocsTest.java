// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.connect.config.DatahoseConfig;
import io.github.datahose.documents.MadeParts;
import io.github.datahose.documents.Markdown;
import io.github.datahose.simulator.SimulatorClient.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/simulator.md} matches the simulator, and its examples work. */
@Timeout(60)
class SimulatorDocsTest {

  private static final Path PAGE = Path.of("docs", "simulator.md");
  private static final String TAG = "symphony.all";

  private static final Pattern CURL =
      Pattern.compile(
          " +curl (?:--silent )?(?:-X ([A-Z]+) )?(?:-d '([^']*)' )?"
              + "'?http://localhost:8080(/control/[^ ']*).*");

  @Test
  void matchesOptionsAndLedgerOfPage() throws Exception {
    MadeParts.check(PAGE, Map.of("options", options(), "ledger", ledger()), getClass());
  }

  private static String options() {
    return Markdown.table(
        List.of("option", "meaning", "default"),
        SimulatorMain.commandLine().getCommandSpec().options().stream()
            .map(SimulatorDocsTest::row)
            .toList());
  }

  private static List<String> row(OptionSpec option) {
    boolean isSwitch = option.arity().max() == 0;
    String otherwise = isSwitch ? null : option.defaultValueString();
    return List.of(
        Markdown.code(option.longestName() + (isSwitch ? "" : "=" + option.paramLabel())),
        Markdown.plain(option.description()[0]),
        otherwise == null || otherwise.equals("null") ? "" : Markdown.plain(otherwise));
  }

  private static String ledger() throws Exception {
    try (Simulator simulator = simulatorWithFeed()) {
      SimulatorClient client = SimulatorClient.loggedIn(simulator);
      simulator.produce(3, List.of("MESSAGESENT"));
      client.read(TAG, client.read(TAG, "").ackId());
      return Markdown.block("json", client.get("/control/ledger").json().toPrettyString());
    }
  }

  @Test
  void documentsEachFaultAndField() {
    assertThat(firstCells("| kind | what happens |"))
        .containsExactlyElementsOf(Stream.of(Fault.Kind.values()).map(Enum::name).toList());
    assertThat(firstCells("### Fields of `POST /control/faults`"))
        .containsExactlyElementsOf(components(Control.ToPlan.class));
    assertThat(firstCells("### Fields of `POST /control/produce`"))
        .containsExactlyElementsOf(components(Control.ToProduce.class));
    assertThat(firstCells("| field | meaning |\n| --- | --- |\n| `produced`"))
        .containsExactlyElementsOf(components(LedgerSnapshot.class));
    assertThat(firstCells("Of each feed:"))
        .containsExactlyElementsOf(components(FeedSnapshot.class));
  }

  @Test
  void documentsEachControlRequest() throws Exception {
    try (Simulator simulator = simulatorWithFeed()) {
      assertThat(firstCells("## Control API"))
          .containsExactlyInAnyOrderElementsOf(new Control(simulator).endpoints().keySet());
    }
  }

  @Test
  void returns200ForEachRequestOfPage() throws Exception {
    List<Matcher> curls = page().lines().map(CURL::matcher).filter(Matcher::matches).toList();
    assertThat(curls).hasSizeGreaterThan(12);
    assertThat(page().lines().filter(line -> line.contains("curl") && line.contains(":8080")))
        .hasSameSizeAs(curls);
    for (Matcher curl : curls) {
      try (Simulator simulator = simulatorWithFeed()) {
        String body = curl.group(2);
        String method = curl.group(1) != null ? curl.group(1) : body == null ? "GET" : "POST";
        SimulatorClient client = new SimulatorClient(simulator.url(), null);
        Reply answer =
            switch (method) {
              case "GET" -> client.get(curl.group(3));
              case "DELETE" -> client.delete(curl.group(3));
              default -> client.postUntyped(curl.group(3), body == null ? "" : body);
            };
        boolean inTheBackground = body != null && body.contains("ratePerSecond");
        assertThat(answer.status()).as(curl.group()).isEqualTo(inTheBackground ? 202 : 200);
        assertThat(simulator.faults().pending())
            .as(curl.group())
            .isEqualTo(curl.group(3).endsWith("faults") && method.equals("POST"));
      }
    }
  }

  @Test
  void parsesEachCommandOfPage() {
    List<String> commands =
        page()
            .lines()
            .filter(line -> line.matches(" +(java -jar .*simulator\\.jar|docker run .*) .*"))
            .map(line -> line.replaceFirst(".*(simulator\\.jar|symphony-simulator) ", ""))
            .toList();
    assertThat(commands).hasSize(3);
    for (String command : commands) {
      assertThatCode(() -> SimulatorMain.commandLine().parseArgs(command.split(" ")))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void acceptsExampleConnectorWithKeyFromJar() throws IOException {
    Matcher json = Pattern.compile("(?s)```json\n(\\{\n  \"connector.class.*?)```").matcher(page());
    assertThat(json.find()).isTrue();
    Map<String, String> config =
        new ObjectMapper().readValue(json.group(1), new TypeReference<>() {});
    Map<String, String> named = new LinkedHashMap<>(config);
    named.put("name", "symphony");
    assertThat(new DatahoseConfig(named).feeds().get(0).tag()).isEqualTo(TAG);
    assertThat(config).containsEntry("symphony.username", SimulatorKeys.USERNAME);
    assertThat(Simulator.class.getResource("/simulator/keys/test-only.pkcs8.pem")).isNotNull();
  }

  private static Simulator simulatorWithFeed() throws Exception {
    Simulator simulator = Simulator.start(SimulatorOptions.defaults().longPoll(Duration.ZERO));
    SimulatorClient.loggedIn(simulator).read(TAG, "");
    return simulator;
  }

  /** Returns the code in the first cells of the first table at or after a text. */
  private static List<String> firstCells(String text) {
    assertThat(page()).contains(text);
    return page()
        .substring(page().indexOf(text))
        .lines()
        .dropWhile(line -> !line.startsWith("| --- "))
        .skip(1)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.replaceFirst("\\| `([^`]*)` \\|.*", "$1"))
        .toList();
  }

  private static List<String> components(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(part -> part.getName()).toList();
  }

  private static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
