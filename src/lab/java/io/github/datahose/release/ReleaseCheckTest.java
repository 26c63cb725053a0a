// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import okio.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shows that the check of a release finds what is wrong with one. */
class ReleaseCheckTest {
  private static final String CODE = "io/github/datahose/connect/DatahoseSourceConnector.";

  @TempDir private Path directory;
  private ReleaseCheck release;

  @BeforeEach
  void makeARelease() throws IOException {
    release = new ReleaseCheck(directory, "owner-connector-1.0", "connector-1.0");
    zip(
        release.archive(),
        Map.of(
            "owner-connector-1.0/lib/connector-1.0.jar", "own",
            "owner-connector-1.0/lib/library-2.jar", "library",
            "owner-connector-1.0/doc/THIRD-PARTY.txt", "list"));
    zip(release.sources(), Map.of(CODE + "java", "code"));
    zip(release.javadoc(), Map.of(CODE + "html", "words"));
    Files.writeString(directory.resolve(ReleaseCheck.THIRD_PARTY), "list");
    Files.writeString(release.billOfMaterials(), bill("library", "library"));
    release.writeSums();
  }

  @Test
  void findsNothingInCompleteRelease() throws IOException {
    assertThat(release.faults()).isEmpty();
  }

  @Test
  void replacesFormerReleaseAndReportsMissingFiles(@TempDir Path build) throws IOException {
    Files.createDirectories(build.resolve("components/packages"));
    Files.createDirectories(build.resolve("third-party"));
    Files.move(release.archive(), build.resolve("components/packages/owner-connector-1.0.zip"));
    Files.move(
        directory.resolve(ReleaseCheck.THIRD_PARTY), build.resolve("third-party/THIRD-PARTY.txt"));
    for (Path file : List.of(release.javadoc(), release.billOfMaterials())) {
      Files.move(file, build.resolve(file.getFileName()));
    }
    Path folder = Files.createDirectory(directory.resolve("notes"));
    Files.writeString(folder.resolve("notes.txt"), "of a former release");

    release.gather(build);
    assertThat(release.faults()).containsExactly("connector-1.0-sources.jar is missing");

    zip(build.resolve("connector-1.0-sources.jar"), Map.of(CODE + "java", "code"));
    release.gather(build);
    assertThat(new ReleaseCheck(directory, "owner-connector-1.0", "connector-1.0").faults())
        .isEmpty();
  }

  @Test
  void findsMissingAndUnexpectedFiles() throws IOException {
    Files.delete(release.sources());
    Files.writeString(directory.resolve("notes.txt"), "");

    assertThat(release.faults())
        .containsExactlyInAnyOrder(
            "connector-1.0-sources.jar is missing", "notes.txt does not belong here");
  }

  @Test
  void findsChangedFileAndMissingChecksum() throws IOException {
    zip(release.javadoc(), Map.of(CODE + "html", "x"));
    Path sums = directory.resolve("SHA256SUMS");
    Files.writeString(sums, Files.readString(sums).replaceFirst("(?m)^.*THIRD-PARTY.txt\n", ""));

    assertThat(release.faults())
        .hasSize(3)
        .anySatisfy(fault -> assertThat(fault).startsWith("SHA256SUMS lists [connector-1.0-java"))
        .contains(
            "SHA256SUMS has another checksum than that of connector-1.0-javadoc.jar",
            "SHA512SUMS has another checksum than that of connector-1.0-javadoc.jar");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "other | library | lists [connector-1.0.jar, other-2.jar], and shipped are"
            + " [connector-1.0.jar, library-2.jar]",
        "library | older | has another checksum for library-2.jar"
      })
  void findsBillOfMaterialsOfOtherBuild(String name, String content, String fault)
      throws IOException {
    Files.writeString(release.billOfMaterials(), bill(name, content));
    release.writeSums();

    assertThat(release.faults()).containsExactly("the bill of materials " + fault);
  }

  @Test
  void findsThirdPartyListOfOtherBuildAndEmptyJars() throws IOException {
    Files.writeString(directory.resolve(ReleaseCheck.THIRD_PARTY), "older");
    zip(release.sources(), Map.of("README", ""));
    release.writeSums();

    assertThat(release.faults())
        .containsExactly(
            "THIRD-PARTY.txt is another than the archive's",
            "connector-1.0-sources.jar lacks " + CODE + "java");
  }

  /** In a repository of its own: in the project's, the commit of a release does have its tag. */
  @Test
  void releasesOnlyTaggedCommit(@TempDir Path repository) throws Exception {
    Files.writeString(repository.resolve("CHANGELOG.md"), "## [1.0.0] - 2026-11-24\n");
    git(repository, "init", "--quiet");
    git(repository, "add", "CHANGELOG.md");
    git(repository, "commit", "--quiet", "--message=A release");
    assertThat(faultsOfTag(repository, "1.0.0"))
        .containsExactly("the commit that is built does not have the tag v1.0.0");

    git(repository, "tag", "v1.0.0");
    assertThat(faultsOfTag(repository, "1.0.0")).isEmpty();
    assertThat(faultsOfTag(repository, "1.0.0-SNAPSHOT"))
        .containsExactly(
            "the version 1.0.0-SNAPSHOT is no release: set it without -SNAPSHOT",
            "the tag v1.0.0 is not that of version 1.0.0-SNAPSHOT: v1.0.0-SNAPSHOT",
            "CHANGELOG.md lacks the line \"## [1.0.0-SNAPSHOT] - 2026-11-24\" (the date is"
                + " release.date)");

    Files.writeString(repository.resolve("notes.md"), "");
    assertThat(faultsOfTag(repository, "1.0.0"))
        .containsExactly("files are changed or new: commit them, or build from a clone of the tag");
  }

  private static List<String> faultsOfTag(Path repository, String version) throws IOException {
    return ReleaseCheck.faultsOfTag(repository, "v1.0.0", version, "2026-11-24");
  }

  private static void git(Path repository, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "user.name=A", "-c", "user.email=a@b"));
    command.addAll(List.of(arguments));
    ProcessBuilder git = new ProcessBuilder(command).directory(repository.toFile()).inheritIO();
    // The user that runs this might sign all commits.
    git.environment().putAll(Map.of("GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_NOSYSTEM", "1"));
    assertThat(git.start().waitFor()).as(String.join(" ", command)).isZero();
  }

  private static String bill(String name, String content) {
    return """
        {"bomFormat": "CycloneDX",
         "metadata": {"component": {"name": "connector", "version": "1.0"}},
         "components": [{"name": "%s", "version": "2", "licenses": [{"license": {"id": "MIT"}}],
           "hashes": [{"alg": "MD5", "content": "0"}, {"alg": "SHA-256", "content": "%s"}]}]}
        """
        .formatted(name, ByteString.encodeUtf8(content).sha256().hex());
  }

  private static void zip(Path file, Map<String, String> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
      }
    }
  }
}
