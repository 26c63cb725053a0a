// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.datahose.connect.tools.Reconciliation.Kind;
import io.github.datahose.documents.MadeParts;
import io.github.datahose.documents.Markdown;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on completeness matches the audit. */
class CompletenessDocsTest {

  private static final Path PAGE = Path.of("docs", "completeness.md");
  private static final Pattern OPTION = Pattern.compile("(?<=[ `])--[a-z][a-z-]+");
  private static final Pattern KIND =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d) \\| .+ \\| .+ \\|$");

  private final String page = Files.readString(PAGE);

  CompletenessDocsTest() throws IOException {}

  private static String audit(LedgerScene scene, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(out, true, UTF_8);
    Audit.run(args, (arguments, progress) -> scene, Clock.systemUTC(), printed, printed);
    return out.toString(UTF_8);
  }

  @Test
  void matchesOutputForDamagedTopics() {
    LedgerScene scene = LedgerScene.ofThreeWindows();
    scene.events.add(scene.events.get(24).copy());
    scene.events.remove(13);
    scene.ledger.remove(0);
    String printed =
        audit(scene, "--bootstrap-server", "kafka:9092", "--ledger-topic", LedgerScene.LEDGER);
    MadeParts.check(PAGE, Map.of("audit", Markdown.block("", printed)), getClass());
  }

  @Test
  void documentsEachKindOfFindingWithExitStatus() {
    List<String> kinds =
        Arrays.stream(Kind.values())
            .map(
                kind ->
                    kind.title()
                        + " "
                        + switch (kind.verdict()) {
                          case NOTE -> Audit.PROVEN;
                          case UNPROVEN -> Audit.UNPROVEN;
                          case WRONG -> Audit.WRONG;
                        })
            .toList();
    assertThat(
            KIND.matcher(page).results().map(each -> each.group(1) + " " + each.group(2)).toList())
        .isEqualTo(kinds);
  }

  @Test
  void documentsOnlyExistingOptions() {
    String help = audit(null, "--help");
    // The table of options, and the commands.
    Stream<String> lines =
        page.replace("\\\n", "")
            .lines()
            .filter(line -> line.startsWith("| `--") || line.contains("tools.Audit"));
    List<String> options =
        lines.flatMap(line -> OPTION.matcher(line).results()).map(MatchResult::group).toList();
    assertThat(options)
        .contains("--bootstrap-server", "--from", "--json", "--value-converter-config")
        .allMatch(
            option ->
                help.contains("\n" + option + " ")
                    || help.contains(", " + option + " ")
                    || help.contains("\n" + option + "\n"));
  }
}
