// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.feed;

import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanRegistration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.utils.Sanitizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a reader's metrics over JMX, read only.
 *
 * <p>After a task was abandoned (it did not stop in time), its old instance lives on beside the new
 * one in the same JVM. The newest has the name: registering takes it from an older instance, which
 * is told so by {@link #postDeregister} and then leaves the name alone when it ends. A failure here
 * is logged and no more: metrics never stop a feed.
 */
final class FeedMBean implements DynamicMBean, MBeanRegistration, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeedMBean.class);

  private final Map<String, FeedMetrics.Attribute> attributes;
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final String name;
  private volatile boolean registered;

  /**
   * Names a reader's metrics and shows them.
   *
   * @param task number of the task, from 0
   * @param reader number of the reader within its feed, from 0
   */
  FeedMBean(FeedMetrics metrics, String connector, String task, String feed, int reader) {
    attributes = metrics.attributes();
    name =
        "io.github.datahose.connect:type=feed-metrics,connector=%s,task=%s,feed=%s,reader=%d"
            .formatted(
                Sanitizer.jmxSanitize(connector),
                Sanitizer.jmxSanitize(task),
                Sanitizer.jmxSanitize(feed),
                reader);
    try {
      register(new ObjectName(name));
    } catch (JMException e) {
      LOG.warn("The metrics {} are not visible over JMX; the feed is read all the same.", name, e);
    }
  }

  private void register(ObjectName objectName) throws JMException {
    if (server.isRegistered(objectName)) {
      try {
        server.unregisterMBean(objectName);
      } catch (InstanceNotFoundException gone) {
        LOG.debug("An older instance gave the name {} back just now.", name);
      }
    }
    try {
      server.registerMBean(this, objectName);
    } catch (InstanceAlreadyExistsException raced) {
      server.unregisterMBean(objectName);
      server.registerMBean(this, objectName);
    }
  }

  /** Takes the metrics away, if they are still these. */
  @Override
  public void close() {
    if (!registered) {
      return;
    }
    try {
      server.unregisterMBean(new ObjectName(name));
    } catch (JMException e) {
      LOG.debug("The metrics {} were gone already.", name, e);
    }
  }

  @Override
  public ObjectName preRegister(MBeanServer where, ObjectName objectName) {
    return objectName;
  }

  @Override
  public void postRegister(Boolean done) {
    registered = done;
  }

  @Override
  public void preDeregister() {}

  @Override
  public void postDeregister() {
    registered = false;
  }

  @Override
  public Object getAttribute(String attribute) throws AttributeNotFoundException {
    FeedMetrics.Attribute value = attributes.get(attribute);
    if (value == null) {
      throw new AttributeNotFoundException(attribute);
    }
    return value.get();
  }

  @Override
  public AttributeList getAttributes(String[] names) {
    AttributeList list = new AttributeList();
    for (String each : names) {
      FeedMetrics.Attribute value = attributes.get(each);
      if (value != null) {
        list.add(new Attribute(each, value.get()));
      }
    }
    return list;
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException("Metrics can only be read.");
  }

  @Override
  public AttributeList setAttributes(AttributeList list) {
    return new AttributeList();
  }

  @Override
  public Object invoke(String action, Object[] parameters, String[] signature) {
    throw new UnsupportedOperationException("Metrics can only be read.");
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    MBeanAttributeInfo[] infos =
        attributes.entrySet().stream()
            .map(
                entry ->
                    new MBeanAttributeInfo(
                        entry.getKey(),
                        entry.getValue().get().getClass().getName(),
                        entry.getValue().description(),
                        true,
                        false,
                        false))
            .toArray(MBeanAttributeInfo[]::new);
    return new MBeanInfo(
        FeedMBean.class.getName(), "A reader of a Datahose feed", infos, null, null, null);
  }
}
