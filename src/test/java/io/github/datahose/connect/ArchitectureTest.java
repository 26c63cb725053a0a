// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the connector and the packages that each may use, and the tags of its tests. */
class ArchitectureTest {

  private static final String BASE = "io.github.datahose.connect";

  private static final int LARGEST_PACKAGE = 24;

  /** The lowest first; a package may know those named on its line, and no other. */
  private static final String MAY_KNOW =
      """
      text           :
      symphony.tls   : text
      symphony       : symphony.tls, text
      symphony.proxy : symphony
      symphony.http  : symphony, symphony.tls, symphony.proxy, text
      symphony.auth  : symphony, symphony.tls, symphony.http
      symphony.agent : symphony, symphony.http, symphony.auth, text
      symphony.check : symphony, symphony.tls, symphony.http, symphony.auth, symphony.agent, text
      event          : text
      event.text     : event
      config.option  : event, symphony.tls, text
      config         : config.option, event, symphony, symphony.tls, symphony.check, text
      monitor        : symphony
      delivery       : monitor, config, config.option, event, event.text, symphony, text
      reader         : delivery, monitor, config, config.option, event, symphony, symphony.agent
      tools          : config, config.option, event, symphony, symphony.tls, symphony.agent, symphony.check, text
      (top)          : reader, delivery, config, config.option, text
      """;

  private static final JavaClasses CONNECTOR =
      new ClassFileImporter()
          .importUrl(
              DatahoseSourceConnector.class.getProtectionDomain().getCodeSource().getLocation());

  /** The tag of an invariant, or the name of a method or a type. */
  private static final Pattern TAG_OR_NAME =
      Pattern.compile(
          "@Tag\\(\"invariant-(?<tag>\\d+)\"\\)"
              + "|\\b(?:void|class|record|interface) (?<name>(?:invariant(?<invariant>\\d+))?\\w*)");

  private record Row(String name, List<String> mayKnow) {

    String classes() {
      return name.equals("(top)") ? BASE : BASE + "." + name;
    }
  }

  static List<Row> rows() {
    return MAY_KNOW
        .lines()
        .map(line -> line.split(":", -1))
        .map(
            cells ->
                new Row(
                    cells[0].strip(),
                    Stream.of(cells[1].split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void usesOnlyAllowedPackages(Row row) {
    String[] allowed =
        Stream.concat(
                Stream.of(row.classes()), row.mayKnow().stream().map(name -> BASE + "." + name))
            .toArray(String[]::new);
    classes()
        .that(resideInAPackage(row.classes()))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed).or(not(resideInAPackage(BASE + ".."))))
        .check(CONNECTOR);
  }

  @Test
  void hasNoPackageCycle() {
    slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(CONNECTOR);
  }

  @Test
  void keepsKafkaAndHttpInTheirPackages() {
    noClasses()
        .that()
        .resideInAPackage(BASE + ".symphony..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CONNECTOR);
    noClasses()
        .that()
        .resideInAnyPackage(BASE + ".event..", BASE + ".delivery..", BASE + ".monitor..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("okhttp3..")
        .check(CONNECTOR);
  }

  @Test
  void describesEachPackageAndLimitsItsSize() throws Exception {
    Map<String, Integer> sizes = new TreeMap<>();
    for (JavaClass each : CONNECTOR) {
      if (each.isTopLevelClass() && !each.getSimpleName().equals("package-info")) {
        sizes.merge(each.getPackageName(), 1, Integer::sum);
      }
    }
    assertThat(rows().stream().map(Row::classes)).containsAll(sizes.keySet());
    assertThat(sizes.values()).allMatch(size -> size <= LARGEST_PACKAGE);
    for (String name : sizes.keySet()) {
      Path folder = Path.of("src/main/java", name.replace('.', '/'));
      assertThat(Files.exists(folder.resolve("package-info.java"))).as(name).isTrue();
    }
  }

  @Test
  void tagsEachTestOfAnInvariantWithItsNumber() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String root : List.of("src/test/java", "src/it/java", "src/lab/java")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
          wrong.addAll(wronglyTagged(Files.readString(file)));
        }
      }
    }
    assertThat(wrong).isEmpty();
    String sample = "@Tag(\"%1$s-5\") void %1$s5A( void %1$s5B( @Tag(\"%1$s-5\") void c(";
    assertThat(wronglyTagged(sample.formatted("invariant")))
        .containsExactly("invariant5B []", "c [5]");
  }

  /** Returns each method whose tags are not those of its name. */
  private static List<String> wronglyTagged(String source) {
    List<String> wrong = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    Matcher found = TAG_OR_NAME.matcher(source);
    while (found.find()) {
      if (found.group("tag") != null) {
        tags.add(found.group("tag"));
        continue;
      }
      String invariant = found.group("invariant");
      if (!tags.equals(invariant == null ? List.of() : List.of(invariant))) {
        wrong.add(found.group("name") + " " + tags);
      }
      tags.clear();
    }
    return wrong;
  }
}
