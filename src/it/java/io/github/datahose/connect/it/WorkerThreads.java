// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import io.github.datahose.launch.WorkerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import javax.management.remote.JMXConnector;

/** The threads of a worker, over JMX. */
record WorkerThreads(WorkerProcess worker) {

  /** The names of those that read for a connector; empty when no reader of it is left. */
  List<String> readersOf(String connector) {
    try (JMXConnector jmx = worker.jmx()) {
      ThreadMXBean threads =
          ManagementFactory.newPlatformMXBeanProxy(
              jmx.getMBeanServerConnection(),
              ManagementFactory.THREAD_MXBEAN_NAME,
              ThreadMXBean.class);
      return Arrays.stream(threads.dumpAllThreads(false, false))
          .map(ThreadInfo::getThreadName)
          .filter(name -> name.startsWith("datahose-" + connector + "-"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
