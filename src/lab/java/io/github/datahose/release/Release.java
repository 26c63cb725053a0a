// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.release;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The folder that a release is made of, and the names in it.
 *
 * @param directory such as {@code target/release}
 * @param component the archive's name without {@code .zip}
 * @param artifact the jar's name without {@code .jar}
 */
record Release(Path directory, String component, String artifact) {
  static final String CHECKSUMS = "SHA256SUMS";
  static final String THIRD_PARTY = "THIRD-PARTY.txt";

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

  Path checksums() {
    return directory.resolve(CHECKSUMS);
  }

  /** The names of all files that belong into it. */
  Set<String> files() {
    Set<String> names = new TreeSet<>(Set.of(CHECKSUMS, THIRD_PARTY));
    for (Path file : Set.of(archive(), sources(), javadoc(), billOfMaterials())) {
      names.add(file.getFileName().toString());
    }
    return names;
  }
}
