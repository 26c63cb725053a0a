// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Makes the report {@code mutation} from what PIT wrote: for each class how many changes of its
 * code (mutants) the quick unit tests notice. Fails when they notice less of all of them than
 * {@link #LEAST_SCORE}. Which mutants survive is in {@code target/reports/mutation/index.html}.
 *
 * <p>Slow tests, and those with sockets, do not take part: they would run once for each mutant. So
 * a class that only such tests hold scores low here.
 */
public final class MutationReport {

  /** In percent. It was 86.4 when this was written; a busy machine lets some mutants time out. */
  private static final double LEAST_SCORE = 85;

  private static final String PROJECT = "io.github.datahose.connect.";

  private int mutants;
  private int killed;

  private MutationReport() {}

  /** Makes it; see the class. */
  public static void main(String[] arguments) throws Exception {
    Report report = new Report("mutation");
    Map<String, MutationReport> classes = new TreeMap<>();
    MutationReport all = new MutationReport();
    Path result = Build.directory().resolve("reports/mutation/mutations.xml");
    NodeList mutations =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(result.toFile())
            .getElementsByTagName("mutation");
    IntStream.range(0, mutations.getLength())
        .mapToObj(i -> (Element) mutations.item(i))
        .forEach(
            mutation -> {
              String name = mutation.getElementsByTagName("mutatedClass").item(0).getTextContent();
              boolean detected = Boolean.parseBoolean(mutation.getAttribute("detected"));
              String outermost = name.replaceFirst("\\$.*", "").replace(PROJECT, "");
              classes.computeIfAbsent(outermost, any -> new MutationReport()).add(detected);
              all.add(detected);
            });
    classes.forEach((name, of) -> report.row(of.row(name)));
    report.row(all.row("all"));
    report.end(
        "Survivors: target/reports/mutation/index.html. Least score: " + LEAST_SCORE,
        all.mutants > 0 && all.score() >= LEAST_SCORE
            ? List.of()
            : List.of("The tests notice less than they did."));
  }

  private void add(boolean detected) {
    mutants++;
    killed += detected ? 1 : 0;
  }

  private double score() {
    return Math.round(1000.0 * killed / mutants) / 10.0;
  }

  private Map<String, Object> row(String name) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("class", name);
    row.put("mutants", mutants);
    row.put("killed", killed);
    row.put("score", score());
    return row;
  }
}
