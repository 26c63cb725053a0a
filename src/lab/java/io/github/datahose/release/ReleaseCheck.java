// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.datahose.launch.Build;
import io.github.datahose.launch.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import okio.ByteString;
import okio.FileSystem;

/**
 * Gathers what the profile {@code release} made, adds checksums, and says what is wrong with it:
 * files that are missing or do not belong there, checksums that are not theirs, a bill of materials
 * that lists other jars than the archive has. Ends the build by an exception then.
 */
public final class ReleaseCheck {
  static final String THIRD_PARTY = "THIRD-PARTY.txt";

  /** A file with the checksums of all others, in the form that {@code sha256sum -c} reads. */
  enum Checksums {
    SHA256SUMS(ByteString::sha256),
    /** What Strimzi and Confluent for Kubernetes ask for. */
    SHA512SUMS(ByteString::sha512);

    private final UnaryOperator<ByteString> hash;

    Checksums(UnaryOperator<ByteString> hash) {
      this.hash = hash;
    }

    private String of(byte[] content) {
      return hash.apply(ByteString.of(content)).hex();
    }
  }

  private final Path directory;
  private final String component;
  private final String artifact;
  private final List<String> faults = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param directory such as {@code target/release}
   * @param component the archive's name without {@code .zip}
   * @param artifact the jar's name without {@code .jar}
   */
  ReleaseCheck(Path directory, String component, String artifact) {
    this.directory = directory;
    this.component = component;
    this.artifact = artifact;
  }

  /**
   * Makes a release in {@code target/release} and checks it.
   *
   * @param arguments name of the archive, name of the jar, version, date, and the tag or nothing
   *     for a dry run
   */
  public static void main(String[] arguments) throws IOException {
    Report report = new Report("release");
    Path directory = Build.directory().resolve("release");
    ReleaseCheck check = new ReleaseCheck(directory, arguments[0], arguments[1]);
    String tag = arguments.length > 4 && arguments[4] != null ? arguments[4].strip() : "";
    check.gather(Build.directory());
    List<String> faults = new ArrayList<>(check.faults());
    if (!tag.isEmpty()) {
      faults.addAll(faultsOfTag(Path.of(""), tag, arguments[2], arguments[3]));
    }
    if (faults.isEmpty()) {
      check
          .sums(Checksums.SHA256SUMS)
          .forEach((file, sum) -> report.row(Map.of("file", file + "  " + sum)));
    }
    report.end((tag.isEmpty() ? "Dry run" : "Release " + tag) + " in " + directory, faults);
  }

