// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows that the check of a release finds what is wrong with one. */
class ReleaseCheckTest {
  @TempDir private Path directory;
  private Release release;

  @BeforeEach
  void makeARelease() throws IOException {
    release = new Release(directory, "owner-connector-1.0", "connector-1.0");
    zip(
        release.archive(),
        Map.of(
            "owner-connector-1.0/lib/connector-1.0.jar", "own",
            "owner-connector-1.0/lib/library-2.jar", "library",
            "owner-connector-1.0/doc/THIRD-PARTY.txt", "list"));
    String source = "io/github/datahose/connect/DatahoseSourceConnector.";
    zip(release.sources(), Map.of(source + "java", "code"));
    zip(release.javadoc(), Map.of(source + "html", "words"));
    Files.writeString(directory.resolve(Release.THIRD_PARTY), "list");
    Files.writeString(release.billOfMaterials(), bill("library", "2", sha256("library")));
    sum();
  }

  @Test
  void findsNothingWhereAllIsRight() throws IOException {
    assertThat(ReleaseCheck.faults(release)).isEmpty();
  }

  @Test
  void findsAFileThatIsMissingAndOneTooMany() throws IOException {
    Files.delete(release.sources());
    Files.writeString(directory.resolve("notes.txt"), "");

    assertThat(ReleaseCheck.faults(release))
        .containsExactlyInAnyOrder(
            "connector-1.0-sources.jar is missing", "notes.txt does not belong here");
  }

  @Test
  void findsAFileThatWasChangedAfterwards() throws IOException {
    zip(release.javadoc(), Map.of("io/github/datahose/connect/DatahoseSourceConnector.html", "x"));

    assertThat(ReleaseCheck.faults(release))
        .containsExactly("SHA256SUMS has another checksum than that of connector-1.0-javadoc.jar");
  }

  @Test
  void findsAFileWithoutAChecksum() throws IOException {
    Files.writeString(
        release.checksums(),
        Files.readString(release.checksums()).replaceFirst("(?m)^.*THIRD-PARTY.txt\n", ""));

    assertThat(ReleaseCheck.faults(release))
        .singleElement()
        .asString()
        .startsWith("SHA256SUMS lists [connector-1.0-javadoc.jar, ");
  }

  @Test
  void findsABillOfMaterialsThatListsWhatIsNotShipped() throws IOException {
    Files.writeString(release.billOfMaterials(), bill("other", "2", sha256("library")));
    sum();

    assertThat(ReleaseCheck.faults(release))
        .containsExactly(
            "the bill of materials lists [connector-1.0.jar, other-2.jar], and shipped are"
                + " [connector-1.0.jar, library-2.jar]");
  }

  @Test
  void findsABillOfMaterialsOfAnotherBuild() throws IOException {
    Files.writeString(release.billOfMaterials(), bill("library", "2", sha256("older")));
    sum();

    assertThat(ReleaseCheck.faults(release))
        .containsExactly("the bill of materials has another checksum for library-2.jar");
  }

  @Test
  void findsAThirdPartyListOfAnotherBuildAndEmptyJars() throws IOException {
    Files.writeString(directory.resolve(Release.THIRD_PARTY), "older");
    zip(release.sources(), Map.of("README", ""));
    sum();

    assertThat(ReleaseCheck.faults(release))
        .containsExactly(
            "THIRD-PARTY.txt is another than the archive's",
            "connector-1.0-sources.jar lacks"
                + " io/github/datahose/connect/DatahoseSourceConnector.java");
  }

  /** In a repository of its own: in the project's, the commit of a release does have its tag. */
  @Test
  void releasesWhatIsTaggedAndNothingElse(@TempDir Path repository) throws Exception {
    assumeThat(isThere("git")).as("git is there").isTrue();
    Tagged tagged = new Tagged("v1.0.0", "1.0.0", "2026-11-24");
    Files.writeString(repository.resolve("CHANGELOG.md"), "## [1.0.0] - 2026-11-24\n");
    git(repository, "init", "--quiet");
    git(repository, "add", "CHANGELOG.md");
    git(repository, "commit", "--quiet", "--message=A release");
    assertThat(tagged.faults(repository))
        .containsExactly("the commit that is built does not have the tag v1.0.0");

    git(repository, "tag", "v1.0.0");
    assertThat(tagged.faults(repository)).isEmpty();
    assertThat(new Tagged("v1.0.0", "1.0.0-SNAPSHOT", "2026-11-24").faults(repository))
        .containsExactly(
            "the version 1.0.0-SNAPSHOT is no release: set it without -SNAPSHOT",
            "the tag v1.0.0 is not that of version 1.0.0-SNAPSHOT: v1.0.0-SNAPSHOT",
            "CHANGELOG.md lacks the line \"## [1.0.0-SNAPSHOT] - 2026-11-24\" (the date is"
                + " release.date)");

    Files.writeString(repository.resolve("notes.md"), "");
    assertThat(tagged.faults(repository))
        .containsExactly("files are changed or new: commit them, or build from a clone of the tag");
  }

  private static void git(Path repository, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=A", "-c", "user.email=a@b"));
    command.addAll(List.of(arguments));
    ProcessBuilder git = new ProcessBuilder(command).directory(repository.toFile()).inheritIO();
    // Whoever runs this may sign all commits.
    git.environment().putAll(Map.of("GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_NOSYSTEM", "1"));
    assertThat(git.start().waitFor()).as(String.join(" ", command)).isZero();
  }

  private static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private void sum() throws IOException {
    StringBuilder sums = new StringBuilder();
    for (String name : release.files()) {
      if (!name.equals(Release.CHECKSUMS)) {
        byte[] content = Files.readAllBytes(directory.resolve(name));
        sums.append(sha256(content)).append("  ").append(name).append('\n');
      }
    }
    Files.writeString(release.checksums(), sums);
  }

  private static String bill(String name, String version, String checksum) {
    return """
        {"bomFormat": "CycloneDX",
         "metadata": {"component": {"name": "connector", "version": "1.0"}},
         "components": [{"name": "%s", "version": "%s", "licenses": [{"license": {"id": "MIT"}}],
           "hashes": [{"alg": "MD5", "content": "0"}, {"alg": "SHA-256", "content": "%s"}]}]}
        """
        .formatted(name, version, checksum);
  }

  private static void zip(Path file, Map<String, String> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
