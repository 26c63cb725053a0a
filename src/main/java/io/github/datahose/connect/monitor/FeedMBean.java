// SPDX-License-Identifier: Apache-2.0
package io.github.datahose.connect.monitor;

import io.github.datahose.connect.monitor.FeedMetrics.Metric;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.Descriptor;
import javax.management.DynamicMBean;
import javax.management.ImmutableDescriptor;
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
 * The read-only MBean of a reader's metrics.
 *
 * <p>If a task does not stop in time, its abandoned instance continues to run beside the new one in
 * the same JVM. The newest instance owns the name: its registration removes an older instance,
 * which {@link #postDeregister} notifies, and which then keeps the name registered when it closes.
 * A failure is only logged: metrics never stop a feed.
 */
public final class FeedMBean implements DynamicMBean, MBeanRegistration, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FeedMBean.class);

  private static final Map<String, Metric> METRICS =
      Metric.all().stream().collect(Collectors.toMap(Metric::attribute, Function.identity()));

  /**
   * A lock, so that an old instance cannot unregister the name while a new instance registers it.
   */
  private static final Object NAMES = new Object();

  private final FeedMetrics metrics;
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
  private final String name;
  private volatile boolean registered;

  /**
   * Registers the metrics of a reader.
   *
   * @param task number of the task, from 0
   * @param reader number of the reader within its feed, from 0
   */
  public FeedMBean(FeedMetrics metrics, String connector, String task, String feed, int reader) {
    this.metrics = metrics;
    name =
        "io.github.datahose.connect:type=feed-metrics,connector=%s,task=%s,feed=%s,reader=%s"
            .formatted(
                Sanitizer.jmxSanitize(connector),
                Sanitizer.jmxSanitize(task),
                Sanitizer.jmxSanitize(feed),
                Integer.toString(reader)); // not %d, whose digits are those of the locale
    try {
      register(new ObjectName(name));
    } catch (JMException e) {
      LOG.warn("The metrics {} are not visible over JMX. The reader continues.", name, e);
    }
  }

  private void register(ObjectName objectName) throws JMException {
    synchronized (NAMES) {
      if (server.isRegistered(objectName)) {
        server.unregisterMBean(objectName);
      }
      server.registerMBean(this, objectName);
    }
  }

  /** Unregisters the metrics, unless a newer instance has the name. */
  @Override
  public void close() {
    synchronized (NAMES) {
      if (!registered) {
        return;
      }
      try {
        server.unregisterMBean(new ObjectName(name));
      } catch (JMException e) {
        LOG.debug("The metrics {} were already unregistered.", name, e);
      }
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
    Metric metric = METRICS.get(attribute);
    if (metric == null) {
      throw new AttributeNotFoundException(attribute);
    }
    return metric.valueOf(metrics);
  }

  @Override
  public AttributeList getAttributes(String[] names) {
    AttributeList list = new AttributeList();
    for (String each : names) {
      Metric metric = METRICS.get(each);
      if (metric != null) {
        list.add(new Attribute(each, metric.valueOf(metrics)));
      }
    }
    return list;
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException("Metrics are read-only.");
  }

  @Override
  public AttributeList setAttributes(AttributeList list) {
    return new AttributeList();
  }

  @Override
  public Object invoke(String action, Object[] parameters, String[] signature) {
    throw new UnsupportedOperationException("Metrics are read-only.");
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    MBeanAttributeInfo[] infos =
        Metric.all().stream().map(this::info).toArray(MBeanAttributeInfo[]::new);
    return new MBeanInfo(
        FeedMBean.class.getName(), "A reader of a Datahose feed", infos, null, null, null);
  }

  private MBeanAttributeInfo info(Metric metric) {
    return new MBeanAttributeInfo(
        metric.attribute(),
        metric.valueOf(metrics).getClass().getName(),
        metric.description(),
        true,
        false,
        false,
        descriptor(metric));
  }

  /** Returns the standard fields of {@code javax.management.Descriptor} for kind and unit. */
  private static Descriptor descriptor(Metric metric) {
    return metric.kind() == Metric.Kind.TEXT
        ? ImmutableDescriptor.EMPTY_DESCRIPTOR
        : new ImmutableDescriptor("metricType=" + metric.kind(), "units=" + metric.unit());
  }
}
