// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.it;

import static io.github.datahose.connect.it.LiveConnector.eventually;

import io.github.datahose.launch.WorkerProcess;
import java.io.IOException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;

/** The metrics of the first reader of a connector's only feed, as JMX shows them. */
public record FeedBean(WorkerProcess worker, String connector) {

  /** A counter's value. */
  public long counter(String attribute) {
    return (long) value(attribute);
  }

  /** A text. */
  String text(String attribute) {
    return (String) value(attribute);
  }

  private Object value(String attribute) {
    try (JMXConnector jmx = worker.jmx()) {
      return jmx.getMBeanServerConnection().getAttribute(name(), attribute);
    } catch (JMException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until a counter has at least this value. */
  void await(String attribute, long atLeast) throws JMException, IOException {
    try (JMXConnector jmx = worker.jmx()) {
      var beans = jmx.getMBeanServerConnection();
      ObjectName name = name();
      eventually(attribute + " of " + connector)
          .ignoreException(InstanceNotFoundException.class)
          .until(() -> (long) beans.getAttribute(name, attribute) >= atLeast);
    }
  }

  private ObjectName name() throws JMException {
    return new ObjectName(
        "io.github.datahose.connect:type=feed-metrics,connector="
            + connector
            + ",task=0,feed=all,reader=0");
  }
}
