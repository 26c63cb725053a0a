// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import io.github.datahose.launch.Build;
import io.github.datahose.launch.KafkaClassPath;
import io.github.datahose.launch.Report;
import io.github.datahose.launch.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Takes the packaged archive through the life of a connector in one real worker after the other, of
 * several versions of Kafka and of Java, and holds the topics against the simulated pod's ledger.
 * Fails unless all goes well in each worker, and no class or method is asked for that is missing
 * there.
 *
 * <p>It is told by system properties, see {@link MatrixArguments}.
 */
public final class WorkerMatrix {
  private static final int LANES = 2;

  private WorkerMatrix() {}

  /** Runs it; see the class. */
  public static void main(String[] ignored) throws IOException, NoSuchAlgorithmException {
    Report report = new Report("worker-matrix");
    MatrixArguments arguments = MatrixArguments.of(System.getProperties());
    Screen screen = Screen.standardOutput();
    Path archive = Build.componentArchive();
    String sha256 = sha256(archive);
    screen.step(archive.getFileName() + ", sha256 " + sha256);
    // One after the other, since they share a repository, and before the time of a cell is taken.
    arguments.versions().forEach(KafkaClassPath::of);
    screen.step("Kafka " + String.join(", ", arguments.versions()) + " is here");
    List<String> complaints = new ArrayList<>();
    for (CellResult result : run(arguments.cells(), screen)) {
      report.row(result.row());
      if (!result.complaint().isEmpty()) {
        complaints.add(result.complaint());
      }
    }
    if (!sha256(archive).equals(sha256)) {
      complaints.add(archive + " was changed meanwhile: build nothing while the matrix runs.");
    }
    report
        .fact("archive", archive.getFileName().toString())
        .fact("sha256", sha256)
        .fact("notRun", arguments.notRun())
        .write(complaints.isEmpty(), introduction(arguments, archive, sha256, complaints));
    screen.print("\n" + report.table());
    if (!arguments.notRun().isEmpty()) {
      screen.print(arguments.notRun());
    }
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(String.join("\n", complaints));
    }
    screen.step("All is well");
  }

  /** Some at a time, since each waits a lot; answers the results in the order of the cells. */
  private static List<CellResult> run(List<Cell> cells, Screen screen) {
    Consumer<String> progress =
        text -> {
          synchronized (screen) {
            screen.step(text);
          }
        };
    ExecutorService lanes = Executors.newFixedThreadPool(LANES);
    try {
      List<CompletableFuture<CellResult>> results =
          cells.stream()
              .map(cell -> CompletableFuture.supplyAsync(new CellRun(cell, progress)::run, lanes))
              .toList();
      return results.stream().map(CompletableFuture::join).toList();
    } finally {
      lanes.shutdownNow();
    }
  }

  private static String introduction(
      MatrixArguments arguments, Path archive, String sha256, List<String> complaints) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "`"
            + arguments.command()
            + "`: "
            + archive.getFileName()
            + ", sha256 "
            + sha256
            + ", in real workers.");
    lines.add("Java " + arguments.java().feature() + " is " + arguments.java().version() + ".");
    arguments
        .laterJava()
        .ifPresent(later -> lines.add("Java " + later.feature() + " is " + later.version() + "."));
    lines.add(arguments.notRun());
    lines.addAll(complaints);
    return String.join("\n", lines);
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
