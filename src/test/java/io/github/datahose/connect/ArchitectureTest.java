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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of the connector: which other packages each may know, and what is in none. */
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
}
