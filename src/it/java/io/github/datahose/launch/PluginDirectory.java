// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A worker's {@code plugin.path}: a directory with a directory for each plugin. */
public record PluginDirectory(Path path) {
  /** That of the worker whose directory this is: each has its own, as on a machine of its own. */
  static PluginDirectory of(Path worker) {
    return new PluginDirectory(worker.resolve("plugins"));
  }

  /** Unzips a plugin's archive into it, as an operator would. */
  public void install(Path archive) {
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = path.resolve(entry.getName()).normalize();
        if (!target.startsWith(path)) {
          throw new IllegalArgumentException(archive + " has an entry outside of it: " + entry);
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(zip, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a plugin of a class of the tests, such as a transformation or a predicate, with its
   * nested classes.
   *
   * @param service the type that Connect looks for, such as {@code Predicate.class}
   * @param needed what it needs in addition to Connect and the JDK: classes of the tests, and a
   *     class of each library
   */
  public void install(Class<?> service, Class<?> plugin, List<Class<?>> needed) {
    Path jar = path.resolve(plugin.getSimpleName()).resolve(plugin.getSimpleName() + ".jar");
    try {
      Files.createDirectories(jar.getParent());
      try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
        // Connect asks a nested class for its simple name, and the JVM then wants the outer one.
        addClass(entries, plugin.getNestHost());
        for (Class<?> each : needed) {
          Path source = source(each);
          if (Files.isDirectory(source)) {
            addClass(entries, each);
          } else {
            Files.copy(source, jar.resolveSibling(source.getFileName()));
          }
        }
        entries.putNextEntry(new ZipEntry("META-INF/services/" + service.getName()));
        entries.write(plugin.getName().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The jars of the archive that was unzipped into it, as the class path of a command has them: all
   * that is in one directory.
   */
  public Path jars() {
    try (Stream<Path> plugins = Files.list(path)) {
      return plugins
          .map(plugin -> plugin.resolve("lib"))
          .filter(Files::isDirectory)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no archive was unzipped into " + path))
          .resolve("*");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path source(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static void addClass(JarOutputStream entries, Class<?> type) throws IOException {
    String classFile = type.getName().replace('.', '/') + ".class";
    entries.putNextEntry(new ZipEntry(classFile));
    try (InputStream code = type.getClassLoader().getResourceAsStream(classFile)) {
      code.transferTo(entries);
    }
    for (Class<?> nested : type.getDeclaredClasses()) {
      addClass(entries, nested);
    }
  }
}
