// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import okio.ByteString;

/**
 * Takes the packaged archive through the life of a connector in one real worker after the other, of
 * several versions of Kafka and of Java, and holds the topics against the simulated pod's ledger.
 * Fails unless all goes well in each worker, and no class or method is asked for that is missing
 * there.
 *
 * <p>System properties: {@code workers}, versions of Kafka with commas between them; {@code
 * later.java.home}, another Java than the one that runs this. Without it, the newest with long-term
 * support is looked for where systems have their Javas.
 */
public final class WorkerMatrix {
  /** The oldest that is supported, the last of 3, and the oldest and newest of 4. */
  private static final String USUAL = "3.7.2,3.9.2,4.0.2,4.3.1";

  /** The last of 3 runs on Java 17 to 25; those before it do not know so late a Java. */
  private static final String LAST_OF_3 = "3.9.";

  /** The first with all of Kafka's policies for overrides. */
  private static final Version ALL_POLICIES = Version.parse("4.2");

  private static final String DEFAULT_DISCOVERY = "hybrid_warn";
  private static final String QUICK_DISCOVERY = "service_load";
  private static final int LANES = 2;

  private WorkerMatrix() {}

  /** Runs it; see the class. */
  public static void main(String[] ignored) {
    Report report = new Report("worker-matrix");
    String workers = System.getProperty("workers", USUAL);
    List<String> versions = versions(workers);
    InstalledJava java = InstalledJava.running();
    String home = System.getProperty("later.java.home");
    Optional<InstalledJava> later =
        home != null
            ? InstalledJava.at(Path.of(home))
            : java.newestLongTerm(java.home().resolveSibling("."), Path.of("/usr/lib/jvm"));
    if (home != null && later.isEmpty()) {
      throw new IllegalArgumentException(home + " is no Java home");
    }
    String notRun =
        later.isPresent()
            ? ""
            : "Not run: a Java later than "
                + java.feature()
                + " with long-term support, since none was found; name one by"
                + " -Dlater.java.home=<Java home>.";
    Path archive = Build.componentArchive();
    String sha256 = sha256(archive);
    report.step(archive.getFileName() + ", sha256 " + sha256);
    // One after the other, since they share a repository, and before the time of a cell is taken.
    versions.forEach(KafkaClassPath::of);
    report.step("Kafka " + String.join(", ", versions) + " is here");
    List<String> complaints = new ArrayList<>();
    for (Cell.Result result : run(cells(versions, java, later), report)) {
      report.row(result.row());
      complaints.add(result.complaint());
    }
    complaints.removeIf(String::isEmpty);
    if (!notRun.isEmpty()) {
      report.step(notRun);
    }
    if (!sha256(archive).equals(sha256)) {
      complaints.add(archive + " was changed meanwhile: build nothing while the matrix runs.");
    }
    report
        .fact("archive", archive.getFileName().toString())
        .fact("sha256", sha256)
        .fact("notRun", notRun)
        .end(
            "`mvn -q -Pworker-matrix verify -Dworkers=%s`: %s, sha256 %s, in real workers on Java %s%s.\n%s"
                .formatted(
                    workers,
                    archive.getFileName(),
                    sha256,
                    java.version(),
                    later.map(other -> " and " + other.version()).orElse(""),
                    notRun),
            complaints);
  }

  /**
   * Each version with exactly-once, on the Java that runs this. The oldest and the newest at least
   * once, too; the newest, and the last of 3, on the later Java. Then the newest with each policy
   * that rejects overrides, if Kafka has all of them.
   */
  static List<Cell> cells(
      List<String> versions, InstalledJava java, Optional<InstalledJava> later) {
    String oldest = versions.get(0);
    String newest = versions.get(versions.size() - 1);
    List<Cell> cells = new ArrayList<>();
    for (String version : versions) {
      boolean isNewest = version.equals(newest);
      // The default takes some seconds longer at each start of the worker.
      String discovery = isNewest ? DEFAULT_DISCOVERY : QUICK_DISCOVERY;
      cells.add(new Cell(version, java, true, discovery, Overrides.ALL));
      if (isNewest || version.equals(oldest)) {
        cells.add(new Cell(version, java, false, QUICK_DISCOVERY, Overrides.ALL));
      }
      if (later.isPresent() && (isNewest || version.startsWith(LAST_OF_3))) {
        cells.add(new Cell(version, later.get(), true, QUICK_DISCOVERY, Overrides.ALL));
      }
    }
    if (Version.parse(newest).compareTo(ALL_POLICIES) >= 0) {
      for (Overrides each : List.of(Overrides.ALLOWLIST, Overrides.PRINCIPAL, Overrides.NONE)) {
        cells.add(new Cell(newest, java, true, QUICK_DISCOVERY, each));
      }
    }
    return cells;
  }

  /** The oldest first. */
  static List<String> versions(String workers) {
    return Arrays.stream(workers.split(","))
        .map(String::strip)
        .distinct()
        .sorted(Comparator.comparing(Version::parse))
        .toList();
  }

  /** Some at a time, since each waits a lot; answers the results in the order of the cells. */
  private static List<Cell.Result> run(List<Cell> cells, Report report) {
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    try {
      List<CompletableFuture<Cell.Result>> results =
          cells.stream()
              .map(cell -> CompletableFuture.supplyAsync(() -> cell.run(report::step), lanes))
              .toList();
      return results.stream().map(CompletableFuture::join).toList();
    } finally {
      lanes.shutdownNow();
    }
  }

  private static String sha256(Path file) {
    try {
      return ByteString.of(Files.readAllBytes(file)).sha256().hex();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
