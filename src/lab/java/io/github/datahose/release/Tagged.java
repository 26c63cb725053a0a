// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be so before something is released under a tag, and need not be for a dry run.
 *
 * @param tag such as {@code v1.0.0}
 * @param version of the project
 * @param date of the release in the project, as {@code 2026-11-24}
 */
record Tagged(String tag, String version, String date) {

  /** What is wrong in this repository; empty when nothing is. */
  List<String> faults(Path repository) throws IOException {
    List<String> faults = new ArrayList<>();
    if (version.endsWith("-SNAPSHOT")) {
      faults.add("the version " + version + " is no release: set it without -SNAPSHOT");
    }
    if (!tag.equals("v" + version)) {
      faults.add("the tag " + tag + " is not that of version " + version + ": v" + version);
    }
    String heading = "## [" + version + "] - " + date;
    if (Files.readAllLines(repository.resolve("CHANGELOG.md")).stream()
        .noneMatch(heading::equals)) {
      faults.add("CHANGELOG.md lacks the line \"" + heading + "\" (the date is release.date)");
    }
    if (!git(repository, "tag", "--points-at", "HEAD").lines().toList().contains(tag)) {
      faults.add("the commit that is built does not have the tag " + tag);
    }
    if (!git(repository, "status", "--porcelain").isBlank()) {
      faults.add("files are changed or new: commit them, or build from a clone of the tag");
    }
    return faults;
  }

  private static String git(Path repository, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(repository.toAbsolutePath().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for git", e);
    }
    return output;
  }
}
