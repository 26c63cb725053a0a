// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.runbook;

import io.github.datahose.launch.Build;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The build's archive as if it were of another version: its folder, the connector's jar and its
 * manifest have that one's name, and the connector says it. All else is the same.
 */
record OtherVersion(String version) {
  /** The folder that the archive of a version unpacks to. */
  static String folder(String version) {
    return "datahose-kafka-connect-symphony-datahose-" + version;
  }

  /** Writes the archive to a directory. */
  Path writeTo(Path directory) throws IOException {
    Path archive = directory.resolve(folder(version) + ".zip");
    try (InputStream in = Files.newInputStream(Build.componentArchive());
        OutputStream out = Files.newOutputStream(archive)) {
      copy(in, out);
    }
    return archive;
  }

  private void copy(InputStream in, OutputStream out) throws IOException {
    ZipInputStream from = new ZipInputStream(in);
    ZipOutputStream to = new ZipOutputStream(out);
    for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
      String name = entry.getName().replace(Build.version(), version);
      to.putNextEntry(new ZipEntry(name));
      byte[] content = from.readAllBytes();
      if (name.endsWith("/kafka-connect-symphony-datahose-" + version + ".jar")) {
        copy(new ByteArrayInputStream(content), to);
      } else if (name.endsWith("/manifest.json") || name.endsWith("/version.properties")) {
        String text = new String(content, StandardCharsets.UTF_8);
        to.write(text.replace(Build.version(), version).getBytes(StandardCharsets.UTF_8));
      } else {
        to.write(content);
      }
    }
    to.finish();
  }
}
