// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.matrix;

import io.github.datahose.launch.Build;
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

/**
 * Takes the packaged archive through the life of a connector in one real worker after the other, of
 * several versions of Kafka and of Java, and holds the topics against the simulated pod's ledger.
 * Fails unless all goes well in each worker, and no class or method is asked for that is missing
 * there.
 *
 * <p>It is told by system properties, see {@link MatrixArguments}.
 */
public final class WorkerMatrix {
  private WorkerMatrix() {}

  /** Runs it; see the class. */
  public static void main(String[] ignored) throws IOException, NoSuchAlgorithmException {
    MatrixArguments arguments = MatrixArguments.of(System.getProperties());
    Screen screen = Screen.standardOutput();
    Path archive = Build.componentArchive();
    String sha256 = sha256(archive);
    screen.step(archive.getFileName() + ", sha256 " + sha256);
    Report report = new Report("worker-matrix");
    List<String> complaints = new ArrayList<>();
    for (Cell cell : arguments.cells()) {
      CellResult result = new CellRun(cell, screen::step).run();
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
