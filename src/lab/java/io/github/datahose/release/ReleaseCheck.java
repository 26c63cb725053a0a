// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Looks at what the profile {@code release} made and says what is wrong with it: files that are
 * missing or do not belong there, checksums that are not theirs, a bill of materials that lists
 * other jars than the archive has. Ends the build by an exception then.
 */
public final class ReleaseCheck {
  private final Release release;
  private final List<String> faults = new ArrayList<>();

  private ReleaseCheck(Release release) {
    this.release = release;
  }

  /**
   * Checks a release.
   *
   * @param arguments directory, name of the archive, name of the jar, version, date, and the tag or
   *     nothing for a dry run
   */
  public static void main(String[] arguments) throws IOException {
    Release release = new Release(Path.of(arguments[0]), arguments[1], arguments[2]);
    String tag = arguments.length > 5 && arguments[5] != null ? arguments[5].strip() : "";
    List<String> faults = new ArrayList<>(faults(release));
    if (!tag.isEmpty()) {
      faults.addAll(new Tagged(tag, arguments[3], arguments[4]).faults(Path.of("")));
    }
    if (!faults.isEmpty()) {
      throw new IllegalStateException(
          "This is not to be released:\n- " + String.join("\n- ", faults));
    }
    System.out.println(
        (tag.isEmpty() ? "Dry run: complete in " : "Release " + tag + ": complete in ")
            + release.directory());
    System.out.print(Files.readString(release.checksums()));
  }

  /** What is wrong; empty when nothing is. */
  static List<String> faults(Release release) throws IOException {
    ReleaseCheck check = new ReleaseCheck(release);
    check.files();
    if (check.faults.isEmpty()) {
      check.checksums();
      check.billOfMaterials();
      check.contents();
    }
    return check.faults;
  }

  private void files() throws IOException {
    Set<String> found = Files.isDirectory(release.directory()) ? names() : Set.of();
    release.files().stream()
        .filter(name -> !found.contains(name))
        .forEach(name -> faults.add(name + " is missing"));
    found.stream()
        .filter(name -> !release.files().contains(name))
        .forEach(name -> faults.add(name + " does not belong here"));
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(release.directory())) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private void checksums() throws IOException {
    Map<String, String> listed = new TreeMap<>();
    for (String line : Files.readAllLines(release.checksums())) {
      String[] columns = line.split(" {2}", 2);
      listed.put(columns[columns.length - 1], columns[0]);
    }
    Set<String> expected = new TreeSet<>(release.files());
    expected.remove(Release.CHECKSUMS);
    if (!listed.keySet().equals(expected)) {
      faults.add(Release.CHECKSUMS + " lists " + listed.keySet() + " instead of " + expected);
      return;
    }
    for (String name : expected) {
      if (!sha256(Files.readAllBytes(release.directory().resolve(name))).equals(listed.get(name))) {
        faults.add(Release.CHECKSUMS + " has another checksum than that of " + name);
      }
    }
  }

  private void billOfMaterials() throws IOException {
    JsonNode bill = new ObjectMapper().readTree(release.billOfMaterials().toFile());
    Map<String, JsonNode> listed = new TreeMap<>();
    for (JsonNode component : bill.path("components")) {
      listed.put(jar(component), component);
    }
    String own = jar(bill.at("/metadata/component"));
    try (ZipFile archive = new ZipFile(release.archive().toFile())) {
      Set<String> shipped = jars(archive);
      Set<String> named = new TreeSet<>(listed.keySet());
      named.add(own);
      if (!bill.path("bomFormat").asText().equals("CycloneDX") || !named.equals(shipped)) {
        faults.add("the bill of materials lists " + named + ", and shipped are " + shipped);
        return;
      }
      for (Map.Entry<String, JsonNode> component : listed.entrySet()) {
        String actual = sha256(bytes(archive, lib(component.getKey())));
        if (!actual.equals(listedChecksum(component.getValue()))) {
          faults.add("the bill of materials has another checksum for " + component.getKey());
        }
        if (component.getValue().path("licenses").isEmpty()) {
          faults.add("the bill of materials names no licence for " + component.getKey());
        }
      }
    }
  }

  private void contents() throws IOException {
    try (ZipFile archive = new ZipFile(release.archive().toFile())) {
      byte[] shipped = bytes(archive, release.component() + "/doc/" + Release.THIRD_PARTY);
      byte[] beside = Files.readAllBytes(release.directory().resolve(Release.THIRD_PARTY));
      if (!MessageDigest.isEqual(shipped, beside)) {
        faults.add(Release.THIRD_PARTY + " is another than the archive's");
      }
    }
    require(release.sources(), "io/github/datahose/connect/DatahoseSourceConnector.java");
    require(release.javadoc(), "io/github/datahose/connect/DatahoseSourceConnector.html");
  }

  private void require(Path jar, String entry) throws IOException {
    try (ZipFile file = new ZipFile(jar.toFile())) {
      if (file.getEntry(entry) == null) {
        faults.add(jar.getFileName() + " lacks " + entry);
      }
    }
  }

  private String lib(String jar) {
    return release.component() + "/lib/" + jar;
  }

  private Set<String> jars(ZipFile archive) {
    return archive.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.startsWith(lib("")) && name.endsWith(".jar"))
        .map(name -> name.substring(lib("").length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String jar(JsonNode component) {
    return component.path("name").asText() + "-" + component.path("version").asText() + ".jar";
  }

  private static String listedChecksum(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    return "";
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
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
