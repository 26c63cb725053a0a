// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.endurance;

import com.sun.management.UnixOperatingSystemMXBean;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;

/**
 * Looks into a worker: over JMX, with one connection that stays, and into {@code /proc}, so on
 * Linux only. Not thread-safe.
 */
final class ProcessProbe implements AutoCloseable {
  private static final double MIB = 1 << 20;

  private final Path status;
  private final JMXConnector connection;
  private final MBeanServerConnection beans;
  private final List<MemoryPoolMXBean> pools;

  /** Connects to a worker. */
  ProcessProbe(WorkerProcess worker) throws IOException {
    status = Path.of("/proc", Long.toString(worker.pid()), "status");
    connection = worker.jmx();
    beans = connection.getMBeanServerConnection();
    pools = ManagementFactory.getPlatformMXBeans(beans, MemoryPoolMXBean.class);
  }

  /** Has garbage collected and measures. */
  Map<Measure, Double> sample() {
    bean(MemoryMXBean.class).gc();
    Map<Measure, Double> sample = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      sample.put(measure, measure.of(this));
    }
    return sample;
  }

  /** What the collection left, not what came since. */
  double heap() {
    return pools.stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToDouble(pool -> pool.getCollectionUsage().getUsed() / MIB)
        .sum();
  }

  double metaspace() {
    return pools.stream()
        .filter(pool -> pool.getName().equals("Metaspace"))
        .mapToDouble(pool -> pool.getUsage().getUsed() / MIB)
        .sum();
  }

  double classes() {
    return bean(ClassLoadingMXBean.class).getLoadedClassCount();
  }

  double threads() {
    return bean(ThreadMXBean.class).getThreadCount();
  }

  /** Files and sockets that are open. */
  double descriptors() {
    return bean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount();
  }

  /** Memory as the operating system sees it. */
  double resident() {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(kilobytes -> Double.parseDouble(kilobytes.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends PlatformManagedObject> T bean(Class<T> type) {
    try {
      return ManagementFactory.getPlatformMXBean(beans, type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
