// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import io.github.datahose.launch.WorkerProcess;
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
 * Looks into a worker: over JMX, with one connection that stays, and into {@code /proc}, so on
 * Linux only. Not thread-safe.
 */
final class ProcessProbe implements AutoCloseable {
  private static final double MIB = 1 << 20;

  private final Path process;
  private final JMXConnector connection;
  private final MBeanServerConnection beans;

  /**
   * What a process holds at a moment.
   *
   * @param heap MiB that a full collection just left
   * @param metaspace MiB in use
   * @param classes loaded
   * @param threads alive
   * @param descriptors files and sockets that are open
   * @param resident MiB of memory as the operating system sees it
   */
  record Sample(
      double heap,
      double metaspace,
      double classes,
      double threads,
      double descriptors,
      double resident) {}

  /** Connects to a worker. */
  ProcessProbe(WorkerProcess worker) throws IOException {
    process = Path.of("/proc", Long.toString(worker.pid()));
    connection = worker.jmx();
    beans = connection.getMBeanServerConnection();
  }

  /** Has garbage collected and measures. */
  Sample sample() throws IOException {
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