  /**
   * Copies what the build has made into the directory, in place of a former release; what is
   * missing is left to {@link #faults}.
   */
  void gather(Path build) throws IOException {
    FileSystem.SYSTEM.deleteRecursively(okio.Path.get(directory), false);
    Files.createDirectories(directory);
    List<Path> made = new ArrayList<>();
    made.add(build.resolve("components/packages").resolve(archive().getFileName()));
    made.add(build.resolve("third-party").resolve(THIRD_PARTY));
    for (Path file : List.of(sources(), javadoc(), billOfMaterials())) {
      made.add(build.resolve(file.getFileName()));
    }
    for (Path file : made) {
      if (Files.exists(file)) {
        Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    writeSums();
  }

  /** Adds the checksums of all that is there. */
  void writeSums() throws IOException {
    for (Checksums file : Checksums.values()) {
      String sums =
          sums(file).entrySet().stream()
              .map(each -> each.getValue() + "  " + each.getKey() + "\n")
              .collect(Collectors.joining());
      Files.writeString(directory.resolve(file.name()), sums);
    }
  }

  /** What is wrong with the files; empty when nothing is. */
  List<String> faults() throws IOException {
    Set<String> found;
    try (Stream<Path> entries =
        Files.isDirectory(directory) ? Files.list(directory) : Stream.empty()) {
      found = entries.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
    files().forEach(name -> require(found.contains(name), name + " is missing"));
    found.forEach(name -> require(files().contains(name), name + " does not belong here"));
    if (faults.isEmpty()) {
      for (Checksums file : Checksums.values()) {
        checkSums(file);
      }
      checkArchive();
      requireEntry(sources(), "io/github/datahose/connect/DatahoseSourceConnector.java");
      requireEntry(javadoc(), "io/github/datahose/connect/DatahoseSourceConnector.html");
    }
    return faults;
  }

  /**
   * What is wrong with a release under a tag, and need not be right for a dry run.
   *
   * @param repository of the project
   * @param tag such as {@code v1.0.0}
   * @param version of the project
   * @param date of the release in the project, as {@code 2026-11-24}
   */
  static List<String> faultsOfTag(Path repository, String tag, String version, String date)
      throws IOException {
    List<String> faults = new ArrayList<>();
    if (version.endsWith("-SNAPSHOT")) {
      faults.add("the version " + version + " is no release: set it without -SNAPSHOT");
    }
    if (!tag.equals("v" + version)) {
      faults.add("the tag " + tag + " is not that of version " + version + ": v" + version);
    }
    String heading = "## [" + version + "] - " + date;
    if (!Files.readAllLines(repository.resolve("CHANGELOG.md")).contains(heading)) {
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

  Path archive() {
    return directory.resolve(component + ".zip");
  }

  Path sources() {
    return directory.resolve(artifact + "-sources.jar");
  }

  Path javadoc() {
    return directory.resolve(artifact + "-javadoc.jar");
  }

  /** The software bill of materials, CycloneDX in JSON. */
  Path billOfMaterials() {
    return directory.resolve(artifact + "-sbom.cdx.json");
  }

  /** The names of all files that belong into it. */
  Set<String> files() {
    return Stream.concat(
            Stream.concat(
                Stream.of(THIRD_PARTY), Stream.of(Checksums.values()).map(Checksums::name)),
            Stream.of(archive(), sources(), javadoc(), billOfMaterials())
                .map(file -> file.getFileName().toString()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The checksums of all files that are there, but of those with checksums. */
  Map<String, String> sums(Checksums kind) throws IOException {
    Set<String> names = files();
    Stream.of(Checksums.values()).map(Checksums::name).forEach(names::remove);
    Map<String, String> sums = new TreeMap<>();
    for (String name : names) {
      if (Files.exists(directory.resolve(name))) {
        sums.put(name, kind.of(Files.readAllBytes(directory.resolve(name))));
      }
    }
    return sums;
  }

  private void checkSums(Checksums file) throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(directory.resolve(file.name()))) {
      String[] columns = line.split(" {2}", 2);
      listed.put(columns[columns.length - 1], columns[0]);
    }
    Map<String, String> sums = sums(file);
    require(
        listed.keySet().equals(sums.keySet()),
        file + " lists " + listed.keySet() + " instead of " + sums.keySet());
    sums.forEach(
        (name, sum) ->
            require(
                listed.getOrDefault(name, sum).equals(sum),
                file + " has another checksum than that of " + name));
  }

  private void checkArchive() throws IOException {
    JsonNode bill = new ObjectMapper().readTree(billOfMaterials().toFile());
    Map<String, JsonNode> listed = new TreeMap<>();
    for (JsonNode each : bill.path("components")) {
      listed.put(jar(each), each);
    }
    Set<String> named = new TreeSet<>(listed.keySet());
    named.add(jar(bill.at("/metadata/component")));
    String lib = component + "/lib/";
    try (ZipFile zip = new ZipFile(archive().toFile())) {
      Set<String> shipped =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith(lib) && name.endsWith(".jar"))
              .map(name -> name.substring(lib.length()))
              .collect(Collectors.toCollection(TreeSet::new));
      require(
          bill.path("bomFormat").asText().equals("CycloneDX") && named.equals(shipped),
          "the bill of materials lists " + named + ", and shipped are " + shipped);
      listed.keySet().retainAll(shipped);
      for (Map.Entry<String, JsonNode> each : listed.entrySet()) {
        require(
            each.getValue()
                .path("hashes")
                .findValuesAsText("content")
                .contains(sha256(bytes(zip, lib + each.getKey()))),
            "the bill of materials has another checksum for " + each.getKey());
        require(
            !each.getValue().path("licenses").isEmpty(),
            "the bill of materials names no license for " + each.getKey());
      }
      require(
          sha256(bytes(zip, component + "/doc/" + THIRD_PARTY))
              .equals(sha256(Files.readAllBytes(directory.resolve(THIRD_PARTY)))),
          THIRD_PARTY + " is another than the archive's");
    }
  }

  private void requireEntry(Path jar, String entry) throws IOException {
    try (ZipFile file = new ZipFile(jar.toFile())) {
      require(file.getEntry(entry) != null, jar.getFileName() + " lacks " + entry);
    }
  }

  private void require(boolean right, String fault) {
    if (!right) {
      faults.add(fault);
    }
  }

  private static String jar(JsonNode part) {
    return part.path("name").asText() + "-" + part.path("version").asText() + ".jar";
  }

  private static byte[] bytes(ZipFile archive, String name) throws IOException {
    ZipEntry entry = archive.getEntry(name);
    if (entry == null) {
      return new byte[0];
    }
    try (InputStream content = archive.getInputStream(entry)) {
      return content.readAllBytes();
    }
  }

  private static String sha256(byte[] content) {
    return Checksums.SHA256SUMS.of(content);
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
    // It has closed its output, so it ends by itself.
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
    return output;
  }
}
