// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.PlatformManagedObject;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;

/**
 * Looks into a JVM, such as a worker: over JMX, with one connection that stays, and into {@code
 * /proc}, so on Linux only. Not thread-safe.
 */
public final class ProcessProbe implements AutoCloseable {
  private static final double MIB = 1 << 20;

  private final Path process;
  private final JMXConnector connection;
  private final MBeanServerConnection beans;

  /**
   * Looks into a process.
   *
   * @param pid of the process
   * @param connection to it, closed with this
   */
  public ProcessProbe(long pid, JMXConnector connection) throws IOException {
    process = Path.of("/proc", Long.toString(pid));
    this.connection = connection;
    beans = connection.getMBeanServerConnection();
  }

  /**
   * Has garbage collected and measures.
   *
   * @param seconds and the next are what the sample says of its moment
   * @param events see {@link Sample}
   */
  public Sample sample(double seconds, long events) throws IOException {
    bean(MemoryMXBean.class).gc();
    List<MemoryPoolMXBean> pools =
        ManagementFactory.getPlatformMXBeans(beans, MemoryPoolMXBean.class);
    double heap =
        pools.stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            // What the collection left, not what came since.
            .mapToDouble(pool -> pool.getCollectionUsage().getUsed())
            .sum();
    double metaspace =
        pools.stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .mapToDouble(pool -> pool.getUsage().getUsed())
            .sum();
    return new Sample(
        seconds,
        events,
        heap / MIB,
        metaspace / MIB,
        bean(ClassLoadingMXBean.class).getLoadedClassCount(),
        bean(ThreadMXBean.class).getThreadCount(),
        descriptors(),
        residentKilobytes() / 1024);
  }

  private <T extends PlatformManagedObject> T bean(Class<T> type) throws IOException {
    return ManagementFactory.getPlatformMXBean(beans, type);
  }

  private long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return open.count();
    }
  }

  private double residentKilobytes() throws IOException {
    try (Stream<String> lines = Files.lines(process.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
