// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  private MutationReport() {}

  /** Makes it; see the class. */
  public static void main(String[] arguments) throws Exception {
    Report report = new Report("mutation");
    // Of each class, and of all: mutants, and those that were killed.
    Map<String, int[]> counts = new TreeMap<>();
    int[] all = new int[2];
    NodeList mutations =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Build.directory().resolve("reports/mutation/mutations.xml").toFile())
            .getElementsByTagName("mutation");
    for (int i = 0; i < mutations.getLength(); i++) {
      Element mutation = (Element) mutations.item(i);
      String name = mutation.getElementsByTagName("mutatedClass").item(0).getTextContent();
      String outermost = name.replaceFirst("\\$.*", "").replace(PROJECT, "");
      boolean killed = Boolean.parseBoolean(mutation.getAttribute("detected"));
      for (int[] count : List.of(counts.computeIfAbsent(outermost, any -> new int[2]), all)) {
        count[0]++;
        count[1] += killed ? 1 : 0;
      }
    }
    counts.forEach((name, count) -> report.row(row(name, count)));
    report
        .row(row("all", all))
        .end(
            "Survivors: target/reports/mutation/index.html. Least score: " + LEAST_SCORE,
            all[0] > 0 && score(all) >= LEAST_SCORE
                ? List.of()
                : List.of("The tests notice less than they did."));
  }

  private static double score(int[] count) {
    return Math.round(1000.0 * count[1] / count[0]) / 10.0;
  }

  private static Map<String, Object> row(String name, int[] count) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("class", name);
    row.put("mutants", count[0]);
    row.put("killed", count[1]);
    row.put("score", score(count));
    return row;
  }
}
